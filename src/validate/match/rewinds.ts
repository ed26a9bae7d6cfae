// What events tell of logs that were shortened to rejoin: while a node was down, before its restart, and as it began to
// follow another leader, which a model does in one step.
import { lastOf } from '../format/bounds.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Event } from '../format/repltrace.ts'
import type { EventType } from '../format/vocabulary.ts'

/** What was done to the log of a node that was down, before it was started again. */
export interface Rewind {
  readonly from: string
  /** Up to where its own log was kept; null when nothing was removed. */
  readonly kept: number | null
  /** Up to where the other node's entries were brought in; null when none were. */
  readonly last: number | null
}

/** Rewinds of nodes that are down, by the restart after them: a stopped node's files are changed from outside. */
export function rewindsOf(events: ForeignTrace['events']): ReadonlyMap<Event, Rewind> {
  const rewinds = new Map<Event, Rewind>()
  const open = new Map<string, Rewind | null>()
  for (const { event } of events) {
    if (event.node === undefined || event.node === null) continue
    const node = event.node
    if (event.type === 'crash') open.set(node, null)
    const so = open.get(node)
    if (so === undefined) continue
    if (event.type === 'restart') {
      if (so !== null) rewinds.set(event, so)
      open.delete(node)
    } else if (event.type === 'truncate' || event.type === 'catch-up') {
      const from = event.from ?? so?.from
      if (from === undefined) continue
      const index = event.index === undefined ? null : lastOf(event.index)
      open.set(node, {
        from,
        kept: event.type === 'truncate' ? index : (so?.kept ?? null),
        last: event.type === 'catch-up' ? index : (so?.last ?? null),
      })
    }
  }
  return rewinds
}

/** What is done with a log: an event that tells of a truncation stands before it, if only after a crash. */
const AFTERWARDS: ReadonlySet<EventType> = new Set<EventType>(['append', 'receive', 'catch-up', 'promote', 'follow'])

/** The `follow` events after which no truncation of the node is told before its log is written. */
export function keepingFollows(events: ForeignTrace['events']): ReadonlySet<Event> {
  const keeping = new Set<Event>()
  const open = new Map<string, Event>()
  for (const { event } of events) {
    if (event.node === undefined || event.node === null) continue
    const follow = open.get(event.node)
    if (event.type === 'truncate') open.delete(event.node)
    if (!AFTERWARDS.has(event.type)) continue
    if (follow !== undefined) keeping.add(follow)
    if (event.type === 'follow') open.set(event.node, event)
    else open.delete(event.node)
  }
  return keeping
}
