// What many states at a time must not do otherwise than one: locals that guards assign, initial instances in number, and
// faults of states that are judged together with one that is a violation already.
import { afterAll, describe, expect, it } from 'vitest'
import { compiledly, expectAgreement, expectSame, Folder, HELPERS_AT_ONCE, native } from './engines.ts'

const folder = new Folder()
afterAll(() => folder.dispose())

const specification = (contents: string): string => `import { guard, model, range, seq, spec } from 'primacy'
export default spec('columns', {}, () => {${contents}})
`

const MODELS = {
  'a local that a branch before the last guard assigns': specification(`
  const { state, action, invariant } = model({ x: range(0, 3), y: range(0, 9) })
  const init = action({}, () => {})
  const inc = action({}, s => { guard(s.x < 3); s.x += 1 })
  const go = action({}, s => {
    let n = 0
    if (s.x > 1) n = s.x + 2
    guard(n > 2)
    s.y = n
  })
  return { state, init, actions: { inc, go }, invariants: { Ok: invariant(s => s.y < 4) }, final: invariant(s => s.x === 3) }
`),
  'more initial instances than steps': specification(`
  const { state, action, invariant } = model({ x: range(0, 99), y: range(0, 1) })
  const init = action({ v: range(0, 99) }, (s, { v }) => { s.x = v })
  const go = action({}, s => { guard(s.y === 0); s.y = 1 })
  return { state, init, actions: { go }, invariants: { Low: invariant(s => s.x < 90) }, final: invariant(s => s.y === 1) }
`),
  'an invariant that is violated, and then faults': specification(`
  const { state, action, invariant } = model({ x: range(0, 9), y: range(0, 1), log: seq(range(0, 1), 3) })
  const init = action({ v: range(0, 9) }, (s, { v }) => { s.x = v })
  const go = action({}, s => { guard(s.y === 0); s.y = 1 })
  return {
    state, init, actions: { go }, final: invariant(s => s.y === 1),
    invariants: { Ok: invariant(s => s.x !== 3 && (s.x < 7 || s.log[0] === 0)) },
  }
`),
  'a transition property that is violated, and then faults': specification(`
  const { state, action, invariant, transition } = model({ x: range(0, 9), y: range(0, 2), log: seq(range(0, 1), 3) })
  const init = action({ v: range(0, 9) }, (s, { v }) => { s.x = v })
  const one = action({}, s => { guard(s.y === 0); s.y = 1 })
  const two = action({}, s => { guard(s.y === 0); s.y = 2 })
  return {
    state, init, actions: { one, two }, final: invariant(s => s.y > 0),
    transitions: { T: transition((b, a) => !(b.x === 3 && a.y === 2) && (b.x < 7 || a.log[0] === 0)) },
  }
`),
}

describe.each(Object.entries(MODELS))('%s', (_, text) => {
  const loaded = folder.load(text)

  it.each([true, false])('is the same to both engines; ends at the first violation: %s', async stopAtFirst => {
    const found = expectAgreement(await loaded, { stopAtFirst, states: true, watched: true })
    expect(Object.keys(found['violations'] as object)).toHaveLength(1)
  })
})

/**
 * One level of 4,000 states: the first of a chunk violates both properties, those of all later chunks fault in them.
 * States of different chunks share successors, so a chunk that is expanded twice must not lose its own to another.
 */
const SPREAD = specification(`
  const { state, action, invariant, transition } = model({ x: range(0, 3999), y: range(0, 2), log: seq(range(0, 1), 3) })
  const init = action({ v: range(0, 3999) }, (s, { v }) => { s.x = v })
  const one = action({}, s => { guard(s.y === 0); s.x = s.x % 50; s.y = 1 })
  const two = action({}, s => { guard(s.y === 0); s.y = 2 })
  return {
    state, init, actions: { one, two }, final: invariant(s => s.y > 0),
    invariants: { Ok: invariant(s => s.x !== 3 && (s.x < 200 || s.log[0] === 0)) },
    transitions: { T: transition((b, a) => !(b.x === 5 && a.y === 2) && (b.x < 300 || a.log[0] === 0)) },
  }
`)

it('does not judge what a chunk of another thread has violated, whichever thread is faster', async () => {
  const loaded = await folder.load(SPREAD)
  const expected = native(loaded, { states: true, watched: true })
  expect(expected).toMatchObject({ ending: 'complete', violations: { Ok: { depth: 0 }, T: { depth: 1 } } })
  for (const threadCount of [1, 2, 3, 4, 2, 3, 4])
    expectSame(compiledly(loaded, { states: true }, threadCount, HELPERS_AT_ONCE), expected)
})
