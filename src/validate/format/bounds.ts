// What was observed of a number: the number itself, or bounds of it; and positions that are one or a range.
import type { Append, Event, Observation } from './repltrace.ts'

type Bounded = NonNullable<Observation['last']>

/** The least that it can have been. */
export function lowest(bounded: Bounded): number {
  return typeof bounded === 'number' ? bounded : (bounded.ge ?? 0)
}

/** The most that it can have been. */
export function highest(bounded: Bounded): number {
  return typeof bounded === 'number' ? bounded : (bounded.le ?? Infinity)
}

/** The first of the positions. */
export function firstOf(index: Append['index']): number {
  return typeof index === 'number' ? index : index[0]
}

/** The last of the positions; 0 when none is told. */
export function lastOf(index: Append['index'] | undefined): number {
  return index === undefined ? 0 : typeof index === 'number' ? index : index[1]
}

/** Where an event may say a position beside its observation. */
interface Positions {
  readonly index?: Append['index']
  readonly commit?: number
}

/** The furthest position that an event says some log to have; 0 when it says none. */
export function furthestOf(event: Event): number {
  const { index, commit = 0 } = event as Positions
  const { last, commit: seen, applied, synced, log = [] } = event.obs ?? {}
  const least = [last, seen, applied, synced].flatMap(bounds => bounds ?? []).map(lowest)
  return Math.max(lastOf(index), commit, log.length, ...least)
}
