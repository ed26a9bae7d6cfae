// Which cells an action instance may read and may write, from its lowered body: what the configuration decides is not
// read, and a branch that it rules out does not count. An over-approximation: what is not in it is certainly untouched.
import { type Cell, cellsOf, type Expr, operandsOf, type Statement } from './ir.ts'

/** Cells of the state that is changed, in ascending order. */
export interface Footprint {
  readonly reads: readonly number[]
  readonly writes: readonly number[]
}

/** The footprint of a body. */
export function footprintOf(body: readonly Statement[]): Footprint {
  const reads = new Set<number>()
  const writes = new Set<number>()
  eachAccess(body, (cell, how) => {
    if (cell.frame === 0) for (const one of cellsOf(cell)) (how === 'read' ? reads : writes).add(one)
  })
  return { reads: ascending(reads), writes: ascending(writes) }
}

/** What several bodies read and write together. */
export function union(footprints: readonly Footprint[]): Footprint {
  return {
    reads: ascending(new Set(footprints.flatMap(({ reads }) => reads))),
    writes: ascending(new Set(footprints.flatMap(({ writes }) => writes))),
  }
}

/** Tells every load and every store of statements. */
export function eachAccess(
  statements: readonly Statement[],
  tell: (cell: Cell, how: 'read' | 'written') => void,
): void {
  for (const statement of statements) {
    switch (statement.op) {
      case 'guard':
      case 'require':
        eachLoad(statement.condition, tell)
        break
      case 'let':
        eachLoad(statement.value, tell)
        break
      case 'store':
        eachLoad(statement.value, tell)
        if (statement.cell.index !== null) eachLoad(statement.cell.index, tell)
        tell(statement.cell, 'written')
        break
      case 'if':
        eachLoad(statement.condition, tell)
        eachAccess([...statement.then, ...statement.else], tell)
    }
  }
}

function eachLoad(expr: Expr, tell: (cell: Cell, how: 'read') => void): void {
  if (expr.op === 'load') tell(expr.cell, 'read')
  for (const operand of operandsOf(expr)) eachLoad(operand, tell)
}

function ascending(cells: ReadonlySet<number>): readonly number[] {
  return [...cells].toSorted((a, b) => a - b)
}
