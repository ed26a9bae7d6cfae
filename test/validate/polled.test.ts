// Recordings of polls: no event is a step, and what was seen of the nodes still has to be what a behaviour leads to.
import { describe, expect, it } from 'vitest'
import { validate } from '../../src/validate/validation.ts'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'
import { subjectOf } from './judging.ts'
import { traceOf } from './recorded.ts'
import { observe } from './watched.ts'

const HEADER: Partial<Header> = {
  nodes: ['n1', 'n2', 'n3'],
  init: { leader: 'n1', epoch: 1, last: 0 },
  clock: { order: 'total' },
}
const subject = subjectOf({ ack: 'async', fence: 'demote', detect: 'imperfect' })

/** Both entries that there are were written before. */
const WRITTEN: Partial<Header> = { init: { leader: 'n1', epoch: 1, last: 2 }, complete: { append: 'all' } }

/** The verdict, and with an acceptance the steps that nobody recorded. */
function verdict(events: readonly Event[], header: Partial<Header> = {}): string {
  const judged = validate(traceOf(events, { ...HEADER, ...header }), {
    subject,
    config: {},
    limits: { budget: 20_000, stop: () => false },
    waivers: null,
    mapping: null,
    cover: false,
    diagnose: false,
  })
  if ('problems' in judged) throw new Error(judged.problems[0].message)
  const { verdict: found, match } = judged.validation
  const hidden = [...(match?.relaxations.hidden ?? [])].map(([action, times]) => `${times} ${action}`)
  return found === 'accepted' ? [found, ...hidden.toSorted()].join(', ') : found
}

describe('a recording of polls', () => {
  const begun = [observe('n1', { role: 'leader', epoch: 1, last: 2 }), observe('n2', { role: 'follower', last: 2 })]

  it('is accepted with the steps that lead from one to the next', () => {
    expect(verdict(begun)).toBe('accepted, 2 ship, 2 write')
  })

  it('has a leader that leads as far as a follower has come', () => {
    expect(verdict([...begun, observe('n3', { last: 3 })])).toBe('accepted, 3 write, 5 ship')
    expect(verdict([...begun, observe('n3', { last: 3 })], WRITTEN)).toBe('rejected')
  })

  it('is rejected where a log became shorter although nothing is missing that shortens it', () => {
    const shorter = [observe('n2', { last: 2 }), observe('n2', { last: 1 })]
    expect(verdict(shorter, WRITTEN)).toBe('rejected')
    expect(verdict(shorter.toReversed(), WRITTEN)).toBe('rejected')
    expect(verdict(shorter.slice(0, 1), WRITTEN)).toBe('accepted')
  })

  it('is rejected where another leads although no promotion is missing', () => {
    const other = observe('n2', { role: 'leader', epoch: 2 })
    expect(verdict([...begun, other])).toBe('rejected')
    expect(verdict([...begun, other], { complete: { promote: 'some' } })).toMatch(/^accepted, 1 promote/)
  })
})

describe('a recording in which nothing can be compared', () => {
  it('is not judged when all it tells may be old', () => {
    const old = { at: 'stale' } as const
    expect(verdict([observe('n1', { ...old, role: 'leader', last: 2 }), observe('n2', { ...old, last: 9 })])).toBe(
      'vacuous',
    )
    expect(verdict([observe('n1', { ...old, last: 2 }), observe('n2', { last: 2 })])).toMatch(/^accepted/)
  })
})
