// Causes that go round, against the plain definition: something reaches itself.
import { array, assert, constantFrom, nat, property, record, uniqueArray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codesOf, problemsOf, stream } from './traces.ts'

interface Step {
  readonly node: string
  readonly causes: readonly number[]
}

const steps = array(record({ node: constantFrom('n1', 'n2'), causes: uniqueArray(nat(5), { maxLength: 2 }) }), {
  minLength: 6,
  maxLength: 6,
})

/** Whether the order at each node and the causes together put an event before itself. */
function goesRound(list: readonly Step[]): boolean {
  const before = list.map(({ node, causes }, index) =>
    list.map((other, at) => causes.includes(at) || (at < index && other.node === node)),
  )
  const all = list.map((_, index) => index)
  for (const middle of all)
    for (const from of all) for (const to of all) before[from][to] ||= before[from][middle] && before[middle][to]
  return all.some(index => before[index][index])
}

describe('causes', () => {
  it('go round exactly when an event comes before itself', () => {
    assert(
      property(steps, list => {
        const lines = list.map(({ node, causes }, index) => ({
          type: 'crash',
          node,
          id: `e${index}`,
          causes: causes.map(cause => `e${cause}`),
        }))
        const codes = codesOf(stream({}, ...lines)).map(code => code.slice(2))
        expect(codes).toEqual(goesRound(list) ? ['E-CYCLE'] : [])
      }),
      { numRuns: 500 },
    )
  })

  it('may be chains of any length', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => ({
      type: 'crash',
      node: 'n1',
      id: `e${index}`,
      ...(index % 2 === 0 ? { causes: [`f${index}`] } : {}),
    }))
    const answers = lines.map((_, index) => ({ type: 'crash', node: 'n2', id: `f${index}` }))
    expect(codesOf(stream({}, ...lines, ...answers))).toEqual([])
    const [round, ...others] = problemsOf(
      stream({}, ...lines, { type: 'crash', node: 'n2', id: 'f0', causes: ['e19999'] }),
    ).filter(({ code }) => code === 'E-CYCLE')
    expect(others).toEqual([])
    expect(round.message).toMatch(/line 2 comes before line 3 .* comes before … .*, which comes before line 2\.$/)
    expect(round.message.length).toBeLessThan(250)
  })
})
