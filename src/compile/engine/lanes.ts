// What a lane of a vector can hold. Numbers are kept modulo the width of a lane, so an expression is computed in lanes only
// where bounds prove that no two of its values, nor of its parts', fall together; others are left to the code for one state.
import type { Bounds, Facts } from '../ir/facts.ts'
import { constantOf, type Expr } from '../ir/ir.ts'

export type LaneBytes = 1 | 2

/** A cell read by a computed index is chosen among this many at most. */
const MAX_CHOICES = 32

/** A function of one number is looked up when the number has at most so many values. */
const MAX_TABLE = 64

export class Lanes {
  readonly bytes: LaneBytes

  constructor(bytes: LaneBytes) {
    this.bytes = bytes
  }

  /** True when an expression can be computed in lanes. */
  fit(expr: Expr, facts: Facts): boolean {
    switch (expr.op) {
      case 'const':
      case 'local':
        return this.holds(facts.boundsOf(expr))
      case 'load': {
        const { index, count } = expr.cell
        return this.holds(facts.boundsOf(expr)) && (index === null || (count <= MAX_CHOICES && this.fit(index, facts)))
      }
      case 'bits':
        return this.bytes === 1 && facts.boundsOf(expr.a).low >= 0 && this.fit(expr.a, facts)
      case 'choose':
        return (
          this.holds(facts.boundsOf(expr)) &&
          [expr.condition, expr.then, expr.else].every(part => this.fit(part, facts))
        )
      case 'let':
        return (
          this.fit(expr.value, facts) && this.fit(expr.body, facts.withLocal(expr.local, facts.boundsOf(expr.value)))
        )
      case 'require':
        return this.fit(expr.condition, facts) && this.fit(expr.body, facts)
      case 'binary':
        return this.binaryFits(expr, facts)
    }
  }

  private binaryFits(expr: Extract<Expr, { op: 'binary' }>, facts: Facts): boolean {
    const { kind, a, b } = expr
    const tested = testedBit(expr)
    if (tested !== null && this.bitTestFits(tested, facts)) return true
    if (!this.fit(a, facts) || !this.fit(b, facts) || !this.holds(facts.boundsOf(expr))) return false
    const [x, y] = [facts.boundsOf(a), facts.boundsOf(b)]
    switch (kind) {
      case 'add':
      case 'sub':
      case 'and':
      case 'or':
      case 'xor':
        return true
      case 'eq':
      case 'ne':
      case 'lt':
      case 'le':
      case 'gt':
      case 'ge':
        return this.isSigned(x, y) || this.isUnsigned(x, y)
      case 'below':
        return y.low >= 0 && (this.isSigned(x, y) || this.isUnsigned(x, y))
      case 'shl':
      case 'shr':
        if (x.low >= 0 && constantOf(b) !== null) return y.low >= 0 && y.low < this.bytes * 8
        return this.isTabled(expr, facts)
      case 'mul':
        return this.bytes === 2 || this.isTabled(expr, facts)
      case 'div':
      case 'rem':
        return this.isTabled(expr, facts)
    }
  }

  /** True for a function of one number with few values. */
  private isTabled({ a, b }: Extract<Expr, { op: 'binary' }>, facts: Facts): boolean {
    const argument = constantOf(a) === null ? a : b
    if (this.bytes !== 1 || (constantOf(a) === null && constantOf(b) === null)) return false
    const { low, high } = facts.boundsOf(argument)
    return high - low < MAX_TABLE
  }

  bitTestFits({ word, place }: BitTest, facts: Facts): boolean {
    const { low, high } = facts.boundsOf(place)
    return (
      this.bytes === 1 &&
      low >= 0 &&
      high < 8 &&
      facts.boundsOf(word).low >= 0 &&
      this.fit(word, facts) &&
      this.fit(place, facts)
    )
  }

  /** True when every number between the bounds is told apart by a lane. */
  private holds(bounds: Bounds): boolean {
    return this.isSigned(bounds) || this.isUnsigned(bounds)
  }
  isSigned(...bounds: readonly Bounds[]): boolean {
    const half = 2 ** (this.bytes * 8 - 1)
    return bounds.every(({ low, high }) => low >= -half && high < half)
  }
  private isUnsigned(...bounds: readonly Bounds[]): boolean {
    return bounds.every(({ low, high }) => low >= 0 && high < 2 ** (this.bytes * 8))
  }
}

export interface BitTest {
  readonly word: Expr
  readonly place: Expr
}

/** `(word >>> place) & 1`: whether a set has a member. */
export function testedBit(expr: Expr): BitTest | null {
  if (expr.op !== 'binary' || expr.kind !== 'and' || constantOf(expr.b) !== 1) return null
  const { a } = expr
  return a.op === 'binary' && a.kind === 'shr' ? { word: a.a, place: a.b } : null
}

export function isTruth(...bounds: readonly Bounds[]): boolean {
  return bounds.every(({ low, high }) => low >= 0 && high <= 1)
}
