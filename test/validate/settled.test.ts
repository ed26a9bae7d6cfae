// A refusal that holds in every order ends the search. It must say what a search of every order says, and say it soon
// where that would not end; what it builds on, what events are at most and what they claim in any state, is tried.
import { assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ForeignTrace, Recorded } from '../../src/validate/format/foreign-trace.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { conform, type Conformance } from '../../src/validate/match/conformance.ts'
import { Labels } from '../../src/validate/match/labels.ts'
import { Model } from '../../src/validate/match/model.ts'
import { singleLeader } from '../../src/validate/match/single-leader.ts'
import { mutantsOf } from '../../src/validate/mutate/mutations.ts'
import { scheduleOf, TotalSchedule } from '../../src/validate/order/schedule.ts'
import { type Choose, chooser, reached, recorded } from './behaviours.ts'
import { type NamedSubject, subjectOf, subjectsOf } from './judging.ts'
import { merged, numbered, traceOf } from './recorded.ts'

const SUBJECTS = subjectsOf({
  'fenced by nothing': { ack: 'async', fence: 'none' },
  'old leaders killed': { ack: 'any', fence: 'stonith', poll: 2 },
  'old leaders demoted': { ack: 'first', fence: 'demote' },
  'flushing and applying later': { ack: 'any', followerFlush: 'lazy', followerApply: 'lazy' },
  'links cut': { ack: 'any', cuts: 2, poll: 2 },
})

const seeds = integer({ min: 0, max: 2 ** 31 })

function searched(trace: ForeignTrace, subject: NamedSubject['subject'], budget: number): Conformance[] {
  const scheduled = scheduleOf(trace)
  if ('problem' in scheduled) return []
  return [false, true].map(everyOrder =>
    conform(trace, subject, scheduled.schedule, { budget, stop: () => false, everyOrder }),
  )
}

it.each(SUBJECTS)('$name: a search says what one of every order says, of right and of wrong recordings', of => {
  const { config, subject } = of
  let endedSooner = 0
  assert(
    property(seeds, seed => {
      const choose = chooser(seed)
      const whole = recorded(config, 14, choose, choose(4) === 0 ? 'total' : 'node')
      const trace = { ...whole, events: woven(hiding(thinned(whole.events, choose), choose), choose) }
      for (const wrong of [{ trace }, ...mutantsOf(trace, { seed, limit: 1 })]) {
        const [found, every] = searched(wrong.trace, subject, 1500)
        if (every === undefined || every.verdict === 'unknown') continue
        expect(found.verdict).toBe(every.verdict)
        if (found.searchedCount < every.searchedCount) endedSooner++
      }
    }),
    { numRuns: 12 },
  )
  expect(endedSooner).toBeGreaterThan(5)
})

/** Some of what was observed: a node's last position and epoch follow from its events, or do not. */
function thinned(events: readonly Recorded[], choose: Choose): readonly Recorded[] {
  const isSeen = choose(2) === 0
  return events.map(({ event, line }) => {
    const obs = Object.entries(event.obs ?? {}).filter(() => isSeen || choose(2) === 0)
    return { event: { ...event, obs: Object.fromEntries(obs) }, line }
  })
}

const HIDEABLE: readonly Event['type'][] = ['receive', 'follow', 'flush', 'apply', 'demote']

/** Sometimes as if events of some type had not been logged: then such steps may have happened anywhere. */
function hiding(events: readonly Recorded[], choose: Choose): readonly Recorded[] {
  const hidden = choose(2) === 0 ? undefined : HIDEABLE[choose(HIDEABLE.length)]
  const kept = events.filter(({ event }) => event.type !== hidden)
  const renumbered = numbered(kept.map(({ event }) => event))
  return kept.map(({ line }, at) => ({ event: renumbered[at], line }))
}

/** The same chains, their lines woven anew: what is next in the file is often not what can be taken. */
function woven(events: readonly Recorded[], choose: Choose): readonly Recorded[] {
  const keys = events.map(() => choose(7))
  return merged(events, keys).map(({ event }, index) => ({ event, line: index + 2 }))
}

