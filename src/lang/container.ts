// Containers: the parts of a state that change in place (tables, sequences, sets). Natively they are plain objects a
// specification writes to; a container domain moves them to and from cells, the packed form states are compared in.
// Invariant: equal containers have equal cells, so unused slots of a sequence are always zero.
import type { Domain, Json, typeOf } from './value.ts'

/** Cells of one state: the place of every value, at a fixed offset. */
export type Cells = Uint8Array | Uint16Array | Uint32Array

/** Zeroed cells, as narrow as `radix`, the greatest number of values that one of them takes, allows. */
export function cells(length: number, radix: number): Cells {
  if (bytesPerCell(radix) === 1) return new Uint8Array(length)
  return bytesPerCell(radix) === 2 ? new Uint16Array(length) : new Uint32Array(length)
}

export function bytesPerCell(radix: number): 1 | 2 | 4 {
  return radix <= 0x100 ? 1 : radix <= 0x10000 ? 2 : 4
}

/** Hears what a body reads and writes while it is watched. Offsets are cells of the state. */
export interface Tracker {
  read(at: number, width: number): void
  write(path: string): void
}

export abstract class Container<C> implements Domain<C> {
  declare readonly [typeOf]?: C
  /** How many values each cell can take, in cell order. */
  abstract readonly radices: readonly number[]
  /** A fresh container, as every initial state starts: first members, nothing in sequences and sets. */
  abstract create(): C
  /** Fills `into` from `cells[at…]`. */
  abstract load(cells: Cells, at: number, into: C): void
  /** Writes `from` to `cells[at…]`; false when something in it left its domain (`escape` says what). */
  abstract store(from: C, cells: Cells, at: number): boolean
  /** The first value outside its domain, in words, or null. */
  abstract escape(from: C, path: string): string | null
  /** `target` behind a proxy that reports to `tracker` and checks every write where it happens. */
  abstract watch(target: C, at: number, path: string, tracker: Tracker): C
  abstract describe(): string
  abstract toJson(value: C): Json
}

/** How messages call a value that is in no domain. */
export function showForeign(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (typeof value === 'object' && value !== null && Symbol.iterator in value)
    return `[${Array.from(value as Iterable<unknown>, showForeign).join(', ')}]`
  if (typeof value === 'object' && value !== null) return JSON.stringify(value) ?? 'an object'
  return typeof value === 'symbol' ? value.toString() : `${value as string | number | boolean | bigint | null}`
}
