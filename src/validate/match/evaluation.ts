// A lowered expression, evaluated in one state: not quickly, but with every part's value, so that a false guard can say
// what it needed and what it had. Natively a guard ends at its first false part; here all parts are asked.
import { bitCount, calculate, type Expr, type Statement } from '../../compile/ir/ir.ts'
import { assigned } from '../../compile/ir/simplify.ts'
import type { Cells } from '../../lang/container.ts'

/** One condition of a guard that is a conjunction, or the whole guard. */
interface Part {
  /** Null when evaluating it would be a fault, such as an entry read past the end of a log. */
  readonly holds: boolean | null
  /** Of a comparison, the two numbers compared and how; null of others. */
  readonly compared: { readonly left: number; readonly sign: string; readonly right: number } | null
  /** The cells that were read, in the order of reading. */
  readonly cells: readonly number[]
}

export interface GuardValue {
  /** Where the guard stands in the specification's text. */
  readonly offset: number
  readonly holds: boolean
  readonly parts: readonly Part[]
}

/** Every guard of a lowered body in a state, also those behind a false one. */
export function guardsOf(body: readonly Statement[], row: Cells): readonly GuardValue[] {
  const evaluation = new Evaluation(row)
  const guards: GuardValue[] = []
  for (const statement of body) {
    evaluation.take(statement)
    if (statement.op !== 'guard') continue
    const parts = conjuncts(statement.condition).map(part => evaluation.part(part))
    guards.push({ offset: statement.offset, holds: parts.every(({ holds }) => holds === true), parts })
  }
  return guards
}

/** `a && b` is lowered to a choice between `b` and false, or to `and` where both are only compared. */
export function conjuncts(condition: Expr): readonly Expr[] {
  if (condition.op === 'binary' && condition.kind === 'and' && isTruth(condition.a) && isTruth(condition.b))
    return [...conjuncts(condition.a), ...conjuncts(condition.b)]
  if (condition.op !== 'choose' || condition.else.op !== 'const' || condition.else.value !== 0) return [condition]
  return [...conjuncts(condition.condition), ...conjuncts(condition.then)]
}

function isTruth(expr: Expr): boolean {
  return expr.op === 'binary' && (expr.kind in SIGNS || (expr.kind === 'and' && isTruth(expr.a) && isTruth(expr.b)))
}

const SIGNS: { readonly [kind: string]: string } = { eq: '=', ne: '≠', lt: '<', le: '≤', gt: '>', ge: '≥' }

/** Evaluation met a fault, as behind a false guard it may. */
export class Fault extends Error {}

/** What a part comes to; null when evaluating it is a fault. */
export function attempted<T>(part: () => T): T | null {
  try {
    return part()
  } catch (error) {
    if (error instanceof Fault) return null
    throw error
  }
}

class Evaluation {
  private readonly row: Cells
  private readonly locals = new Map<number, number | null>()
  private read: number[] = []

  constructor(row: Cells) {
    this.row = row
  }

  /** Does what a statement does to locals. Nothing before a guard writes cells; the guard itself is judged elsewhere. */
  take(statement: Statement): void {
    if (statement.op === 'let') return this.bind(statement.local, statement.value)
    if (statement.op !== 'if') return
    const decided = this.attempt(statement.condition)
    if (decided !== null) return (decided !== 0 ? statement.then : statement.else).forEach(inner => this.take(inner))
    // Of locals that were or were not assigned, nothing is known.
    for (const local of assigned([statement])) this.locals.set(local, null)
  }

  private bind(local: number, value: Expr): void {
    this.locals.set(local, this.attempt(value))
  }

  part(expr: Expr): Part {
    this.read = []
    const value = this.attempt(expr)
    const cells = [...new Set(this.read)]
    const sign = expr.op === 'binary' ? SIGNS[expr.kind] : undefined
    if (expr.op !== 'binary' || sign === undefined || value === null)
      return { holds: value === null ? null : value !== 0, compared: null, cells }
    // A cell against a constant is told better by the cell's own name and value.
    if (expr.a.op === 'load' || expr.b.op === 'load') return { holds: value !== 0, compared: null, cells }
    const compared = { left: this.value(expr.a), sign, right: this.value(expr.b) }
    return { holds: value !== 0, compared, cells }
  }

  private attempt(expr: Expr): number | null {
    return attempted(() => this.value(expr))
  }

  private value(expr: Expr): number {
    switch (expr.op) {
      case 'const':
        return expr.value
      case 'local': {
        const known = this.locals.get(expr.local) ?? null
        if (known === null) throw new Fault()
        return known
      }
      case 'load': {
        const { at, index, stride } = expr.cell
        const cell = index === null ? at : at + this.value(index) * stride
        this.read.push(cell)
        return this.row[cell] ?? 0
      }
      case 'binary':
        return calculate(expr.kind, this.value(expr.a), this.value(expr.b))
      case 'bits':
        return bitCount(this.value(expr.a))
      case 'choose':
        return this.value(expr.condition) !== 0 ? this.value(expr.then) : this.value(expr.else)
      case 'let':
        this.bind(expr.local, expr.value)
        return this.value(expr.body)
      case 'require':
        if (this.value(expr.condition) === 0) throw new Fault()
        return this.value(expr.body)
    }
  }
}
