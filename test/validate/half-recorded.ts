// Recordings of behaviours of which much is missing: types of events that were logged only now and then or not at all,
// states told instead of steps, fields left out, events lost on the way, and the order of each node only.
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import type { Event, Header, Observation } from '../../src/validate/format/repltrace.ts'
import { type Choose, recorded } from './behaviours.ts'
import type { Config } from '../../src/lang/spec.ts'
import { mergeOrder, numbered } from './recorded.ts'

const OFTEN_MISSING: readonly Event['type'][] = [
  'append',
  'receive',
  'follow',
  'flush',
  'apply',
  'demote',
  'reply',
  'crash',
  'restart',
  'promote',
]
/** Such an event is missing only where the header says that it may be. */
const NOTICED: ReadonlySet<Event['type']> = new Set<Event['type']>(['crash', 'restart', 'promote'])

/** A behaviour of up to `length` steps, as far as it was recorded. */
export function halfRecorded(config: Config, length: number, choose: Choose): ForeignTrace {
  const clock = choose(2) === 0 ? 'total' : 'node'
  const whole = recorded(config, 4 + choose(length - 3), choose, clock)
  const missing = OFTEN_MISSING.filter(() => choose(3) === 0)
  const told = withoutTypes(
    whole.events.map(({ event }) => event),
    missing,
    choose,
  )
  const some = missing.filter(type => NOTICED.has(type) || choose(2) === 0)
  const complete: Header['complete'] = Object.fromEntries(some.map(type => [type, 'some']))
  const half = withLosses(numbered(withoutFields(told, choose)), choose)
  const order =
    clock === 'total'
      ? [...half.keys()]
      : mergeOrder(
          half,
          half.map(() => choose(1000)),
        )
  return {
    ...whole,
    header: { ...whole.header, complete },
    events: order.map((rank, at) => ({ event: half[rank], line: at + 2 })),
  }
}

/** As if events of some types had not been logged; in half of the recordings some of them were, as what was observed then. */
function withoutTypes(events: readonly Event[], types: readonly Event['type'][], choose: Choose): readonly Event[] {
  const areStates = choose(2) === 0
  return events.flatMap((event): readonly Event[] => {
    if (!types.includes(event.type)) return [event]
    const { node, obs } = event
    return areStates && node !== undefined && obs !== undefined && choose(2) === 0 ? [{ type: 'state', node, obs }] : []
  })
}

/** Each event without its number and some of what was observed. */
function withoutFields(events: readonly Event[], choose: Choose): readonly Event[] {
  const keptOf4 = choose(4)
  return events.map(event => {
    const partOf = (obs: Observation): Observation | null => {
      const part = Object.entries(obs).filter(() => choose(4) < keptOf4)
      return part.length === 0 && event.type !== 'state' ? null : Object.fromEntries(part)
    }
    const { seq: _, ...rest } = event
    return withLess(rest, choose, partOf)
  })
}

/** An event with a part of what was observed, or none, and in half of the cases without its epoch and voters where it can do without. */
export function withLess(event: Event, choose: Choose, partOf: (obs: Observation) => Observation | null): Event {
  const fields = Object.entries(event).flatMap(([field, value]): [string, unknown][] => {
    if (field === 'obs') {
      const part = partOf(value as Observation)
      return part === null ? [] : [[field, part]]
    }
    if (field === 'epoch' && event.type !== 'promote') return choose(2) === 0 ? [] : [[field, value]]
    return field === 'voters' && choose(2) === 0 ? [] : [[field, value]]
  })
  return Object.fromEntries(fields) as unknown as Event
}

/** In one recording of three, some events are lost. A node's last is not: nothing would tell of that. */
function withLosses(events: readonly Event[], choose: Choose): readonly Event[] {
  if (choose(3) > 0) return events
  const later = new Set<string>()
  return events
    .toReversed()
    .filter(({ node }) => {
      if (node === undefined) return true
      const isLost = later.has(node) && choose(6) === 0
      later.add(node)
      return !isLost
    })
    .toReversed()
}

/** With one number of one event wrong by one. */
export function withError(trace: ForeignTrace, choose: Choose): ForeignTrace {
  const numbers = trace.events.flatMap(({ event }, at) => [
    ...('index' in event && typeof event.index === 'number' ? [{ at, field: null, value: event.index }] : []),
    ...Object.entries(event.obs ?? {}).flatMap(([field, value]) =>
      typeof value === 'number' ? [{ at, field, value }] : [],
    ),
  ])
  if (numbers.length === 0) return trace
  const { at, field, value } = numbers[choose(numbers.length)]
  const other = choose(2) === 0 || value < 2 ? value + 1 : value - 1
  const { event, line } = trace.events[at]
  const wrong = field === null ? { ...event, index: other } : { ...event, obs: { ...event.obs, [field]: other } }
  return { ...trace, events: trace.events.with(at, { event: wrong, line }) }
}

/** As if only the order of each node were known; the file has the lines of the nodes mixed anew. */
export function inNodeOrder(trace: ForeignTrace, choose: Choose): ForeignTrace {
  const events = trace.events.map(({ event }) => event)
  const order = mergeOrder(
    events,
    events.map(() => choose(1000)),
  )
  return {
    ...trace,
    header: { ...trace.header, clock: { order: 'node' } },
    events: order.map((rank, at) => ({ event: events[rank], line: at + 2 })),
  }
}

/** Without what some events observed. */
export function withoutObservations(trace: ForeignTrace, choose: Choose): ForeignTrace {
  const events = trace.events.map(({ event, line }) => {
    if (event.obs === undefined || event.type === 'state' || choose(3) > 0) return { event, line }
    const { obs: _, ...rest } = event
    return { event: rest, line }
  })
  return { ...trace, events }
}
