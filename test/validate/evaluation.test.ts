// A guard evaluated part by part is the guard that runs: on states of random walks, every step's guards all hold exactly
// where the machine takes it, and as many hold before the first false one, apart from those that the configuration
// decides: they are folded away.
import { describe, expect, it } from 'vitest'
import { constant, type Expr, type Statement } from '../../src/compile/ir/ir.ts'
import type { Config } from '../../src/lang/spec.ts'
import { instantiate } from '../../src/lang/spec.ts'
import { Machine } from '../../src/lang/machine.ts'
import { guardsOf } from '../../src/validate/match/evaluation.ts'
import { stepLabel } from '../../src/trace/record.ts'
import { chooser, walk } from './behaviours.ts'
import { lowered } from './judging.ts'
import spec from '../../spec/single-leader.ts'

const CONFIGURATIONS: { readonly [name: string]: Config } = {
  'the defaults': {},
  'copies that count, links that are cut': { ack: 'any', cuts: 1, poll: 2, elect: 'best' },
  'connected followers, lazily': { ack: 'allConnected', followerFlush: 'lazy', followerApply: 'lazy' },
  'the first follower, applied': { ack: 'first', ackLevel: 'applied', followerApply: 'lazy' },
  'suspicion, demotion, cancelled waits': {
    ack: 'set',
    detect: 'imperfect',
    suspicions: 1,
    fence: 'demote',
    degrade: true,
    cancelWait: true,
  },
  'polls in two steps': { ack: 'any', twoStep: true, fence: 'freeze', voteCheck: true },
}

const load = (at: number): Expr => ({ op: 'load', cell: { frame: 0, at, index: null, stride: 0, count: 1 } })
const N: Expr = { op: 'local', local: 0 }

/** `let n = 1; if (CONDITION) n = 5; guard(n > 3)`. */
function body(condition: Expr): readonly Statement[] {
  return [
    { op: 'let', local: 0, value: constant(1) },
    // oxlint-disable-next-line unicorn/no-thenable -- a branch, not a promise
    { op: 'if', condition, then: [{ op: 'let', local: 0, value: constant(5) }], else: [] },
    { op: 'guard', condition: { op: 'binary', kind: 'gt', a: N, b: constant(3) }, offset: 0 },
  ]
}

describe('a local that a branch assigns before the guard', () => {
  it.each([
    [0, { holds: false, compared: { left: 1, sign: '>', right: 3 } }],
    [1, { holds: true, compared: { left: 5, sign: '>', right: 3 } }],
  ])('has the value of the branch that is taken: %i', (cell, part) => {
    expect(guardsOf(body(load(0)), Uint8Array.of(cell))).toMatchObject([{ holds: part.holds, parts: [part] }])
  })

  it('is unknown when the condition cannot be decided', () => {
    const undecided: Expr = { op: 'require', condition: constant(0), body: constant(1) }
    expect(guardsOf(body(undecided), Uint8Array.of(0))).toMatchObject([{ parts: [{ holds: null }] }])
  })
})

describe.each(Object.entries(CONFIGURATIONS))('with %s', (_, knobs) => {
  const config = { restarts: 1, reads: 1, ...knobs }
  const machine = new Machine(instantiate(spec, config))
  const lower = lowered(machine)

  it('guards hold and fail where they do in a run', () => {
    const wrong: string[] = []
    const outcomes = new Set<boolean>()
    for (let seed = 1; seed <= 8; seed++)
      for (const row of walk(config, 20, chooser(seed)).rows)
        for (const [index, step] of machine.steps.entries()) {
          machine.load(row)
          const { failed, met } = machine.watch(step, row)
          const guards = guardsOf(lower(index).body, row)
          if (JSON.stringify(guardsOf(lower(index, 'guards').body, row)) !== JSON.stringify(guards))
            wrong.push(`${stepLabel(step)}: lowered without what comes after its guards`)
          const first = guards.findIndex(({ holds }) => !holds)
          outcomes.add(failed < 0)
          const folded = met - (failed < 0 ? guards.length : first + 1)
          if (first < 0 !== failed < 0 || folded < 0)
            wrong.push(`${stepLabel(step)}: guard ${first} of ${guards.length} instead of ${failed} of ${met}`)
        }
    expect([...new Set(wrong)]).toEqual([])
    expect(outcomes.size).toBe(2)
  })
})
