// What a specification can do wrong while it runs, and what it is told. The types refuse most of this; a specification
// in plain JavaScript, or with a cast, must be caught all the same.
import { describe, expect, it } from 'vitest'
import {
  bool,
  equal,
  guard,
  ids,
  model,
  oneOf,
  optional,
  range,
  record,
  seq,
  set,
  spec,
  subsets,
  table,
} from '../../src/index.ts'
import { SpecFault } from '../../src/lang/fault.ts'
import { Machine, StepFault } from '../../src/lang/machine.ts'
import { evaluateReadOnly, propertiesOf } from '../../src/lang/properties.ts'
import { instantiate, parseSetting } from '../../src/lang/spec.ts'
import replication from './replication.ts'

const Node = ids('node', 2)
const [n1, n2] = Node.members

const fields = {
  up: table(Node, bool),
  log: table(Node, seq(range(0, 1), 2)),
  count: range(0, 2),
  role: oneOf('follower', 'leader'),
  voters: subsets(Node),
  heard: set(Node),
  far: set(range(5, 6)),
  near: set(range(0, 1)),
  entry: record({ epoch: range(0, 1) }),
}

/** The state as plain JavaScript sees it, free of the types that would refuse what these bodies do. */
interface Loose {
  [field: string]: any // oxlint-disable-line typescript/no-explicit-any -- the mistakes are what no type allows
}

/** What `change` throws, as the single step of a specification. */
function faultOf(change: (s: Loose) => void): SpecFault {
  const machine = new Machine(
    instantiate(
      spec('faulty', {}, () => {
        const { state, action } = model(fields)
        return { state, init: action({}, () => {}), actions: { go: action({}, change) } }
      }),
    ),
  )
  machine.load(machine.empty())
  return thrown(() => machine.run(machine.steps[0], machine.empty(), machine.row()))
}

function thrown(act: () => unknown): SpecFault {
  try {
    act()
  } catch (error) {
    const cause = error instanceof StepFault ? error.cause : error
    if (cause instanceof SpecFault) return cause
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a step', () => {
  it.each<[string, (s: Loose) => void, SpecFault['kind'], string]>([
    ['a number beyond its range', s => (s['count'] = 3), 'bound', 'count became 3, which is not in range(0, 2).'],
    ['a fraction', s => (s['count'] = 0.5), 'bound', 'count became 0.5, which is not in range(0, 2).'],
    ['no number', s => (s['count'] = Number.NaN), 'bound', 'count became NaN, which is not in range(0, 2).'],
    [
      'an unknown name',
      s => (s['role'] = 'boss'),
      'bound',
      "role became boss, which is not in oneOf('follower', 'leader').",
    ],
    ['a foreign value in a table', s => (s['up'][n1] = 1), 'bound', 'up[n1] became 1, which is not in bool.'],
    [
      'a record with a field beyond its range',
      s => (s['entry'] = { epoch: 2 }),
      'bound',
      'entry became {"epoch":2}, which is not in record({ epoch: range(0, 1) }).',
    ],
    [
      'a sequence beyond its maximum',
      s => [0, 1, 0].forEach(item => s['log'][n2].push(item)),
      'bound',
      'log[n2] grew to 3 entries; seq(range(0, 1), 2) allows 2.',
    ],
    ['a foreign item', s => s['log'][n2].push(2), 'bound', 'log[n2][0] became 2, which is not in range(0, 1).'],
    ['a foreign member', s => s['heard'].add(3), 'bound', "3 is not in ids('node', 2), the domain of this set."],
    [
      'a set over another domain',
      s => s['far'].copyFrom(s['near']),
      'bound',
      'A set over range(5, 6) met a set over range(0, 1).',
    ],
    [
      'a comparison of such sets',
      s => equal(s['far'], s['near']),
      'bound',
      'A set over range(5, 6) met a set over range(0, 1).',
    ],
    ['one log for two nodes', s => (s['log'][n1] = s['log'][n2]), 'alias', 'log[n1] was assigned a whole container'],
    ['a whole table', s => (s['up'] = {}), 'alias', 'up was assigned a whole container'],
    ['a set as a value', s => (s['voters'] = s['heard']), 'alias', 'voters was assigned a whole container'],
    ['a field that does not exist', s => (s['nope'] = 1), 'index', 'The state has no field nope.'],
    [
      'a key that does not exist',
      s => (s['up'][3] = true),
      'index',
      "up[3] does not exist: its keys are ids('node', 2).",
    ],
    [
      'an index beyond a length',
      s => guard(s['log'][n1][0] === undefined && s['count'] > 9),
      'index',
      'log[n1][0] does not exist: the length is 0.',
    ],
    [
      'a guard that is given a number',
      s => guard(s['count']),
      'condition',
      'a guard was given 0, which is not a truth value.',
    ],
    [
      'the maximum of nothing',
      s => s['log'][n1].max((item: number) => item),
      'index',
      'max of nothing: the collection is empty.',
    ],
  ])('is told of %s', (_, change, kind, message) => {
    const fault = watched(change)
    expect({ kind: fault.kind, message: fault.message }).toEqual({
      kind,
      message: expect.stringContaining(message) as string,
    })
  })

  it('is told of a guard after a write, and of what was written', () => {
    const fault = watched(s => {
      s['count'] = 1
      guard(s['up'][n1])
    })
    expect(fault).toMatchObject({ kind: 'guard', message: 'a guard comes after the write to count.' })
    expect(fault.hint).toContain('Guards come first')
  })

  it('may copy a sequence and a set, and the copies are independent', () => {
    const machine = new Machine(
      instantiate(
        spec('copies', {}, () => {
          const { state, action } = model({
            a: seq(range(0, 1), 2),
            b: seq(range(0, 1), 2),
            c: set(Node),
            d: set(Node),
          })
          const go = action({ voters: subsets(Node) }, (s, { voters }) => {
            s.a.push(1)
            s.b.copyFrom(s.a)
            s.a.push(0)
            s.c.copyFrom(voters)
            s.d.copyFrom(s.c)
            s.c.add(Node.first)
          })
          return { state, init: action({}, () => {}), actions: { go } }
        }),
      ),
    )
    const row = machine.row()
    machine.load(machine.empty())
    machine.run(machine.steps[0], machine.empty(), row)
    expect(machine.json(row)).toEqual({ a: [1, 0], b: [1], c: ['n1'], d: [] })
  })
})

