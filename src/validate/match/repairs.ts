// What would have to be otherwise for a rejected trace to go on: one event, one hidden step, or one knob. A repair
// counts only when many further events match, for almost any trace can be pushed one event further. It is a diagnosis,
// not advice: a knob that admits a trace may be the very guarantee that was promised.
import { OneOf } from '../../lang/scalars.ts'
import type { Config } from '../../lang/spec.ts'
import { stepLabel } from '../../trace/record.ts'
import { conform, type Conformance, type Limits, type Position } from './conformance.ts'
import type { ForeignTrace, Recorded } from '../format/foreign-trace.ts'
import type { Labels } from './labels.ts'
import { Model, type Subject } from './model.ts'
import type { Event } from '../format/repltrace.ts'
import { TotalSchedule } from '../order/schedule.ts'

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

/** So many further events make a repair worth telling; at the end of a trace, all that are left. */
const WORTH = 20

/** The nearest repairs of one event, of a trace in total order. */
export function repairsOf(
  trace: ForeignTrace,
  subject: Subject,
  position: Position,
  labels: Labels,
  limits: Limits,
): readonly Repair[] {
  const at = position.takenCount
  const { event } = trace.events[at]
  const left = trace.events.length - at
  const candidates: { readonly kind: Repair['kind']; readonly words: string; readonly events: readonly Recorded[] }[] =
    []
  const line = (index: number): number => trace.events[index].line
  candidates.push({ kind: 'skip', words: `without line ${line(at)}`, events: trace.events.toSpliced(at, 1) })
  if (at + 1 < trace.events.length) {
    const swapped = trace.events.toSpliced(at, 2, trace.events[at + 1], trace.events[at])
    candidates.push({ kind: 'swap', words: `with line ${line(at + 1)} before line ${line(at)}`, events: swapped })
  }
  for (const { words, event: changed } of variants(event))
    candidates.push({ kind: 'field', words, events: trace.events.with(at, { event: changed, line: line(at) }) })
  const repairs = candidates.flatMap(({ kind, words, events }) =>
    tried({ ...trace, events }, subject, position, limits, left, kind, words),
  )
  return [...repairs, ...insertions(trace, subject, position, labels, limits, left)]
    .filter(({ kind }) => kind !== 'insert' || !repairs.some(repair => repair.kind === 'field' && repair.complete))
    .toSorted((a, b) => b.furtherCount - a.furtherCount)
    .slice(0, 3)
}

function tried(
  trace: ForeignTrace,
  subject: Subject,
  position: Position,
  limits: Limits,
  left: number,
  kind: Repair['kind'],
  words: string,
): readonly Repair[] {
  const found = conform(trace, subject, new TotalSchedule(trace.events.length), limits, position)
  const furtherCount = reached(found, trace) - position.takenCount
  const complete = found.verdict === 'accepted'
  const enough = complete ? furtherCount > 0 || left === 1 : furtherCount >= WORTH
  return enough ? [{ kind, words, furtherCount, complete }] : []
}

function insertions(
  trace: ForeignTrace,
  subject: Subject,
  position: Position,
  labels: Labels,
  limits: Limits,
  left: number,
): readonly Repair[] {
  const { model, row } = position
  const found = model.machine.steps.flatMap(step => {
    if (!model.enabled(step, row)) return []
    const to = model.take(step, row)
    if (to === null) return []
    const label = labels.named(stepLabel(step))
    const from: Position = { ...position, row: to, parent: position, event: -1, steps: [step], hiddenCount: 1 }
    return tried(trace, subject, from, limits, left, 'insert', `with ${label} just before, unrecorded`)
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
export function knobsThatAdmit(
  trace: ForeignTrace,
  subject: Subject,
  refused: Position,
  config: Config,
  limits: Limits,
): readonly KnobRepair[] {
  const repairs: KnobRepair[] = []
  const { takenCount } = refused
  const needed = Math.min(WORTH, trace.events.length - takenCount)
  const furtherUnder = (changed: Subject, from: Position | null): number =>
    reached(conform(trace, changed, new TotalSchedule(trace.events.length), limits, from), trace) - takenCount
  for (const [knob, given] of Object.entries(subject.spec.defaults)) {
    if (subject.binding.bounds.includes(knob)) continue
    for (const value of alternatives(given, config[knob])) {
      if (limits.stop()) return repairs
      const changed: Subject = { ...subject, config: { ...config, [knob]: value } }
      const { model } = refused
      const other = new Model(changed, trace.header.nodes.length, model.entries, model.epochs)
      // Under another knob a state may have another shape; then there is no shortcut.
      const sameShape = String(other.machine.radices) === String(model.machine.radices)
      if (sameShape && furtherUnder(changed, { ...refused, model: other, parent: null }) < needed) continue
      const furtherCount = furtherUnder(changed, null)
      if (furtherCount < needed) continue
      const complete = takenCount + furtherCount === trace.events.length
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

function reached(found: Conformance, trace: ForeignTrace): number {
  return found.verdict === 'accepted' ? trace.events.length : (found.furthest[0]?.position.takenCount ?? 0)
}
