// Values as of now: what is computed for them is computed before the writes that follow.
import { both, choose, constantOf, type Expr, isSimple, not, ONE, type Statement, ZERO } from '../ir/ir.ts'
import { type Meaning, number } from './meaning.ts'
import type { Lowering } from './scope.ts'

export function emit(lowering: Lowering, statement: Statement): void {
  lowering.sink?.push(statement)
}

/** A meaning that later writes do not change: what is computed for it is computed here. */
export function asOfNow(meaning: Meaning, lowering: Lowering, reached: Expr = ONE): Meaning {
  // What is not reached is not computed: it might fault.
  const now = (expr: Expr): Expr => remembered(choose(reached, expr, ZERO), lowering)
  switch (meaning.kind) {
    case 'number':
      return number(constantOf(meaning.expr) === null ? now(meaning.expr) : meaning.expr, meaning.type)
    case 'object':
      return {
        ...meaning,
        fields: new Map(Array.from(meaning.fields, ([name, field]) => [name, asOfNow(field, lowering, reached)])),
      }
    case 'decision': {
      const condition = now(meaning.condition)
      const then = asOfNow(meaning.then, lowering, both(reached, condition))
      return {
        ...meaning,
        condition,
        then,
        otherwise: asOfNow(meaning.otherwise, lowering, both(reached, not(condition))),
      }
    }
    case 'container': {
      const { place } = meaning
      return place.index === null ? meaning : { ...meaning, place: { ...place, index: now(place.index) } }
    }
    default:
      return meaning
  }
}

export function remembered(value: Expr, lowering: Lowering): Expr {
  if (isSimple(value) && !(value.op === 'local' && lowering.variables.has(value.local))) return value
  const local = lowering.local()
  emit(lowering, { op: 'let', local, value })
  return { op: 'local', local }
}
