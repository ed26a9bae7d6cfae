// Guards: what must hold for an action to be enabled. Natively a false guard ends the body by throwing one frozen
// sentinel; no stack is captured, so it stays cheap, and nobody can mistake it for an error.

import { showForeign } from './container.ts'
import { SpecFault } from './fault.ts'

/** Thrown by a false guard; never leaves the explorer. */
export const DISABLED: { readonly disabled: true } = Object.freeze({ disabled: true })

/** Who wants to hear of each guard a body meets: the explorer, while it watches one run. */
export const guards: { listener: ((holds: boolean) => void) | null } = { listener: null }

/**
 * Requires `condition` for the action to be enabled. Guards come first in a body: after the first write there is none.
 *
 * @throws the sentinel `DISABLED` when the condition is false; the explorer reads it as "not enabled here".
 * @throws SpecFault `condition` when it is neither true nor false.
 */
export function guard(condition: boolean): asserts condition {
  if (typeof condition !== 'boolean') throw noCondition('a guard was given', condition)
  if (guards.listener !== null) guards.listener(condition)
  if (!condition) throw DISABLED
}

/** What neither holds nor fails: `0` is not false, and a function without `return` gives nothing. */
export function noCondition(where: string, value: unknown): SpecFault {
  return new SpecFault(
    'condition',
    `${where} ${showForeign(value)}, which is not a truth value.`,
    'Compare explicitly, such as x !== 0; a function in braces needs a return.',
  )
}
