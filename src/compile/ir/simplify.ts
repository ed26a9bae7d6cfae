// Simplification of lowered bodies and properties by what is known where an expression stands: the bounds of every
// cell, and the conditions that held on the way there. It removes checks that cannot fail, and replaces branches around
// little work by plain arithmetic: a branch that cannot be predicted costs more than a few comparisons.
// It changes no value, and no fault either: what may fail is never moved in front of the condition that protects it.
import { type Bounds, exactBounds, Facts, hasRoom } from './facts.ts'
import {
  type Binary,
  binary,
  choose,
  type CompiledProperty,
  type CompiledStep,
  constant,
  constantOf,
  type Expr,
  mayFault,
  not,
  ONE,
  type Program,
  require,
  type Statement,
  ZERO,
} from './ir.ts'

/** Work up to this, in instructions, is done rather than branched around. */
const CHEAP = 8

/**
 * Arithmetic that the engine would do otherwise than JavaScript: it has 32 bits, and no infinity. `step` or `property`
 * is the index or the name of what does it.
 */
export class ArithmeticProblem extends Error {
  readonly hint: string
  step: number | null = null
  property: string | null = null

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

const ARITHMETIC: ReadonlySet<Binary> = new Set(['add', 'sub', 'mul', 'div', 'rem'])

/** Refuses sums and products that may leave 32 bits, and divisors that may be 0: neither may pass in silence. */
function checkArithmetic({ kind, a, b }: Extract<Expr, { op: 'binary' }>, facts: Facts): void {
  if (!ARITHMETIC.has(kind)) return
  const [x, y] = [facts.boundsOf(a), facts.boundsOf(b)]
  if (kind === 'div' || kind === 'rem') {
    if (y.low <= 0 && y.high >= 0) {
      throw new ArithmeticProblem('divides by a number that may be 0.', 'Ask first:  d > 0 && Math.floor(a / d) …')
    }
    // Rounding towards minus infinity takes room for one more divisor.
    if (kind === 'div' && x.low < 0 && !hasRoom({ low: x.low + y.low * 2, high: x.high + y.high * 2 }))
      throw tooLarge(x)
    return
  }
  const exact = exactBounds(kind, x, y)
  if (exact !== null && !hasRoom(exact)) throw tooLarge(exact)
}

function tooLarge({ low, high }: Bounds): ArithmeticProblem {
  const [from, to] = [low, high].map(bound => bound.toLocaleString('en'))
  return new ArithmeticProblem(
    `computes with numbers from ${from} to ${to}, more than 32 bits hold.`,
    'Narrow the ranges they are made of, or guard them before computing.',
  )
}

/** The expression, as simple as it is where `facts` are known. */
function simplified(expr: Expr, facts: Facts): Expr {
  switch (expr.op) {
    case 'const':
      if (!hasRoom(facts.boundsOf(expr))) throw tooLarge(facts.boundsOf(expr))
      return expr
    case 'local':
      return facts.valueOf(expr.local) ?? expr
    case 'load': {
      const { index } = expr.cell
      const cell = index === null ? expr.cell : { ...expr.cell, index: simplified(index, facts) }
      const same: Expr = index === null ? expr : { op: 'load', cell }
      const { low, high } = facts.boundsOf(same)
      return low === high && !mayFault(same) ? constant(low) : same
    }
    case 'bits':
      return { op: 'bits', a: simplified(expr.a, facts) }
    case 'let': {
      const value = simplified(expr.value, facts)
      if (value.op === 'const' || value.op === 'local' || (value.op === 'load' && value.cell.index === null)) {
        return simplified(expr.body, facts.withValue(expr.local, value))
      }
      const body = simplified(expr.body, facts.withLocal(expr.local, facts.boundsOf(value)))
      return body.op === 'const' && !mayFault(value) ? body : { ...expr, value, body }
    }
    case 'require': {
      const condition = simplified(expr.condition, facts)
      return require(condition, simplified(expr.body, facts.assuming(condition, true)))
    }
    case 'choose':
      return decided(expr, facts)
    case 'binary': {
      const [a, b] = [simplified(expr.a, facts), simplified(expr.b, facts)]
      checkArithmetic({ ...expr, a, b }, facts)
      return compared(binary(expr.kind, a, b), facts)
    }
  }
}

/** A comparison whose answer is known. */
function compared(expr: Expr, facts: Facts): Expr {
  if (expr.op !== 'binary') return expr
  const truth = facts.knownTruth(expr)
  if (truth !== undefined) return truth ? ONE : ZERO
  if (mayFault(expr)) return expr
  const [a, b] = [facts.boundsOf(expr.a), facts.boundsOf(expr.b)]
  switch (expr.kind) {
    case 'below':
      if (a.low < 0 || b.low < 0) return expr
      return compared(binary('lt', expr.a, expr.b), facts)
    case 'lt':
      return a.high < b.low ? ONE : a.low >= b.high ? ZERO : expr
    case 'le':
      return a.high <= b.low ? ONE : a.low > b.high ? ZERO : expr
    case 'gt':
      return a.low > b.high ? ONE : a.high <= b.low ? ZERO : expr
    case 'ge':
      return a.low >= b.high ? ONE : a.high < b.low ? ZERO : expr
    case 'eq':
      return a.high < b.low || a.low > b.high ? ZERO : expr
    case 'ne':
      return a.high < b.low || a.low > b.high ? ONE : expr
    default:
      return expr
  }
}

function decided(expr: Extract<Expr, { op: 'choose' }>, facts: Facts): Expr {
  const condition = simplified(expr.condition, facts)
  const known = constantOf(condition)
  if (known !== null) return simplified(known === 0 ? expr.else : expr.then, facts)
  const then = simplified(expr.then, facts.assuming(condition, true))
  const otherwise = simplified(expr.else, facts.assuming(condition, false))
  const result = choose(condition, then, otherwise)
  if (result.op !== 'choose') return result
  return withoutBranch(result, facts) ?? result
}

/** A decision between truth values as arithmetic, when what it would skip is cheap and cannot fail. */
function withoutBranch(
  { condition, then, else: otherwise }: Extract<Expr, { op: 'choose' }>,
  facts: Facts,
): Expr | null {
  if (!isTruth(condition, facts)) return null
  if (constantOf(otherwise) === 0 && isTruth(then, facts) && isCheap(then, facts)) return binary('and', condition, then)
  if (constantOf(then) === 1 && isTruth(otherwise, facts) && isCheap(otherwise, facts))
    return binary('or', condition, otherwise)
  if (constantOf(otherwise) === 1 && isTruth(then, facts) && isCheap(then, facts))
    return binary('or', not(condition), then)
  return null
}

function isTruth(expr: Expr, facts: Facts): boolean {
  const { low, high } = facts.boundsOf(expr)
  return low >= 0 && high <= 1
}

function isCheap(expr: Expr, facts: Facts): boolean {
  return work(expr, facts) <= CHEAP
}

/** Instructions, roughly; infinite when the expression may fail. */
function work(expr: Expr, facts: Facts): number {
  switch (expr.op) {
    case 'const':
    case 'local':
      return 0
    case 'load': {
      const { index, count } = expr.cell
      if (index === null) return 1
      const { low, high } = facts.boundsOf(index)
      return low >= 0 && high < count ? 2 + work(index, facts) : Infinity
    }
    case 'bits':
      return 1 + work(expr.a, facts)
    case 'binary': {
      if ((expr.kind === 'div' || expr.kind === 'rem') && constantOf(expr.b) === null) return Infinity
      const own = expr.kind === 'div' || expr.kind === 'rem' ? 4 : 1
      return own + work(expr.a, facts) + work(expr.b, facts)
    }
    case 'choose':
      return Infinity
    case 'let':
      return work(expr.value, facts) + work(expr.body, facts)
    case 'require':
      return Infinity
  }
}

/** Statements in order, and what is known after them. */
function simplifiedAll(
  statements: readonly Statement[],
  start: Facts,
  seen = new Set<number>(),
): { readonly statements: readonly Statement[]; readonly facts: Facts } {
  let facts = start
  const result: Statement[] = []
  for (const statement of statements) {
    switch (statement.op) {
      case 'guard': {
        const condition = simplified(statement.condition, facts)
        facts = facts.assuming(condition, true)
        if (constantOf(condition) !== 1) result.push({ ...statement, condition })
        // Behind a guard that no state can satisfy nothing is reached.
        if (constantOf(condition) === 0) return { statements: result, facts }
        break
      }
      case 'let': {
        const value = simplified(statement.value, facts)
        const bounds = facts.boundsOf(value)
        if (seen.has(statement.local)) facts = facts.afterWrite(new Set([statement.local]))
        facts = facts.withLocal(statement.local, bounds)
        seen.add(statement.local)
        result.push({ ...statement, value })
        break
      }
      case 'require': {
        const condition = simplified(statement.condition, facts)
        facts = facts.assuming(condition, true)
        if (constantOf(condition) !== 1) result.push({ ...statement, condition })
        break
      }
      case 'store': {
        const { index } = statement.cell
        const cell = index === null ? statement.cell : { ...statement.cell, index: simplified(index, facts) }
        const value = simplified(statement.value, facts)
        const { low, high } = facts.boundsOf(value)
        const fits = statement.size !== null && low >= 0 && high < statement.size
        result.push({ ...statement, cell, value, size: fits ? null : statement.size })
        facts = facts.afterWrite()
        break
      }
      case 'if': {
        const condition = simplified(statement.condition, facts)
        const known = constantOf(condition)
        if (known !== null) {
          const taken = simplifiedAll(known === 0 ? statement.else : statement.then, facts, seen)
          result.push(...taken.statements)
          facts = taken.facts
          break
        }
        const then = simplifiedAll(statement.then, facts.assuming(condition, true), seen)
        const otherwise = simplifiedAll(statement.else, facts.assuming(condition, false), seen)
        result.push({ ...statement, condition, then: then.statements, else: otherwise.statements })
        facts = facts.afterWrite(assigned([statement]))
        break
      }
    }
  }
  return { statements: result, facts }
}

/** Locals that statements assign. */
export function assigned(statements: readonly Statement[]): ReadonlySet<number> {
  return new Set(
    statements.flatMap(statement => {
      if (statement.op === 'let') return [statement.local]
      return statement.op === 'if' ? [...assigned(statement.then), ...assigned(statement.else)] : []
    }),
  )
}

/**
 * The program with every body and property simplified.
 *
 * @throws ArithmeticProblem
 */
export function simplify(program: Program, radices: readonly number[]): Program {
  const property = (given: CompiledProperty): CompiledProperty => ({
    ...given,
    holds: noting({ property: given.name }, () => simplified(given.holds, new Facts(radices))),
  })
  const step = (given: CompiledStep, index: number): CompiledStep => ({
    ...given,
    body: noting({ step: index }, () => simplifiedAll(given.body, new Facts(radices)).statements),
  })
  return {
    steps: program.steps.map(step),
    invariants: program.invariants.map(property),
    transitions: program.transitions.map(property),
    final: program.final === null ? null : property(program.final),
  }
}

/** Adds to a problem where it is. */
function noting<T>(where: Partial<Pick<ArithmeticProblem, 'step' | 'property'>>, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof ArithmeticProblem ? Object.assign(error, where) : error
  }
}
