// What is known at one place of a body while it is simplified: the bounds of cells and locals, and the conditions that
// held on the way there.
import { type Binary, binary, cellsOf, constantOf, type Expr, not } from './ir.ts'

export interface Bounds {
  readonly low: number
  readonly high: number
}

const TRUTH: Bounds = { low: 0, high: 1 }
const ANY: Bounds = { low: -(2 ** 31), high: 2 ** 31 - 1 }

type Fact =
  | { readonly of: 'truth'; readonly key: number; readonly holds: boolean }
  /** `local` is what the key stands for, when it is a local. */
  | { readonly of: 'bounds'; readonly key: number; readonly local: number | null; readonly bounds: Bounds }
  /** What stands for a local, where that is as simple as the local itself. */
  | { readonly of: 'value'; readonly local: number; readonly value: Expr }

/**
 * What is known at one place of a body: one fact, and what was known before it. Never changed; what is learnt is put in
 * front. There are few facts at any place, so they are looked through one by one.
 */
export class Facts {
  /** How many values each cell takes. */
  readonly radices: readonly number[]
  /** The widest bounds of each local so far, wherever it stands. */
  private readonly declared: Map<number, Bounds>
  private readonly outer: Facts | null
  private readonly fact: Fact | null

  constructor(
    radices: readonly number[],
    declared = new Map<number, Bounds>(),
    outer: Facts | null = null,
    fact: Fact | null = null,
  ) {
    this.radices = radices
    this.declared = declared
    this.outer = outer
    this.fact = fact
  }

  knownTruth(expr: Expr): boolean | undefined {
    if (!isSmall(expr, 3)) return undefined
    const key = keyOf(expr)
    for (let facts: Facts | null = this; facts !== null; facts = facts.outer) {
      const { fact } = facts
      if (fact !== null && fact.of === 'truth' && fact.key === key) return fact.holds
    }
    return undefined
  }
  valueOf(local: number): Expr | undefined {
    for (let facts: Facts | null = this; facts !== null; facts = facts.outer) {
      const { fact } = facts
      if (fact !== null && fact.of === 'value' && fact.local === local) return fact.value
    }
    return undefined
  }
  with(fact: Fact): Facts {
    return new Facts(this.radices, this.declared, this, fact)
  }
  withValue(local: number, value: Expr): Facts {
    return this.with({ of: 'value', local, value })
  }
  /** A local that was assigned. */
  withLocal(local: number, bounds: Bounds): Facts {
    this.declared.set(local, union(this.declared.get(local) ?? bounds, bounds))
    return this.withBounds({ op: 'local', local }, bounds)
  }
  private withBounds(expr: Expr, bounds: Bounds): Facts {
    return this.with({ of: 'bounds', key: keyOf(expr), local: expr.op === 'local' ? expr.local : null, bounds })
  }
  private withTruth(expr: Expr, holds: boolean): Facts {
    return this.with({ of: 'truth', key: keyOf(expr), holds })
  }
  /** After writes to the state, or to locals: only the bounds of those locals hold on that are assigned once. */
  afterWrite(reassigned: ReadonlySet<number> = new Set()): Facts {
    const kept: Fact[] = []
    for (let facts: Facts | null = this; facts !== null; facts = facts.outer) {
      const { fact } = facts
      if (fact === null || fact.of === 'truth') continue
      if (fact.of === 'value' || (fact.local !== null && !reassigned.has(fact.local))) kept.push(fact)
    }
    return kept.reduceRight<Facts>((facts, fact) => facts.with(fact), new Facts(this.radices, this.declared))
  }

  /** What follows from a condition being true, or false. */
  assuming(condition: Expr, holds: boolean): Facts {
    if (condition.op === 'const') return this
    if (condition.op === 'choose') {
      const { then, else: otherwise } = condition
      if (holds && constantOf(otherwise) === 0) return this.assuming(condition.condition, true).assuming(then, true)
      if (!holds && constantOf(then) === 1) return this.assuming(condition.condition, false).assuming(otherwise, false)
      if (!holds && constantOf(otherwise) === 1) return this.assuming(condition.condition, true).assuming(then, false)
    }
    if (!isSmall(condition, 3)) return condition.op === 'binary' ? this.learning(condition, holds) : this
    const told = this.withTruth(condition, holds).withTruth(not(condition), !holds)
    if (condition.op !== 'binary') {
      const value = Number(holds)
      return !holds || this.boundsOf(condition).high === 1
        ? told.withBounds(condition, { low: value, high: value })
        : told
    }
    return told.learning(condition, holds)
  }

