// What would have to be otherwise in a rejected trace for it to go on: one event, or one hidden step.
import { stepLabel } from '../../trace/record.ts'
import type { Conformance, Position } from './conformance.ts'
import type { Recorded } from '../format/foreign-trace.ts'
import type { Event } from '../format/repltrace.ts'
import { TotalSchedule } from '../order/schedule.ts'
import { continued, further, matched, type Refused, WORTH } from './tries.ts'

export interface Repair {
  readonly kind: 'skip' | 'insert' | 'swap' | 'field'
  /** `with index 6 instead of 7`. */
  readonly words: string
  /** How many further events match, the refused one included where it stays. */
  readonly furtherCount: number
  /** Whether the rest of the trace matches. */
  readonly complete: boolean
}

/** The nearest repairs of one event. */
export function repairsOf(refused: Refused): readonly Repair[] {
  const repairs = edits(refused).flatMap(edit =>
    tried(refused, edit, matched(refused, { ...refused.trace, events: edit.events })),
  )
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

/** The event with one number off by one, or with what was seen at another time than it says. */
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
  const { obs } = event
  // What alone an observation says is left out elsewhere.
  const times = obs === undefined || event.type === 'state' ? [] : TIMES.filter(at => at !== (obs.at ?? 'after'))
  return [...found, ...times.map(at => ({ words: `with obs.at ${at}`, event: { ...event, obs: { ...obs, at } } }))]
}

const TIMES = ['before', 'stale'] as const
