// Nothing that a specification may do is rejected, whatever of it was not recorded: what was left open may have been so.
import { assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'
import { chooser } from './behaviours.ts'
import { halfRecorded, inNodeOrder, withError, withoutObservations } from './half-recorded.ts'
import { judged, subjectOf, subjectsOf, VARIED } from './judging.ts'
import { mergeOrder, numbered, traceOf } from './recorded.ts'
import { append, crash, observe, promote, receive, reply, restart } from './watched.ts'

const SUBJECTS = subjectsOf({
  ...VARIED,
  'flushing and applying later': { ...VARIED['flushing and applying later'], leaderFlush: false },
  'restarting in the role it had': { ...VARIED['restarting in the role it had'], ack: 'any' },
  'freezing, suspecting and flushing later': {
    ack: 'any',
    fence: 'freeze',
    followerFlush: 'lazy',
    leaderFlush: false,
    detect: 'imperfect',
    suspicions: 2,
  },
})

describe.each(SUBJECTS)('a behaviour $name of which much is missing', ({ config, subject }) => {
  it('is not rejected, and mostly accepted', () => {
    let unknownCount = 0
    const runs = 40
    assert(
      property(integer({ min: 0, max: 2 ** 31 }), seed => {
        const trace = halfRecorded(config, 14, chooser(seed))
        const found = trace.events.length === 0 ? null : judged(trace, subject, 3000)
        if (found?.verdict === 'unknown') unknownCount++
        expect(found?.verdict).not.toBe('rejected')
      }),
      { numRuns: runs },
    )
    expect(unknownCount).toBeLessThan(runs / 4)
  })

  const verdict = (trace: ForeignTrace): string => judged(trace, subject, 600).verdict

  it('is judged alike in every order of its lines, and no worse the less is known, also when it is wrong', () => {
    assert(
      property(integer({ min: 0, max: 2 ** 31 }), seed => {
        const choose = chooser(seed)
        const trace = withError(halfRecorded(config, 12, choose), choose)
        if (trace.events.length === 0) return
        const found = verdict(trace)
        const orders = [verdict(inNodeOrder(trace, choose)), verdict(inNodeOrder(trace, choose))]
        if (trace.header.clock?.order === 'node') orders.push(found)
        expect(orders.includes('accepted') && orders.includes('rejected')).toBe(false)
        const less = [...orders, verdict(withoutObservations(trace, choose))]
        expect(found === 'accepted' && less.includes('rejected')).toBe(false)
      }),
      { numRuns: 12 },
    )
  })
})

describe('a step that nobody recorded', () => {
  const some = { append: 'some', receive: 'some' } as const
  const verdict = (
    events: readonly Event[],
    header: Partial<Header>,
    subject: ReturnType<typeof subjectOf>,
  ): string => {
    const full = { nodes: ['n1', 'n2', 'n3'], init: { leader: 'n1', epoch: 1, last: 0 }, complete: some, ...header }
    return judged(traceOf(numbered(events), full), subject).verdict
  }

  it('may have to come before an event that is possible without it, so that another one can', () => {
    const events: Event[] = [crash('n2'), crash('n1'), restart('n2'), { ...promote('n2', 2), obs: { last: 1 } }]
    expect(verdict(events, { clock: { order: 'total' } }, subjectOf({ ack: 'async' }))).toBe('accepted')
  })

  it('may let events of other nodes come first', () => {
    const events = [
      append('n1', 1, 1, 'a'),
      observe('n2', { last: 2 }),
      observe('n1', { last: 1, synced: 1 }),
      append('n1', 2, 1, 'b'),
    ]
    const lazy = subjectOf({ ack: 'async', leaderFlush: false })
    expect(verdict(events, { clock: { order: 'node' } }, lazy)).toBe('accepted')
    expect(verdict(events, { clock: { order: 'total' }, complete: { receive: 'some' } }, lazy)).toBe('rejected')
  })

  it('may have been another than the one that was guessed first', () => {
    const events = [
      append('n1', 1, 1, 'a'),
      receive('n2', 'n1', 1),
      promote('n3', 2),
      observe('n1', { commit: 1 }),
      observe('n1', { role: 'leader' }),
    ]
    const suspecting = subjectOf({ ack: 'any', detect: 'imperfect' })
    expect(verdict(events, { clock: { order: 'total' }, complete: {} }, suspecting)).toBe('accepted')
    const heard = events.with(3, observe('n1', { commit: 1, role: 'follower' }))
    expect(verdict(heard, { clock: { order: 'total' }, complete: {} }, suspecting)).toBe('rejected')
  })
})

/** Nodes that lead one after the other, each for so many acknowledged writes; followers have what was written block by block. */
function reigns(writes: number, recorded: ReadonlySet<Event['type']>): readonly Event[] {
  const nodes = ['n1', 'n2', 'n3', 'n4', 'n5']
  const events: Event[] = []
  let last = 0
  for (const [reign, leader] of ['n1', 'n3', 'n2'].entries()) {
    const epoch = reign + 1
    for (let write = 1; write <= writes; write++) {
      const index = ++last
      const copied = nodes.filter(node => node !== leader).map(node => receive(node, leader, index, epoch))
      events.push(append(leader, index, epoch, `w${index}`), ...copied, reply(leader, `w${index}`, index))
    }
    const next = ['n3', 'n2', 'n4'][reign]
    events.push(crash(leader), { ...promote(next, epoch + 1), index: last }, restart(leader))
    for (const node of nodes) if (node !== next) events.push({ type: 'follow', node, from: next })
  }
  return numbered(events.filter(({ type }) => recorded.has(type)))
}

describe('a long recording of failovers', () => {
  const subject = subjectOf({ ack: 'any', elect: 'best' })
  const all = ['append', 'receive', 'reply', 'crash', 'promote', 'restart', 'follow'] as const
  const nodes = ['n1', 'n2', 'n3', 'n4', 'n5']

  it.each(['total', 'node'] as const)('is taken straight on without what was received, in %s order', order => {
    const events = reigns(200, new Set(all.filter(type => type !== 'receive')))
    const header: Partial<Header> = { nodes, init: { leader: 'n1', epoch: 1, last: 0 }, clock: { order } }
    const found = judged(traceOf(events, { ...header, complete: { receive: 'some' } }), subject, 5000)
    expect(found.verdict).toBe('accepted')
  })

  it.each(['total', 'node'] as const)('is taken straight on without who follows whom, in %s order', order => {
    const events = reigns(200, new Set(all.filter(type => type !== 'follow')))
    const file =
      order === 'total'
        ? events
        : mergeOrder(
            events,
            events.map((_, at) => at % 5),
          ).map(rank => events[rank])
    const trace = traceOf(file, { nodes, init: { leader: 'n1', epoch: 1, last: 0 }, clock: { order } })
    expect(judged(trace, subject, 5000).verdict).toBe('accepted')
  })

  it('is rejected soon without who follows whom, where an entry is missing', () => {
    const events = reigns(100, new Set(all.filter(type => type !== 'follow')))
    const hole = events.findIndex(event => event.type === 'receive' && event.node === 'n4' && event.index === 150)
    const told = events.map(event =>
      event.type === 'receive' ? { ...event, obs: { last: event.index as number } } : event,
    )
    const trace = traceOf(numbered(told.toSpliced(hole, 1)), {
      nodes,
      init: { leader: 'n1', epoch: 1, last: 0 },
      clock: { order: 'node' },
    })
    const found = judged(trace, subject, 10_000)
    expect(found.verdict === 'rejected' && trace.events[found.furthest[0].event].event).toMatchObject({
      node: 'n4',
      index: 151,
    })
  })

  it('is rejected soon without what was received, where a leader begins with more than was written', () => {
    const events = reigns(100, new Set(all.filter(type => type !== 'receive')))
    const begun = (index: number): ReturnType<typeof judged> => {
      const changed = events.map(event => (event.type === 'promote' && event.epoch === 2 ? { ...event, index } : event))
      const header: Partial<Header> = { nodes, init: { leader: 'n1', epoch: 1, last: 0 }, clock: { order: 'total' } }
      const until = changed.findIndex(({ type }) => type === 'follow')
      return judged(traceOf(changed.slice(0, until), { ...header, complete: { receive: 'some' } }), subject, 3000)
    }
    expect([begun(100), begun(101)].map(({ verdict }) => verdict)).toEqual(['accepted', 'rejected'])
  })

  it('is rejected without what was received, where a new leader lacks what was acknowledged by all', () => {
    const events = reigns(3, new Set(all.filter(type => type !== 'receive')))
    const header: Partial<Header> = { nodes, init: { leader: 'n1', epoch: 1, last: 0 }, clock: { order: 'total' } }
    const everyone = subjectOf({ ack: 'allConnected', ackCount: 4, elect: 'best' })
    const trace = (last: number): ReturnType<typeof traceOf> =>
      traceOf(
        events
          .map(event => (event.type === 'promote' && event.epoch === 2 ? { ...event, index: last } : event))
          .slice(0, 8),
        { ...header, complete: { receive: 'some' } },
      )
    expect(judged(trace(3), everyone).verdict).toBe('accepted')
    expect(judged(trace(2), everyone).verdict).toBe('rejected')
  })
})
