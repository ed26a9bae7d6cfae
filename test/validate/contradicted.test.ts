// Events that no behaviour allows although each is a step by itself: beside each stands the recording that is so like it
// that it has to be accepted.
import { describe, expect, it } from 'vitest'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import type { Event, Header, Observation } from '../../src/validate/format/repltrace.ts'
import { judged, subjectOf } from './judging.ts'
import { traceOf } from './recorded.ts'
import { append, crash, gap, observe, promote, receive, reply, restart, truncate } from './watched.ts'

const HEADER: Partial<Header> = {
  nodes: ['n1', 'n2', 'n3'],
  init: { leader: 'n1', epoch: 1, last: 0 },
  clock: { order: 'total' },
}
const subject = subjectOf({ ack: 'async', fence: 'demote', detect: 'imperfect' })

function told(trace: ForeignTrace, of = subject): string {
  const found = judged(trace, of, 2000)
  return found.verdict === 'rejected' ? `rejected at event ${found.furthest[0].event}` : found.verdict
}

function verdict(events: readonly Event[], header: Partial<Header> = {}): string {
  return told(traceOf(events, { ...HEADER, ...header }))
}

const seen = (node: string, obs: Observation): Event => observe(node, obs)

describe('a restart', () => {
  const up = [append('n1', 1, 1, 'a'), receive('n2', 'n1', 1), restart('n2')]

  it('of a node that is up means that it stopped just before', () => {
    expect(verdict(up)).toBe('accepted')
    expect(verdict(up, { complete: { crash: 'some' } })).toBe('accepted')
  })

  it('of a node that is up is rejected where no crash is missing', () => {
    expect(verdict(up, { complete: { crash: 'all' } })).toBe('rejected at event 2')
    expect(verdict(up.toSpliced(2, 0, crash('n2')), { complete: { crash: 'all' } })).toBe('accepted')
  })

  it('may be the first that is known of a node', () => {
    expect(verdict([append('n1', 1, 1, 'a'), restart('n2')], { complete: { crash: 'all' } })).toBe('accepted')
  })
})

const promotedTo = (epoch: number): readonly Event[] => [append('n1', 1, 5, 'a'), crash('n1'), promote('n2', epoch)]

describe('a log that was shortened in order to follow', () => {
  const demoted: Event = { type: 'demote', node: 'n1' }
  const follows: Event = { type: 'follow', node: 'n1', from: 'n2' }
  const other = [append('n1', 1, 1, 'a'), promote('n2', 2), append('n2', 1, 2, 'b'), demoted]
  const all: Partial<Header> = { complete: { truncate: 'all' } }

  it('is told of where no truncation is missing, before it is written again', () => {
    const events = [...other, follows, receive('n1', 'n2', 1, 2)]
    expect(verdict(events)).toBe('accepted')
    expect(verdict(events, all)).toBe('rejected at event 4')
    expect(verdict(events.toSpliced(5, 0, truncate('n1', 0)), all)).toBe('accepted')
    expect(verdict(events.toSpliced(5, 0, crash('n1'), truncate('n1', 0), restart('n1'), { ...follows }), all)).toBe(
      'accepted',
    )
    expect(verdict(events.slice(0, 5), all)).toBe('accepted')
  })

  it('is not shortened by a step that nobody recorded', () => {
    const events = [...other, seen('n1', { last: 0 })]
    expect(verdict(events)).toBe('accepted')
    expect(verdict(events, all)).toBe('rejected at event 4')
    expect(verdict(events.toSpliced(4, 0, truncate('n1', 0)), all)).toBe('accepted')
    expect(verdict(events.toSpliced(4, 0, gap('n1')), all)).toBe('accepted')
  })
})

describe('an answer that a client had after its server gave it', () => {
  const ok: Event = { type: 'ok', client: 'c1', op: 'a', index: 1 }
  const events = [append('n1', 1, 1, 'a'), reply('n1', 'a', 1), ok]

  it('is the same, whichever logs are shorter', () => {
    expect(verdict(events)).toBe('accepted')
    expect(verdict(events, { clock: { order: 'node' } })).toBe('accepted')
    expect(verdict([...events, { ...ok, op: 'b', index: 2 }])).toBe('rejected at event 3')
  })
})

describe('an epoch that is over when the recording begins', () => {
  const begun: Partial<Header> = { init: { leader: 'n1', epoch: 5, last: 0 } }

  it('is led by nobody any more', () => {
    expect(verdict(promotedTo(6), begun)).toBe('accepted')
    expect(verdict(promotedTo(4), begun)).toBe('rejected at event 2')
    expect(verdict([append('n1', 1, 5, 'a'), append('n1', 2, 4, 'b')], begun)).toBe('rejected at event 1')
  })
})

