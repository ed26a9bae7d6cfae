// Windows forget what is settled, so that a long log is judged with a small model. Held against a model that forgets
// nothing: the same traces, and the same with an error in them, have the same verdicts and end at the same event.
import { assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Conformance } from '../../src/validate/match/conformance.ts'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { type Choose, chooser } from './behaviours.ts'
import { judged, subjectOf } from './judging.ts'
import { traceOf } from './recorded.ts'

const NODES = ['n1', 'n2', 'n3'] as const
const ENTRIES = 40

const forgetting = subjectOf({ ack: 'any', elect: 'best', poll: 2, fence: 'stonith' })
const remembering = { ...forgetting, binding: { ...forgetting.binding, compact: () => null } }

/** Forty entries that followers receive sooner or later, through some failovers to a follower that has everything. */
function longTrace(choose: Choose): readonly Event[] {
  const events: Event[] = []
  const reached = new Map<string, number>(NODES.map(node => [node, 0]))
  let [leader, epoch] = ['n1', 1]
  const receive = (node: string, upTo: number): void => {
    for (let index = reached.get(node)! + 1; index <= upTo; index++)
      events.push({ type: 'receive', node, from: leader, index, epoch, obs: { last: index } })
    reached.set(node, upTo)
  }
  for (let index = 1; index <= ENTRIES; index++) {
    const followers = NODES.filter(node => node !== leader)
    events.push({ type: 'append', node: leader, index, epoch, op: `w${index}` })
    reached.set(leader, index)
    const first = followers[choose(2)]
    receive(first, index)
    events.push({ type: 'reply', node: leader, op: `w${index}`, index, ok: true })
    for (const other of followers) if (choose(3) > 0) receive(other, index)
    if (choose(12) > 0) continue
    events.push({ type: 'crash', node: leader }, { type: 'promote', node: first, epoch: ++epoch, index })
    events.push({ type: 'restart', node: leader, obs: { last: index } })
    for (const node of NODES) if (node !== first) events.push({ type: 'follow', node, from: first })
    leader = first
  }
  return events
}

/** One event left out, said twice, exchanged with the next, or with another index. */
function withError(events: readonly Event[], choose: Choose): readonly Event[] {
  const at = choose(events.length - 1)
  const event = events[at]
  switch (choose(4)) {
    case 0:
      return events.toSpliced(at, 1)
    case 1:
      return events.toSpliced(at, 0, event)
    case 2:
      return events.toSpliced(at, 2, events[at + 1], event)
    default:
      return events.with(
        at,
        'index' in event && typeof event.index === 'number' ? otherIndex(event, event.index) : event,
      )
  }
}

function otherIndex(event: Event, index: number): Event {
  return { ...event, index: index + 1 }
}

function told(found: Conformance): string {
  return found.verdict === 'accepted' ? 'accepted' : `${found.verdict} at ${found.furthest[0]?.position.takenCount}`
}

const inOrder = (events: readonly Event[]): ForeignTrace =>
  traceOf(events, { nodes: [...NODES], clock: { order: 'total' }, init: { leader: 'n1', epoch: 1, last: 0 } })

const seeds = integer({ min: 0, max: 2 ** 31 })

describe('a window', () => {
  it('forgets, and accepts a long behaviour as one that forgets nothing', () => {
    assert(
      property(seeds, seed => {
        const trace = inOrder(longTrace(chooser(seed)))
        const [moved, whole] = [judged(trace, forgetting), judged(trace, remembering)]
        expect([told(moved), told(whole)]).toEqual(['accepted', 'accepted'])
        if (moved.verdict !== 'accepted' || whole.verdict !== 'accepted') return
        expect(moved.end.shift.entries).toBeGreaterThan(0)
        expect(whole.end.shift).toMatchObject({ entries: 0, epochs: 0 })
        expect(moved.end.model.entries).toBeLessThan(whole.end.model.entries)
      }),
      { numRuns: 10 },
    )
  })

  it('rejects an error where one that forgets nothing does', () => {
    const verdicts = new Set<string>()
    assert(
      property(seeds, seed => {
        const choose = chooser(seed)
        const trace = inOrder(withError(longTrace(choose), choose))
        const moved = told(judged(trace, forgetting))
        verdicts.add(moved.split(' ')[0])
        expect(moved).toBe(told(judged(trace, remembering)))
      }),
      { numRuns: 30 },
    )
    expect(verdicts).toContain('rejected')
  })
})
