// Which cells an action instance may read and may write, from its lowered body: what the configuration decides is not
// read, and a branch that it rules out does not count. An over-approximation: what is not in it is certainly untouched.
import type { Cell, Expr, Statement } from './ir.ts'

/** Cells of the state that is changed, in ascending order. */
export interface Footprint {
  readonly reads: readonly number[]
  readonly writes: readonly number[]
}

/** The footprint of a body. */
export function footprintOf(body: readonly Statement[]): Footprint {
  const reads = new Set<number>()
  const writes = new Set<number>()
  for (const statement of body) visit(statement, reads, writes)
  return { reads: ascending(reads), writes: ascending(writes) }
}

/** What several bodies read and write together. */
export function union(footprints: readonly Footprint[]): Footprint {
  return {
    reads: ascending(new Set(footprints.flatMap(({ reads }) => reads))),
    writes: ascending(new Set(footprints.flatMap(({ writes }) => writes))),
  }
}

function visit(statement: Statement, reads: Set<number>, writes: Set<number>): void {
  switch (statement.op) {
    case 'guard':
    case 'require':
      return look(statement.condition, reads)
    case 'let':
      return look(statement.value, reads)
    case 'store':
      look(statement.value, reads)
      if (statement.cell.index !== null) look(statement.cell.index, reads)
      for (const cell of cellsOf(statement.cell)) writes.add(cell)
      return
    case 'if':
      look(statement.condition, reads)
      for (const inner of [...statement.then, ...statement.else]) visit(inner, reads, writes)
  }
}

function look(expr: Expr, reads: Set<number>): void {
  switch (expr.op) {
    case 'const':
    case 'local':
      return
    case 'load':
      if (expr.cell.index !== null) look(expr.cell.index, reads)
      if (expr.cell.frame === 0) for (const cell of cellsOf(expr.cell)) reads.add(cell)
      return
    case 'binary':
      look(expr.a, reads)
      return look(expr.b, reads)
    case 'bits':
      return look(expr.a, reads)
    case 'let':
      look(expr.value, reads)
      return look(expr.body, reads)
    case 'require':
      look(expr.condition, reads)
      return look(expr.body, reads)
    case 'choose':
      look(expr.condition, reads)
      look(expr.then, reads)
      look(expr.else, reads)
  }
}

/** Every cell that an index may choose. */
function cellsOf({ at, stride, count, index }: Cell): readonly number[] {
  return index === null ? [at] : Array.from({ length: count }, (_, place) => at + place * stride)
}

function ascending(cells: ReadonlySet<number>): readonly number[] {
  return [...cells].toSorted((a, b) => a - b)
}
