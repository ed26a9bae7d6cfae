// Whether steps that nobody recorded may have written parts of the state between two events. A step that some part of the
// state disables has not happened while that part was what it is; what that part is, such steps must not write either. So
// regions are gathered until no step is left that may write one of them and is not disabled by them. Were one of them
// written all the same, then first by a step that they, as they were up to then, disable.
import type { Step } from '../../lang/machine.ts'
import { Range } from '../../lang/scalars.ts'
import { allOf, firstOf, type Fixings } from './fixings.ts'
import type { Position } from './conformance.ts'
import { Slice } from './slice.ts'

/** The time between two events. */
export interface Interval {
  /** The position at its beginning: later on the way that was taken, hidden steps may have changed what they can. */
  readonly position: Position
  /** For each cell of the position's model its region; null of those whose numbers cannot be compared. */
  readonly regions: readonly (string | null)[]
  /** The steps that may happen in hiding and may write a region. */
  readonly hiddenIn: (region: string) => readonly Step[]
  /** Why a region is as it is at the interval's beginning, and no event writes it until the end; null when that is not known. */
  readonly whyHeld: (region: string) => Fixings | null
}

/** Why a region is the same all the time in every order, whatever nobody recorded; null when that is not known. */
export function whyQuiet(region: string, { position, regions, hiddenIn, whyHeld }: Interval): Fixings | null {
  const { model, row } = position
  const held = new Map<string, Fixings>()
  const hold = (of: string | null): Fixings | null => {
    const known = of === null ? null : (held.get(of) ?? whyHeld(of))
    if (of !== null && known !== null) held.set(of, known)
    return known
  }
  if (hold(region) === null) return null
  const disabled = new Set<Step>()
  // What is held because of one region is looked through in its turn.
  for (const of of held.keys())
    for (const step of hiddenIn(of)) {
      if (disabled.has(step)) continue
      // In another order the window may have room for more positions than this one.
      const guards = Object.values(step.parameters).some(domain => domain instanceof Range)
        ? null
        : model.guardsOf(step)
      if (guards === null) return null
      const { falseParts } = new Slice(guards, row)
      if (firstOf(falseParts, cells => allOf(new Set([...cells].map(cell => regions[cell])), hold)) === null)
        return null
      disabled.add(step)
    }
  return allOf(held.values(), fixings => fixings)
}
