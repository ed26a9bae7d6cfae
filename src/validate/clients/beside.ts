// What clients saw in a trace that servers recorded as well. Their operations are judged as a history of clients is, but
// decide nothing: whether every read has to be of the newest value is a matter of the configuration, which may let
// followers answer.
import { type ClientJudgement, type ClientOptions, judgeClients } from './clients.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { EventType } from '../format/vocabulary.ts'

const OWN: ReadonlySet<EventType> = new Set<EventType>(['invoke', 'ok', 'fail', 'info', 'gap'])

/**
 * Judges the clients' part of a trace. Null where it has none that reads, for then it could say nothing of what clients
 * saw, and where the order of the file is not the order of things, for then which came first is not known.
 */
export function judgeBeside(trace: ForeignTrace, options: ClientOptions): ClientJudgement | null {
  const { header, events } = trace
  if (header.clock?.order !== 'total') return null
  const own = events.filter(({ event }) => OWN.has(event.type))
  if (!own.some(({ event }) => event.type === 'invoke' && (event.f === 'read' || event.f === 'cas'))) return null
  return judgeClients(
    { ...trace, header: { ...header, clock: { ...header.clock, order: 'client' } }, events: own },
    options,
  )
}
