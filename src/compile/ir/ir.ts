// The intermediate representation: expressions over 32-bit integers and statements over the cells of one state, with
// the configuration folded in and every loop over a domain unrolled. Constructors fold constants, so what the
// configuration decides never reaches the engine.
//
// A cell holds a value's place in its domain, exactly as the native rows do. A frame is one state's cells: 0 is the
// state an action changes and invariants judge, 1 the state before the step, for transition properties.

export type Binary =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'rem'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  /** Unsigned `lt`: at least 0 and less. */
  | 'below'
  | 'gt'
  | 'ge'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr'

export interface Cell {
  readonly frame: 0 | 1
  /** The first cell; with an index, cells `at`, `at + stride`, … `count` of them. */
  readonly at: number
  readonly index: Expr | null
  readonly stride: number
  readonly count: number
}

export type Expr =
  | { readonly op: 'const'; readonly value: number }
  | { readonly op: 'local'; readonly local: number }
  | { readonly op: 'load'; readonly cell: Cell }
  | { readonly op: 'binary'; readonly kind: Binary; readonly a: Expr; readonly b: Expr }
  | { readonly op: 'bits'; readonly a: Expr }
  /** `then` or `else`; only the chosen one is evaluated. */
  | { readonly op: 'choose'; readonly condition: Expr; readonly then: Expr; readonly else: Expr }
  | { readonly op: 'let'; readonly local: number; readonly value: Expr; readonly body: Expr }
  /** `body`, after a fault unless `condition` holds. */
  | { readonly op: 'require'; readonly condition: Expr; readonly body: Expr }

export type Statement =
  | { readonly op: 'guard'; readonly condition: Expr; readonly offset: number }
  /** A fault unless the value is at least 0 and below `size`; null when it certainly is. */
  | { readonly op: 'store'; readonly cell: Cell; readonly value: Expr; readonly size: number | null }
  | { readonly op: 'let'; readonly local: number; readonly value: Expr }
  | {
      readonly op: 'if'
      readonly condition: Expr
      readonly then: readonly Statement[]
      readonly else: readonly Statement[]
    }
  | { readonly op: 'require'; readonly condition: Expr }

/** One action instance: what decides whether it is enabled, up to the last guard, then what it does. */
export interface CompiledStep {
  readonly body: readonly Statement[]
  readonly localCount: number
}

/** Compiles a step, by its number: the whole of it, or only up to its last guard, which is much less. */
export type CompileStep = (step: number, part?: 'whole' | 'guards') => CompiledStep

export interface CompiledProperty {
  readonly name: string
  readonly holds: Expr
  readonly localCount: number
}

/** Action instances that a program may have: fewer than an engine could tell apart, about as many as fit into a heap while they are lowered. */
export const MAX_STEPS = 2 ** 18

/** A configured specification, lowered. Steps are in the order of the native machine's. */
export interface Program {
  readonly steps: readonly CompiledStep[]
  readonly invariants: readonly CompiledProperty[]
  readonly transitions: readonly CompiledProperty[]
  readonly final: CompiledProperty | null
}

export const ZERO: Expr = { op: 'const', value: 0 }
export const ONE: Expr = { op: 'const', value: 1 }

export function constant(value: number): Expr {
  return { op: 'const', value }
}

export function truth(value: boolean): Expr {
  return value ? ONE : ZERO
}

export function constantOf(expr: Expr): number | null {
  return expr.op === 'const' ? expr.value : null
}

