// The instances of an action as the expander sees them: what decides whether one is enabled, apart from what follows.
import type { ExpanderInput } from './expander.ts'
import { type CompiledStep, constantOf, type Expr, type Statement, statementMayFault } from '../ir/ir.ts'

/** One instance: what decides whether it is enabled, apart from what follows. */
export interface Leaf {
  readonly items: readonly { readonly statement: Statement; readonly key: string }[]
  readonly body: readonly Statement[]
  readonly index: number
  readonly localCount: number
}

/** True when the configuration and the arguments alone decide against a step, and nothing before that can go wrong. */
function isRuledOut(step: CompiledStep): boolean {
  const closed = step.body.findIndex(statement => statement.op === 'guard' && constantOf(statement.condition) === 0)
  return closed >= 0 && !step.body.slice(0, closed).some(statementMayFault)
}

/** Everything up to the last guard decides whether the step is enabled; a guard that is a conjunction is several. */
function split(step: CompiledStep, index: number): Leaf {
  const last = step.body.findLastIndex(statement => statement.op === 'guard')
  const items = step.body
    .slice(0, last + 1)
    .flatMap(statement =>
      statement.op === 'guard'
        ? conjuncts(statement.condition).map((condition): Statement => ({ ...statement, condition }))
        : [statement],
    )
  return {
    items: items.map(statement => ({ statement, key: JSON.stringify({ ...statement, offset: 0 }) })),
    body: step.body.slice(last + 1),
    index,
    localCount: step.localCount,
  }
}

function conjuncts(condition: Expr): readonly Expr[] {
  if (condition.op !== 'choose' || constantOf(condition.else) !== 0) return [condition]
  return [...conjuncts(condition.condition), ...conjuncts(condition.then)]
}

/** The instances of an action that the configuration does not rule out, in order. */
export function instancesOf(action: number, { program, actionOf }: ExpanderInput): readonly Leaf[] {
  return program.steps.flatMap((step, index) =>
    actionOf[index] === action && !isRuledOut(step) ? [split(step, index)] : [],
  )
}
