import { array, assert, integer, nat, property, tuple } from 'fast-check'
import { expect, it } from 'vitest'
import { Visited } from '../../src/explore/visited.ts'

it('is a set that remembers the order, the parent and the step of each first arrival', () => {
  const rows = tuple(integer({ min: 1, max: 9 }), integer({ min: 1, max: 70_000 })).chain(([width, radix]) =>
    array(array(nat({ max: Math.min(radix - 1, 3) }), { minLength: width, maxLength: width }), { maxLength: 3000 }).map(
      states => ({ width, radix, states }),
    ),
  )
  assert(
    property(rows, ({ width, radix, states }) => {
      const visited = new Visited(width, radix)
      const model = new Map<string, { parent: number; step: number }>()
      states.forEach((state, index) => {
        const row = visited.row()
        row.set(state)
        const known = model.has(state.join())
        expect(visited.add(row, index, index * 2)).toBe(known ? -1 : model.size)
        if (!known) model.set(state.join(), { parent: index, step: index * 2 })
      })
      const row = visited.row()
      const found = Array.from({ length: visited.size }, (_, index) => {
        visited.read(index, row)
        return [row.join(), { parent: visited.parentOf(index), step: visited.stepTo(index) }]
      })
      expect(found).toEqual([...model])
    }),
    { numRuns: 50 },
  )
})

it('stays exact while it grows past many chunks', () => {
  const visited = new Visited(3, 256)
  const row = visited.row()
  const total = 50_000
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < total; index++) {
      row.set([index & 255, (index >> 8) & 255, 7])
      expect(visited.add(row, -1, 0) >= 0).toBe(round === 0)
    }
  }
  expect(visited.size).toBe(total)
})
