// Where a search has been before. Positions are found by a hash of what tells them apart and then compared whole, so that
// two of equal hash are never taken for one; rows are held by the positions anyway, so that nothing is copied.
import type { Cells } from '../../lang/container.ts'
import type { Position } from './conformance.ts'
import type { Progress } from '../order/schedule.ts'

interface Entry {
  readonly position: Position
  /** Another one of the same hash. */
  readonly next: Entry | undefined
}

export class Seen {
  private readonly entries = new Map<number, Entry>()

  /** False when an equal position was added before. */
  add(position: Position): boolean {
    const hash = hashOf(position)
    const first = this.entries.get(hash)
    for (let entry = first; entry !== undefined; entry = entry.next) if (isSame(entry.position, position)) return false
    this.entries.set(hash, { position, next: first })
    return true
  }

  clear(): void {
    if (this.entries.size > 0) this.entries.clear()
  }
}

/** Whether two positions have the same future. */
function isSame(a: Position, b: Position): boolean {
  return (
    a.shift.entries === b.shift.entries &&
    a.shift.epochs === b.shift.epochs &&
    a.model === b.model &&
    sameItems(a.shift.led, b.shift.led) &&
    sameItems(a.lapsed, b.lapsed) &&
    sameProgress(a.at, b.at) &&
    sameCells(a.row, b.row)
  )
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]))
}

function sameProgress(a: Progress, b: Progress): boolean {
  return typeof a === 'number' || typeof b === 'number' ? a === b : sameCells(a, b)
}

function sameCells(a: Cells, b: Cells): boolean {
  for (let cell = 0; cell < a.length; cell++) if (a[cell] !== b[cell]) return false
  return true
}

/** Fowler, Noll and Vo's hash, a cell at a time. */
function hashOf({ at, row }: Position): number {
  let hash = 0x811c9dc5
  if (typeof at === 'number') hash = Math.imul(hash ^ at, 0x01000193)
  else for (let chain = 0; chain < at.length; chain++) hash = Math.imul(hash ^ at[chain], 0x01000193)
  for (let cell = 0; cell < row.length; cell++) hash = Math.imul(hash ^ row[cell], 0x01000193)
  return hash
}