/** What becomes of two promotions, and why the second one contradicts the first. */
function promoted(first: number, second: number, header: Partial<Header> = {}): string {
  const events = [promote('n2', first), promote('n3', second)]
  const trace = traceOf(events, { ...HEADER, ...header })
  const found = judged(trace, subject, 2000)
  if (found.verdict !== 'rejected') return found.verdict
  const { event, position } = found.furthest[0]
  const state = position.model.stateOf(position.row)
  const { binding, config } = subject
  return `${event}: ${binding.read(trace.events[event].event, state, found.labels, position.shift, config)?.contradiction}`
}

describe('a promotion', () => {
  it('opens an epoch that nobody led', () => {
    expect(promoted(2, 3)).toBe('accepted')
    expect(promoted(2, 2)).toBe('1: epoch 2 had a leader before (line 2)')
  })

  it('opens one above all others, as far as their order is known', () => {
    expect(promoted(3, 2, { complete: { promote: 'some' } })).toBe(
      '1: epoch 3 had a leader before (line 2), which is newer than 2',
    )
    expect(promoted(3, 2, { clock: { order: 'node' } })).toBe('accepted')
    expect(promoted(2, 2, { clock: { order: 'node' } })).toBe('1: epoch 2 had a leader before (line 2)')
  })

  it('opens one that another led where each candidate counts for itself', () => {
    const events = [promote('n2', 2), promote('n3', 2)]
    const local = subjectOf({ ...subject.config, epochSource: 'local' })
    expect(told(traceOf(events, HEADER), local)).toBe('accepted')
  })
})

describe('a log that was listed', () => {
  const written = [append('n1', 1, 1, 'a'), append('n1', 2, 1, 'b')]

  it('has operations where they were appended', () => {
    expect(verdict([...written, seen('n1', { log: ['a', 'b'] })])).toBe('accepted')
    expect(verdict([...written, seen('n1', { log: ['b', 'a'] })])).toBe('rejected at event 2')
  })

  it('may have them elsewhere when an append names none, unless an operation is written once only', () => {
    const moved = [
      append('n1', 1, 1, 'a'),
      { type: 'append', node: 'n1', index: 2, epoch: 1 } as const,
      seen('n1', { log: ['c', 'a'] }),
    ]
    expect(verdict(moved)).toBe('accepted')
    expect(verdict(moved, { ops: { unique: true } })).toBe('rejected at event 2')
  })

  it('is empty when its last position is known to be none', () => {
    expect(verdict([seen('n1', { last: null })])).toBe('accepted')
    expect(verdict([...written, seen('n1', { last: null })])).toBe('rejected at event 2')
  })

  it('may begin anywhere when nobody knows where it ended at first', () => {
    const unknown: Partial<Header> = { init: { leader: 'n1', epoch: 1, last: 'unknown' }, complete: { append: 'all' } }
    const events = [crash('n1'), seen('n2', { last: 20 })]
    expect(verdict(events, unknown)).toBe('accepted')
    expect(verdict([...events, seen('n2', { last: 21 })], unknown)).toBe('rejected at event 2')
  })
})

describe('the answer to a read', () => {
  const asked = [append('n1', 1, 1, 'a'), { type: 'invoke', client: 'c', op: 'r', f: 'read' }] as const
  const answer: Event = { type: 'ok', client: 'c', op: 'r', value: 1, index: 1 }

  it('acknowledges nothing, wherever it is said that it was one', () => {
    expect(verdict([...asked, answer])).toBe('accepted')
    expect(verdict([...asked, { ...answer, f: 'read' }])).toBe('accepted')
    expect(verdict([asked[0], answer])).toBe('rejected at event 1')
  })
})

describe('an epoch that nobody led', () => {
  it('may be heard of by a follower, not by a leader', () => {
    expect(verdict([seen('n2', { role: 'follower', epoch: 2 })])).toBe('accepted')
    expect(verdict([seen('n1', { role: 'leader', epoch: 2 })])).toBe('rejected at event 0')
    expect(verdict([seen('n1', { role: 'leader', epoch: 1 })])).toBe('accepted')
  })

  it('is no epoch of an entry, unless the entry is older than the recording', () => {
    const later = [append('n1', 1, 1, 'a'), promote('n2', 3)]
    expect(verdict([...later, seen('n1', { lastEpoch: 2 })])).toBe('rejected at event 2')
    expect(verdict([...later, seen('n1', { lastEpoch: 1 })])).toBe('accepted')
    expect(verdict([seen('n1', { lastEpoch: 1 })], { init: { leader: 'n1', epoch: 4, last: 7 } })).toBe('accepted')
  })

  it.each<[string, readonly Event[], Partial<Header>]>([
    ['some promotions were recorded', [], { complete: { promote: 'some' } }],
    ['events were lost', [gap('n3')], {}],
    ['the first epoch is unknown', [], { init: { leader: 'n1', epoch: 'unknown' } }],
  ])('may have been led after all where %s', (_, before, header) => {
    expect(verdict([...before, seen('n1', { role: 'leader', epoch: 2 })], header)).toBe('accepted')
  })

  it('may be led after the end of a recording that was cut off', () => {
    const trace = traceOf([seen('n1', { role: 'leader', epoch: 2 })], HEADER)
    expect([told(trace), told({ ...trace, ended: false })]).toEqual(['rejected at event 0', 'accepted'])
  })

  it('is not forgotten by a node that is up', () => {
    const heard = seen('n2', { epoch: 3 })
    expect(verdict([heard, seen('n2', { epoch: 1 })])).toBe('rejected at event 1')
    expect(verdict([heard, seen('n2', { epoch: { le: 2 } })])).toBe('rejected at event 1')
    expect(verdict([heard, seen('n3', { epoch: 1 })])).toBe('accepted')
    expect(verdict([heard, seen('n2', { epoch: 1, at: 'stale' })])).toBe('accepted')
    expect(verdict([heard, crash('n2'), restart('n2'), seen('n2', { epoch: 1 })])).toBe('accepted')
  })
})

