// Random expressions of the intermediate representation, and an evaluator that follows only its definition.
import { array, type Arbitrary, constantFrom, integer, letrec, nat, oneof, record, tuple } from 'fast-check'
import { type Binary, constant, type Expr, type Program } from '../../src/compile/ir/ir.ts'
import { ArithmeticProblem, simplify } from '../../src/compile/ir/simplify.ts'

/** Cells 0 to 5; the last three are indexed. */
export const RADICES = [1, 2, 3, 4, 2, 6]
const INDEXED = { at: 3, count: 3 }

class Fault extends Error {}

function valueOf(expr: Expr, cells: readonly number[], locals: ReadonlyMap<number, number>): number {
  const value = (inner: Expr): number => valueOf(inner, cells, locals)
  switch (expr.op) {
    case 'const':
      return expr.value
    case 'local':
      return locals.get(expr.local)!
    case 'load': {
      const { at, index, stride } = expr.cell
      return cells[at + (index === null ? 0 : value(index) * stride)]
    }
    case 'bits':
      return (value(expr.a) >>> 0).toString(2).replaceAll('0', '').length
    case 'choose':
      return value(expr.condition) === 0 ? value(expr.else) : value(expr.then)
    case 'let':
      return valueOf(expr.body, cells, new Map(locals).set(expr.local, value(expr.value)))
    case 'require':
      if (value(expr.condition) === 0) throw new Fault()
      return value(expr.body)
    case 'binary':
      return OPERATIONS[expr.kind](value(expr.a), value(expr.b))
  }
}

const OPERATIONS: { readonly [kind in Binary]: (a: number, b: number) => number } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => Math.floor(a / b),
  rem: (a, b) => a % b,
  eq: (a, b) => Number(a === b),
  ne: (a, b) => Number(a !== b),
  lt: (a, b) => Number(a < b),
  le: (a, b) => Number(a <= b),
  below: (a, b) => Number(a >>> 0 < b >>> 0),
  gt: (a, b) => Number(a > b),
  ge: (a, b) => Number(a >= b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b) => a << b,
  shr: (a, b) => a >>> b,
}

const binary = (kinds: readonly Binary[], a: Arbitrary<Expr>, b: Arbitrary<Expr>): Arbitrary<Expr> =>
  record({ op: constantFrom('binary' as const), kind: constantFrom(...kinds), a, b })
export const load = (at: number): Expr => ({ op: 'load', cell: { frame: 0, at, index: null, stride: 0, count: 1 } })

/** `local: k` is, while generated, the k-th let around it. */
const { number } = letrec<{ readonly number: Expr; readonly truth: Expr }>(tie => {
  const choose = (then: Arbitrary<Expr>, otherwise: Arbitrary<Expr>): Arbitrary<Expr> =>
    record({ op: constantFrom('choose' as const), condition: tie('truth'), then, else: otherwise })
  return {
    number: oneof(
      { maxDepth: 4 },
      integer({ min: -3, max: 7 }).map(constant),
      nat({ max: 5 }).map(load),
      nat({ max: 3 }).map((local): Expr => ({ op: 'local', local })),
      binary(['add', 'sub', 'mul'], tie('number'), tie('number')),
      binary(['div', 'rem'], tie('number'), constantFrom(-2, 1, 2, 3).map(constant)),
      // Whether a set has a member, and the set with only that one.
      binary(['shr'], nat({ max: 5 }).map(load), nat({ max: 5 }).map(load)).map((a): Expr => ({
        op: 'binary',
        kind: 'and',
        a,
        b: constant(1),
      })),
      binary(['shl'], constantFrom(constant(1)), nat({ max: 5 }).map(load)),
      tie('truth').map((a): Expr => ({ op: 'bits', a })),
      choose(tie('number'), tie('number')),
      tie('truth'),
      record({ op: constantFrom('let' as const), local: constantFrom(0), value: tie('number'), body: tie('number') }),
      record({ op: constantFrom('require' as const), condition: tie('truth'), body: tie('number') }),
      // An indexed load stands behind the check of its index, as lowering puts it.
      tie('number').map((index): Expr => ({
        op: 'require',
        condition: { op: 'binary', kind: 'below', a: index, b: constant(INDEXED.count) },
        body: { op: 'load', cell: { frame: 0, at: INDEXED.at, index, stride: 1, count: INDEXED.count } },
      })),
    ),
    truth: oneof(
      { maxDepth: 4 },
      constantFrom(0, 1).map(constant),
      constantFrom(1, 4).map(load),
      binary(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'below'], tie('number'), tie('number')),
      binary(['and', 'or'], tie('truth'), tie('truth')),
      choose(tie('truth'), tie('truth')),
      choose(tie('truth'), constantFrom(0, 1).map(constant)),
      choose(constantFrom(0, 1).map(constant), tie('truth')),
    ),
  }
})

/** Gives every let a local of its own, and every reference the let it means; without one it is a constant. */
function resolved(expr: Expr, around: readonly number[], next: { local: number }): Expr {
  const inner = (part: Expr): Expr => resolved(part, around, next)
  switch (expr.op) {
    case 'const':
      return expr
    case 'local':
      return expr.local < around.length ? { op: 'local', local: around[expr.local] } : constant(expr.local)
    case 'load':
      return expr.cell.index === null ? expr : { op: 'load', cell: { ...expr.cell, index: inner(expr.cell.index) } }
    case 'bits':
      return { op: 'bits', a: inner(expr.a) }
    case 'choose':
      return { op: 'choose', condition: inner(expr.condition), then: inner(expr.then), else: inner(expr.else) }
    case 'let': {
      const local = next.local++
      return { op: 'let', local, value: inner(expr.value), body: resolved(expr.body, [local, ...around], next) }
    }
    case 'require':
      return { op: 'require', condition: inner(expr.condition), body: inner(expr.body) }
    case 'binary':
      return { ...expr, a: inner(expr.a), b: inner(expr.b) }
  }
}

export const expressions = number.map(expr => resolved(expr, [], { local: 0 }))
export const states = array(tuple(...RADICES.map(radix => nat({ max: radix - 1 }))), { minLength: 12, maxLength: 12 })

export function simplified(holds: Expr): Expr | null {
  const program: Program = {
    steps: [],
    invariants: [{ name: 'law', holds, localCount: 0 }],
    transitions: [],
    final: null,
  }
  try {
    return simplify(program, RADICES).invariants[0].holds
  } catch (error) {
    if (error instanceof ArithmeticProblem) return null
    throw error
  }
}

export function outcome(expr: Expr, cells: readonly number[]): number | 'fault' {
  try {
    return valueOf(expr, cells, new Map()) + 0 // -0 is 0 in 32 bits
  } catch (error) {
    if (error instanceof Fault) return 'fault'
    throw error
  }
}
