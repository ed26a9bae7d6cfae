// Changes of a list of events that keep its numbers sound: seq without new holes, vector clocks that never go back. An
// event that is taken out or put in would otherwise give itself away by its number alone.
import type { Recorded } from '../format/foreign-trace.ts'
import type { Event } from '../format/repltrace.ts'

type Events = readonly Recorded[]

/** Takes an event out; the numbers of the node's later events close up. */
export function without(events: Events, at: number): Events {
  return renumbered(events.toSpliced(at, 1), at, events[at].event, -1)
}

/** Puts a copy of an event behind it, as one more event of its node. It has no id, which names one event. */
export function doubled(events: Events, at: number): Events {
  const { event, line } = events[at]
  const { id: _, ...rest } = event
  const actor = actorName(event)
  const own = event.vc?.[actor]
  const shifted = own === undefined ? events : events.map(recorded => counting(recorded, actor, own))
  const copy = {
    ...rest,
    ...(event.seq === undefined ? {} : { seq: event.seq + 1 }),
    ...(own === undefined ? {} : { vc: { ...event.vc, [actor]: own + 1 } }),
  } as Event
  return renumbered(shifted, at + 1, event, 1).toSpliced(at + 1, 0, { event: copy, line })
}

/** Exchanges two events of a node. Numbers and times belong to the place, so they stay. */
export function exchanged(events: Events, first: number, second: number): Events {
  return events
    .with(first, placed(events[second].event, events[first]))
    .with(second, placed(events[first].event, events[second]))
}

const OF_PLACE: ReadonlySet<string> = new Set(['seq', 'ts', 'vc'])

function placed(content: Event, place: Recorded): Recorded {
  const fields = Object.entries(content).filter(([field]) => !OF_PLACE.has(field))
  const numbers = Object.entries(place.event).filter(([field]) => OF_PLACE.has(field))
  return { ...place, event: Object.fromEntries([...fields, ...numbers]) as Event }
}

/** The same events with `seq` moved by `by` from a position on, for the actor of an event that has a number. */
function renumbered(events: Events, from: number, gone: Event, by: number): Events {
  if (gone.seq === undefined) return events
  const actor = actorName(gone)
  return events.map((recorded, position) => {
    const { event } = recorded
    if (position < from || event.seq === undefined || actorName(event) !== actor) return recorded
    return { ...recorded, event: { ...event, seq: event.seq + by } }
  })
}

/** One more event of an actor counted by every clock that counts more than `own`. */
function counting(recorded: Recorded, actor: string, own: number): Recorded {
  const { event } = recorded
  const count = event.vc?.[actor] ?? 0
  return count <= own ? recorded : { ...recorded, event: { ...event, vc: { ...event.vc, [actor]: count + 1 } } }
}

/** Whose numbers an event counts. */
export function actorName(event: Event): string {
  return event.node ?? ('client' in event && typeof event.client === 'string' ? event.client : '')
}
