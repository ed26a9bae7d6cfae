// States and cells of every width that the engine treats differently: several words, cells of two and of four bytes.
import { afterAll, describe, expect, it } from 'vitest'
import { layOut } from '../../src/compile/ir/layout.ts'
import { Machine } from '../../src/lang/machine.ts'
import { instantiate } from '../../src/lang/spec.ts'
import { compiledly, expectSame, Folder, HELPERS_AT_ONCE, native } from './engines.ts'

const folder = new Folder()
afterAll(() => folder.dispose())

/** `count` counters up to `top`, of which steps move a few back and forth, near both ends of the range. */
function counters(count: number, top: number): string {
  return `import { equal, guard, ids, model, range, seq, set, spec, table } from 'primacy'
export default spec('counters', {}, () => {
  const Cell = ids('cell', ${count})
  const { state, action, invariant, transition } = model({
    at: table(Cell, range(0, ${top})), moved: set(Cell), last: seq(Cell, 3),
  })
  const init = action({ c: Cell }, (s, { c }) => {
    guard(c <= 3)
    s.at[c] = ${top}
  })
  const move = action({ c: Cell }, (s, { c }) => {
    guard(!s.moved.has(c) && s.last.length < 3)
    s.moved.add(c)
    s.last.push(c)
    s.at[c] = ${top} - s.at[c]
  })
  const halve = action({ c: Cell }, (s, { c }) => {
    guard(s.last.length === 3 && s.last[0] === c && s.at[c] > 1)
    s.at[c] = Math.floor(s.at[c] / 2)
  })
  return {
    state,
    init,
    actions: { move, halve },
    invariants: {
      Few: invariant(s => Cell.count(c => s.at[c] > 0) < 4),
      Large: invariant(s => Cell.every(c => s.at[c] === 0 || s.at[c] > ${Math.floor(top / 5)})),
    },
    transitions: { Grows: transition((before, after) => before.last.length <= after.last.length && !equal(before.at, after.at)) },
  }
})
`
}

const cases = [
  { title: 'more than 64 bits', count: 10, top: 200, bits: 64, bytes: 1 },
  { title: 'more than 128 bits', count: 16, top: 200, bits: 128, bytes: 1 },
  { title: 'more than 256 bits', count: 14, top: 300_000, bits: 256, bytes: 4 },
  { title: 'cells of more than 256 values', count: 5, top: 256, bits: 32, bytes: 2 },
  { title: 'cells of exactly 65,536 values', count: 5, top: 65_535, bits: 64, bytes: 2 },
  { title: 'cells of more than 65,536 values', count: 5, top: 65_536, bits: 64, bytes: 4 },
  { title: 'cells of 31 bits', count: 4, top: 2 ** 31 - 2, bits: 124, bytes: 4 },
]

describe.each(cases)('with $title', ({ count, top, bits, bytes }) => {
  const loaded = folder.load(counters(count, top))

  it('is as wide as it says', async () => {
    const machine = new Machine(instantiate((await loaded).spec))
    expect(layOut(machine.radices).bits).toBeGreaterThan(bits)
    expect(machine.row().BYTES_PER_ELEMENT).toBe(bytes)
  })

  it('both engines agree, however many threads', async () => {
    const question = { limits: { states: 20_000, bytes: Infinity }, states: true }
    const expected = native(await loaded, question)
    for (const threadCount of [1, 2]) {
      expectSame(compiledly(await loaded, question, threadCount, HELPERS_AT_ONCE), expected)
    }
  })
})
