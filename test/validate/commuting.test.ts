// Which steps commute, held true by trying: steps that are said not to interfere are both possible in either order and
// end alike. The search for hidden steps leaves out orders on that word.
import { describe, expect, it } from 'vitest'
import type { Cells } from '../../src/lang/container.ts'
import type { Step } from '../../src/lang/machine.ts'
import type { Config } from '../../src/lang/spec.ts'
import { Interference } from '../../src/validate/match/hidden.ts'
import { Model } from '../../src/validate/match/model.ts'
import { singleLeader } from '../../src/validate/match/single-leader.ts'
import { stepLabel } from '../../src/trace/record.ts'
import { reached } from './behaviours.ts'
import { subjectOf } from './judging.ts'

const LAZY: Config = { leaderFlush: false, followerFlush: 'lazy', followerApply: 'lazy' }

const CONFIGURATIONS: { readonly [name: string]: Config } = {
  'of any follower, durable': { ...LAZY, ack: 'any' },
  'of any follower, received': { ...LAZY, ack: 'any', ackLevel: 'received', fence: 'freeze' },
  'of any follower, applied': { ...LAZY, ack: 'any', ackLevel: 'applied', leaderFlush: true },
  'of the first follower': { ...LAZY, ack: 'first', fence: 'stonith' },
  'of every connected follower': { ...LAZY, ack: 'allConnected' },
  'of a fixed follower, elected in two steps': { ...LAZY, ack: 'set', twoStep: true },
  'of nobody, rejoining blindly': { ack: 'async', rejoin: 'blind' },
  'of nobody, under suspicion and demotion': { ...LAZY, ack: 'async', detect: 'imperfect', fence: 'demote' },
  'of any follower, until it degrades or is cancelled': { ...LAZY, ack: 'any', degrade: true, cancelWait: true },
}

interface Pair {
  readonly model: Model
  readonly row: Cells
  readonly a: Step
  readonly b: Step
}

const SCOPES = Object.entries(CONFIGURATIONS).map(([name, config]) => {
  const model = new Model(subjectOf(config), 3, 2, 3)
  return { name, model, interference: new Interference(model, singleLeader), states: reached(model) }
})

describe.each(SCOPES)('under acknowledgements $name', ({ model, interference, states }) => {
  it('steps that do not interfere may be taken in either order, and end alike', () => {
    const wrong = new Map<string, string>()
    for (const pair of pairsIn(model, states)) {
      const { a, b } = pair
      const actions = `${a.action} ${b.action}`
      if (!wrong.has(actions) && !interference.between(a, b) && !commute(pair))
        wrong.set(actions, `${stepLabel(a)} and ${stepLabel(b)} in ${JSON.stringify(model.machine.json(pair.row))}`)
    }
    expect([...wrong.values()]).toEqual([])
  })

  it('some steps do interfere, and do not commute', () => {
    const found = [...pairsIn(model, states)].some(pair => interference.between(pair.a, pair.b) && !commute(pair))
    expect(found).toBe(true)
  })
})

describe('the list of pairs that commute', () => {
  it.each(singleLeader.commuting)('has no %s and %s that are never possible together', (one, other) => {
    const together = SCOPES.some(({ model, states }) => {
      for (const { a, b } of pairsIn(model, states))
        if ((a.action === one && b.action === other) || (a.action === other && b.action === one)) return true
      return false
    })
    expect(together).toBe(true)
  })
})

/** Pairs of different steps that are both enabled. */
function* pairsIn(model: Model, states: readonly Cells[]): Generator<Pair> {
  for (const row of states) {
    const enabled = model.machine.steps.filter(step => model.enabled(step, row))
    for (const [index, a] of enabled.entries()) for (const b of enabled.slice(index + 1)) yield { model, row, a, b }
  }
}

function commute({ model, row, a, b }: Pair): boolean {
  const [ab, ba] = [both(model, row, a, b), both(model, row, b, a)]
  return ab !== null && ba !== null && String(ab) === String(ba)
}

/** The state after two steps, as matching keeps it: with forgotten fields set back. */
function both(model: Model, row: Cells, first: Step, then: Step): Cells | null {
  const between = model.take(first, row)
  return between === null ? null : model.take(then, between)
}
