// Laws of the monitor, on traces that mean nothing in particular: what is hidden never makes a rule violated, no two
// orders that the trace allows contradict each other, and a small window never decides what a large one does not.
import {
  array,
  assert,
  constant,
  constantFrom,
  type Arbitrary,
  integer,
  nat,
  oneof,
  option,
  property,
  record,
  tuple,
} from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MonitorFinding } from '../../src/validate/monitor/judgement.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { possible } from './possible.ts'
import { ALL, gap, headerWith, watch } from './watched.ts'

const node = constantFrom('n1', 'n2', 'n3')
const session = constantFrom('c1', 'c2')
const op = constantFrom('w1', 'w2', 'w3', 'w4')
const index = integer({ min: 1, max: 3 })
/** Each operation stands at one position, where another may stand too. */
const entry = constantFrom(
  { op: 'w1', index: 1 },
  { op: 'w2', index: 2 },
  { op: 'w3', index: 1 },
  { op: 'w4', index: 2 },
)
const epoch = integer({ min: 1, max: 3 })
const list = array(op, { maxLength: 4 }).map(ops => [...new Set(ops)])

/** The log that the node has then; `possible` says which. */
const listing = record({ log: constant<string[]>([]), at: constantFrom('after' as const, 'before' as const) })

function withEntry<Fields>(fields: Arbitrary<Fields>) {
  return tuple(fields, entry).map(([known, { op: name, index: at }]) => ({ ...known, op: name, index: at }))
}

/** What one client did; operations are its own. */
function clientEvent(name: string, read: string, ...writes: readonly string[]) {
  const client = constantFrom(name)
  const write = constantFrom(...writes)
  return oneof(
    record({ type: constantFrom('invoke' as const), client, op: write, f: constantFrom('write') }),
    record({ type: constantFrom('invoke' as const), client, op: constantFrom(read), f: constantFrom('read') }),
    record({ type: constantFrom('ok' as const), client, op: write, from: node }),
    record({
      type: constantFrom('ok' as const),
      client,
      op: constantFrom(read),
      f: constantFrom('read'),
      from: node,
      value: list,
    }),
    record({ type: constantFrom('info' as const), client, op: write }),
  )
}

/**
 * Events that can stand in any trace; those that make something happen more often than the others. What would contradict
 * that all changes of logs are recorded, such as a log observed to be longer than it was written, is left out.
 */
const anyEvent = oneof(
  { weight: 4, arbitrary: withEntry(record({ type: constantFrom('append' as const), node, epoch })) },
  { weight: 3, arbitrary: record({ type: constantFrom('receive' as const), node, from: node, index, epoch }) },
  { weight: 2, arbitrary: record({ type: constantFrom('ack-received' as const), node, from: node, index }) },
  { weight: 1, arbitrary: record({ type: constantFrom('commit' as const), node, commit: index }) },
  { weight: 2, arbitrary: withEntry(record({ type: constantFrom('apply' as const), node })) },
  {
    weight: 3,
    arbitrary: withEntry(
      record({ type: constantFrom('reply' as const), node, client: session, f: constantFrom('write') }),
    ),
  },
  { weight: 2, arbitrary: record({ type: constantFrom('reply' as const), node, op, client: session }) },
  { weight: 2, arbitrary: record({ type: constantFrom('read' as const), node, client: session, index }) },
  { weight: 2, arbitrary: record({ type: constantFrom('read' as const), node, client: session, value: list }) },
  { weight: 6, arbitrary: oneof(clientEvent('c1', 'r1', 'w1', 'w2'), clientEvent('c2', 'r2', 'w3', 'w4')) },
  {
    weight: 1,
    arbitrary: record({ type: constantFrom('crash' as const), node, obs: listing }, { requiredKeys: ['type', 'node'] }),
  },
  {
    weight: 1,
    arbitrary: record(
      { type: constantFrom('restart' as const), node, obs: listing },
      { requiredKeys: ['type', 'node'] },
    ),
  },
  {
    weight: 3,
    arbitrary: record(
      { type: constantFrom('promote' as const), node, epoch, obs: listing },
      { requiredKeys: ['type', 'node', 'epoch'] },
    ),
  },
  { weight: 1, arbitrary: record({ type: constantFrom('truncate' as const), node, index: nat(3) }) },
  { weight: 1, arbitrary: record({ type: constantFrom('demote' as const), node }) },
  { weight: 1, arbitrary: record({ type: constantFrom('follow' as const), node, from: node }) },
  {
    weight: 1,
    arbitrary: record({ type: constantFrom('catch-up' as const), node, from: node, how: constantFrom('log', 'full') }),
  },
  {
    weight: 3,
    arbitrary: record({
      type: constantFrom('state' as const),
      node,
      obs: oneof(
        record({ epoch, at: constantFrom('after', 'before', 'stale') }),
        record({ role: constantFrom('leader', 'follower', 'down'), at: constantFrom('after', 'stale') }),
        listing,
      ),
    }),
  },
)

const OF_LOGS = ['NoLostAckedWrite', 'NoPhantomRead', 'NoSplitBrainAck', 'AckedCopies']

