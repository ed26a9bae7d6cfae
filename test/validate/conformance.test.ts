// What the matcher promises: behaviours of the specification are accepted however little of them was recorded, and
// nothing is assumed that the header does not allow.
import { assert, integer, property, shuffledSubarray, subarray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conform, type Conformance } from '../../src/validate/match/conformance.ts'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import type { Event, Header, Observation } from '../../src/validate/format/repltrace.ts'
import { TotalSchedule } from '../../src/validate/order/schedule.ts'
import { chooser, recorded } from './behaviours.ts'
import { judged, subjectOf, subjectsOf, VARIED } from './judging.ts'
import { withLess } from './half-recorded.ts'
import { merged, numbered, traceOf } from './recorded.ts'

const SUBJECTS = subjectsOf(VARIED)

const seeds = integer({ min: 0, max: 2 ** 31 })

describe.each(SUBJECTS)('a behaviour $name', ({ config, subject }) => {
  it('is accepted when everything of it was recorded in order', () => {
    assert(
      property(seeds, seed => {
        expect(told(judged(recorded(config, 30, chooser(seed)), subject))).toBe('accepted')
      }),
      { numRuns: 30 },
    )
  })

  it('is accepted when only the order of each node is known, wherever its lines stand', () => {
    assert(
      property(seeds, shuffledSubarray([...Array(7).keys()], { minLength: 7 }), (seed, keys) => {
        const trace = recorded(config, 16, chooser(seed), 'node')
        const other = { ...trace, events: merged(trace.events, keys) }
        expect([told(judged(trace, subject)), told(judged(other, subject))]).toEqual(['accepted', 'accepted'])
      }),
      { numRuns: 12 },
    )
  })

  it('is not rejected when types of events were not recorded', () => {
    let unknownCount = 0
    const runs = 15
    assert(
      property(seeds, subarray(HIDEABLE, { minLength: 1 }), (seed, types) => {
        const trace = without(recorded(config, 16, chooser(seed)), types)
        const found = judged(trace, subject, 4000)
        if (found.verdict === 'unknown') unknownCount++
        expect(['accepted', 'unknown'].includes(found.verdict) ? '' : told(found)).toBe('')
      }),
      { numRuns: runs },
    )
    expect(unknownCount).toBeLessThan(runs / 2)
  })

  it('is accepted when fields were not recorded', () => {
    assert(
      property(seeds, seeds, (seed, dropSeed) => {
        const trace = recorded(config, 24, chooser(seed))
        expect(told(judged(withoutFields(trace, dropSeed), subject))).toBe('accepted')
      }),
      { numRuns: 20 },
    )
  })
})

describe('a recording that lost events', () => {
  it.each(SUBJECTS)('of a behaviour $name is not rejected, and the loss is known', ({ config, subject }) => {
    let unknownCount = 0
    const runs = 20
    assert(
      property(seeds, seeds, (seed, at) => {
        const trace = recorded(config, 16, chooser(seed))
        const lost = trace.events[at % trace.events.length]
        const { node } = lost.event
        // The last event of a node leaves no hole, and links are nobody's.
        const later = trace.events.slice(trace.events.indexOf(lost) + 1).some(({ event }) => event.node === node)
        if (node === undefined || !later) return
        const found = judged({ ...trace, events: trace.events.filter(one => one !== lost) }, subject, 1500)
        expect(found.gaps).toHaveLength(1)
        expect(told(found)).not.toContain('rejected')
        if (found.verdict === 'unknown') unknownCount++
      }),
      { numRuns: runs },
    )
    expect(unknownCount).toBeLessThan(runs / 2)
  })

  const SHIPPED: readonly Event[] = [
    { type: 'append', node: 'n1', index: 1, epoch: 1, op: 'a' },
    { type: 'receive', node: 'n2', from: 'n1', index: 1, epoch: 1 },
    { type: 'reply', node: 'n1', op: 'a', index: 1, ok: true },
  ]
  const waiting = subjectOf({ ack: 'any' })

  it('is accepted where the event that is missing was announced as lost', () => {
    const [append, , reply] = SHIPPED
    const lost: Event = { type: 'gap', node: 'n2', lost: 1 }
    const other: Event = { type: 'receive', node: 'n3', from: 'n1', index: 1, epoch: 1 }
    expect(told(judged(ofThree([append, reply, other]), waiting))).toBe('rejected at event 1')
    const found = judged(ofThree([append, lost, reply, other]), waiting)
    expect([told(found), found.gaps.length]).toEqual(['accepted', 1])
  })

  it('is accepted where what was lost is needed only later', () => {
    const [append, receive, reply] = SHIPPED
    const lost: Event = { type: 'gap', node: 'n2', lost: 1 }
    const seen: Event = { type: 'state', node: 'n2', obs: { role: 'follower' } }
    const note: Event = { type: 'note', node: 'n2' }
    const other: Event = { ...receive, node: 'n3' }
    for (const after of [seen, note]) {
      expect(told(judged(ofThree([append, after, reply, other]), waiting))).toBe('rejected at event 2')
      expect(told(judged(ofThree([append, lost, after, reply, other]), waiting))).toBe('accepted')
    }
  })

  it('is accepted where a node lost events twice with nothing between', () => {
    const [append, , reply] = SHIPPED
    const [lost, again]: Event[] = [1, 2].map(count => ({ type: 'gap', node: 'n2', lost: count }))
    const seen: Event = { type: 'state', node: 'n2', obs: { last: 1 } }
    const found = judged(ofThree([append, lost, reply, again, seen]), waiting)
    expect([told(found), found.gaps]).toEqual(['accepted', [{ node: 'n2', lost: 3, after: -1, before: 4 }]])
  })

  it('is accepted where more was written than the model had room for', () => {
    const written = Array.from({ length: 8 }, (_, index): Event => ({ type: 'append', node: 'n1', index: index + 1 }))
    const lost: Event = { type: 'gap', node: 'n1', lost: 2 }
    const copied: Event = { type: 'receive', node: 'n2', from: 'n1', index: [1, 10] }
    const known: Event = { type: 'state', node: 'n1', obs: { last: 10 } }
    expect(told(judged(ofThree([...written, lost, copied, known]), waiting))).toBe('accepted')
    expect(told(judged(ofThree([...written, lost, known]), waiting))).toBe('accepted')
    const before: Event[] = [{ type: 'append', node: 'n1', index: 1 }, lost, { type: 'crash', node: 'n1' }]
    const after: Event = { type: 'state', node: 'n2', obs: { last: 7 } }
    expect(told(judged(ofThree([...before, after], { complete: { receive: 'some' } }), waiting))).not.toContain(
      'rejected',
    )
  })

  it('is rejected all the same where the loss explains nothing', () => {
    const [append, , reply] = SHIPPED
    const other: Event = { type: 'receive', node: 'n3', from: 'n1', index: 1, epoch: 1 }
    const lostAfter: Event = { type: 'gap', node: 'n3', lost: 1 }
    const copied: Event = { type: 'receive', node: 'n2', from: 'n1', index: 2, epoch: 1 }
    expect(told(judged(ofThree([append, reply, other, copied, lostAfter]), waiting))).toBe('rejected at event 1')
  })

  it('is undecided, not rejected, when the budget ends among the steps that nobody recorded', () => {
    const [append, , reply] = SHIPPED
    const hiding = ofThree([append, reply])
    expect(told(judged(hiding, waiting))).toBe('accepted')
    expect(judged(hiding, waiting, 2).verdict).toBe('unknown')
  })
})