export function binary(kind: Binary, a: Expr, b: Expr): Expr {
  const x = constantOf(a)
  const y = constantOf(b)
  if (x !== null && y !== null && !(kind === 'div' || kind === 'rem')) return constant(calculate(kind, x, y))
  if (x !== null && y !== null && y !== 0) return constant(calculate(kind, x, y))
  if (
    (kind === 'add' || kind === 'sub' || kind === 'or' || kind === 'xor' || kind === 'shl' || kind === 'shr') &&
    y === 0
  )
    return a
  if ((kind === 'add' || kind === 'or' || kind === 'xor') && x === 0) return b
  if ((kind === 'mul' || kind === 'div') && y === 1) return a
  if (kind === 'mul' && x === 1) return b
  if (y !== null) {
    const inner = withConstant(kind, a, y)
    if (inner !== null) return inner
  } else if (x !== null && kind in MIRRORED) return binary(MIRRORED[kind] as Binary, b, a)
  if (COMPARES.has(kind) && a.op === 'binary' && b.op === 'binary' && a.kind === 'add' && b.kind === 'add') {
    const shift = constantOf(a.b)
    if (shift !== null && shift === constantOf(b.b)) return binary(kind, a.a, b.a)
  }
  if ((kind === 'and' || kind === 'mul') && (x === 0 || y === 0) && !mayFault(x === 0 ? b : a)) return ZERO
  return { op: 'binary', kind, a, b }
}

const COMPARES: ReadonlySet<Binary> = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge'])

/** With its sides exchanged, so that a constant stands on the right. */
const MIRRORED: { readonly [kind in Binary]?: Binary } = {
  eq: 'eq',
  ne: 'ne',
  lt: 'gt',
  gt: 'lt',
  le: 'ge',
  ge: 'le',
  add: 'add',
  mul: 'mul',
  and: 'and',
  or: 'or',
  xor: 'xor',
}

/**
 * An operation of a sum or a quotient with a constant, made simpler: (x + 2) - 1 is x + 1, x + 1 = 3 is x = 2, and
 * x / 3 = 2 asks whether x is one of three numbers. Sums here are of places and small constants, and do not overflow.
 */
function withConstant(kind: Binary, a: Expr, y: number): Expr | null {
  if (a.op !== 'binary') return null
  const inner = constantOf(a.b)
  if (inner === null) return null
  if ((kind === 'add' || kind === 'sub') && (a.kind === 'add' || a.kind === 'sub')) {
    const total = (a.kind === 'add' ? inner : -inner) + (kind === 'add' ? y : -y)
    if (!fits(total)) return null
    return total < 0 ? binary('sub', a.a, constant(-total)) : binary('add', a.a, constant(total))
  }
  if (COMPARES.has(kind) && (a.kind === 'add' || a.kind === 'sub')) {
    const bound = a.kind === 'add' ? y - inner : y + inner
    return fits(bound) ? binary(kind, a.a, constant(bound)) : null
  }
  if (kind === 'eq' && a.kind === 'div' && inner > 0 && y >= 0) {
    return binary('below', binary('sub', a.a, constant(y * inner)), constant(inner))
  }
  return null
}

function fits(value: number): boolean {
  return value === (value | 0)
}

/** What an operation gives; divisors are not 0. */
export function calculate(kind: Binary, x: number, y: number): number {
  switch (kind) {
    case 'add':
      return x + y
    case 'sub':
      return x - y
    case 'mul':
      return x * y
    case 'div':
      return Math.floor(x / y)
    case 'rem':
      return x % y
    case 'eq':
      return Number(x === y)
    case 'ne':
      return Number(x !== y)
    case 'lt':
      return Number(x < y)
    case 'le':
      return Number(x <= y)
    case 'below':
      return Number(x >>> 0 < y >>> 0)
    case 'gt':
      return Number(x > y)
    case 'ge':
      return Number(x >= y)
    case 'and':
      return x & y
    case 'or':
      return x | y
    case 'xor':
      return x ^ y
    case 'shl':
      return x << y
    case 'shr':
      return x >>> y
  }
}

const OPPOSITE: { readonly [kind in Binary]?: Binary } = { eq: 'ne', ne: 'eq', lt: 'ge', ge: 'lt', le: 'gt', gt: 'le' }

/** True for the constants that stand for truth values. */
function isDecision(expr: Expr): boolean {
  return expr.op === 'const' && (expr.value === 0 || expr.value === 1)
}

/** Of truth values. */
export function not(a: Expr): Expr {
  if (a.op === 'choose' && (isDecision(a.then) || isDecision(a.else)))
    return choose(a.condition, not(a.then), not(a.else))
  if (a.op === 'binary' && a.kind in OPPOSITE) return { ...a, kind: OPPOSITE[a.kind] as Binary }
  return binary('eq', a, ZERO)
}