/** What `change` throws where every read and write is watched, as the explorer does before it trusts a guard. */
function watched(change: (s: Loose) => void): SpecFault {
  const machine = new Machine(
    instantiate(
      spec('faulty', {}, () => {
        const { state, action } = model(fields)
        return { state, init: action({}, () => {}), actions: { go: action({}, change) } }
      }),
    ),
  )
  machine.load(machine.empty())
  return thrown(() => machine.watch(machine.steps[0], machine.empty()))
}

it('an unwatched step that leaves a bound is told where, by a second run', () => {
  const fault = faultOf(s => (s['up'][n2] = 'yes'))
  expect(fault.message).toBe('up[n2] became yes, which is not in bool.')
})

it('an unwatched step cannot alias either', () => {
  expect(faultOf(s => (s['log'][n1] = s['log'][n2])).kind).toBe('alias')
  expect(faultOf(s => (s['voters'] = s['heard'])).kind).toBe('alias')
})

it('a property that writes is told what it wrote', () => {
  const instance = instantiate(
    spec('writes', {}, () => {
      const { state, action, invariant } = model(fields)
      const wrong = invariant(s => ((s as Loose)['heard'].add(n1), true))
      return { state, init: action({}, () => {}), actions: {}, invariants: { wrong } }
    }),
  )
  const fault = thrown(() =>
    evaluateReadOnly(propertiesOf(instance)[0], instance.state, [instance.state.create()], null),
  )
  expect(fault).toMatchObject({ kind: 'write', message: 'heard is written to; a property may only read.' })
})

it.each<[string, (s: Loose) => unknown, string]>([
  ['a number', s => s['count'], '0'],
  ['nothing', s => void s['count'], 'undefined'],
])('a property that gives %s is told so', (_, holds, given) => {
  const { state, invariant } = model(fields)
  const property = { name: 'P', kind: 'invariant', holds: invariant(s => holds(s) as boolean).holds } as const
  expect(thrown(() => evaluateReadOnly(property, state, [state.create()], null))).toMatchObject({
    kind: 'condition',
    message: `it gives ${given}, which is not a truth value.`,
  })
})