/**
 * By the type that is hidden, the rules that may then say the opposite. Where entries may be written unseen, a log that
 * has one later is taken to have had it; and what a follower acknowledged stands for a copy, wherever it got it. What
 * clients learnt follows from what servers did, which these events do not heed.
 */
const EXCUSED: ReadonlyMap<string, readonly string[]> = new Map([
  ['append', OF_LOGS],
  ['receive', OF_LOGS],
  ['catch-up', OF_LOGS],
  ['crash', ['AckedCopies']],
  ['restart', ['AckedCopies']],
  ['promote', ['AckedCopies']],
  ['truncate', ['AckedCopies']],
])

/** Observations are no steps; without them a trace is another trace. */
const hideable = constantFrom(...(Object.keys(ALL) as (keyof typeof ALL)[]).filter(type => type !== 'state'))

const trace: Arbitrary<Event[]> = array(anyEvent, { maxLength: 25, size: 'max' }).map(possible)
const runs = { numRuns: 2000 }

type Findings = ReadonlyMap<string, MonitorFinding>

/** The rules whose verdicts in one trace may not be those of the other. */
function newlyViolated(before: Findings, after: Findings): readonly unknown[] {
  return [...after.values()].filter(
    ({ rule, verdict }) => verdict === 'violated' && before.get(rule)!.verdict !== 'violated',
  )
}

function contradictions(one: Findings, other: Findings): readonly (readonly MonitorFinding[])[] {
  return [...one.values()].flatMap(finding => {
    const second = other.get(finding.rule)!
    const undecided = finding.verdict === 'unknown' || second.verdict === 'unknown'
    return undecided || finding.verdict === second.verdict ? [] : [[finding, second]]
  })
}

function sourceOf(event: Event): string {
  return event.node ?? ('client' in event && typeof event.client === 'string' ? event.client : '')
}

describe('the monitor', () => {
  it.each(['total', 'node'] as const)('finds no rule violated because events were lost, in %s order', order => {
    const header = headerWith({ clock: { order } })
    assert(
      property(trace, array(nat(24), { minLength: 1, maxLength: 4 }), (events, lost) => {
        const left = events.map((event, at) =>
          lost.includes(at) && event.node !== undefined ? gap(event.node) : event,
        )
        expect(newlyViolated(watch(events, header), watch(left, header))).toEqual([])
      }),
      runs,
    )
  })

  it.each(['total', 'node'] as const)('finds no rule violated because a type may be hidden, in %s order', order => {
    const header = headerWith({ clock: { order } })
    assert(
      property(trace, hideable, array(nat(24)), (events, type, lost) => {
        const hiding = headerWith({ clock: { order }, complete: { ...ALL, [type]: 'some' } })
        const before = watch(events, header)
        const left = events.filter((event, at) => event.type !== type || !lost.includes(at))
        for (const after of [watch(events, hiding), watch(left, hiding)]) {
          expect(newlyViolated(before, after)).toEqual([])
          const excused = EXCUSED.get(type)
          const opposite = excused === undefined ? [] : contradictions(before, after)
          expect(opposite.filter(([{ rule }]) => !excused!.includes(rule))).toEqual([])
        }
      }),
      runs,
    )
  })

  it('says the opposite in no other order that the trace allows', () => {
    const header = headerWith({ clock: { order: 'node' } })
    assert(
      property(trace, array(nat(24), { maxLength: 25, size: 'max' }), (events, choices) => {
        const one = watch(events, header)
        const other = watch(interleaved(events, choices), header)
        expect(contradictions(one, other)).toEqual([])
      }),
      runs,
    )
  })

  it('says with a small window what it says with a large one, or that it does not know', () => {
    assert(
      property(trace, integer({ min: 1, max: 8 }), option(constantFrom('node' as const)), (events, window, order) => {
        const header = headerWith({ clock: { order: order ?? 'total' } })
        const large = watch(events, header)
        const small = watch(events, header, { window })
        const decided = [...small.values()].filter(({ verdict }) => verdict !== 'unknown')
        expect(decided.map(({ rule, verdict }) => [rule, verdict])).toEqual(
          decided.map(({ rule }) => [rule, large.get(rule)!.verdict]),
        )
      }),
      runs,
    )
  })

  it('never holds when the trace was cut off', () => {
    assert(
      property(trace, events => {
        const verdicts = [...watch(events, headerWith(), {}, false).values()].map(({ verdict }) => verdict)
        expect(verdicts).not.toContain('holds')
      }),
      runs,
    )
  })
})

/** Another order of the same events that keeps the order of each source. */
function interleaved(events: readonly Event[], choices: readonly number[]): readonly Event[] {
  const queues = new Map<string, Event[]>()
  for (const event of events) {
    const source = sourceOf(event)
    queues.set(source, [...(queues.get(source) ?? []), event])
  }
  const left = [...queues.values()]
  const result: Event[] = []
  for (let at = 0; result.length < events.length; at++) {
    const open = left.filter(queue => queue.length > 0)
    result.push(open[(choices[at] ?? 0) % open.length].shift()!)
  }
  return result
}
