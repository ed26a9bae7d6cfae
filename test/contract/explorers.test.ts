// What every explorer owes: the numbers of the naive explorer, and the same states in the same order as the others.
import { assert, constantFrom, integer, pre, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import singleLeader from '../../spec/single-leader.ts'
import slr from '../../spec/examples/slr.ts'
import type { Exploration, Limits } from '../../src/explore/exploration.ts'
import { type Config, instantiate } from '../../src/lang/spec.ts'
import { explorePlainly } from '../plain-explorer.ts'
import { type Asked, EXPLORERS, type Run } from './explorers.ts'

const SINGLE_LEADER = { spec: singleLeader, file: 'spec/single-leader.ts' }
const SLR = { spec: slr, file: 'spec/examples/slr.ts' }
const BYTES = 4e9

function check(run: Run, set: Config, asked: Asked = {}): Exploration {
  return run(SINGLE_LEADER, set, asked)
}

function limited(states: number): { readonly limits: Limits } {
  return { limits: { states, bytes: BYTES } }
}

/** Every state in order of discovery. */
function statesOf(run: Run, set: Config, asked: Asked = {}): readonly string[] {
  const states: string[] = []
  check(run, set, { ...asked, onState: cells => states.push(cells.join()) })
  return states
}

/** The naive explorer takes minutes for more. */
const MAX_PLAIN = 4000

/** Configurations whose state spaces are small and whose behaviours differ. */
const smallConfigs = record({
  writes: integer({ min: 1, max: 2 }),
  epochs: integer({ min: 1, max: 2 }),
  restarts: integer({ min: 0, max: 1 }),
  reads: integer({ min: 0, max: 1 }),
  cuts: integer({ min: 0, max: 1 }),
  ack: constantFrom('async', 'any', 'first', 'set', 'allConnected'),
  ackLevel: constantFrom('flushed', 'received', 'applied'),
  followerFlush: constantFrom('eager', 'lazy'),
  elect: constantFrom('any', 'best', 'set'),
  poll: integer({ min: 1, max: 2 }),
  fence: constantFrom('none', 'stonith', 'demote', 'freeze'),
  rejoin: constantFrom('rewind', 'blind', 'refuse'),
  restartRole: constantFrom('follower', 'keep'),
  nodes: constantFrom(2, 3),
  twoStep: constantFrom(false, true),
  degrade: constantFrom(false, true),
  epochSource: constantFrom('global', 'local'),
})

describe.each(EXPLORERS)('%s', (_name, run) => {
  it('agrees with the naive explorer on states, transitions, depth, coverage and shortest violations', () => {
    assert(
      property(smallConfigs, config => {
        const set = { ...config, writes: 1 }
        const found = check(run, set, { ...limited(MAX_PLAIN), properties: ({ kind }) => kind !== 'deadlock' })
        pre(found.ending === 'complete')
        const { levelCounts: _, ...plain } = explorePlainly(instantiate(singleLeader, set))
        const violated = Object.fromEntries(Array.from(found.violations, ([name, { depth }]) => [name, depth]))
        const taken = Object.fromEntries(
          Array.from(found.actions, ([name, count]) => [name, count.taken] as const).filter(([, count]) => count > 0),
        )
        expect({
          distinct: found.distinctCount,
          transitions: found.transitionCount,
          depth: found.depth,
          violated,
          taken,
        }).toEqual(plain)
      }),
      { numRuns: 6 },
    )
  })

  it('keeps every explored state within its schema, and distinct', () => {
    const seen = new Set<string>()
    let heard = 0
    const { machine, distinctCount } = check(
      run,
      { reads: 1 },
      {
        onState: cells => {
          heard++
          seen.add(cells.join())
        },
      },
    )
    for (const state of seen) {
      const row = machine.row()
      row.set(state.split(',').map(Number))
      expect(row.every((cell, at) => cell < machine.radices[at])).toBe(true)
      machine.load(row)
      const again = machine.row()
      expect(machine.instance.state.store(machine.state, again, 0)).toBe(true)
      expect(again).toEqual(row)
    }
    expect([seen.size, heard]).toEqual([distinctCount, distinctCount])
  })

  it('counts every new state for the action that first reached it', () => {
    const { actions, distinctCount } = check(run, { reads: 1 })
    const found = Array.from(actions.values()).reduce((sum, count) => sum + count.new, 0)
    expect(found).toBe(distinctCount - 1)
  })

  it('never turns a violated verdict into a holding one by a state limit', () => {
    assert(
      property(smallConfigs, integer({ min: 1, max: 3000 }), (config, states) => {
        const full = check(run, config)
        const part = check(run, config, limited(states))
        for (const [name, violation] of part.violations) expect(full.violations.get(name)?.depth).toBe(violation.depth)
        const kept = [...part.violations.keys()].toSorted().join()
        const complete = kept === [...full.violations.keys()].toSorted().join()
        // Complete, it found all; stopped by its limit, it has as many states; else everything asked is decided.
        expect(part.ending === 'complete' ? complete : part.ending === 'states' && part.distinctCount >= states).toBe(
          true,
        )
      }),
      { numRuns: 8 },
    )
  })

  it('stops at the first violation when asked to, at the end of its round, with the same shortest counterexample', () => {
    const first = check(run, { reads: 1 }, { stopAtFirst: true })
    expect(first.ending).toBe('violation')
    expect(first.distinctCount).toBeLessThan(check(run, { reads: 1 }).distinctCount)
    expect(first.violations.get('AckedDurabilityCopies')?.depth).toBe(2)
  })

  it('ends in a memory limit instead of failing', () => {
    const { ending } = check(run, { reads: 1, crashes: 2 }, { limits: { states: Infinity, bytes: 1 } })
    expect(ending).toBe('memory')
  })

  it('examined every behaviour up to the depth it claims', () => {
    const part = check(run, {}, limited(500))
    expect(part.completeDepth).toBeGreaterThan(0)
    const heard = statesOf(run, {}, limited(500))
    expect(heard).toEqual(statesOf(run, {}).slice(0, heard.length))
    const { levelCounts } = explorePlainly(instantiate(singleLeader, {}))
    const claimed = levelCounts.slice(0, part.completeDepth + 1).reduce((sum, count) => sum + count, 0)
    expect(heard.length).toBeGreaterThanOrEqual(claimed)
  })

  it('hears of the states of a larger model in the same order as the native explorer', () => {
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- belongs to this test alone
    const digest = (search: Run): number => {
      let sum = 0
      search(
        SLR,
        {},
        {
          onState: cells => {
            for (const cell of cells) sum = (Math.imul(sum, 31) + cell) | 0
          },
        },
      )
      return sum
    }
    expect(digest(run)).toBe(digest(EXPLORERS[0][1]))
  })

  it('finds the same paths to violations as the native explorer', () => {
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- belongs to this test alone
    const paths = (search: Run): unknown =>
      Object.fromEntries(
        Array.from(check(search, { reads: 1, session: true }).violations, ([name, { path }]) => [
          name,
          path.map(({ action, arguments: args }) => ({ action, args: { ...args } })),
        ]),
      )
    expect(paths(run)).toEqual(paths(EXPLORERS[0][1]))
  })
})
