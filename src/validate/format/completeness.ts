// What a header leaves unsaid and everybody who reads the trace takes for granted, as data: reports list it, and with
// --strict nothing may be left unsaid.
import type { ForeignTrace } from './foreign-trace.ts'
import type { Header } from './repltrace.ts'
import { EVENT_TYPES, type EventType } from './vocabulary.ts'

export type Completeness = 'all' | 'some' | 'none'

export interface Assumption {
  /** The header's field, such as `complete.append`. */
  readonly field: string
  /** What is taken to stand there. */
  readonly value: string | number | null
  readonly why: string
}

/** Types whose events are no steps, so that none can be missing between two steps. */
const STEPLESS: ReadonlySet<EventType> = new Set<EventType>(['state', 'gap', 'note'])

/** What a recorder notices whenever it happens: where no such event occurs, it did not happen. */
const NOTICED: ReadonlySet<EventType> = new Set<EventType>(['promote', 'crash', 'restart', 'partition', 'heal'])

/** How completely the events of a type were recorded, said or assumed. */
export function completeness(header: Header, occurring: ReadonlySet<EventType>, type: EventType): Completeness {
  return header.complete?.[type] ?? (occurring.has(type) || NOTICED.has(type) ? 'all' : 'none')
}

export function assumptions(trace: Pick<ForeignTrace, 'header' | 'events'>): readonly Assumption[] {
  return assumptionsOf(trace.header, new Set(trace.events.map(({ event }) => event.type)), readsOccur(trace))
}

function readsOccur({ events }: Pick<ForeignTrace, 'events'>): boolean {
  return events.some(({ event }) => isRead(event))
}

/** Whether an event is a read, asks for one or says that it answers one. */
export function isRead(event: ForeignTrace['events'][number]['event']): boolean {
  if (event.type === 'read') return true
  return (event.type === 'invoke' || event.type === 'ok' || event.type === 'reply') && event.f === 'read'
}

/** As `assumptions`, for one who did not keep the events. */
export function assumptionsOf(
  header: Header,
  occurring: ReadonlySet<EventType>,
  reads: boolean,
): readonly Assumption[] {
  return [
    ...clockAssumptions(header),
    ...EVENT_TYPES.filter(type => header.complete?.[type] === undefined && !STEPLESS.has(type)).map(type => ({
      field: `complete.${type}`,
      value: completeness(header, occurring, type),
      why: occurring.has(type) ? 'such events occur' : NOTICED.has(type) ? 'it did not happen' : 'no such event occurs',
    })),
    ...initAssumptions(header),
    ...(reads && header.ops?.nil === undefined
      ? [{ field: 'ops.nil', value: 'absent', why: 'there are reads, though none of null' }]
      : []),
  ]
}

function clockAssumptions({ clock }: Header): readonly Assumption[] {
  const found: Assumption[] = []
  if (clock?.order === undefined)
    found.push({ field: 'clock.order', value: 'node', why: 'the weakest order that a recorder keeps by itself' })
  if (clock?.order === 'interval' && clock.maxSkewNs === undefined)
    found.push({ field: 'clock.maxSkewNs', value: '0', why: 'times are compared as if there were one clock' })
  return found
}

function initAssumptions({ init }: Header): readonly Assumption[] {
  const why = 'the trace begins with the system, before anything was written'
  const found: Assumption[] = []
  if (init?.leader === undefined) found.push({ field: 'init.leader', value: null, why })
  if (init?.epoch === undefined) found.push({ field: 'init.epoch', value: 0, why })
  if (init?.last === undefined) found.push({ field: 'init.last', value: 0, why })
  return found
}