export function choose(condition: Expr, then: Expr, otherwise: Expr): Expr {
  const known = constantOf(condition)
  if (known !== null) return known === 0 ? otherwise : then
  if (constantOf(then) === 1 && constantOf(otherwise) === 0) return condition
  if (constantOf(then) === 0 && constantOf(otherwise) === 1) return not(condition)
  // Conjunctions in one shape, `if a then b else 0`, so that their parts can be told.
  if (constantOf(then) === 0) return { op: 'choose', condition: not(condition), then: otherwise, else: then }
  return { op: 'choose', condition, then, else: otherwise }
}

/** `a && b`: `b` is evaluated only when `a` holds. */
export function both(a: Expr, b: Expr): Expr {
  return choose(a, b, ZERO)
}

/** `a || b`: `b` is evaluated only when `a` does not hold. */
export function either(a: Expr, b: Expr): Expr {
  return choose(a, ONE, b)
}

export function bits(a: Expr): Expr {
  const known = constantOf(a)
  return known === null ? { op: 'bits', a } : constant(bitCount(known))
}

/** How many bits of a number of 32 are set. */
export function bitCount(value: number): number {
  let total = 0
  for (let rest = value; rest !== 0; rest &= rest - 1) total++
  return total
}

export function require(condition: Expr, body: Expr): Expr {
  return constantOf(condition) === 1 ? body : { op: 'require', condition, body }
}

/** `then`, once `first` has been evaluated for the faults in it. */
export function after(first: Expr, then: Expr): Expr {
  return require(binary('or', first, ONE), then)
}

/** A load; a constant index is folded into the address. Out of range is for the caller to exclude. */
export function load(cell: Cell): Expr {
  return { op: 'load', cell: settled(cell) }
}

export function settled(cell: Cell): Cell {
  const index = cell.index === null ? null : constantOf(cell.index)
  if (index === null || index < 0 || index >= cell.count) return cell
  return { ...cell, at: cell.at + index * cell.stride, index: null, stride: 0, count: 1 }
}

/** True when evaluating an expression may end in a fault: then it must not be left out, however sure its value is. */
export function mayFault(expr: Expr): boolean {
  if (isSimple(expr)) return false
  const known = faulty.get(expr)
  if (known !== undefined) return known
  const found = partMayFault(expr)
  faulty.set(expr, found)
  return found
}

/** Expressions never change, so each is looked through once. */
const faulty = new WeakMap<Expr, boolean>()

function partMayFault(expr: Expr): boolean {
  return expr.op === 'require' || operandsOf(expr).some(mayFault)
}

export function statementMayFault(statement: Statement): boolean {
  switch (statement.op) {
    case 'guard':
      return mayFault(statement.condition)
    case 'let':
      return mayFault(statement.value)
    case 'require':
      return true
    case 'store': {
      const { index } = statement.cell
      return statement.size !== null || mayFault(statement.value) || (index !== null && mayFault(index))
    }
    case 'if':
      return mayFault(statement.condition) || [...statement.then, ...statement.else].some(statementMayFault)
  }
}

/** The expressions that an expression is made of. */
export function operandsOf(expr: Expr): readonly Expr[] {
  switch (expr.op) {
    case 'const':
    case 'local':
      return []
    case 'load':
      return expr.cell.index === null ? [] : [expr.cell.index]
    case 'bits':
      return [expr.a]
    case 'binary':
      return [expr.a, expr.b]
    case 'choose':
      return [expr.condition, expr.then, expr.else]
    case 'let':
      return [expr.value, expr.body]
    case 'require':
      return [expr.condition, expr.body]
  }
}

/** True for expressions that are as cheap to repeat as to keep. */
export function isSimple(expr: Expr): boolean {
  return expr.op === 'const' || expr.op === 'local'
}

/** Every cell that an access may mean. */
export function cellsOf({ at, index, stride, count }: Cell): readonly number[] {
  return index === null ? [at] : Array.from({ length: count }, (_, place) => at + place * stride)
}
