// What would have to be otherwise for a rejected trace to go on: one event, one hidden step, or one knob. A repair
// counts only when many further events match, for almost any trace can be pushed one event further. It is a diagnosis,
// not advice: a knob that admits a trace may be the very guarantee that was promised.
import { OneOf } from '../../lang/scalars.ts'
import type { Config } from '../../lang/spec.ts'
import { stepLabel } from '../../trace/record.ts'
import { conform, type Conformance, type Limits, type Position, type Refusal, takenCountOf } from './conformance.ts'
import type { ForeignTrace, Recorded } from '../format/foreign-trace.ts'
import type { Labels } from './labels.ts'
import { Model, type Subject } from './model.ts'
import type { Event } from '../format/repltrace.ts'
import { type Schedule, scheduleOf, TotalSchedule } from '../order/schedule.ts'

export interface Repair {
  readonly kind: 'skip' | 'insert' | 'swap' | 'field'
  /** `with index 6 instead of 7`. */
  readonly words: string
  /** How many further events match, the refused one included where it stays. */
  readonly furtherCount: number
  /** Whether the rest of the trace matches. */
  readonly complete: boolean
}

export interface KnobRepair {
  readonly knob: string
  readonly value: string
  readonly furtherCount: number
  readonly complete: boolean
}

/** A trace that was refused, and where. */
export interface Refused {
  readonly trace: ForeignTrace
  readonly subject: Subject
  readonly schedule: Schedule
  readonly labels: Labels
  readonly refusal: Refusal
  /** Of each try. */
  readonly limits: Limits
}

/** So many further events make a repair worth telling; at the end of a trace, all that are left. */
const WORTH = 20

/** In a partial order a changed event may come elsewhere, so each try begins anew; not with traces longer than this. */
const MOST_EVENTS = 5_000

/** Positions in which a try from where the event was refused must come so far, or it is given up. */
const PROBE = 500

/** The nearest repairs of one event. */
export function repairsOf(refused: Refused): readonly Repair[] {
  const repairs = edits(refused).flatMap(edit => tried(refused, edit, matched(refused, edit.events)))
  return [...repairs, ...insertions(refused)]
    .filter(({ kind }) => kind !== 'insert' || !repairs.some(repair => repair.kind === 'field' && repair.complete))
    .toSorted((a, b) => b.furtherCount - a.furtherCount)
    .slice(0, 3)
}

/** As many events as before, each in a place of its own: what is left out is a note there. */
interface Edit extends Pick<Repair, 'kind' | 'words'> {
  readonly events: readonly Recorded[]
}

function edits({ trace, schedule, refusal }: Refused): readonly Edit[] {
  const { events } = trace
  const at = refusal.event
  const { event, line } = events[at]
  const isTotal = schedule instanceof TotalSchedule
  if (!isTotal && events.length > MOST_EVENTS) return []
  const found: Edit[] = []
  found.push({ kind: 'skip', words: `without line ${line}`, events: events.with(at, { event: noteOf(event), line }) })
  if (isTotal && at + 1 < events.length) {
    const words = `with line ${events[at + 1].line} before line ${line}`
    found.push({ kind: 'swap', words, events: events.toSpliced(at, 2, ...exchanged(events[at], events[at + 1])) })
  }
  for (const { words, event: changed } of variants(event))
    found.push({ kind: 'field', words, events: events.with(at, { event: changed, line }) })
  return found
}

/** An event that is no matter of the model, at the same place: to leave it out would be a hole in what its node counts. */
function noteOf(event: Event): Event {
  const kept = Object.entries(event).filter(([name]) => PLACE.has(name))
  return { ...Object.fromEntries(kept), type: 'note' }
}

const PLACE: ReadonlySet<string> = new Set(['node', 'seq', 'ts', 'vc', 'id', 'causes'])

/** Two events in the other order; those of one node keep its numbers in order. */
function exchanged(first: Recorded, second: Recorded): readonly Recorded[] {
  const { seq } = first.event
  if (first.event.node !== second.event.node || seq === undefined || second.event.seq === undefined)
    return [second, first]
  return [
    { ...second, event: { ...second.event, seq } },
    { ...first, event: { ...first.event, seq: second.event.seq } },
  ]
}

/** How changed events match; null when no order of them is possible. In a total order nothing before has changed. */
function matched(
  { trace, subject, schedule, refusal, limits }: Refused,
  events: readonly Recorded[],
): Conformance | null {
  const changed = { ...trace, events }
  if (schedule instanceof TotalSchedule) return conform(changed, subject, schedule, limits, refusal.position)
  const scheduled = scheduleOf(changed)
  if ('problem' in scheduled) return null
  // What matches takes about one position an event; what does not would go through all orders before it says so.
  const budget = Math.min(limits.budget, events.length * 2 + PROBE)
  return conform(changed, subject, scheduled.schedule, { ...limits, budget })
}