describe('a crash that no event recorded', () => {
  const vanished: readonly Event[] = [
    { type: 'append', node: 'n1', index: 1, epoch: 1, op: 'a' },
    { type: 'promote', node: 'n2', epoch: 2, voters: ['n2', 'n3'] },
  ]

  it('is not assumed', () => {
    expect(told(judged(ofThree(vanished), subjectOf({ fence: 'none' })))).toBe('rejected at event 1')
  })

  it('is assumed where the header says that only some crashes were recorded', () => {
    const found = judged(ofThree(vanished, { complete: { crash: 'some' } }), subjectOf({ fence: 'none' }))
    expect(told(found)).toBe('accepted')
  })
})

describe('a search that is not to go on', () => {
  const appended: readonly Event[] = [1, 2, 3].map(index => ({ type: 'append', node: 'n1', index, epoch: 1 }))
  const types = ['append', 'receive', 'apply', 'reply', 'crash', 'restart', 'promote', 'follow']
  /** Durable to where the log does not reach: no hidden step leads there, and there are many to try. */
  const impossible: Event = { type: 'state', node: 'n2', obs: { last: 0, synced: 3 } }
  const trace = ofThree([...appended, impossible], {
    complete: Object.fromEntries(types.map(type => [type, 'some'])),
  })
  const subject = subjectOf({ followerApply: 'lazy' })
  const schedule = new TotalSchedule(trace.events.length)

  it('asks for every state whether to stop, also amid hidden steps', () => {
    let asked = 0
    const found = conform(trace, subject, schedule, { budget: Infinity, stop: () => ++asked === 500 })
    expect([found.verdict, found.searchedCount, asked]).toEqual(['unknown', 500, 500])
  })

  it('is undecided when it was ended from outside, and gives no state that may be half of one', () => {
    const found = conform(trace, subject, schedule, { budget: 100, stop: () => false, within: outOfTime })
    expect(found).toMatchObject({ verdict: 'unknown', furthest: [], searchedCount: 101 })
  })
})

/** As if the work had been ended just before its end. */
function outOfTime(part: () => unknown): null {
  part()
  return null
}

/** A trace of three nodes in total order, n1 leading epoch 1. */
function ofThree(events: readonly Event[], changes: Partial<Header> = {}): ForeignTrace {
  return traceOf(events, {
    nodes: ['n1', 'n2', 'n3'],
    init: { leader: 'n1', epoch: 1, last: 0 },
    clock: { order: 'total' },
    ...changes,
  })
}

const HIDEABLE: Event['type'][] = ['receive', 'follow', 'flush', 'apply', 'demote']

/** As if the system did not log events of these types. */
function without(trace: ForeignTrace, types: readonly Event['type'][]): ForeignTrace {
  return renumbered({ ...trace, events: trace.events.filter(({ event }) => !types.includes(event.type)) })
}

/** Numbers the events of each node from 1 again. */
function renumbered(trace: ForeignTrace): ForeignTrace {
  const events = numbered(trace.events.map(({ event }) => event))
  return { ...trace, events: trace.events.map(({ line }, at) => ({ event: events[at], line })) }
}

/** Each event without some of what was observed, and without its epoch and voters where it can do without. */
function withoutFields(trace: ForeignTrace, seed: number): ForeignTrace {
  const choose = chooser(seed)
  const partOf = (obs: Observation): Observation | null =>
    choose(3) === 0 ? null : Object.fromEntries(Object.entries(obs).filter(() => choose(2) === 0))
  return { ...trace, events: trace.events.map(({ event, line }) => ({ event: withLess(event, choose, partOf), line })) }
}

/** The verdict, and of a refusal the event. */
function told(found: Conformance): string {
  if (found.verdict === 'accepted') return 'accepted'
  const refused = found.furthest.map(({ event }) => event)
  return `${found.verdict} at event ${[...new Set(refused)].join(', ')}`
}
