// What clients saw in a trace that servers recorded as well. Their operations are judged as a history of clients is, but
// decide nothing: whether every read has to be of the newest value is a matter of the configuration, which may let
// followers answer.
import { type ClientJudgement, type ClientOptions, judgeClients, unjudgedFor } from './clients.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { EventType } from '../format/vocabulary.ts'

const OWN: ReadonlySet<EventType> = new Set<EventType>(['invoke', 'ok', 'fail', 'info', 'gap'])

/** Whether a trace has clients that read; without, it could say nothing of what clients saw. */
export function hasReaders({ events }: ForeignTrace): boolean {
  return events.some(({ event }) => event.type === 'invoke' && (event.f === 'read' || event.f === 'cas'))
}

/** Judges the clients' part of a trace; where the order of the file is not the order of things, says that it cannot. */
export function judgeBeside(trace: ForeignTrace, options: ClientOptions): ClientJudgement {
  const { header, events } = trace
  const { order = 'node' } = header.clock ?? {}
  if (order !== 'total')
    return unjudgedFor(
      `Which of their operations came first is told only by clock.order "total"; here it is "${order}".`,
    )
  const own = events.filter(({ event }) => OWN.has(event.type))
  return judgeClients(
    { ...trace, header: { ...header, clock: { ...header.clock, order: 'client' } }, events: own },
    options,
  )
}