describe('a declaration', () => {
  it.each<[string, () => unknown, string]>([
    ['an empty range', () => range(1, 0), 'range(1, 0) has no members.'],
    ['a fractional range', () => range(0, 1.5), 'range(0, 1.5) needs whole numbers.'],
    ['no ids', () => ids('node', 0), "ids('node', 0) has no members."],
    ['a name given twice', () => oneOf('a', 'b', 'a'), "oneOf('a', 'b', 'a') names 'a' twice."],
    ['null within null', () => optional(optional(bool)), 'optional(optional(bool)) would have null twice.'],
    ['too many subsets', () => subsets(range(1, 40)), 'subsets(range(1, 40)) has 2^40 members.'],
    ['a sequence without a maximum', () => seq(bool, -1), 'A sequence needs a maximal length; -1 is none.'],
    [
      'a container in a record',
      () => record({ log: seq(bool, 1) as never }),
      'The field log of a record is not a value.',
    ],
    ['a table keyed by records', () => table(record({}) as never, bool), 'A table is keyed by ids, range or oneOf.'],
    ['a table of nothing', () => table(Node, undefined as never), 'The entries of a table have no domain.'],
    ['a field without a domain', () => model({ up: true as never }), 'up has no domain.'],
    ['a domain that no cell holds', () => record({ a: range(0, 2 ** 30), b: range(0, 9) }), 'more than a cell holds.'],
  ])('is refused for %s', (_, declare, message) => {
    const fault = thrown(declare)
    expect(fault.kind).toBe('declaration')
    expect(fault.message).toContain(message)
  })

  it('that throws is the fault of its specification, with the place of the throw', () => {
    const broken = spec('broken', {}, () => {
      throw new TypeError('boom')
    })
    const fault = thrown(() => instantiate(broken))
    expect(fault.message).toBe('broken threw TypeError: boom while it was configured.')
    expect(fault.stack).toContain('faults.test.ts')
  })

  it('that leaves out a part is told which', () => {
    const { state, action } = model({ up: bool })
    const partial = spec('partial', {}, () => ({ state, init: action({}, () => {}) }) as never)
    expect(thrown(() => instantiate(partial)).message).toBe('partial returns no actions.')
    expect(thrown(() => instantiate(spec('empty', {}, () => undefined as never))).message).toBe(
      'empty returns no state.',
    )
  })

  it.each<[string, object, string]>([
    ['a bare function under actions', { actions: { up: () => {} } }, 'up, under actions, is not an action.'],
    [
      'a bare function under invariants',
      { invariants: { I: () => true } },
      'I, under invariants, is not an invariant.',
    ],
    ['an invariant under transitions', { transitions: {} }, 'T, under transitions, is not a transition.'],
    ['a truth value as final', { final: true }, 'final is not an invariant.'],
    ['a function as init', { init: () => {} }, 'init is not an action.'],
  ])('that lists %s is told so, at its declaration', (_, part, message) => {
    const { state, action, invariant } = model({ up: bool })
    const init = action({}, () => {})
    const given = 'transitions' in part ? { transitions: { T: invariant(() => true) } } : part
    const strange = spec('strange', {}, () => ({ state, init, actions: { init }, ...given }))
    const fault = thrown(() => instantiate(strange))
    expect(fault.message).toBe(message)
    expect(fault.stack).toContain('faults.test.ts')
  })

  it('of something else than a name, knobs and a function is refused', () => {
    for (const given of [[{ name: 'a' }], ['a'], ['a', {}], ['a', null, () => {}]])
      expect(thrown(() => (spec as (...parts: unknown[]) => unknown)(...given)).message).toContain('spec takes a name')
  })
})

describe('a configuration', () => {
  it('with an unknown knob is refused with a suggestion', () => {
    const fault = thrown(() => instantiate(replication, { node: 3 }))
    expect(fault).toMatchObject({ kind: 'configuration', hint: 'Did you mean nodes?' })
    expect(fault.message).toContain('Its knobs are nodes, writes, crashes, failovers, mode.')
  })

  it('does not take what every object has for a knob', () => {
    expect(thrown(() => instantiate(replication, { constructor: 3 })).kind).toBe('configuration')
    expect(thrown(() => parseSetting(replication, 'toString', '1')).kind).toBe('configuration')
  })

  it('with an unknown value is refused with the values there are', () => {
    const fault = thrown(() => instantiate(replication, { mode: 'asinc' }))
    expect(fault).toMatchObject({ kind: 'configuration', hint: 'Did you mean async?' })
    expect(fault.message).toContain('mode is one of quorum, async, all')
  })

  it.each([
    ['nodes', 'three'],
    ['nodes', '-1'],
    ['nodes', '1.5'],
    ['nodes', ''],
    ['mode', ''],
    ['mode', 'Async'],
  ])('does not read %s=%s', (knob, text) => {
    expect(thrown(() => parseSetting(replication, knob, text)).kind).toBe('configuration')
  })

  it('keeps the defaults of the knobs it does not name', () => {
    const { config } = instantiate(replication, { nodes: 2 })
    expect(config).toEqual({ nodes: 2, writes: 2, crashes: 1, failovers: 1, mode: 'quorum' })
  })
})
