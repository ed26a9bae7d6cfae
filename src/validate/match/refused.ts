// How far an event that no state could take got: through which of its calls, and which guards stopped it.
import type { Cells } from '../../lang/container.ts'
import type { Step } from '../../lang/machine.ts'
import type { Attempt, Call } from './binding.ts'
import type { Position } from './conformance.ts'
import { guardsOf } from './evaluation.ts'
import type { Recorded } from '../format/foreign-trace.ts'
import type { Labels } from './labels.ts'
import type { Model, Subject } from './model.ts'
import { isTrue, outcomesOf } from './outcomes.ts'

/** How far the calls of an attempt got, one after the other, the first way that each may be taken. */
export interface Reach {
  /** The state after the calls that were taken. */
  readonly row: Cells
  /** What the first call was taken as; null when none was. */
  readonly first: Step | null
  /** The call that was not enabled; null when all were. */
  readonly disabled: Call | null
}

export function reachOf({ calls }: Attempt, position: Position, subject: Subject): Reach {
  let row = position.row
  let first: Step | null = null
  for (const call of calls) {
    const [way] = outcomesOf({ calls: [call], claims: [] }, position, row, subject)
    if (way === undefined) return { row, first, disabled: call }
    first ??= way.steps[0]
    row = way.row
  }
  return { row, first, disabled: null }
}

/** A guard by its action and its place among those of the lowered body, as a rejection lists them. */
export interface GuardName {
  readonly action: string
  readonly index: number
}

/** Guards of which one alone keeps the event from being a step, each for an action that it may stand for. */
export function soleFalseGuards(
  { event }: Recorded,
  position: Position,
  labels: Labels,
  subject: Subject,
): readonly GuardName[] {
  const { model, row, shift } = position
  const reading = subject.binding.read(event, model.stateOf(row), labels, shift, subject.config)
  return (reading?.attempts ?? []).flatMap(attempt => {
    const agrees = attempt.claims.every(claim => claim.at !== 'before' || isTrue(claim, model, row, shift, subject))
    const { disabled, row: reached } = reachOf(attempt, position, subject)
    if (!agrees || disabled === null) return []
    return model.stepsOf(disabled).flatMap(step => {
      const body = model.guardsOf(step)
      if (body === null) return []
      const guards = guardsOf(body, reached)
      const wrong = guards.flatMap(({ holds }, index) => (holds ? [] : [index]))
      return wrong.length === 1 ? [{ action: step.action, index: wrong[0] }] : []
    })
  })
}

/** The cells that the false guards of a step read. */
export function falseCells(model: Model, step: Step, row: Cells): readonly number[] {
  const body = model.guardsOf(step)
  if (body === null) return model.falseGuardCells(step, row)
  const parts = guardsOf(body, row).flatMap(guard => guard.parts)
  return parts.flatMap(({ holds, cells }) => (holds === true ? [] : cells))
}