  /** What a comparison, or a conjunction of truth values, tells of its sides. */
  private learning({ kind, a, b }: Extract<Expr, { op: 'binary' }>, holds: boolean): Facts {
    if (kind === 'and' && holds) return this.assuming(a, true).assuming(b, true)
    if (kind === 'or' && !holds) return this.assuming(a, false).assuming(b, false)
    return this.comparing(holds ? kind : OPPOSITE[kind], a, b)
  }

  private comparing(kind: Binary | undefined, a: Expr, b: Expr): Facts {
    if (!isSmall(a, 2) || !isSmall(b, 2)) return this
    const [x, y] = [this.boundsOf(a), this.boundsOf(b)]
    switch (kind) {
      case 'eq':
        return this.narrowed(a, y).narrowed(b, x)
      case 'lt':
      case 'le': {
        const gap = kind === 'lt' ? 1 : 0
        const told = this.narrowed(a, { low: ANY.low, high: y.high - gap }).narrowed(b, {
          low: x.low + gap,
          high: ANY.high,
        })
        if (kind === 'le') return told
        const both = told.withTruth(binary('le', a, b), true)
        return x.low >= 0 ? both.withTruth(binary('below', a, b), true) : both
      }
      case 'gt':
        return this.comparing('lt', b, a)
      case 'ge':
        return this.comparing('le', b, a)
      case 'ne': {
        const known = constantOf(b)
        if (known === null) return this
        if (x.low === known) return this.narrowed(a, { low: known + 1, high: ANY.high })
        return x.high === known ? this.narrowed(a, { low: ANY.low, high: known - 1 }) : this
      }
      default:
        return this
    }
  }

  private narrowed(expr: Expr, bounds: Bounds): Facts {
    if (expr.op !== 'load' && expr.op !== 'local') return this
    const known = this.boundsOf(expr)
    if (bounds.low <= known.low && bounds.high >= known.high) return this
    return this.withBounds(expr, { low: Math.max(known.low, bounds.low), high: Math.min(known.high, bounds.high) })
  }

  /** Of an expression with parts of its own scope: its bounds wherever it stands, found once. */
  private widestOf(expr: Expr): Bounds {
    const known = widest.get(expr)
    if (known !== undefined) return known
    const bounds = new Facts(this.radices, this.declared).boundsInside(expr)
    widest.set(expr, bounds)
    return bounds
  }
  private boundsInside(expr: Expr): Bounds {
    switch (expr.op) {
      case 'choose':
        return union(this.boundsOf(expr.then), this.boundsOf(expr.else))
      case 'let':
        return this.withLocal(expr.local, this.boundsOf(expr.value)).boundsOf(expr.body)
      case 'require':
        return requiredBounds(expr.condition, expr.body, this.boundsOf(expr.body))
      default:
        return this.boundsOf(expr)
    }
  }

  private knownBounds(expr: Expr): Bounds | undefined {
    const key = keyOf(expr)
    for (let facts: Facts | null = this; facts !== null; facts = facts.outer) {
      const { fact } = facts
      if (fact !== null && fact.of === 'bounds' && fact.key === key) return fact.bounds
    }
    return undefined
  }

  boundsOf(expr: Expr): Bounds {
    switch (expr.op) {
      case 'const':
        return { low: expr.value, high: expr.value }
      case 'local':
        return this.knownBounds(expr) ?? this.declared.get(expr.local) ?? ANY
      case 'load': {
        const known = this.knownBounds(expr)
        if (known !== undefined) return known
        const radices = cellsOf(expr.cell).map(cell => this.radices[cell])
        return { low: 0, high: Math.max(...radices) - 1 }
      }
      case 'bits':
        return { low: 0, high: 32 }
      case 'choose':
      case 'let':
      case 'require':
        return this.widestOf(expr)
      case 'binary':
        if (expr.kind in OPPOSITE || expr.kind === 'below') return TRUTH
        return calculated(expr.kind, this.boundsOf(expr.a), this.boundsOf(expr.b))
    }
  }
}

const OPPOSITE: { readonly [kind in Binary]?: Binary } = { eq: 'ne', ne: 'eq', lt: 'ge', ge: 'lt', le: 'gt', gt: 'le' }

const widest = new WeakMap<Expr, Bounds>()

