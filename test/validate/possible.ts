// Of events that mean nothing in particular, those that some cluster could have recorded, in the order in which they stand.
import { lastOf } from '../../src/validate/format/bounds.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'

interface Entry {
  readonly op?: string | undefined
  readonly epoch?: number | undefined
}

/**
 * Leaves out what writes past the end of a log, receives what the sender does not have, streams to a log that is no
 * beginning of the source's, or answers what the client has learnt. An event that lists a log lists the one that its node
 * has. Nothing is lost in crashes.
 */
export function possible(events: readonly Event[]): Event[] {
  const logs = new Map<string, readonly Entry[]>()
  const learnt = new Set<string>()
  const logOf = (name: string): readonly Entry[] => logs.get(name) ?? []
  return events.flatMap(event => {
    if (event.type === 'ok') learnt.add(event.op)
    if (event.type === 'reply' && learnt.has(event.op)) return []
    if (event.node === undefined) return [event]
    const before = logOf(event.node)
    const after = changed(event, before, logOf)
    if (after === null) return []
    logs.set(event.node, after)
    if (event.obs?.log === undefined) return [event]
    const log = (event.obs.at === 'before' ? before : after).map(({ op }) => op!)
    return [{ ...event, obs: { ...event.obs, log } }]
  })
}

/** A node's log after an event; null when the event cannot be. */
function changed(
  event: Event,
  log: readonly Entry[],
  logOf: (name: string) => readonly Entry[],
): readonly Entry[] | null {
  if (event.type === 'truncate') return log.slice(0, lastOf(event.index))
  if (event.type === 'catch-up') {
    const source = logOf(event.from)
    return event.how !== 'log' || log.every((entry, at) => same(entry, source[at])) ? source : null
  }
  if (event.type !== 'append' && event.type !== 'receive') return log
  const at = lastOf(event.index) - 1
  const entry = event.type === 'append' ? event : logOf(event.from)[at]
  if (at > log.length || entry === undefined) return null
  return same(entry, log[at]) ? log : [...log.slice(0, at), { op: entry.op, epoch: entry.epoch }]
}

function same({ op, epoch }: Entry, other: Entry | undefined): boolean {
  return other?.op === op && other?.epoch === epoch
}
