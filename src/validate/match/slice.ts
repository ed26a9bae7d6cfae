// On which cells of the state before it the outcome of a step depends, cell by cell: a lowered body is evaluated, and
// every number carries along where it came from. Guards are no part of that; those that are false are asked for apart.
// Weiser, "Program slicing", 1981; of one run, as Korel and Laski, "Dynamic program slicing", 1988.
import { bitCount, calculate, type Cell, cellsOf, type Expr, type Statement } from '../../compile/ir/ir.ts'
import { eachAccess } from '../../compile/ir/footprint.ts'
import { assigned } from '../../compile/ir/simplify.ts'
import type { Cells } from '../../lang/container.ts'
import { attempted, conjuncts, Fault } from './evaluation.ts'

/** Cells of the state before. */
export type Sources = ReadonlySet<number>

interface Traced {
  readonly value: number
  readonly from: Sources
}

const NO_SOURCES: Sources = new Set()

/** The place of a cell that has no index. */
const AT: Traced = { value: 0, from: NO_SOURCES }

export class Slice {
  private readonly row: Cells
  private readonly written = new Map<number, Traced>()
  private readonly locals = new Map<number, Traced | null>()
  /** For each false guard, of each of its false parts what it read. */
  readonly falseParts: Sources[] = []

  /** Whether the body cannot be evaluated to its end, as it may be behind a false guard. */
  readonly isFaulty: boolean

  constructor(body: readonly Statement[], row: Cells) {
    this.row = row
    const whole = attempted(() => this.takeAll(body, NO_SOURCES))
    this.isFaulty = whole === null
  }

  /** What the value of a cell after the step depends on. */
  sourcesOf(cell: number): Sources {
    return this.written.get(cell)?.from ?? new Set([cell])
  }

  /** The state after the step, as if it were enabled; null when there is none. */
  after(): Cells | null {
    if (this.isFaulty) return null
    const row = this.row.slice()
    for (const [cell, { value }] of this.written) row[cell] = value
    return row
  }

  private takeAll(body: readonly Statement[], control: Sources): true {
    for (const statement of body) this.take(statement, control)
    return true
  }

  private take(statement: Statement, control: Sources): void {
    switch (statement.op) {
      case 'guard':
        this.judge(statement.condition)
        return
      case 'require':
        if (this.of(statement.condition).value === 0) throw new Fault()
        return
      case 'let': {
        const known = this.attempt(statement.value)
        this.locals.set(statement.local, known === null ? null : { ...known, from: union(known.from, control) })
        return
      }
      case 'store': {
        const { value, from } = this.of(statement.value)
        this.store(statement.cell, value, union(from, control))
        return
      }
      case 'if':
        this.choose(statement, control)
    }
  }

  private judge(condition: Expr): void {
    for (const part of conjuncts(condition)) {
      const known = this.attempt(part)
      if (known?.value === 0) this.falseParts.push(known.from)
    }
  }

  /** The other cells that an index might have meant stay what they are because it meant this one. */
  private store(cell: Cell, value: number, from: Sources): void {
    const index = this.place(cell)
    const sources = union(from, index.from)
    const target = cell.at + index.value * cell.stride
    if (cell.index !== null) for (const other of cellsOf(cell)) if (other !== target) this.taint(other, sources)
    this.written.set(target, { value, from: sources })
  }

  private choose(statement: Extract<Statement, { op: 'if' }>, control: Sources): void {
    const { value, from } = this.of(statement.condition)
    const both = union(control, from)
    const [taken, other] = value !== 0 ? [statement.then, statement.else] : [statement.else, statement.then]
    this.takeAll(taken, both)
    // What the other branch would have changed is what it is because of the condition.
    eachAccess(other, (cell, how) => {
      if (how === 'written') for (const one of cellsOf(cell)) this.taint(one, both)
    })
    for (const local of assigned(other)) {
      const known = this.locals.get(local)
      if (known !== undefined && known !== null) this.locals.set(local, { ...known, from: union(known.from, both) })
    }
  }

  /** The index of a cell; behind a false guard it may be past the end, which is a fault. */
  private place({ index, count }: Cell): Traced {
    const place = index === null ? AT : this.of(index)
    if (place.value < 0 || place.value >= count) throw new Fault()
    return place
  }

  private taint(cell: number, from: Sources): void {
    const { value, from: own } = this.cell(cell)
    this.written.set(cell, { value, from: union(own, from) })
  }

  private cell(cell: number): Traced {
    return this.written.get(cell) ?? { value: this.row[cell] ?? 0, from: new Set([cell]) }
  }

  private attempt(expr: Expr): Traced | null {
    return attempted(() => this.of(expr))
  }

  private of(expr: Expr): Traced {
    switch (expr.op) {
      case 'const':
        return { value: expr.value, from: NO_SOURCES }
      case 'local': {
        const known = this.locals.get(expr.local) ?? null
        if (known === null) throw new Fault()
        return known
      }
      case 'load': {
        const { at, stride } = expr.cell
        const place = this.place(expr.cell)
        const { value, from } = this.cell(at + place.value * stride)
        return { value, from: union(from, place.from) }
      }
      case 'binary': {
        const [a, b] = [this.of(expr.a), this.of(expr.b)]
        // Nothing and anything is nothing: one side decides alone.
        if (expr.kind === 'and') for (const side of [a, b]) if (side.value === 0) return side
        return { value: calculate(expr.kind, a.value, b.value), from: union(a.from, b.from) }
      }
      case 'bits': {
        const { value, from } = this.of(expr.a)
        return { value: bitCount(value), from }
      }
      case 'choose': {
        const condition = this.of(expr.condition)
        const { value, from } = this.of(condition.value !== 0 ? expr.then : expr.else)
        return { value, from: union(from, condition.from) }
      }
      case 'let':
        this.locals.set(expr.local, this.attempt(expr.value))
        return this.of(expr.body)
      case 'require': {
        if (this.of(expr.condition).value === 0) throw new Fault()
        return this.of(expr.body)
      }
    }
  }
}

function union(a: Sources, b: Sources): Sources {
  if (a.size === 0) return b
  if (b.size === 0 || a === b) return a
  return new Set([...a, ...b])
}