/** True for what is worth remembering: comparisons of cells, locals and constants. */
function isSmall(expr: Expr, depth: number): boolean {
  switch (expr.op) {
    case 'const':
    case 'local':
      return true
    case 'load':
      return expr.cell.index === null || (depth > 0 && isSmall(expr.cell.index, depth - 1))
    case 'binary':
      return depth > 0 && isSmall(expr.a, depth - 1) && isSmall(expr.b, depth - 1)
    default:
      return false
  }
}

/** Numbers of expressions: two have the same number only when they are spelled the same. */
const numbers = new Map<string, number>()
const keys = new WeakMap<Expr, number>()

export function keyOf(expr: Expr): number {
  const known = keys.get(expr)
  if (known !== undefined) return known
  const text = spelled(expr)
  const key = numbers.get(text) ?? numbers.size
  numbers.set(text, key)
  keys.set(expr, key)
  return key
}

/** One level of an expression, its parts by their keys. */
function spelled(expr: Expr): string {
  switch (expr.op) {
    case 'const':
      return `${expr.value}`
    case 'local':
      return `L${expr.local}`
    case 'load': {
      const { frame, at, index, stride, count } = expr.cell
      return index === null ? `c${frame}:${at}` : `c${frame}:${at}[${keyOf(index)}*${stride}<${count}]`
    }
    case 'binary':
      return `${expr.kind} ${keyOf(expr.a)} ${keyOf(expr.b)}`
    case 'bits':
      return `bits ${keyOf(expr.a)}`
    case 'choose':
      return `choose ${keyOf(expr.condition)} ${keyOf(expr.then)} ${keyOf(expr.else)}`
    case 'let':
      return `let ${expr.local} ${keyOf(expr.value)} ${keyOf(expr.body)}`
    case 'require':
      return `require ${keyOf(expr.condition)} ${keyOf(expr.body)}`
  }
}

/** Bounds of what is checked to be a place, as places are. */
function requiredBounds(condition: Expr, body: Expr, { low, high }: Bounds): Bounds {
  if (condition.op !== 'binary' || condition.kind !== 'below' || keyOf(condition.a) !== keyOf(body))
    return { low, high }
  const size = constantOf(condition.b)
  return size === null ? { low, high } : { low: Math.max(0, low), high: Math.min(high, size - 1) }
}

function union(a: Bounds, b: Bounds): Bounds {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) }
}

/** What a sum, difference or product may be; null of other operations. */
export function exactBounds(kind: Binary, a: Bounds, b: Bounds): Bounds | null {
  switch (kind) {
    case 'add':
      return { low: a.low + b.low, high: a.high + b.high }
    case 'sub':
      return { low: a.low - b.high, high: a.high - b.low }
    case 'mul': {
      const [p, q, r, t] = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
      return { low: Math.min(p, q, r, t), high: Math.max(p, q, r, t) }
    }
    default:
      return null
  }
}

/** True when every number between the bounds has 32 bits. */
export function hasRoom({ low, high }: Bounds): boolean {
  return low >= ANY.low && high <= ANY.high
}

/** The bounds of an operation's result; the widest when it might leave 32 bits. */
function calculated(kind: Binary, a: Bounds, b: Bounds): Bounds {
  const exact = exactBounds(kind, a, b)
  if (exact !== null) return hasRoom(exact) ? exact : ANY
  switch (kind) {
    case 'div': {
      if (b.low <= 0 && b.high >= 0) return ANY
      const ends = [a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high].map(end => Math.floor(end))
      return { low: Math.min(...ends), high: Math.max(...ends) }
    }
    case 'rem': {
      if (b.low <= 0 && b.high >= 0) return ANY
      const most = Math.max(Math.abs(b.low), Math.abs(b.high)) - 1
      return { low: a.low < 0 ? Math.max(a.low, -most) : 0, high: a.high > 0 ? Math.min(a.high, most) : 0 }
    }
    case 'and':
      return a.low >= 0 && b.low >= 0 ? { low: 0, high: Math.min(a.high, b.high) } : ANY
    case 'or':
    case 'xor':
      return a.low >= 0 && b.low >= 0 ? { low: 0, high: 2 ** (32 - Math.clz32(Math.max(a.high, b.high))) - 1 } : ANY
    case 'shl': {
      const moved = { low: 0, high: a.high * 2 ** b.high }
      return a.low >= 0 && b.low >= 0 && b.high < 31 && hasRoom(moved) ? moved : ANY
    }
    case 'shr':
      return a.low >= 0 && b.low === b.high
        ? { low: a.low >> b.low, high: a.high >> b.low }
        : a.low >= 0
          ? { low: 0, high: a.high }
          : ANY
    default:
      return { low: 0, high: 1 }
  }
}
