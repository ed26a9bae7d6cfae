// The native explorer on specifications that exist only here; what every explorer owes is in `test/contract`.
import { describe, expect, it } from 'vitest'
import { ExplorationFault } from '../../src/explore/exploration.ts'
import { exploreAll } from '../../src/explore/native.ts'
import { Machine } from '../../src/lang/machine.ts'
import { propertiesOf } from '../../src/lang/properties.ts'
import { instantiate } from '../../src/lang/spec.ts'
import { bool, equal, guard, ids, model, range, seq, spec, table } from '../../src/index.ts'

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
    expect(violation?.path.at(-1)?.action).toBe('jump')
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

/** The state as plain JavaScript sees it, free of the types that would refuse what is asked of it here. */
interface Loose {
  readonly [field: string]: any // oxlint-disable-line typescript/no-explicit-any -- the mistakes are what no type allows
}

const past = (ask: (s: Loose) => boolean, inAction: boolean, inProperty: boolean) =>
  spec('past', {}, () => {
    const { state, action, invariant, transition } = model({
      up: bool,
      met: bool,
      seen: table(ids('node', 2), bool),
      log: seq(range(0, 1), 2),
    })
    const init = action({}, s => s.log.push(1))
    const go = action({}, s => {
      guard(!s.up)
      s.up = true
      if (inAction) s.met = ask(s)
    })
    return {
      state,
      init,
      actions: { go },
      invariants: { Same: invariant(s => !(inProperty && s.up) || ask(s) || true) },
      transitions: { Known: transition((_, after) => after.log.length === 1) },
      final: invariant(s => s.up),
    }
  })

describe.each<[string, (s: Loose) => boolean, string]>([
  [
    'an item past the end of a sequence, given to equal,',
    s => equal(s.log[1], 1),
    'log[1] does not exist: the length is 1.',
  ],
  ['an item past the end of a sequence', s => s.log[1] === 0, 'log[1] does not exist: the length is 1.'],
  ['an item past the maximum of a sequence', s => s.log[5] > 0, 'log[5] does not exist: the length is 1.'],
  ['an item before the first', s => s.log[-1] === 0, 'log[-1] does not exist: the length is 1.'],
  ['what a sequence does not have', s => s.log.lenght > 0, 'A sequence has no lenght.'],
  ['a field that is misspelt', s => s.mett === true, 'The state has no field mett.'],
  ['a key that a table does not have', s => s.seen[3] === true, "seen[3] does not exist: its keys are ids('node', 2)."],
])('%s', (_what, ask, message) => {
  it.each([
    ['an action', true, false],
    ['a property', false, true],
  ])('is a fault in %s', (_, inAction, inProperty) => {
    const machine = new Machine(instantiate(past(ask, inAction, inProperty)))
    const run = (): unknown => exploreAll(machine, propertiesOf(machine.instance))
    expect(run).toThrow(ExplorationFault)
    expect(run).toThrow(message)
  })

  it('is none where nobody asks', () => {
    const machine = new Machine(instantiate(past(ask, false, false)))
    expect(exploreAll(machine, propertiesOf(machine.instance)).ending).toBe('complete')
  })
})