describe('the commit position of a leader', () => {
  const written = [append('n1', 1, 1, 'a'), reply('n1', 'a', 1)]
  const high = seen('n1', { role: 'leader', commit: 1 })
  const low = seen('n1', { role: 'leader', commit: 0 })

  it('may lag behind what was acknowledged, and does not fall', () => {
    expect(verdict([...written, low, high])).toBe('accepted')
    expect(verdict([...written, high, low])).toBe('rejected at event 3')
    expect(verdict([...written, high, low], { complete: { crash: 'some', restart: 'some' } })).toBe('accepted')
  })

  it('is another one when the node is made leader again', () => {
    const again = promote('n1', 2)
    const down: Event = { type: 'demote', node: 'n1' }
    expect(verdict([...written, high, crash('n1'), restart('n1'), again, low])).toBe('accepted')
    expect(verdict([...written, high, down, low])).toBe('rejected at event 3')
  })
})

describe('an operation that was written twice', () => {
  const twice = [append('n1', 1, 1, 'a'), append('n1', 2, 1, 'a')]

  it('was retried, unless no value is written twice', () => {
    expect(verdict(twice)).toBe('accepted')
    expect(verdict(twice, { ops: { unique: true } })).toBe('rejected at event 1')
  })

  it('is acknowledged at either place, and at no other', () => {
    const other = append('n1', 3, 1, 'b')
    expect(verdict([...twice, other, reply('n1', 'a', 1)])).toBe('accepted')
    expect(verdict([...twice, other, reply('n1', 'a', 2)])).toBe('accepted')
    expect(verdict([...twice, other, reply('n1', 'a', 3)])).toBe('rejected at event 3')
    expect(verdict([...twice, other, { type: 'reply', node: 'n1', op: 'a' }])).toBe('accepted')
  })

  it('is acknowledged as what is in the log of the leader', () => {
    const lost = [append('n1', 1, 1, 'a'), promote('n2', 2), append('n2', 1, 2, 'b')]
    expect(verdict([...lost, reply('n2', 'b', 1)])).toBe('accepted')
    expect(verdict([...lost, reply('n2', 'a', 1)])).toBe('rejected at event 3')
    expect(verdict([...lost, append('n2', 2, 2, 'a'), reply('n2', 'a', 2)])).toBe('accepted')
  })

  it('may be one whose append was lost', () => {
    const events = [append('n1', 1, 1, 'a'), append('n1', 2, 1, 'b')]
    expect(verdict([...events, reply('n1', 'c', 1)])).toBe('rejected at event 2')
    expect(verdict([...events, gap('n1'), append('n1', 4, 1, 'd'), reply('n1', 'c', 3)])).not.toContain('rejected')
  })
})

describe('a message', () => {
  const written = [append('n1', 1, 1, 'a'), append('n1', 2, 1, 'b')]

  it('brings the entries that it names, and leaves no hole', () => {
    expect(verdict([...written, receive('n2', 'n1', 2)])).toBe('rejected at event 2')
    expect(verdict([...written, { type: 'receive', node: 'n2', from: 'n1', index: [1, 2] }])).toBe('accepted')
    expect(verdict([...written, receive('n2', 'n1', 1), receive('n2', 'n1', 2)])).toBe('accepted')
  })

  it('may follow one that was not recorded, or end at an offset', () => {
    expect(verdict([...written, receive('n2', 'n1', 2)], { complete: { receive: 'some' } })).toBe('accepted')
    expect(verdict([...written, gap('n2'), receive('n2', 'n1', 2)])).not.toContain('rejected')
    const offsets = [append('n1', 40, 1, 'a'), append('n1', 90, 1, 'b'), receive('n2', 'n1', 90)]
    expect(verdict(offsets, { index: 'sparse' })).toBe('accepted')
  })

  it('may come again', () => {
    expect(verdict([...written, receive('n2', 'n1', 1), receive('n2', 'n1', 1)])).toBe('accepted')
  })
})
