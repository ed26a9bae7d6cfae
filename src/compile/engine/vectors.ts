// Guards and properties for many states at once: the cells of neighbouring states lie side by side in columns, and one
// vector instruction works on 16 of them (8 where a domain needs 16 bits). Nothing is branched around: both sides of a
// decision are computed and the lanes chosen, which spares the mispredicted branch per state and guard.
//
// Truth is a mask, all ones or all zeros in a lane; numbers are themselves, modulo the width of a lane (see `lanes.ts`).
import { Facts, keyOf } from '../ir/facts.ts'
import type { Code } from './instructions.ts'
import { type Binary, calculate, type Cell, constantOf, type Expr, mayFault, operandsOf } from '../ir/ir.ts'
import { type BitTest, isTruth, type LaneBytes, Lanes, testedBit } from './lanes.ts'
import type { Layout } from '../ir/layout.ts'
import type { Opcode } from './opcodes.ts'

const TABLE_LANES = 16

const OPERATIONS = {
  1: { add: 'i8x16.add', sub: 'i8x16.sub', shl: 'i8x16.shl', shr: 'i8x16.shr_u', neg: 'i8x16.neg' },
  2: { add: 'i16x8.add', sub: 'i16x8.sub', shl: 'i16x8.shl', shr: 'i16x8.shr_u', neg: 'i16x8.neg' },
} as const

const COMPARISONS: {
  readonly [bytes in LaneBytes]: { readonly [kind in Binary]?: readonly [signed: Opcode, unsigned: Opcode] }
} = {
  1: {
    eq: ['i8x16.eq', 'i8x16.eq'],
    ne: ['i8x16.ne', 'i8x16.ne'],
    lt: ['i8x16.lt_s', 'i8x16.lt_u'],
    le: ['i8x16.le_s', 'i8x16.le_u'],
    gt: ['i8x16.gt_s', 'i8x16.gt_u'],
    ge: ['i8x16.ge_s', 'i8x16.ge_u'],
    below: ['i8x16.lt_u', 'i8x16.lt_u'],
  },
  2: {
    eq: ['i16x8.eq', 'i16x8.eq'],
    ne: ['i16x8.ne', 'i16x8.ne'],
    lt: ['i16x8.lt_s', 'i16x8.lt_u'],
    le: ['i16x8.le_s', 'i16x8.le_u'],
    gt: ['i16x8.gt_s', 'i16x8.gt_u'],
    ge: ['i16x8.ge_s', 'i16x8.ge_u'],
    below: ['i16x8.lt_u', 'i16x8.lt_u'],
  },
}

/** What is known and kept at one place; what is kept inside a block that may be skipped is forgotten after it. */
interface Scope {
  readonly facts: Facts
  /** Locals of expressions, as vectors. */
  readonly locals: ReadonlyMap<number, number>
  /** Results that were needed before. */
  readonly kept: Map<string, number>
}

export class Vectors {
  /** How many vector locals are in use at most. */
  localCount = 0
  private readonly code: Code
  private readonly lanes: Lanes
  private readonly firstLocal: number
  private readonly uses = new Map<number, number>()
  private scope: Scope
  private used = 0

  /** `code` needs the base of columns in its local; vector locals begin at `firstLocal`. */
  constructor(code: Code, laneBytes: LaneBytes, layout: Layout, firstLocal: number) {
    this.code = code
    this.lanes = new Lanes(laneBytes)
    this.firstLocal = firstLocal
    this.scope = { facts: new Facts(layout.fields.map(({ radix }) => radix)), locals: new Map(), kept: new Map() }
  }

  /** A vector local for as long as the scope lasts. */
  local(): number {
    this.used++
    this.localCount = Math.max(this.localCount, this.used)
    return this.firstLocal + this.used - 1
  }

  /** Runs `body`, and forgets what was kept in it. */
  scoped(body: () => void): void {
    const { scope, used } = this
    this.scope = { ...scope, kept: new Map(scope.kept) }
    body()
    this.scope = scope
    this.used = used
  }

  /** Names the value of an expression from here on. Its vector is on the stack. */
  define(local: number, value: Expr): void {
    const vector = this.local()
    this.code.setLocal(vector)
    const { facts, locals } = this.scope
    this.scope = {
      ...this.scope,
      facts: facts.withLocal(local, facts.boundsOf(value)),
      locals: new Map(locals).set(local, vector),
    }
  }

  /** Tells that an expression will be asked for, so that what comes twice is kept. */
  announce(expr: Expr): void {
    const key = keyOf(expr)
    const count = (this.uses.get(key) ?? 0) + 1
    this.uses.set(key, count)
    if (count === 1) for (const part of operandsOf(expr)) this.announce(part)
  }

  /** True when an expression can be computed in lanes. */
  fits(expr: Expr): boolean {
    return this.lanes.fit(expr, this.scope.facts)
  }

