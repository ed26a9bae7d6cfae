// What would have to be otherwise for a rejected trace to go on, when the file's order is the order of events and when only
// the order of each node is known.
import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { knobsThatAdmit, lossesThatAdmit } from '../../src/validate/match/knobs.ts'
import { repairsOf } from '../../src/validate/match/repairs.ts'
import type { Refused } from '../../src/validate/match/tries.ts'
import { judged, subjectOf } from './judging.ts'
import { numbered, traceOf } from './recorded.ts'

const COMPLETE = { append: 'all', receive: 'all', reply: 'all', crash: 'all', promote: 'all' } as const

function append(index: number): Event {
  return { type: 'append', node: 'n1', index, epoch: 1, op: `w${index}` }
}

function refused(order: 'total' | 'node', config: object, ...events: readonly Event[]): Refused {
  const trace = traceOf(numbered(events), {
    nodes: ['n1', 'n2', 'n3'],
    init: { leader: 'n1', epoch: 1, last: 0 },
    clock: { order },
    complete: COMPLETE,
  })
  const subject = subjectOf({ ...config })
  const found = judged(trace, subject)
  if (found.verdict !== 'rejected') throw new Error(`It is ${found.verdict}.`)
  const { schedule, labels, furthest } = found
  const limits = { budget: 50_000, stop: () => false }
  return { trace, subject, schedule, labels, refusal: furthest[0], limits }
}

const seen: Event = { type: 'state', node: 'n2', obs: { last: 0 } }
const reply: Event = { type: 'reply', node: 'n1', op: 'w1', ok: true }

describe.each(['total', 'node'] as const)('of a trace in %s order', order => {
  it('a number that is off by one is told', () => {
    const misread: Event = { type: 'append', node: 'n1', index: 3, epoch: 1, op: 'w2' }
    const repairs = repairsOf(refused(order, { ack: 'async' }, append(1), seen, misread, append(3), append(4)))
    expect(repairs).toContainEqual({
      kind: 'field',
      words: 'with index 2 instead of 3',
      furtherCount: 3,
      complete: true,
    })
  })

  it('an event is told without which the rest matches', () => {
    const early = refused(order, { ack: 'any' }, append(1), seen, reply, append(2), append(3))
    expect(repairsOf(early)).toContainEqual({ kind: 'skip', words: 'without line 4', furtherCount: 2, complete: true })
  })

  it('a step that was not recorded is told, however far the rest goes on', () => {
    const indices = Array.from({ length: 700 }, (_, index) => index + 1).filter(index => index !== 3)
    const repairs = repairsOf(refused(order, { ack: 'async' }, seen, ...indices.map(index => append(index))))
    expect(repairs).toContainEqual({
      kind: 'insert',
      words: 'with write(leader: n1) just before, unrecorded',
      furtherCount: 697,
      complete: true,
    })
  })

  it('a knob is told that admits it', () => {
    const early = refused(order, { ack: 'any' }, append(1), seen, reply, append(2), append(3))
    expect(knobsThatAdmit(early)).toContainEqual({ knob: 'ack', value: 'async', furtherCount: 3, complete: true })
  })

  it('a kind of event is told of which one is missing, or two', () => {
    const more = [append(1), seen, append(2), { ...seen, obs: { last: 2 } }, reply, append(3)]
    const missing = { knob: 'complete.receive', value: 'some', furtherCount: 3, complete: true }
    expect(lossesThatAdmit(refused(order, { ack: 'any' }, ...more))).toEqual([missing])
    const unread: Event = { type: 'append', node: 'n1', index: 4, epoch: 1, op: 'w4' }
    expect(lossesThatAdmit(refused(order, { ack: 'async' }, append(1), seen, unread, append(5)))).toEqual([
      { knob: 'complete.append', value: 'some', furtherCount: 2, complete: true },
    ])
  })

  it('nothing is told to be missing of what was not recorded anyway, or helps nothing', () => {
    const early = refused(order, { ack: 'any' }, append(1), reply, append(2), { ...seen, obs: { last: 0 } })
    expect(lossesThatAdmit(early).map(({ knob }) => knob)).not.toContain('complete.append')
    expect(lossesThatAdmit(early).map(({ knob }) => knob)).not.toContain('complete.flush')
  })

  it('what was seen before the event, or is old, is told', () => {
    const late: Event = { ...append(2), obs: { last: 1 } }
    const words = repairsOf(refused(order, { ack: 'async' }, append(1), seen, late, append(3))).map(
      repair => repair.words,
    )
    expect(words).toEqual(expect.arrayContaining(['with obs.at before', 'with obs.at stale']))
    const old: Event = { ...append(2), obs: { last: 0 } }
    const others = repairsOf(refused(order, { ack: 'async' }, append(1), seen, old, append(3))).map(
      repair => repair.words,
    )
    expect(others).toContain('with obs.at stale')
    expect(others).not.toContain('with obs.at before')
  })

  it('a change leaves no hole in what a node counts, which would excuse everything', () => {
    const early = refused(order, { ack: 'any' }, append(1), seen, reply, append(2), append(3))
    expect(repairsOf(early).map(({ kind }) => kind)).not.toContain('swap')
  })

  it('nothing is told of what no single change mends', () => {
    const twice = refused(order, { ack: 'any' }, append(1), reply, append(2), { ...reply, op: 'w2' }, append(5))
    expect(repairsOf(twice).filter(({ complete }) => complete)).toEqual([])
  })
})
