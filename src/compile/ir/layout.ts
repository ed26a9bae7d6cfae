// The packed form of a state: each cell gets as many bits as its values need, within 32-bit words. One bit is always
// set, so that no packed state is all zero: an empty slot of the visited set is.
// Invariant: no cell straddles two words. Cells are placed largest first, each in the first word that has room.

interface Field {
  readonly word: number
  readonly shift: number
  readonly bits: number
  /** How many values it takes. */
  readonly radix: number
}

export interface Layout {
  /** One for each cell, in cell order; cells with a single value take no bits. */
  readonly fields: readonly Field[]
  readonly wordCount: number
  /** Bits that distinguish states. */
  readonly bits: number
  /** The bit that is always set: the lowest of the first word. */
  readonly marker: Field
}

const WORD_BITS = 32

/** Lays out cells that take `radices[i]` values each. */
export function layOut(radices: readonly number[]): Layout {
  const widths = radices.map(radix => (radix <= 1 ? 0 : 32 - Math.clz32(radix - 1)))
  const order = widths.map((_, cell) => cell).toSorted((a, b) => widths[b] - widths[a] || a - b)
  const used = [1]
  const fields: Field[] = radices.map(radix => ({ word: 0, shift: 0, bits: 0, radix }))
  for (const cell of order) {
    const bits = widths[cell]
    if (bits === 0) continue
    let word = used.findIndex(taken => taken + bits <= WORD_BITS)
    if (word < 0) word = used.push(0) - 1
    fields[cell] = { word, shift: used[word], bits, radix: radices[cell] }
    used[word] += bits
  }
  const bits = widths.reduce((sum, width) => sum + width, 0)
  return { fields, wordCount: used.length, bits, marker: { word: 0, shift: 0, bits: 1, radix: 2 } }
}

/** Packs a row of cells. */
export function pack(layout: Layout, row: ArrayLike<number>): Uint32Array {
  const words = new Uint32Array(layout.wordCount)
  words[layout.marker.word] = 1 << layout.marker.shift
  layout.fields.forEach(({ word, shift }, cell) => {
    words[word] |= row[cell] << shift
  })
  return words
}

/** Unpacks words into a row of cells. */
export function unpack(layout: Layout, words: ArrayLike<number>, row: { [cell: number]: number }): void {
  layout.fields.forEach(({ word, shift, bits }, cell) => {
    row[cell] = bits === 0 ? 0 : (words[word] >>> shift) & maskOf(bits)
  })
}

/** The lowest `bits` bits. */
export function maskOf(bits: number): number {
  return bits >= 32 ? 0xffffffff : (1 << bits) - 1
}