describe('a long recording of five nodes, of which only the order of each is known', () => {
  const subject = subjectOf({ ack: 'any', elect: 'best' })
  const events = failover(60)
  const budget = events.length * 3
  const changed = (at: number, fields: object): ForeignTrace =>
    ofFive(events.map((event, index) => (index === at ? { ...event, ...fields } : event)))
  const at = (type: Event['type'], node: string, count: number): number =>
    events.flatMap((event, index) => (event.type === type && event.node === node ? [index] : []))[count]

  it('is accepted', () => {
    expect(searched(ofFive(events), subject, budget).map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted'])
  })

  /** What is wrong, and which events alone refuse one for it. */
  const wrong: readonly (readonly [what: string, trace: ForeignTrace, because: readonly number[]])[] = [
    ['an append at the wrong index', changed(at('append', 'n1', 30), { index: 32 }), [at('append', 'n1', 29)]],
    ['a receipt out of order', changed(at('receive', 'n3', 40), { index: 32 }), [at('receive', 'n3', 39)]],
    [
      'an observation that its event contradicts',
      changed(at('receive', 'n4', 9), { obs: { last: 3 } }),
      [at('receive', 'n4', 8)],
    ],
    ['a promotion left out', ofFive(events.toSpliced(at('promote', 'n2', 0), 1)), []],
    ['an append left out', ofFive(events.toSpliced(at('append', 'n2', 20), 1)), []],
  ]

  it.each(wrong)('is rejected soon for %s, not after trying every order', (_, trace, because) => {
    const [found, every] = searched(trace, subject, budget)
    if (found.verdict !== 'rejected') throw new Error(`It is ${found.verdict}.`)
    expect([every.verdict, found.because?.map(({ event }) => event)]).toEqual(['unknown', because])
  })

  it('is refused for what a whole chain of receipts comes to, when nothing was observed', () => {
    const blind = events.map((event): Event => ({ ...event, obs: {} }))
    const seen: Event = { type: 'state', node: 'n3', obs: { last: 44 } }
    const [found] = searched(ofFive(blind.with(at('receive', 'n3', 40), seen)), subject, budget)
    if (found.verdict !== 'rejected') throw new Error(`It is ${found.verdict}.`)
    const receipts = events.flatMap(({ type, node }, index) => (type === 'receive' && node === 'n3' ? [index] : []))
    expect(found.because?.map(({ event }) => event)).toEqual(receipts.slice(0, 40).toReversed())
  })
})

function wrote(index: number): Event {
  return { type: 'append', node: 'n1', index, epoch: 1, op: `w${index}` }
}

function reaching(last: number): Event {
  return { type: 'state', node: 'n2', obs: { last } }
}

describe('steps that nobody recorded', () => {
  const subject = subjectOf({ ack: 'any', fence: 'stonith' })
  const because = (...events: readonly Event[]): readonly number[] | null => {
    const found = conform(inOrder(events), subject, new TotalSchedule(events.length), {
      budget: 5000,
      stop: () => false,
    })
    if (found.verdict !== 'rejected') throw new Error(`It is ${found.verdict}.`)
    return found.because?.map(({ event }) => event) ?? null
  }

  it('do not touch what everything disables that may', () => {
    // A leader receives nothing, and is one as long as no other is.
    expect(because(wrote(1), wrote(3))).toEqual([0])
    expect(because(wrote(1), { type: 'state', node: 'n2', obs: { role: 'leader' } })).toEqual([])
  })

  it('may have changed what nothing keeps them from', () => {
    expect(because(wrote(1), reaching(1), reaching(0))).toBeNull()
  })

  it('have not brought what nobody had written', () => {
    expect(because(wrote(1), reaching(2))).toEqual([])
  })
})

/** A leader writes, all others receive; it crashes, another is promoted and goes on. */
function failover(count: number): readonly Event[] {
  const others = ['n3', 'n4', 'n5']
  const each = (from: number, to: (index: number) => readonly Event[]): readonly Event[] =>
    Array.from({ length: count }, (_, index) => to(from + index)).flat()
  return [
    ...each(1, index => written('n1', ['n2', ...others], index, 1)),
    { type: 'crash', node: 'n1' },
    { type: 'promote', node: 'n2', epoch: 2 },
    ...others.map((node): Event => ({ type: 'follow', node, from: 'n2' })),
    ...each(count + 1, index => written('n2', others, index, 2)),
  ]
}

function written(leader: string, followers: readonly string[], index: number, epoch: number): readonly Event[] {
  return [
    { type: 'append', node: leader, index, epoch, op: `w${index}` },
    ...followers.map((node): Event => ({
      type: 'receive',
      node,
      from: leader,
      index,
      epoch,
      obs: { last: index, epoch },
    })),
    { type: 'reply', node: leader, op: `w${index}`, index, ok: true },
  ]
}

/** A trace of three nodes in total order. */
function inOrder(events: readonly Event[]): ForeignTrace {
  const init = { leader: 'n1', epoch: 1, last: 0 }
  return traceOf(events, { nodes: ['n1', 'n2', 'n3'], init, clock: { order: 'total' } })
}

/** A trace of the five nodes, of which only the order of each is known. */
function ofFive(events: readonly Event[]): ForeignTrace {
  return traceOf(numbered(events), {
    nodes: ['n1', 'n2', 'n3', 'n4', 'n5'],
    init: { leader: 'n1', epoch: 1, last: 0 },
    clock: { order: 'node' },
  })
}

describe.each(SUBJECTS)('$name: an event', ({ config, subject }) => {
  const model = new Model(subject, 3, 4, 3)
  const states = reached(model)
  const trace = recorded(config, 40, chooser(11))
  const labels = new Labels(trace)
  const readings = trace.events.flatMap(({ event }) =>
    states.slice(0, 150).flatMap(row => {
      const found = singleLeader.read(event, model.stateOf(row), labels, labels.start, subject.config)
      return found === null ? [] : [{ event, found }]
    }),
  )

  it('is in no state another step than it may be at most', () => {
    const outside = readings.flatMap(({ event, found }) =>
      found.attempts.flatMap(({ calls }) =>
        calls.filter(
          call =>
            !singleLeader
              .touches(event, labels)
              .some(
                most =>
                  most.action === call.action &&
                  Object.entries(most.args).every(([name, value]) => call.args[name] === value),
              ),
        ),
      ),
    )
    expect(outside).toEqual([])
    expect(readings.some(({ found }) => found.attempts.some(({ calls }) => calls.length > 0))).toBe(true)
  })

  it('claims in every attempt what it claims for certain, and that in every state', () => {
    const said = new Map<Event, string>()
    for (const { event, found } of readings) {
      const certain = JSON.stringify(found.certain)
      expect(said.get(event) ?? certain).toBe(certain)
      said.set(event, certain)
      for (const { claims } of found.attempts) expect(found.certain.every(claim => claims.includes(claim))).toBe(true)
    }
    expect([...said.values()].some(certain => certain !== '[]')).toBe(true)
  })
})
