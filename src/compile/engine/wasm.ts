// WebAssembly's binary format, one function per production (WebAssembly Core Specification 3.0, chapter 5). Only what
// the engine uses: 32- and 64-bit integers, vectors, several memories, bulk memory.

/** A growing byte string. */
export class Bytes {
  private data = new Uint8Array(256)
  private used = 0

  get length(): number {
    return this.used
  }
  byte(...bytes: readonly number[]): this {
    this.reserve(bytes.length)
    for (const byte of bytes) this.data[this.used++] = byte
    return this
  }
  /** An unsigned LEB128 number (5.2.2). */
  unsigned(value: number): this {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    return this.byte(rest)
  }
  /** A signed LEB128 number (5.2.2). */
  signed(value: bigint): this {
    let rest = value
    for (;;) {
      const low = Number(rest & 0x7fn)
      rest >>= 7n
      if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) return this.byte(low)
      this.byte(low | 0x80)
    }
  }
  append(other: Bytes): this {
    this.reserve(other.used)
    this.data.set(other.data.subarray(0, other.used), this.used)
    this.used += other.used
    return this
  }
  result(): Uint8Array<ArrayBuffer> {
    return this.data.slice(0, this.used)
  }

  private reserve(more: number): void {
    if (this.used + more <= this.data.length) return
    const larger = new Uint8Array(Math.max(this.data.length * 2, this.used + more))
    larger.set(this.data.subarray(0, this.used))
    this.data = larger
  }
}

export const I32 = 0x7f
export const I64 = 0x7e
export const V128 = 0x7b
export type ValueType = typeof I32 | typeof I64 | typeof V128

interface FunctionType {
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
}

export interface WasmFunction {
  readonly name: string
  readonly type: FunctionType
  readonly locals: readonly ValueType[]
  readonly body: Bytes
  readonly exported: boolean
}

interface WasmGlobal {
  readonly name: string
  readonly type: ValueType
}

export interface WasmMemory {
  /** In the module `engine`. */
  readonly name: string
  /** True when several threads use it. */
  readonly shared: boolean
}

export interface WasmModule {
  /** Imported memories. */
  readonly memories: readonly WasmMemory[]
  /** Mutable, zero at first, exported by name. */
  readonly globals: readonly WasmGlobal[]
  readonly functions: readonly WasmFunction[]
}

/** A vector (5.1.3). */
function vector<T>(items: readonly T[], encode: (item: T, into: Bytes) => void): Bytes {
  const bytes = new Bytes().unsigned(items.length)
  for (const item of items) encode(item, bytes)
  return bytes
}

/** A name (5.2.4). */
function name(text: string): Bytes {
  const encoded = new TextEncoder().encode(text)
  return new Bytes().unsigned(encoded.length).byte(...encoded)
}

/** A section (5.5.2). */
function section(id: number, content: Bytes): Bytes {
  return new Bytes().byte(id).unsigned(content.length).append(content)
}

/** A function type (5.3.8). */
function functionType(type: FunctionType, into: Bytes): void {
  into.byte(0x60)
  into.append(vector(type.parameters, (value, bytes) => void bytes.byte(value)))
  into.append(vector(type.results, (value, bytes) => void bytes.byte(value)))
}

/** Pages of 64 KiB that a memory with 32-bit addresses can have. */
export const MAX_PAGES = 65536

/** An import of a memory of any size (5.5.5); limits are those of the threads proposal when it is shared. */
function memoryImport(memory: WasmMemory, into: Bytes): void {
  into.append(name('engine')).append(name(memory.name)).byte(0x02)
  if (memory.shared) into.byte(0x03).unsigned(0).unsigned(MAX_PAGES)
  else into.byte(0x00).unsigned(0)
}

/** A mutable global that starts at zero (5.5.9). */
function global({ type }: WasmGlobal, into: Bytes): void {
  into.byte(type, 0x01, type === I32 ? 0x41 : 0x42, 0x00, 0x0b)
}

/** An export (5.5.10); kind 0 is a function, 3 a global. */
function exported(text: string, kind: number, index: number, into: Bytes): void {
  into.append(name(text)).byte(kind).unsigned(index)
}

/** A function's code, its locals in front (5.5.13). */
function code({ locals, body }: WasmFunction, into: Bytes): void {
  const content = vector(locals, (type, bytes) => void bytes.unsigned(1).byte(type))
  content.append(body).byte(0x0b)
  into.unsigned(content.length).append(content)
}

/** The names of functions, for profilers and stack traces (7.4.1). */
function nameSection(functions: readonly WasmFunction[]): Bytes {
  const names = vector(
    functions.map((_, index) => index),
    (index, bytes) => void bytes.unsigned(index).append(name(functions[index].name)),
  )
  return section(0, name('name').append(section(1, names)))
}

/** A module (5.5.16). */
export function encodeModule({ memories, globals, functions }: WasmModule): Uint8Array<ArrayBuffer> {
  const types = new Map<string, { readonly type: FunctionType; readonly index: number }>()
  const typeOf = (type: FunctionType): number => {
    const key = JSON.stringify(type)
    const known = types.get(key) ?? { type, index: types.size }
    types.set(key, known)
    return known.index
  }
  const typeIndices = functions.map(({ type }) => typeOf(type))
  const exportedFunctions = functions.flatMap(({ name: text, exported: isExported }, index) =>
    isExported ? [{ text, kind: 0, index }] : [],
  )
  const exports = [...exportedFunctions, ...globals.map(({ name: text }, index) => ({ text, kind: 3, index }))]
  const sections = [
    section(
      1,
      vector([...types.values()], ({ type }, bytes) => functionType(type, bytes)),
    ),
    section(2, vector(memories, memoryImport)),
    section(
      3,
      vector(typeIndices, (index, bytes) => void bytes.unsigned(index)),
    ),
    section(6, vector(globals, global)),
    section(
      7,
      vector(exports, ({ text, kind, index }, bytes) => exported(text, kind, index, bytes)),
    ),
    section(10, vector(functions, code)),
    nameSection(functions),
  ]
  return sections
    .reduce((bytes, part) => bytes.append(part), new Bytes().byte(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00))
    .result()
}
