import { array, assert, integer, nat, oneof, property, tuple } from 'fast-check'
import { expect, it } from 'vitest'
import { layOut, pack, unpack } from '../../src/compile/ir/layout.ts'

/** How many values cells take, and a row of such cells. */
const rows = array(
  oneof(
    integer({ min: 1, max: 4 }),
    integer({ min: 1, max: 300 }),
    integer({ min: 60_000, max: 70_000 }),
    integer({ min: 2 ** 30, max: 2 ** 31 }),
  ),
  { maxLength: 40 },
).chain(radices => tuple(...radices.map(radix => nat({ max: radix - 1 }))).map(row => ({ radices, row })))

it('unpacks what it packed', () => {
  assert(
    property(rows, ({ radices, row }) => {
      const layout = layOut(radices)
      const again = row.map(() => -1)
      unpack(layout, pack(layout, row), again)
      expect(again).toEqual(row)
    }),
  )
})

it('packs no state to all zero', () => {
  assert(
    property(rows, ({ radices, row }) => {
      expect(pack(layOut(radices), row).some(word => word !== 0)).toBe(true)
    }),
  )
})

it('gives every cell bits of its own', () => {
  assert(
    property(rows, ({ radices }) => {
      const { fields, marker, wordCount } = layOut(radices)
      const taken = [marker, ...fields].flatMap(({ word, shift, bits }) =>
        Array.from({ length: bits }, (_, bit) => word * 32 + shift + bit),
      )
      expect(new Set(taken).size).toBe(taken.length)
      expect(taken.every(bit => bit < wordCount * 32)).toBe(true)
      expect(fields.every(({ shift, bits }) => shift + bits <= 32)).toBe(true)
    }),
  )
})
