// Recordings in which a promotion may be missing: whatever else they hold, what was a behaviour is not rejected for it, and
// what no promotion explains still is.
import { assert, constantFrom, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Config } from '../../src/lang/spec.ts'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'
import { chooser, recorded } from './behaviours.ts'
import { judged, subjectOf } from './judging.ts'
import { traceOf } from './recorded.ts'
import { append, crash, gap, observe, promote, receive, reply } from './watched.ts'

const HEADER: Partial<Header> = {
  nodes: ['n1', 'n2', 'n3'],
  init: { leader: 'n1', epoch: 1, last: 0 },
  clock: { order: 'total' },
}
const SOME: Partial<Header> = { complete: { promote: 'some' } }
const subject = subjectOf({ ack: 'async', fence: 'demote' })

function verdict(events: readonly Event[], header: Partial<Header> = {}): string {
  return judged(traceOf(events, { ...HEADER, ...header }), subject, 20_000).verdict
}

const follow = (node: string, from: string): Event => ({ type: 'follow', node, from })
const led = (node: string, epoch: number): Event => observe(node, { role: 'leader', epoch })

describe('a promotion that is missing', () => {
  /** n2 led epoch 2, which nothing tells but its own entry; then n3 leads epoch 3. */
  const begin = [append('n1', 1, 1, 'a'), receive('n2', 'n1', 1), receive('n3', 'n1', 1), crash('n1')]
  const end = [crash('n2'), promote('n3', 3), append('n3', 2, 3, 'c'), led('n3', 3)]
  const without = [...begin, append('n2', 2, 2, 'b'), ...end]

  it('is a contradiction where every promotion was recorded', () => {
    expect(verdict(without)).toBe('rejected')
    expect(verdict(without.toSpliced(4, 0, promote('n2', 2)))).toBe('accepted')
  })

  it.each<[string, readonly Event[], Partial<Header>]>([
    ['some were recorded', [], SOME],
    ['events of the node were lost', [gap('n2')], {}],
    ['one event of the node was lost', [{ type: 'gap', node: 'n2', lost: 1 }], {}],
  ])('is none where %s', (_, lost, header) => {
    expect(verdict(without.toSpliced(4, 0, ...lost), header)).toBe('accepted')
  })

  it('may have opened an epoch that is only seen', () => {
    expect(verdict([...begin, led('n2', 2), ...end], SOME)).toBe('accepted')
    expect(verdict([...begin, follow('n3', 'n2'), observe('n3', { epoch: 2 }), ...end], SOME)).toBe('accepted')
    expect(verdict([...begin, observe('n2', { role: 'leader' }), observe('n2', { epoch: 2 }), ...end], SOME)).toBe(
      'accepted',
    )
  })

  it('may be one of several', () => {
    const both = [...begin, led('n2', 2), crash('n2'), led('n3', 4), append('n3', 2, 4, 'd')]
    expect(verdict(both, SOME)).toBe('accepted')
  })

  it('opens an epoch between those that are known', () => {
    expect(verdict([...begin, led('n2', 4), ...end], SOME)).toBe('rejected')
    expect(verdict([...begin, led('n2', 1), ...end], SOME)).toBe('rejected')
    expect(verdict([...begin, led('n2', 2), append('n2', 2, 3, 'b')], SOME)).toBe('rejected')
  })

  it('makes no leader of a node that is down', () => {
    expect(verdict([...begin, crash('n2'), append('n2', 2, 2, 'b')], SOME)).toBe('rejected')
  })
})

describe('the first promotion', () => {
  const founded = [promote('n2', 5), append('n2', 1, 5, 'a'), receive('n1', 'n2', 1, 5), reply('n2', 'a', 1)]
  const nobody: Partial<Header> = { init: { leader: null } }

  it('begins the model, whoever it makes leader', () => {
    expect(verdict(founded, nobody)).toBe('accepted')
  })

  it('may be lost, whoever it made leader', () => {
    expect(verdict(founded.slice(1), { ...nobody, ...SOME })).toBe('accepted')
    expect(verdict([gap('n2'), ...founded.slice(1)], nobody)).toBe('accepted')
  })

  it('may be before a recording of which nobody knows the leader', () => {
    const unknown: Partial<Header> = { init: { leader: 'unknown', epoch: 'unknown' } }
    const events = [append('n2', 1, 5, 'a'), receive('n3', 'n2', 1, 5), crash('n2'), promote('n3', 6), led('n3', 6)]
    expect(verdict(events, unknown)).toBe('accepted')
    expect(verdict([...events, append('n1', 2, 6, 'b')], unknown)).toBe('rejected')
  })
})

describe('an epoch that no promotion tells', () => {
  it('may be the first, when the header leaves it open', () => {
    const unknown: Partial<Header> = { init: { leader: 'n1', epoch: 'unknown' } }
    const write: Event = { type: 'append', node: 'n1', index: 1, op: 'a' }
    const failover = [crash('n1'), promote('n2', 8)]
    expect(verdict([write, ...failover], unknown)).toBe('accepted')
    expect(verdict([write, receive('n2', 'n1', 1, 7), ...failover], unknown)).toBe('accepted')
    expect(verdict([append('n1', 1, 9, 'a'), ...failover], unknown)).toBe('rejected')
  })

  it('may be one that nodes were polled for', () => {
    const elect: Event = { type: 'elect', epoch: 2, to: 'n2', voters: ['n2', 'n3'] }
    const events = [crash('n1'), elect, observe('n3', { epoch: 2 })]
    const found = judged(traceOf(events, HEADER), subjectOf({ twoStep: true, fence: 'freeze', poll: 2 }))
    expect(found.verdict).toBe('accepted')
  })
})

const BOUNDS: Config = { nodes: 3, writes: 4, epochs: 4, crashes: 2, restarts: 2, reads: 1 }
const CONFIGURATIONS: readonly Config[] = [
  { ack: 'any', fence: 'stonith', poll: 2 },
  { ack: 'async', fence: 'none' },
  { ack: 'any', detect: 'imperfect', suspicions: 2, fence: 'demote' },
]

describe('a behaviour of which a promotion was not recorded', () => {
  it('is not rejected, whether some are missing or the node lost it', () => {
    let lostCount = 0
    assert(
      property(constantFrom(...CONFIGURATIONS), integer({ min: 0, max: 2 ** 31 }), (config, seed) => {
        const trace = recorded({ ...BOUNDS, ...config }, 14, chooser(seed))
        const at = trace.events.findIndex(({ event }) => event.type === 'promote')
        if (at < 0) return
        lostCount++
        const { event, line } = trace.events[at]
        const lost: Event = { type: 'gap', node: event.node!, lost: 1 }
        const gapped = { ...trace, events: numbered(trace.events.with(at, { event: lost, line })) }
        const some: ForeignTrace = {
          ...trace,
          header: { ...trace.header, complete: { promote: 'some' } },
          events: numbered(trace.events.toSpliced(at, 1)),
        }
        expect([told(gapped, config), told(some, config)]).not.toContain('rejected')
      }),
      { numRuns: 15 },
    )
    expect(lostCount).toBeGreaterThan(1)
  })
})

function told(trace: ForeignTrace, config: Config): string {
  return judged(trace, subjectOf(config), 1000).verdict
}

/** Without holes in the numbers of any node. */
function numbered(events: ForeignTrace['events']): ForeignTrace['events'] {
  return events.map(({ event, line }) => {
    const { seq: _, ...rest } = event
    return { event: rest, line }
  })
}
