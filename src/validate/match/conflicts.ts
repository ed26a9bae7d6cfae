// Events that contradict an earlier event whatever the system's state was: a node that takes back what it said of itself,
// an operation that was written twice although none is. No step of any configuration excuses them, hidden or not.
import { highest, lastOf, lowest } from '../format/bounds.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Append, Event, Observation } from '../format/repltrace.ts'

/**
 * Each such event with the reason, in words. `isLed` says which epochs somebody led, and is null where promotions may be
 * missing; the model itself may have an epoch fall that was led.
 */
export function conflictsOf(
  trace: ForeignTrace,
  isLed: ((epoch: number) => boolean) | null,
): ReadonlyMap<Event, string> {
  const conflicts = trace.header.ops?.unique === true ? rewritten(trace) : new Map<Event, string>()
  const { complete = {} } = trace.header
  const mayRestart = [complete.crash, complete.restart].some(said => said !== undefined && said !== 'all')
  if (isLed === null || mayRestart) return conflicts
  const marks = new Map<string, Marks>()
  for (const { event, line } of trace.events) {
    if (event.node === undefined || event.node === null) continue
    let known = marks.get(event.node)
    if (known === undefined) marks.set(event.node, (known = new Marks(isLed)))
    const conflict = known.take(event, line)
    if (conflict !== null) conflicts.set(event, conflict)
  }
  return conflicts
}

/** Operations that are written where they were not written before, although no value is written twice. */
function rewritten({ events }: ForeignTrace): Map<Event, string> {
  const conflicts = new Map<Event, string>()
  const written = new Map<string, { readonly event: Append; readonly line: number }>()
  for (const { event, line } of events) {
    if (event.type !== 'append' || event.op === undefined) continue
    const first = written.get(event.op)
    if (first === undefined) written.set(event.op, { event, line })
    else if (!isSameEntry(first.event, event))
      conflicts.set(event, `${event.op} was written at ${lastOf(first.event.index)} before (line ${first.line})`)
  }
  return conflicts
}

/**
 * Promotions to an epoch that is not new, with the reason, in words: what no coordinator gives who knows the newest epoch.
 * Without a total order an older epoch may have been written later, but none was given twice.
 */
export function oldPromotions({ header, events }: ForeignTrace): ReadonlyMap<Event, string> {
  const old = new Map<Event, string>()
  const isInOrder = header.clock?.order === 'total'
  const led = new Map<number, number>()
  let newest: Mark | null = null
  for (const { event, line } of events) {
    if (event.type !== 'promote') continue
    const { epoch } = event
    const before = led.get(epoch)
    if (before !== undefined) old.set(event, `epoch ${epoch} had a leader before (line ${before})`)
    else if (isInOrder && newest !== null && epoch < newest.value)
      old.set(event, `epoch ${newest.value} had a leader before (line ${newest.line}), which is newer than ${epoch}`)
    else led.set(epoch, line)
    newest = raised(newest, epoch, line)
  }
  return old
}

/** Nodes that write one entry name one place. */
function isSameEntry(a: Append, b: Append): boolean {
  return lastOf(a.index) === lastOf(b.index) && (a.epoch === undefined || b.epoch === undefined || a.epoch === b.epoch)
}

interface Mark {
  readonly value: number
  readonly line: number
}

/** What a node said of itself since it last started: neither number falls before it stops or another leads. */
class Marks {
  /** The highest epoch that it has heard of and nobody led. */
  private epoch: Mark | null = null
  /** Its commit position as a leader. */
  private commit: Mark | null = null
  private readonly isLed: (epoch: number) => boolean

  constructor(isLed: Marks['isLed']) {
    this.isLed = isLed
  }

  /** Takes the node's next event; the reason when it goes back behind a mark. */
  take({ type, obs }: Event, line: number): string | null {
    if (type === 'crash' || type === 'restart') this.epoch = null
    if (obs?.role !== 'leader' || type === 'promote' || type === 'restart') this.commit = null
    if (obs === undefined || obs.at === 'stale') return null
    const conflict = fallen('epoch', obs.epoch, this.epoch) ?? fallen('commit', obs.commit, this.commit)
    const { epoch } = obs
    if (typeof epoch === 'number' && !this.isLed(epoch)) this.epoch = raised(this.epoch, epoch, line)
    if (obs.role === 'leader') this.commit = raised(this.commit, obs.commit, line)
    return conflict
  }
}

function fallen(what: string, seen: Observation['epoch'], mark: Mark | null): string | null {
  if (mark === null || seen === undefined || seen === null || highest(seen) >= mark.value) return null
  return `its ${what} was ${mark.value} before (line ${mark.line}), and does not fall`
}

function raised(mark: Mark | null, seen: Observation['epoch'], line: number): Mark | null {
  if (seen === undefined || seen === null || (mark !== null && mark.value >= lowest(seen))) return mark
  return { value: lowest(seen), line }
}
