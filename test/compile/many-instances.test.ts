// Models with so many action instances that buffers, functions or lists would grow too large.
import { constantFrom, assert, integer, property } from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { chunkMap, STEP_BITS } from '../../src/compile/engine/memories.ts'
import { MAX_STEPS } from '../../src/compile/ir/ir.ts'
import { CompileError } from '../../src/compile/front/scope.ts'
import { SpecFault } from '../../src/lang/fault.ts'
import { Machine } from '../../src/lang/machine.ts'
import { instantiate } from '../../src/lang/spec.ts'
import { compiled, compiledly, expectSame, Folder, HELPERS_AT_ONCE, native } from './engines.ts'

const folder = new Folder()
afterAll(() => folder.dispose())

/** A table of `cells` bytes; one action of `many` instances, few of which any state enables. */
function stamps(cells: number, many: number): string {
  return `import { guard, ids, model, range, spec, table } from 'primacy'
export default spec('stamps', {}, () => {
  const Cell = ids('cell', ${cells})
  const { state, action, invariant, transition } = model({ at: table(Cell, range(0, 255)), turn: range(0, 4) })
  const init = action({}, () => {})
  const wait = action({}, s => {
    guard(s.turn === 4)
  })
  const stamp = action({ c: Cell, m: range(1, ${many}) }, (s, { c, m }) => {
    guard(c <= 6 || s.at[c] > 0)
    guard(s.turn < 2 ? m % 5 === s.turn : m === 2 && s.turn === 2)
    s.at[c] = (s.at[c] * 16 + (m % 16)) % 256
    s.turn += 1
  })
  return {
    state,
    init,
    actions: { wait, stamp },
    invariants: { Few: invariant(s => Cell.count(c => s.at[c] > 0) < 2) },
    transitions: { Turns: transition((before, after) => before.turn < after.turn) },
    final: invariant(s => s.turn === 3),
  }
})
`
}

describe('a model whose successors do not fit into the buffers of a whole round', () => {
  it('is explored in smaller batches, in the same order, however many threads', async () => {
    const source = await folder.load(stamps(250, 32))
    const question = { limits: { states: 3000, bytes: Infinity }, states: true }
    const expected = native(source, question)
    expect(expected).toMatchObject({ ending: 'states', violations: { Few: { depth: 2 } } })
    for (const threadCount of [1, 2]) expectSame(compiledly(source, question, threadCount, HELPERS_AT_ONCE), expected)
  })
})

it('keeps chunk buffers within what one memory can hold', () => {
  const shards = constantFrom(1, 2, 4, 8, 16)
  assert(
    property(
      integer({ min: 1, max: 1000 }),
      integer({ min: 0, max: MAX_STEPS }),
      shards,
      (words, steps, shardCount) => {
        const { bytes, count, states } = chunkMap(words, steps, shardCount)
        expect(count * bytes).toBeLessThanOrEqual(2 ** 32)
        expect(count * states).toBeGreaterThanOrEqual(1)
        expect(Number.isInteger(count)).toBe(true)
      },
    ),
  )
})

it('tells all instances apart', () => {
  expect(MAX_STEPS).toBeLessThanOrEqual(2 ** STEP_BITS)
})

describe('too many instances', () => {
  const loaded = folder.load(stamps(300, 1000))

  it('are refused by the compiler, with the action, its domains and the limit', async () => {
    const { spec, ...source } = await loaded
    const refused = (): unknown => compiled(source, instantiate(spec).config)
    expect(refused).toThrow(CompileError)
    expect(refused).toThrow('stamp has 300,000 instances, of 300,001 in all; at most 262,144 can be explored.')
    expect(refused).toThrow(
      expect.objectContaining({
        hint: 'There is one for each choice of arguments: 300 of c × 1,000 of m. Give its parameters smaller domains. Or explore with --engine native, which takes more and is slower.',
        offset: source.text.indexOf('(s, { c, m })'),
      }),
    )
  })

  it.each(['stamp', 'init'])('of %s are refused before they are listed', async name => {
    const text = stamps(300, 100_000)
    const source = await folder.load(
      name === 'init' ? text.replace('init = action({}', 'init = action({ a: range(1, 10_000_000) }') : text,
    )
    const refused = (): unknown => new Machine(instantiate(source.spec))
    expect(refused).toThrow(SpecFault)
    expect(refused).toThrow(
      name === 'init' ? 'init has 10,000,000 instances; at most 4,194,304' : 'stamp has 30,000,000 instances',
    )
  })
})