/** How the trace matches from a position on; given up where it soon goes no further. */
function continued(refused: Refused, subject: Subject, from: Position): Conformance {
  const { trace, schedule, limits } = refused
  const probe = conform(trace, subject, schedule, { ...limits, budget: Math.min(limits.budget, PROBE) }, from)
  const goesOn = probe.verdict === 'unknown' && isWorth(refused, further(refused, probe))
  return goesOn ? conform(trace, subject, schedule, limits, from) : probe
}

/** How many events match beyond those that were taken before the refused one. */
function further({ refusal }: Refused, found: Conformance): number {
  return takenCountOf(found) - refusal.position.takenCount
}

/** Whether so many further events are enough, or all that are left. */
function isWorth({ trace, refusal }: Refused, furtherCount: number): boolean {
  return furtherCount >= Math.min(WORTH, trace.events.length - refusal.position.takenCount)
}

function tried(
  refused: Refused,
  { kind, words }: Pick<Repair, 'kind' | 'words'>,
  found: Conformance | null,
): readonly Repair[] {
  if (found === null) return []
  const { trace, refusal } = refused
  const matchedCount = further(refused, found)
  const furtherCount = kind === 'skip' ? Math.max(0, matchedCount - 1) : matchedCount
  const complete = found.verdict === 'accepted'
  const isLast = trace.events.length - refusal.position.takenCount === 1
  const enough = complete ? furtherCount > 0 || isLast : furtherCount >= WORTH
  return enough ? [{ kind, words, furtherCount, complete }] : []
}

/** The step that goes on furthest when it is taken, unrecorded, where the event was refused. */
function insertions(refused: Refused): readonly Repair[] {
  const { subject, labels, refusal } = refused
  const { position } = refusal
  const { model, row } = position
  const found = model.surveyed.flatMap(step => {
    const to = model.take(step, row)
    if (to === null) return []
    const words = `with ${labels.named(stepLabel(step))} just before, unrecorded`
    const from: Position = { ...position, row: to, parent: position, event: -1, steps: [step], hiddenCount: 1 }
    return tried(refused, { kind: 'insert', words }, continued(refused, subject, from))
  })
  const best = found.toSorted((a, b) => b.furtherCount - a.furtherCount)[0]
  return best === undefined ? [] : [best]
}

/** The event with one number off by one. */
function variants(event: Event): readonly { readonly words: string; readonly event: Event }[] {
  const found: { words: string; event: Event }[] = []
  for (const field of ['index', 'epoch', 'commit'] as const) {
    const value = (event as { readonly [field: string]: unknown })[field]
    if (typeof value !== 'number') continue
    for (const other of [value - 1, value + 1])
      if (other >= 0)
        found.push({
          words: `with ${field} ${other} instead of ${value}`,
          event: { ...event, [field]: other },
        })
  }
  return found
}

/** Knobs of which one other value takes the trace past where it was refused: from there, and then from the beginning. */
export function knobsThatAdmit(refused: Refused): readonly KnobRepair[] {
  const { trace, subject, schedule, refusal, limits } = refused
  const repairs: KnobRepair[] = []
  const { config } = subject
  const { model } = refusal.position
  for (const [knob, given] of Object.entries(subject.spec.defaults)) {
    if (subject.binding.bounds.includes(knob)) continue
    for (const value of alternatives(given, config[knob])) {
      if (limits.stop()) return repairs
      const changed: Subject = { ...subject, config: { ...config, [knob]: value } }
      const other = new Model(changed, trace.header.nodes.length, model.entries, model.epochs)
      // Under another knob a state may have another shape; then there is no shortcut.
      const sameShape = String(other.machine.radices) === String(model.machine.radices)
      const here: Position = { ...refusal.position, model: other, parent: null }
      if (sameShape && !isWorth(refused, further(refused, continued(refused, changed, here)))) continue
      const found = conform(trace, changed, schedule, limits)
      const furtherCount = further(refused, found)
      if (!isWorth(refused, furtherCount)) continue
      const complete = refusal.position.takenCount + furtherCount === trace.events.length
      repairs.push({ knob, value: String(value), furtherCount, complete })
    }
  }
  return repairs.toSorted((a, b) => b.furtherCount - a.furtherCount)
}

function alternatives(given: unknown, current: Config[string]): readonly Config[string][] {
  if (given instanceof OneOf) return (given.names as readonly string[]).filter(name => name !== current)
  if (typeof given === 'boolean') return [!(current as boolean)]
  if (typeof given !== 'number') return []
  return [(current as number) - 1, (current as number) + 1].filter(value => value >= 0)
}