  /**
   * Leaves on the stack where an expression is not 0. `path` is a local with the lanes in which it is asked for: a fault
   * in any of them ends the run, in others it is none.
   */
  mask(expr: Expr, path: number): void {
    this.once('mask', expr, () => this.maskOnce(expr, path))
  }

  private maskOnce(expr: Expr, path: number): void {
    const { code } = this
    const { facts } = this.scope
    switch (expr.op) {
      case 'const':
        code.vector(expr.value === 0 ? 0 : -1, this.lanes.bytes)
        return
      case 'choose':
        if (!isTruth(facts.boundsOf(expr))) break
        this.choice(expr, path, (part, lanes) => this.mask(part, lanes))
        return
      case 'let':
        this.named(expr, path, body => this.mask(body, path))
        return
      case 'require':
        this.require(expr.condition, path)
        this.mask(expr.body, path)
        return
      case 'binary': {
        const tested = testedBit(expr)
        if (tested !== null && this.lanes.bitTestFits(tested, facts)) {
          this.testBit(tested, path)
          return
        }
        if (this.comparison(expr, path)) return
        const isLogic =
          (expr.kind === 'and' || expr.kind === 'or') && isTruth(facts.boundsOf(expr.a), facts.boundsOf(expr.b))
        if (!isLogic) break
        this.mask(expr.a, path)
        this.mask(expr.b, path)
        code.op(expr.kind === 'and' ? 'v128.and' : 'v128.or')
        return
      }
      default:
    }
    this.number(expr, path)
    if (isTruth(facts.boundsOf(expr))) code.op(OPERATIONS[this.lanes.bytes].neg)
    else code.vector(0, this.lanes.bytes).op(COMPARISONS[this.lanes.bytes].ne![0])
  }

  /** Leaves the values of an expression on the stack. */
  number(expr: Expr, path: number): void {
    this.once('number', expr, () => this.numberOnce(expr, path))
  }

  private numberOnce(expr: Expr, path: number): void {
    const { code } = this
    switch (expr.op) {
      case 'const':
        code.vector(expr.value, this.lanes.bytes)
        return
      case 'local':
        code.getLocal(this.scope.locals.get(expr.local)!)
        return
      case 'load':
        this.load(expr.cell, path)
        return
      case 'bits':
        this.number(expr.a, path)
        code.op('i8x16.popcnt')
        return
      case 'choose':
        this.choice(expr, path, (part, lanes) => this.number(part, lanes))
        return
      case 'let':
        this.named(expr, path, body => this.number(body, path))
        return
      case 'require':
        this.require(expr.condition, path)
        this.number(expr.body, path)
        return
      case 'binary':
        this.arithmetic(expr, path)
    }
  }

  /** What is asked for twice, and cannot fault, is computed once. */
  private once(kind: 'mask' | 'number', expr: Expr, compute: () => void): void {
    if (!this.isWorthKeeping(expr)) return compute()
    const key = `${kind} ${keyOf(expr)}`
    const known = this.scope.kept.get(key)
    if (known !== undefined) return void this.code.getLocal(known)
    compute()
    const local = this.local()
    this.code.teeLocal(local)
    this.scope.kept.set(key, local)
  }

  private isWorthKeeping(expr: Expr): boolean {
    if (expr.op === 'const' || expr.op === 'local' || (expr.op === 'load' && expr.cell.index === null)) return false
    return (this.uses.get(keyOf(expr)) ?? 0) > 1 && isClosed(expr) && !mayFault(expr)
  }

  private load(cell: Cell, path: number): void {
    const { code } = this
    const at = (index: number): void => {
      const one: Cell = { frame: cell.frame, at: cell.at + index * cell.stride, index: null, stride: 0, count: 1 }
      code.address(one).access('v128.load', code.offset(one), 0)
    }
    if (cell.index === null || cell.count === 1) return at(0)
    this.number(cell.index, path)
    const index = this.local()
    code.setLocal(index)
    at(0)
    for (let place = 1; place < cell.count; place++) {
      // bitselect takes its first operand where the mask is set.
      const before = this.local()
      code.setLocal(before)
      at(place)
      code.getLocal(before).getLocal(index).vector(place, this.lanes.bytes)
      code.op(COMPARISONS[this.lanes.bytes].eq![0], 'v128.bitselect')
      this.used--
    }
    this.used--
  }

  private choice(expr: Extract<Expr, { op: 'choose' }>, path: number, side: (part: Expr, path: number) => void): void {
    const { code } = this
    this.mask(expr.condition, path)
    const condition = this.local()
    code.setLocal(condition)
    side(expr.then, this.narrowed(expr.then, path, condition, 'v128.and'))
    side(expr.else, this.narrowed(expr.else, path, condition, 'v128.andnot'))
    code.getLocal(condition).op('v128.bitselect')
  }

