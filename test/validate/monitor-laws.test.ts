// Laws of the monitor, on traces that mean nothing in particular: what is hidden never makes a rule violated, no two
// orders that the trace allows contradict each other, and a small window never decides what a large one does not.
import { array, assert, constantFrom, type Arbitrary, integer, nat, oneof, option, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MonitorFinding } from '../../src/validate/judgement.ts'
import type { Event } from '../../src/validate/repltrace.ts'
import { ALL, gap, headerWith, watch } from './watched.ts'

const node = constantFrom('n1', 'n2', 'n3')
const client = constantFrom('c1', 'c2')
const op = constantFrom('w1', 'w2', 'w3', 'w4')
const index = integer({ min: 1, max: 4 })
const epoch = integer({ min: 1, max: 3 })
const list = array(op, { maxLength: 4 }).map(ops => [...new Set(ops)])

/** Events that can stand in any trace; those that make something happen more often than the others. */
const anyEvent: Arbitrary<Event> = oneof(
  { weight: 4, arbitrary: record({ type: constantFrom('append' as const), node, index, epoch, op }) },
  { weight: 3, arbitrary: record({ type: constantFrom('receive' as const), node, from: node, index, epoch }) },
  { weight: 2, arbitrary: record({ type: constantFrom('ack-received' as const), node, from: node, index }) },
  { weight: 1, arbitrary: record({ type: constantFrom('commit' as const), node, commit: index }) },
  { weight: 2, arbitrary: record({ type: constantFrom('apply' as const), node, index, op }) },
  { weight: 3, arbitrary: record({ type: constantFrom('reply' as const), node, op, client, index }) },
  { weight: 2, arbitrary: record({ type: constantFrom('reply' as const), node, op, client }) },
  { weight: 2, arbitrary: record({ type: constantFrom('read' as const), node, client, index }) },
  { weight: 2, arbitrary: record({ type: constantFrom('read' as const), node, client, value: list }) },
  {
    weight: 2,
    arbitrary: record({ type: constantFrom('invoke' as const), client, op, f: constantFrom('write', 'read') }),
  },
  { weight: 1, arbitrary: record({ type: constantFrom('ok' as const), client, op, from: node }) },
  { weight: 1, arbitrary: record({ type: constantFrom('info' as const), client, op }) },
  { weight: 1, arbitrary: record({ type: constantFrom('crash' as const), node }) },
  { weight: 1, arbitrary: record({ type: constantFrom('restart' as const), node }) },
  { weight: 1, arbitrary: record({ type: constantFrom('restart' as const), node, obs: record({ last: nat(4) }) }) },
  { weight: 3, arbitrary: record({ type: constantFrom('promote' as const), node, epoch }) },
  { weight: 1, arbitrary: record({ type: constantFrom('truncate' as const), node, index: nat(3) }) },
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
        record({ log: list }),
        record({ epoch, at: constantFrom('after', 'before', 'stale') }),
        record({ role: constantFrom('leader', 'follower', 'down') }),
        record({ last: nat(4) }),
        record({ last: nat(4), lastEpoch: epoch, prefixHash: constantFrom('a', 'b') }),
      ),
    }),
  },
) as Arbitrary<Event>

const trace = array(anyEvent, { maxLength: 25, size: 'max' })
const runs = { numRuns: 3000 }

type Findings = ReadonlyMap<string, MonitorFinding>

/** The rules whose verdicts in one trace may not be those of the other. */
function newlyViolated(before: Findings, after: Findings): readonly unknown[] {
  return [...after.values()].filter(
    ({ rule, verdict }) => verdict === 'violated' && before.get(rule)!.verdict !== 'violated',
  )
}

const sourceOf = (event: Event) => event.node ?? ('client' in event ? event.client : undefined)

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
      property(
        trace,
        constantFrom(...(Object.keys(ALL) as (keyof typeof ALL)[])),
        array(nat(24)),
        (events, type, lost) => {
          const hiding = headerWith({ clock: { order }, complete: { ...ALL, [type]: 'some' } })
          const before = watch(events, header)
          expect(newlyViolated(before, watch(events, hiding))).toEqual([])
          const left = events.filter((event, at) => event.type !== type || !lost.includes(at))
          expect(newlyViolated(before, watch(left, hiding))).toEqual([])
        },
      ),
      runs,
    )
  })

  it('says the opposite in no other order that the trace allows', () => {
    const header = headerWith({ clock: { order: 'node' } })
    assert(
      property(trace, array(nat(24), { maxLength: 25, size: 'max' }), (events, choices) => {
        const one = watch(events, header)
        const other = watch(interleaved(events, choices), header)
        for (const { rule, verdict } of one.values()) {
          const verdicts = [verdict, other.get(rule)!.verdict]
          expect([rule, verdicts.includes('holds') && verdicts.includes('violated')]).toEqual([rule, false])
        }
      }),
      runs,
    )
  })

  it('says with a small window what it says with a large one, or that it does not know', () => {
    assert(
      property(trace, integer({ min: 1, max: 8 }), option(constantFrom('node' as const)), (events, window, order) => {
        const header = headerWith({ clock: { order: order ?? 'total' } })
        const large = watch(events, header)
        for (const { rule, verdict } of watch(events, header, { window }).values()) {
          if (verdict !== 'unknown') expect([rule, verdict]).toEqual([rule, large.get(rule)!.verdict])
        }
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
      { numRuns: 300 },
    )
  })
})

/** Another order of the same events that keeps the order of each source. */
function interleaved(events: readonly Event[], choices: readonly number[]): readonly Event[] {
  const queues = new Map<string, Event[]>()
  for (const event of events) {
    const source = sourceOf(event) ?? ''
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
