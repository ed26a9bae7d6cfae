import { assert, constantFrom, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import singleLeader from '../../spec/single-leader.ts'
import { exploreAll } from '../../src/explore/native.ts'
import { Machine } from '../../src/lang/machine.ts'
import { propertiesOf } from '../../src/lang/properties.ts'
import { type Config, instantiate } from '../../src/lang/spec.ts'
import { bool, equal, guard, ids, model, range, seq, spec, table } from '../../src/index.ts'
import { explorePlainly } from '../plain-explorer.ts'

const UNLIMITED = { states: Infinity, bytes: Infinity }

function check(set: Config, limits = UNLIMITED, stopAtFirst = false) {
  const machine = new Machine(instantiate(singleLeader, set))
  return exploreAll(machine, propertiesOf(machine.instance), limits, stopAtFirst)
}

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

describe('the native explorer', () => {
  it('agrees with the naive explorer on states, transitions, depth, coverage and shortest violations', () => {
    assert(
      property(smallConfigs, config => {
        const machine = new Machine(instantiate(singleLeader, { ...config, writes: 1 }))
        const found = exploreAll(
          machine,
          propertiesOf(machine.instance).filter(({ kind }) => kind !== 'deadlock'),
        )
        const plain = explorePlainly(machine.instance)
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
    const { machine, visited } = check({ reads: 1 })
    const row = machine.row()
    const again = machine.row()
    const seen = new Set<string>()
    for (let index = 0; index < visited.size; index++) {
      visited.read(index, row)
      expect(row.every((cell, at) => cell < machine.radices[at])).toBe(true)
      machine.load(row)
      expect(machine.instance.state.store(machine.state, again, 0)).toBe(true)
      expect(again).toEqual(row)
      seen.add(row.join())
    }
    expect(seen.size).toBe(visited.size)
  })

  it('counts every new state for the action that first reached it', () => {
    const { actions, distinctCount } = check({ reads: 1 })
    const found = Array.from(actions.values()).reduce((sum, count) => sum + count.new, 0)
    expect(found).toBe(distinctCount - 1)
  })

  it('never turns a violated verdict into a holding one by a state limit', () => {
    assert(
      property(smallConfigs, integer({ min: 1, max: 3000 }), (config, states) => {
        const full = check(config)
        const limited = check(config, { states, bytes: Infinity })
        for (const [name, violation] of limited.violations)
          expect(full.violations.get(name)?.depth).toBe(violation.depth)
        const kept = [...limited.violations.keys()].toSorted().join()
        const complete = kept === [...full.violations.keys()].toSorted().join()
        // Without its limit reached, it found all; with it, it says so and has looked at as many states.
        expect(limited.ending === 'complete' ? complete : limited.distinctCount >= states).toBe(true)
      }),
      { numRuns: 15 },
    )
  })

  it('stops at the first violation when asked to, with the same shortest counterexample', () => {
    const first = check({ reads: 1 }, UNLIMITED, true)
    expect(first.ending).toBe('violation')
    expect(first.distinctCount).toBeLessThan(check({ reads: 1 }).distinctCount)
    expect(first.violations.get('AckedDurabilityCopies')?.depth).toBe(2)
  })

  it('ends in a memory limit instead of failing', () => {
    const limited = check({ reads: 1, crashes: 2 }, { states: Infinity, bytes: 1 })
    expect(limited.ending).toBe('memory')
  })

  it('examined every behaviour up to the depth it claims', () => {
    const full = check({})
    const limited = check({}, { states: 500, bytes: Infinity })
    const depths = new Map<string, number>()
    const row = full.machine.row()
    for (let index = 0, depth = [0]; index < full.visited.size; index++) {
      depth[index] = index === 0 ? 0 : depth[full.visited.parentOf(index)] + 1
      full.visited.read(index, row)
      depths.set(row.join(), depth[index])
    }
    const examined = new Set<string>()
    for (let index = 0; index < limited.visited.size; index++) {
      limited.visited.read(index, row)
      examined.add(row.join())
    }
    const missed = [...depths].filter(([state, depth]) => depth <= limited.completeDepth && !examined.has(state))
    expect(missed).toEqual([])
    expect(limited.completeDepth).toBeGreaterThan(0)
  })
})

/** A counter that may stop early; `stops` says where stopping is fine. */
function counter(stops: boolean) {
  return spec('counter', { top: 3 }, ({ top }) => {
    const { state, action, invariant, transition } = model({ count: range(0, top), last: range(0, top) })
    const init = action({}, () => {})
    const up = action({}, s => {
      guard(s.count < top)
      s.last = s.count
      s.count += 1
    })
    const jump = action({}, s => {
      guard(s.count === 1)
      s.count = 3
      s.last = 0
    })
    return {
      state,
      init,
      actions: { up, jump },
      transitions: { BySteps: transition((before, after) => after.count <= before.count + 1) },
      ...(stops && { final: invariant(s => s.count === top && s.last === 2) }),
    }
  })
}

function explore(stops: boolean) {
  const machine = new Machine(instantiate(counter(stops)))
  return exploreAll(machine, propertiesOf(machine.instance))
}

describe('properties of other kinds', () => {
  it('finds a transition property violated on an edge', () => {
    const violation = explore(true).violations.get('BySteps')
    expect(violation?.depth).toBe(2)
    expect(violation?.step?.action).toBe('jump')
  })

  it('reports a stop that is not final as a deadlock', () => {
    expect(explore(true).violations.get('deadlock')?.depth).toBe(2) // the jump ends with last = 0
    expect(explore(false).violations.get('deadlock')?.depth).toBe(2)
  })

  it('hears that two sequences were compared, whatever their lengths', () => {
    const grows = spec('grows', {}, () => {
      const { state, action } = model({ a: seq(range(0, 1), 2), b: seq(range(0, 1), 2), met: bool })
      const init = action({}, s => s.b.push(1))
      const grow = action({}, s => {
        guard(s.a.length < 1)
        s.a.push(1)
      })
      const meet = action({}, s => {
        guard(equal(s.a, s.b))
        guard(!s.met)
        s.met = true
      })
      return { state, init, actions: { grow, meet } }
    })
    const machine = new Machine(instantiate(grows))
    expect(exploreAll(machine, []).distinctCount).toBe(3)
  })

  it('takes several initial states, one for each choice of init', () => {
    const several = spec('several', {}, () => {
      const Node = ids('node', 3)
      const { state, action } = model({ log: table(Node, seq(range(0, 1), 1)) })
      const init = action({ first: Node }, (s, { first }) => {
        guard(first !== Node.first)
        s.log[first].push(1)
      })
      return { state, init, actions: {} }
    })
    const machine = new Machine(instantiate(several))
    const found = exploreAll(machine, propertiesOf(machine.instance))
    expect(found.distinctCount).toBe(2)
    expect(found.violations.get('deadlock')?.depth).toBe(0)
  })
})
