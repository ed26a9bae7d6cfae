// What the threads of a compiled exploration counted for each action.
import { isRuledOut } from '../compile/expander.ts'
import type { Program } from '../compile/ir.ts'
import type { Machine } from '../lang/machine.ts'
import type { ActionCount } from './exploration.ts'

/** What a compiled exploration needs: the program, and the machine whose steps it was lowered from, in their order. */
export interface Compiled {
  readonly machine: Machine
  readonly program: Program
}

/** Sums what threads published: for each action enabled and taken, then for each step the new states. */
export function actionCounts(
  { machine, program }: Compiled,
  counts: BigUint64Array,
  threadCount: number,
): ReadonlyMap<string, ActionCount> {
  const names = Object.keys(machine.instance.actions)
  const size = names.length * 2 + program.steps.length
  const total = (index: number): number => {
    let sum = 0
    for (let thread = 0; thread < threadCount; thread++) sum += Number(counts[thread * size + index])
    return sum
  }
  return new Map(
    names.map((name, action) => {
      const steps = machine.steps.flatMap((step, index) => (step.action === name ? [index] : []))
      const fresh = steps.reduce((sum, step) => sum + total(names.length * 2 + step), 0)
      const ruledOut = steps.every(step => isRuledOut(program.steps[step]))
      return [name, { enabled: total(action * 2), taken: total(action * 2 + 1), new: fresh, ruledOut }]
    }),
  )
}
