// After a known deviation the model does not know what the node has; the system says it, and from there on the node is
// checked again.
import { describe, expect, it } from 'vitest'
import { conform, type Conformance, type Limits } from '../../src/validate/match/conformance.ts'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'
import { TotalSchedule } from '../../src/validate/order/schedule.ts'
import { validate } from '../../src/validate/validation.ts'
import { Waivers } from '../../src/validate/companions/waivers.ts'
import { subjectOf } from './judging.ts'
import { traceOf } from './recorded.ts'
import { append, crash, observe, promote, receive, reply, truncate } from './watched.ts'

const HEADER: Partial<Header> = {
  nodes: ['n1', 'n2', 'n3'],
  init: { leader: 'n1', epoch: 1, last: 0 },
  clock: { order: 'total' },
}
const subject = subjectOf({ ack: 'any' })

function found(events: readonly Event[], waived: readonly [Event, 'pass' | 'resync'] | null): Conformance {
  const trace: ForeignTrace = traceOf(events, HEADER)
  const waive: Limits['waive'] = ({ event }) => (event === waived?.[0] ? waived[1] : 'no')
  return conform(trace, subject, new TotalSchedule(events.length), { budget: 3000, stop: () => false, waive })
}

function told(...given: Parameters<typeof found>): string {
  const { verdict, ...rest } = found(...given)
  return verdict === 'rejected' && 'furthest' in rest ? `rejected at event ${rest.furthest[0].event}` : verdict
}

describe('a node that lost its log in a way that no step explains', () => {
  const lost = truncate('n2', 0)
  const empty = observe('n2', { role: 'follower', epoch: 1, last: 0 })
  const begin = [append('n1', 1, 1, 'a'), receive('n2', 'n1', 1), lost]
  const again: Event = { ...receive('n2', 'n1', 1), obs: { last: 1 } }

  it('is rejected, and when it is waived rejected at what it shows next', () => {
    expect(told([...begin, empty], null)).toBe('rejected at event 2')
    expect(told([...begin, empty], [lost, 'pass'])).toBe('rejected at event 3')
  })

  it('has, after it told its state, what it told', () => {
    expect(told([...begin, empty, again, reply('n1', 'a', 1)], [lost, 'resync'])).toBe('accepted')
    expect(told([...begin, empty, reply('n1', 'a', 1)], [lost, 'resync'])).toBe('rejected at event 4')
    expect(told([...begin, empty, observe('n2', { last: 1 })], [lost, 'resync'])).toBe('rejected at event 4')
  })

  it('is not judged before it told its state, and what was passed over is counted', () => {
    const odd: readonly Event[] = [observe('n2', { last: 9 }), receive('n2', 'n3', 7)]
    const waiver = { when: { type: 'truncate' }, reason: 'a disk was changed', until: '2999-01-01', resync: true }
    const judged = validate(traceOf([...begin, ...odd, empty, again], HEADER), {
      subject,
      config: {},
      limits: { budget: 3000, stop: () => false },
      waivers: new Waivers([waiver]),
      mapping: null,
      cover: false,
      diagnose: false,
    })
    const match = 'validation' in judged ? judged.validation.match : null
    expect(match).toMatchObject({ verdict: 'accepted', relaxations: { passedCount: 3 } })
    expect(match?.relaxations.waivers).toEqual([{ waiver, lines: [4] }])
  })

  it('may be the reason for whatever is refused before it told its state', () => {
    const unexplained = receive('n3', 'n2', 4)
    expect(told([...begin, unexplained], [lost, 'resync'])).toBe('unknown')
    expect(told([...begin, empty, unexplained], [lost, 'resync'])).toBe('rejected at event 4')
  })

  it('tells its state only with what some log can be', () => {
    const impossible = observe('n2', { role: 'follower', epoch: 1, last: 3 })
    expect(told([...begin, impossible, empty, observe('n2', { last: 0 })], [lost, 'resync'])).toBe('accepted')
    expect(told([...begin, impossible, observe('n1', { last: 4 })], [lost, 'resync'])).toBe('unknown')
  })
})

describe('a node that wrote before it led', () => {
  const early = append('n3', 1, 1, 'x')
  const leads = observe('n3', { role: 'leader', epoch: 2, last: 0 })
  const events = [crash('n1'), early, promote('n3', 2), leads, append('n3', 1, 2, 'y')]

  it('leads, after it told its state', () => {
    expect(told(events, null)).toBe('rejected at event 1')
    expect(told(events, [early, 'resync'])).toBe('accepted')
    expect(told([...events, append('n1', 1, 1, 'z')], [early, 'resync'])).toBe('rejected at event 5')
  })
})
