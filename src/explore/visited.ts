// The visited set: every distinct state once, in the order of discovery. States are rows of cells in an arena; an open
// addressing table of row numbers finds them again. Exact: a fingerprint only says where to look, cells decide.
// Invariants: row i holds the i-th discovered state; the table has at least twice as many slots as rows; a slot holds
// a row number plus one, zero being empty; probing is linear, and nothing is ever removed.
import { bytesPerCell, type Cells, cells } from '../lang/container.ts'

const CHUNK_BITS = 13
const CHUNK_ROWS = 1 << CHUNK_BITS

export class Visited {
  /** Cells of one state. */
  readonly width: number
  private readonly radix: number
  private readonly chunks: Cells[] = []
  private table = new Int32Array(1 << 12)
  private fingerprints = new Uint32Array(1 << 11)
  private parents = new Int32Array(1 << 11)
  private steps = new Int32Array(1 << 11)
  private rows = 0

  /** `radix` is the greatest number of values that any cell takes. */
  constructor(width: number, radix: number) {
    this.width = width
    this.radix = radix
  }

  get size(): number {
    return this.rows
  }

  /** Bytes held, tables and unused rows included. */
  get bytes(): number {
    const arena = this.chunks.length * CHUNK_ROWS * this.width * bytesPerCell(this.radix)
    return (
      arena + this.table.byteLength + this.fingerprints.byteLength + this.parents.byteLength + this.steps.byteLength
    )
  }

  /** An empty row, as wide as a state. */
  row(): Cells {
    return cells(this.width, this.radix)
  }

  /**
   * Adds a state unless it is known, remembering the row and the step that led to it (-1 for an initial state).
   * Returns its row number when it is new and -1 when it was known.
   */
  add(state: Cells, parent: number, step: number): number {
    const fingerprint = this.fingerprint(state)
    const mask = this.table.length - 1
    let slot = fingerprint & mask
    for (let row = this.table[slot]; row !== 0; row = this.table[slot]!) {
      if (this.fingerprints[row - 1] === fingerprint && this.equals(row - 1, state)) return -1
      slot = (slot + 1) & mask
    }
    const row = this.append(state, fingerprint, parent, step)
    this.table[slot] = row + 1
    if (this.rows * 2 > this.table.length) this.grow()
    return row
  }

  /** Copies a row into `into`. */
  read(row: number, into: Cells): void {
    const chunk = this.chunks[row >> CHUNK_BITS]
    const at = (row & (CHUNK_ROWS - 1)) * this.width
    for (let cell = 0; cell < this.width; cell++) into[cell] = chunk[at + cell]!
  }

  parentOf(row: number): number {
    return this.parents[row]
  }

  stepTo(row: number): number {
    return this.steps[row]
  }

  private fingerprint(state: Cells): number {
    let mixed = 0x9e3779b9
    for (let cell = 0; cell < this.width; cell++) {
      mixed = Math.imul(mixed ^ state[cell], 0x85ebca6b)
      mixed ^= mixed >>> 15
    }
    return Math.imul(mixed, 0xc2b2ae35) >>> 0
  }

  private equals(row: number, state: Cells): boolean {
    const chunk = this.chunks[row >> CHUNK_BITS]
    const at = (row & (CHUNK_ROWS - 1)) * this.width
    for (let cell = 0; cell < this.width; cell++) if (chunk[at + cell] !== state[cell]) return false
    return true
  }

  private append(state: Cells, fingerprint: number, parent: number, step: number): number {
    const row = this.rows
    if (row >> CHUNK_BITS === this.chunks.length) this.chunks.push(cells(this.width * CHUNK_ROWS, this.radix))
    if (row === this.parents.length) {
      this.fingerprints = doubled(this.fingerprints, new Uint32Array(row * 2))
      this.parents = doubled(this.parents, new Int32Array(row * 2))
      this.steps = doubled(this.steps, new Int32Array(row * 2))
    }
    this.chunks[row >> CHUNK_BITS].set(state, (row & (CHUNK_ROWS - 1)) * this.width)
    this.fingerprints[row] = fingerprint
    this.parents[row] = parent
    this.steps[row] = step
    this.rows++
    return row
  }

  private grow(): void {
    const table = new Int32Array(this.table.length * 2)
    const mask = table.length - 1
    for (let row = 0; row < this.rows; row++) {
      let slot = this.fingerprints[row] & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = row + 1
    }
    this.table = table
  }
}

function doubled<T extends Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
