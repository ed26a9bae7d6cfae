import { Ajv2020 } from 'ajv/dist/2020.js'
import { type Arbitrary, array, assert, boolean, constantFrom, integer, nat, property, record, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import { killRate } from '../../src/validate/mutate/kill-rate.ts'
import { MUTATION_KINDS, type Mutant, type MutationKind, mutantsOf } from '../../src/validate/mutate/mutations.ts'
import { readForeignTrace } from '../../src/validate/format/read.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'
import type { Verdict } from '../../src/validate/format/rule.ts'
import schema from '../../traces/repltrace.schema.json' with { type: 'json' }
import { traceOf } from './recorded.ts'

const validate = new Ajv2020({ strict: false, discriminator: true }).compile(schema)

/** What can happen at a node, or to a client. */
function template(node: string, op: string, place: number): readonly Event[] {
  const peer = node === 'n1' ? 'n2' : 'n1'
  return [
    { type: 'append', node, index: place, epoch: 1, op, durable: true },
    { type: 'ship', node, to: peer, index: [place, place + 2], epoch: 1, commit: place },
    { type: 'receive', node, from: peer, index: place, durable: true, obs: { last: place, epoch: 1 } },
    { type: 'ack-sent', node, to: peer, index: place, ok: true },
    { type: 'commit', node, commit: place },
    { type: 'reply', node, op, ok: false },
    { type: 'state', node, obs: { last: { ge: 1 }, commit: place, role: 'leader' } },
    { type: 'promote', node, epoch: place },
    { type: 'crash', node },
    { type: 'elect', epoch: place, to: node },
    { type: 'note' },
    { type: 'invoke', client: 'c1', op, f: 'write' },
    { type: 'ok', client: 'c1', op, index: place, epoch: 1 },
    { type: 'fail', client: 'c2', op, reason: 'refused' },
  ]
}

const moves = array(tuple(constantFrom('n1', 'n2', 'n3'), constantFrom('a', 'b'), nat(2), nat(13)), { maxLength: 10 })

/** Traces that read well, with numbers or clocks or neither. */
const traces: Arbitrary<ForeignTrace> = tuple(moves, boolean(), boolean()).map(([list, isNumbered, hasClocks]) => {
  const counts = new Map<string, number>()
  const events = list.map(([node, op, place, which]): Event => {
    const event = template(node, op, place)[which]
    const actor = event.node ?? (event.type === 'note' || event.type === 'elect' ? null : 'c')
    if (actor === null || actor === 'c') return event
    const count = (counts.get(actor) ?? 0) + 1
    counts.set(actor, count)
    const vc = Object.fromEntries(counts)
    return { ...event, ...(isNumbered ? { seq: count } : {}), ...(hasClocks ? { vc } : {}) }
  })
  return traceOf(events, { nodes: ['n1', 'n2', 'n3'], clients: ['c1', 'c2'], clock: { order: 'node' } })
})

const options = record({ seed: integer(), limit: integer({ min: 1, max: 4 }) })

function eventsOf({ events }: ForeignTrace): readonly Event[] {
  return events.map(({ event }) => event)
}

function textOf({ header, events }: ForeignTrace): string {
  return [header, ...events.map(({ event }) => event)].map(value => `${JSON.stringify(value)}\n`).join('')
}

describe('mutants', () => {
  it('fit the schema as the original does', () => {
    assert(
      property(traces, options, (trace, chosen) => {
        for (const mutant of mutantsOf(trace, chosen)) {
          const isValid = validate({ header: mutant.trace.header, events: eventsOf(mutant.trace) })
          expect([mutant.description, isValid ? null : validate.errors]).toEqual([mutant.description, null])
        }
      }),
    )
  })

  it('give themselves away by no number and no field', () => {
    assert(
      property(traces, options, (trace, chosen) => {
        for (const { description, trace: mutant } of mutantsOf(trace, chosen)) {
          const read = readForeignTrace('mutant', textOf(mutant))
          expect([description, 'problems' in read ? read.problems : []]).toEqual([description, []])
        }
      }),
    )
  })

  it('are never the original, and leave the original alone', () => {
    assert(
      property(traces, options, (trace, chosen) => {
        const before = JSON.stringify(trace)
        for (const { trace: mutant } of mutantsOf(trace, chosen)) expect(eventsOf(mutant)).not.toEqual(eventsOf(trace))
        expect(JSON.stringify(trace)).toBe(before)
      }),
    )
  })

  it('are the same for the same seed, at most so many of a kind, and independent of other kinds', () => {
    assert(
      property(traces, options, constantFrom(...MUTATION_KINDS), (trace, chosen, kind) => {
        const all = [...mutantsOf(trace, chosen)]
        expect([...mutantsOf(trace, chosen)]).toEqual(all)
        const ofKind = all.filter(mutant => mutant.kind === kind)
        expect(ofKind.length).toBeLessThanOrEqual(chosen.limit)
        expect([...mutantsOf(trace, { ...chosen, kinds: [kind] })]).toEqual(ofKind)
      }),
    )
  })

  it('are made one at a time', () => {
    const trace = traceOf(Array.from({ length: 100_000 }, () => ({ type: 'append', node: 'n1', index: 1 }) as const))
    const first = mutantsOf(trace, { seed: 1, limit: 100_000 }).next()
    expect(first.value?.kind).toBe('drop')
  })
})

const only = (events: readonly Event[], kind: MutationKind): readonly Mutant[] => [
  ...mutantsOf(traceOf(events, { nodes: ['n1', 'n2'] }), { seed: 7, limit: 99, kinds: [kind] }),
]

describe('a mutant', () => {
  const append: Event = { type: 'append', node: 'n1', index: 3, epoch: 2, op: 'a', durable: true }
  const crash: Event = { type: 'crash', node: 'n1' }

  it.each<[MutationKind, Event, RegExp]>([
    ['index', append, /^append of n1 in line 2: index (2|4) instead of 3$/],
    ['index', { type: 'ship', node: 'n1', to: 'n2', index: [0, 4] }, /index \[1,5\] instead of \[0,4\]/],
    ['index', { type: 'commit', node: 'n1', commit: 0 }, /commit 1 instead of 0/],
    ['index', { type: 'crash', node: 'n1', obs: { synced: 0 } }, /obs \{"synced":1\} instead of \{"synced":0\}/],
    ['epoch', append, /epoch (1|3) instead of 2/],
    ['ok', { type: 'reply', node: 'n1', op: 'a', ok: true }, /ok false instead of true/],
    ['ok', { type: 'ok', client: 'c', op: 'a', index: 4 }, /fail instead of ok/],
    ['ok', { type: 'fail', client: 'c', op: 'a' }, /ok instead of fail/],
    ['durable', append, /durable false instead of true/],
    ['actor', append, /node "n2" instead of "n1"/],
    ['op', append, /op "a'" instead of "a"/],
  ])('of kind %s changes one thing', (kind, event, description) => {
    const mutants = only([event], kind)
    expect(mutants.map(({ lines }) => lines)).toEqual([[2]])
    expect(mutants[0].description).toMatch(description)
  })

  it('without an event closes the numbers up, and says that nothing else is missing', () => {
    const events = [crash, append, crash].map((event, place) => ({ ...event, seq: place + 1 }))
    const found = only(events, 'drop').find(({ lines }) => lines[0] === 3)!
    expect(eventsOf(found.trace)).toEqual([events[0], { ...crash, seq: 2 }])
    expect(found.trace.header.complete).toEqual({ crash: 'all', append: 'all' })
  })

  it('with an event twice counts on, in vector clocks too', () => {
    const events: readonly Event[] = [
      { ...crash, seq: 1, vc: { n1: 1 }, id: 'x' },
      { type: 'crash', node: 'n2', vc: { n1: 1, n2: 1 } },
      { ...append, seq: 2, vc: { n1: 2 } },
    ]
    const found = only(events, 'duplicate').find(({ lines }) => lines[0] === 2)!
    expect(eventsOf(found.trace)).toEqual([
      events[0],
      { ...crash, seq: 2, vc: { n1: 2 } },
      events[1],
      { ...append, seq: 3, vc: { n1: 3 } },
    ])
  })

  it('with neighbours exchanged leaves numbers and times in place', () => {
    const events: readonly Event[] = [
      { ...crash, seq: 1, ts: '5' },
      { type: 'crash', node: 'n2' },
      { ...append, seq: 2 },
    ]
    const [found, ...others] = only(events, 'swap')
    expect(others).toEqual([])
    expect(found).toMatchObject({ lines: [2, 4], description: 'crash of n1 in line 2: after the event in line 4' })
    expect(eventsOf(found.trace)).toEqual([{ ...append, seq: 1, ts: '5' }, events[1], { ...crash, seq: 2 }])
  })

  it('is not made where it would change nothing', () => {
    expect(only([crash, crash], 'swap')).toEqual([])
    expect(only([{ ...append, durable: false }], 'durable')).toEqual([])
    expect(only([{ type: 'state', node: 'n1', obs: {} }], 'drop')).toEqual([])
    expect(only([{ type: 'note' }, { type: 'gap', node: 'n1', lost: 1 }], 'drop')).toEqual([])
    expect(only([{ type: 'ship', node: 'n1', to: 'n2' }], 'actor')).toEqual([])
    expect(only([{ type: 'state', node: 'n1', obs: { last: 2, at: 'stale' } }], 'index')).toEqual([])
  })
})

describe('the kill rate', () => {
  const events: readonly Event[] = [
    { type: 'append', node: 'n1', index: 1, epoch: 1 },
    { type: 'append', node: 'n1', index: 2, epoch: 1 },
  ]
  const rate = (judge: (trace: ForeignTrace) => Verdict) =>
    killRate(traceOf(events), judge, { seed: 1, limit: 9, kinds: ['drop', 'index', 'op'] })

  it('is nothing for a check that accepts everything', () => {
    const [drop, , op] = rate(() => 'holds')
    expect(drop).toMatchObject({ kind: 'drop', triedCount: 2, caughtCount: 0, undecided: [] })
    expect(drop.missed.flatMap(({ lines }) => lines).toSorted((a, b) => a - b)).toEqual([2, 3])
    expect(op).toEqual({ kind: 'op', triedCount: 0, caughtCount: 0, missed: [], undecided: [] })
  })

  it('tells what is caught from what stays open', () => {
    const judged = rate(({ events: changed }) => (changed.length < 2 ? 'unknown' : 'violated'))
    expect(judged[0]).toMatchObject({ triedCount: 2, caughtCount: 0, missed: [] })
    expect(judged[0].undecided).toHaveLength(2)
    expect(judged[1]).toMatchObject({ triedCount: 2, caughtCount: 2, missed: [], undecided: [] })
  })
})