  /** The lanes of a path in which a side of a decision counts: they matter to what may fault only. */
  private narrowed(side: Expr, path: number, condition: number, operation: 'v128.and' | 'v128.andnot'): number {
    if (!mayFault(side)) return path
    const lanes = this.local()
    this.code.getLocal(path).getLocal(condition).op(operation).setLocal(lanes)
    return lanes
  }

  private named(expr: Extract<Expr, { op: 'let' }>, path: number, body: (body: Expr) => void): void {
    const outer = this.scope
    this.number(expr.value, path)
    this.define(expr.local, expr.value)
    // What is kept stays: it does not depend on the local.
    body(expr.body)
    this.scope = outer
  }

  /** Ends the run unless a condition holds in every lane of a path. */
  require(condition: Expr, path: number): void {
    this.code.getLocal(path)
    this.mask(condition, path)
    this.code.op('v128.andnot', 'v128.any_true').when(() => this.code.op('unreachable'))
  }

  /** Leaves a comparison's mask; false when it is none. */
  private comparison({ kind, a, b }: Extract<Expr, { op: 'binary' }>, path: number): boolean {
    const opcodes = COMPARISONS[this.lanes.bytes][kind]
    if (opcodes === undefined) return false
    const { facts } = this.scope
    const [x, y] = [facts.boundsOf(a), facts.boundsOf(b)]
    if (constantOf(b) === 0 && isTruth(x) && (kind === 'eq' || kind === 'ne')) {
      this.mask(a, path)
      if (kind === 'eq') this.code.op('v128.not')
      return true
    }
    if (constantOf(b) === 1 && isTruth(x) && kind === 'eq') {
      this.mask(a, path)
      return true
    }
    this.number(a, path)
    this.number(b, path)
    this.code.op(opcodes[this.lanes.isSigned(x, y) ? 0 : 1])
    return true
  }

  private arithmetic(expr: Extract<Expr, { op: 'binary' }>, path: number): void {
    const { code } = this
    const laneBytes = this.lanes.bytes
    const { kind, a, b } = expr
    const tested = testedBit(expr)
    if (
      COMPARISONS[laneBytes][kind] !== undefined ||
      (tested !== null && this.lanes.bitTestFits(tested, this.scope.facts))
    ) {
      this.mask(expr, path)
      code.op(OPERATIONS[laneBytes].neg)
      return
    }
    switch (kind) {
      case 'add':
      case 'sub':
        this.number(a, path)
        this.number(b, path)
        code.op(OPERATIONS[laneBytes][kind])
        return
      case 'and':
      case 'or':
      case 'xor':
        this.number(a, path)
        this.number(b, path)
        code.op(`v128.${kind}`)
        return
      case 'shl':
      case 'shr':
        if (constantOf(b) === null || this.scope.facts.boundsOf(a).low < 0) break
        this.number(a, path)
        code.i32(constantOf(b)!).op(OPERATIONS[laneBytes][kind])
        return
      case 'mul':
        if (laneBytes === 1) break
        this.number(a, path)
        this.number(b, path)
        code.op('i16x8.mul')
        return
      default:
    }
    const known = constantOf(a)
    const argument = known === null ? a : b
    this.tabled(argument, path, x => (known === null ? calculate(kind, x, constantOf(b)!) : calculate(kind, known, x)))
  }

  /** Looks a function of one number up. */
  private tabled(argument: Expr, path: number, value: (x: number) => number): void {
    const { code } = this
    const { low, high } = this.scope.facts.boundsOf(argument)
    this.number(argument, path)
    if (low !== 0) code.vector(low, 1).op('i8x16.sub')
    const place = this.local()
    code.setLocal(place)
    for (let from = low; from <= high; from += TABLE_LANES) {
      const entries = Array.from({ length: TABLE_LANES }, (_, at) => (from + at <= high ? value(from + at) & 0xff : 0))
      code.vectorOf(entries).getLocal(place)
      if (from > low) code.vector(from - low, 1).op('i8x16.sub')
      // What is outside this part of the table gives 0.
      code.op('i8x16.swizzle')
      if (from > low) code.op('v128.or')
    }
    this.used--
  }

  private testBit({ word, place }: BitTest, path: number): void {
    this.number(word, path)
    this.tabled(place, path, x => 1 << x)
    this.code.op('v128.and').vector(0, 1).op('i8x16.ne')
  }
}

/** True when an expression reads no local but its own. */
function isClosed(expr: Expr, own: ReadonlySet<number> = new Set()): boolean {
  if (expr.op === 'local') return own.has(expr.local)
  if (expr.op === 'let') return isClosed(expr.value, own) && isClosed(expr.body, new Set(own).add(expr.local))
  return operandsOf(expr).every(part => isClosed(part, own))
}
