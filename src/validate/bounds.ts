// What was observed of a number: the number itself, or bounds of it; and positions that are one or a range.
import type { Append, Observation } from './repltrace.ts'

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
