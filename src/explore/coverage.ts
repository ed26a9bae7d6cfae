// What the threads of a compiled exploration counted for each action.
import type { Program } from '../compile/ir/ir.ts'
import type { Cells } from '../lang/container.ts'
import type { Machine } from '../lang/machine.ts'
import type { ActionCount } from './exploration.ts'
import { Guards } from './guards.ts'

/** What a compiled exploration needs: the program, and the machine whose steps it was lowered from, in their order. */
export interface Compiled {
  readonly machine: Machine
  readonly program: Program
}

/**
 * Sums what threads published: for each action enabled and taken, then for each step the new states. What the
 * configuration rules out is asked of the guards in the first state, as the native explorer does: the compiler often
 * knows of more, but a report must not depend on the engine.
 */
export function actionCounts(
  { machine, program }: Compiled,
  counts: BigUint64Array,
  threadCount: number,
  first: Cells | null,
): ReadonlyMap<string, ActionCount> {
  const names = Object.keys(machine.instance.actions)
  const size = names.length * 2 + program.steps.length
  const total = (index: number): number => {
    let sum = 0
    for (let thread = 0; thread < threadCount; thread++) sum += Number(counts[thread * size + index])
    return sum
  }
  const guards = new Guards(machine)
  const neverEnabled = (step: number, row: Cells): boolean => {
    machine.load(row)
    return guards.verdict(step, row) >= 0 && guards.neverEnabled(step)
  }
  return new Map(
    names.map((name, action) => {
      const steps = machine.steps.flatMap((step, index) => (step.action === name ? [index] : []))
      const fresh = steps.reduce((sum, step) => sum + total(names.length * 2 + step), 0)
      const enabled = total(action * 2)
      const ruledOut = enabled === 0 && first !== null && steps.every(step => neverEnabled(step, first))
      return [name, { enabled, taken: total(action * 2 + 1), new: fresh, ruledOut }]
    }),
  )
}
