// Each rule of the monitor has traces in which it must say violated, holds and unknown.
import { describe, expect, it } from 'vitest'
import { Monitor } from '../../src/validate/monitor/monitor.ts'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'
import {
  ALL,
  append,
  apply,
  askToRead,
  crash,
  found,
  gap,
  headerWith,
  heard,
  learn,
  listed,
  numbered,
  observe,
  promote,
  readAt,
  readList,
  receive,
  reply,
  timed,
  truncate,
  watch,
} from './watched.ts'

const byNode = headerWith({ clock: { order: 'node' } })

function hiding(...types: (keyof typeof ALL)[]): Header {
  return headerWith({ complete: { ...ALL, ...Object.fromEntries(types.map(type => [type, 'some'])) } })
}

/** w1 is on n1 and n2 and was acknowledged. */
const COPIED = [append('n1', 1, 1, 'w1'), receive('n2', 'n1', 1), heard('n1', 'n2', 1), reply('n1', 'w1', 1)]
/** w1 is on n1 only, and was acknowledged. */
const ALONE = [append('n1', 1, 1, 'w1'), reply('n1', 'w1', 1)]

describe('SingleLeaderPerEpoch', () => {
  it('is violated by two nodes in one epoch, in any order', () => {
    const events = [promote('n2', 2), promote('n3', 2)]
    const sentence = 'violated: Epoch 2 was used twice: n2 was promoted in it (line 2), and so was n3 (line 3).'
    expect(found('SingleLeaderPerEpoch', events)).toBe(sentence)
    expect(found('SingleLeaderPerEpoch', events, byNode)).toBe(sentence)
    expect(found('SingleLeaderPerEpoch', [promote('n2', 1)])).toContain('n1 led it from the start')
  })
  it('holds for a node that opens its epoch again', () => {
    expect(found('SingleLeaderPerEpoch', [promote('n2', 2), promote('n2', 2)])).toBe('holds')
  })
  it('is unknown when promotions may be hidden, lost or cut off', () => {
    expect(found('SingleLeaderPerEpoch', [promote('n2', 2)], hiding('promote'))).toContain(
      'unknown: Events of type promote',
    )
    expect(found('SingleLeaderPerEpoch', [promote('n2', 2), gap('n3')])).toBe('unknown: Events were lost once.')
    expect(found('SingleLeaderPerEpoch', [promote('n2', 2)], headerWith(), {}, false)).toContain(
      'unknown: The trace was cut',
    )
  })
})

describe('MonotonicEpoch', () => {
  it('is violated by a node that forgets an epoch, over a restart too', () => {
    const message = 'violated: The epoch of n2 fell from 2 (line 2) to 1 (line 5).'
    expect(
      found(
        'MonotonicEpoch',
        [observe('n2', { epoch: 2 }), crash('n2'), { type: 'restart', node: 'n2' }, observe('n2', { epoch: 1 })],
        byNode,
      ),
    ).toBe(message)
    expect(
      found('MonotonicEpoch', [observe('n2', { epoch: { ge: 3 } }), observe('n2', { epoch: { le: 2 } })]),
    ).toContain('violated: ')
    expect(found('MonotonicEpoch', [observe('n2', { epoch: 3 }), promote('n2', 2)])).toContain('violated: ')
  })
  it('holds for a stale observation and for bounds that leave it possible', () => {
    expect(
      found('MonotonicEpoch', [
        observe('n2', { epoch: 2 }),
        observe('n2', { epoch: 1, at: 'stale' }),
        observe('n2', { epoch: 2 }),
      ]),
    ).toBe('holds')
    expect(
      found('MonotonicEpoch', [
        observe('n2', { epoch: { ge: 2 } }),
        observe('n2', { epoch: { le: 2 } }),
        observe('n2', { epoch: { ge: 1 } }),
      ]),
    ).toBe('holds')
  })
  it('learns from a stale observation what was true before', () => {
    expect(found('MonotonicEpoch', [observe('n2', { epoch: 2, at: 'stale' }), observe('n2', { epoch: 1 })])).toContain(
      'violated: ',
    )
  })
  it('is unknown when no epoch was ever seen', () => {
    expect(found('MonotonicEpoch', COPIED)).toBe('unknown: No event tells the epoch of a node.')
  })
})

describe('NoLostAckedWrite', () => {
  it('is violated when a promoted node lacks the write', () => {
    expect(found('NoLostAckedWrite', [...ALONE, crash('n1'), promote('n2', 2)])).toBe(
      'violated: w1, which was acknowledged (line 3), is missing from the log of n2, leader of epoch 2 (line 5).',
    )
  })
  it('is violated when the position at promotion shows it, whatever is hidden in logs', () => {
    const promoted: Event = { type: 'promote', node: 'n2', epoch: 2, index: 0 }
    expect(found('NoLostAckedWrite', [...ALONE, promoted])).toContain('violated: ')
  })
  it('is violated at the end in every order, if all that made logs longer is known', () => {
    expect(found('NoLostAckedWrite', [...ALONE, promote('n2', 2)], byNode)).toContain('violated: w1')
    expect(
      found(
        'NoLostAckedWrite',
        [...ALONE, listed('n2'), promote('n2', 2)],
        headerWith({ clock: { order: 'node' }, complete: { ...ALL, append: 'some' } }),
      ),
    ).toContain('unknown: ')
  })
  it('holds when it has it, and when a list of its log shows it', () => {
    expect(found('NoLostAckedWrite', [...COPIED, promote('n2', 2)])).toBe('holds')
    expect(found('NoLostAckedWrite', [...ALONE, promote('n2', 2), listed('n2', 'w1')], hiding('append'))).toBe('holds')
  })
  it('is unknown where a hidden entry, promotion or loss may explain it', () => {
    const lost = [...ALONE, crash('n1'), promote('n2', 2)]
    for (const type of ['append', 'receive', 'catch-up', 'promote', 'crash'] as const)
      expect(found('NoLostAckedWrite', lost, hiding(type))).toContain('unknown: ')
    for (const node of ['n1', 'n2', 'n3'])
      expect(found('NoLostAckedWrite', [gap(node), ...lost])).toContain('unknown: ')
  })
  it('is not judged while the leader is down, since another may be elected', () => {
    expect(found('NoLostAckedWrite', [...COPIED, crash('n1'), listed('n1')])).toBe(
      'unknown: n1, the leader of epoch 1, does not lead at the end.',
    )
  })
  it('is violated by a leader that restarts as leader without the write', () => {
    const restarted: Event = { type: 'restart', node: 'n1', obs: { role: 'leader', last: 0 } }
    expect(found('NoLostAckedWrite', [...ALONE, crash('n1'), restarted, listed('n1')])).toContain('violated: w1')
  })
  it('keeps in mind what left the window', () => {
    const events: Event[] = []
    for (let index = 1; index <= 3000; index++) {
      const op = `w${index}`
      events.push(append('n1', index, 1, op), receive('n2', 'n1', index), receive('n3', 'n1', index))
      events.push(reply('n1', op, index))
    }
    expect(found('NoLostAckedWrite', [...events, promote('n2', 2)], headerWith(), { window: 64 })).toBe('holds')
    const cut: Event = { type: 'truncate', node: 'n2', index: 100 }
    const lost = watch([...events, cut, promote('n2', 2)], headerWith(), { window: 64 }).get('NoLostAckedWrite')!
    const message = 'n2, leader of epoch 2, has entries up to 100 only (line 12003), but all logs had'
    expect(lost.witnesses.at(-1)!.message).toContain(message)
  })
})

describe('NoPhantomRead', () => {
  it('is violated when a later leader lacks what was read', () => {
    const events = [append('n1', 1, 1, 'w1'), readList('n1', 'c1', 'w1'), promote('n2', 2)]
    expect(found('NoPhantomRead', events)).toContain('violated: w1, which a client has read (line 3), is missing')
    expect(found('NoPhantomRead', [append('n1', 1, 1, 'w1'), readAt('n1', 'c1', 1), promote('n2', 2)])).toContain(
      'violated: w1',
    )
  })
  it('holds when it has it', () => {
    expect(found('NoPhantomRead', [...COPIED, readAt('n1', 'c1', 1), promote('n2', 2)])).toBe('holds')
  })
  it('is unknown when nobody knows what was read, or the log', () => {
    expect(found('NoPhantomRead', [{ type: 'read', node: 'n1', key: 'x', value: 1 }])).toContain(
      'unknown: Which writes',
    )
    expect(found('NoPhantomRead', [readList('n1', 'c1', 'w1'), promote('n2', 2)], hiding('append'))).toContain(
      'unknown: ',
    )
  })
})

describe('NoLateAck and NoSplitBrainAck', () => {
  const late = [append('n1', 1, 1, 'w1'), promote('n2', 2), reply('n1', 'w1', 1)]
  it('are violated by a reply of a deposed leader that the newest one lacks', () => {
    expect(found('NoLateAck', late)).toBe(
      'violated: w1 was acknowledged by n1 in epoch 1 (line 4), after n2 was promoted in epoch 2 (line 3).',
    )
    expect(found('NoSplitBrainAck', late)).toContain('violated: w1 was acknowledged by a deposed leader (line 4)')
  })
  it('differ where the newest leader has the write', () => {
    const events = [append('n1', 1, 1, 'w1'), receive('n2', 'n1', 1), promote('n2', 2), reply('n1', 'w1', 1)]
    expect(found('NoLateAck', events)).toContain('violated: ')
    expect(found('NoSplitBrainAck', events)).toBe('holds')
  })
  it('hold when the leader of the newest epoch acknowledges, in any order', () => {
    for (const header of [headerWith(), byNode]) {
      expect(found('NoLateAck', [promote('n2', 2), append('n2', 1, 2, 'w1'), reply('n2', 'w1', 1)], header)).toBe(
        'holds',
      )
      expect(found('NoSplitBrainAck', COPIED, header)).toBe('holds')
    }
  })
  it('are unknown when the order or the epoch is not known', () => {
    expect(found('NoLateAck', late, byNode)).toContain('is not ordered with the promotion of n2')
    expect(found('NoLateAck', [...late.slice(0, 2), gap('n1'), ...late.slice(2)])).toContain('unknown: In which epoch')
    expect(found('NoLateAck', late, hiding('promote'))).toContain('unknown: ')
  })
  it('believe an answer to be late only if its question was', () => {
    const invoke: Event = { type: 'invoke', client: 'c1', op: 'w1', f: 'write' }
    const ok: Event = { type: 'ok', client: 'c1', op: 'w1', from: 'n1' }
    const { reply: _, ...complete } = ALL
    const clients = headerWith({ complete })
    expect(found('NoLateAck', [promote('n2', 2), invoke, ok], clients)).toContain('violated: w1')
    expect(found('NoLateAck', [invoke, promote('n2', 2), ok], clients)).toContain('unknown: w1 was acknowledged by n1')
  })
  it('leave open what the newest leader had before it lost its log', () => {
    const events = [...late, crash('n2')]
    expect(found('NoSplitBrainAck', events, hiding('append'))).toContain('until the log changed hands (line 5)')
  })
})

describe('LogMatching', () => {
  it('is violated by two entries of one epoch at one position', () => {
    const events = [append('n1', 1, 1, 'w1'), append('n2', 1, 1, 'w2')]
    const message = 'violated: n1 wrote w1 (line 2) and n2 wrote w2 (line 3) at position 1 in epoch 1.'
    expect(found('LogMatching', events)).toBe(message)
    expect(found('LogMatching', events, byNode)).toBe(message)
  })
  it('is violated by two hashes of the same end of the log', () => {
    expect(
      found('LogMatching', [
        observe('n1', { last: 3, lastEpoch: 1, prefixHash: 'aa' }),
        observe('n2', { last: 3, lastEpoch: 1, prefixHash: 'bb' }),
      ]),
    ).toContain('violated: n1 (line 2) and n2 (line 3)')
    expect(
      found('LogMatching', [
        observe('n1', { last: 3, lastEpoch: 1, prefixHash: 'aa' }),
        observe('n2', { last: 3, lastEpoch: 1, prefixHash: 'aa' }),
      ]),
    ).toBe('holds')
  })
  it('holds for entries of different epochs', () => {
    expect(found('LogMatching', [append('n1', 1, 1, 'w1'), append('n2', 1, 2, 'w2'), append('n3', 1, 2, 'w2')])).toBe(
      'holds',
    )
  })
  it('is unknown when entries may be hidden', () => {
    expect(found('LogMatching', [append('n1', 1, 1, 'w1')], hiding('append'))).toContain('unknown: ')
  })
})

describe('CommittedAgree', () => {
  it('is violated by two operations at one position, in any order', () => {
    const message = 'violated: Position 1 is w1 at n1 (line 2) and w2 at n2 (line 3).'
    expect(found('CommittedAgree', [apply('n1', 1, 'w1'), apply('n2', 1, 'w2')], byNode)).toBe(message)
    const commits: Event[] = [
      append('n1', 1, 1, 'w1'),
      { type: 'commit', node: 'n1', commit: 1 },
      append('n2', 1, 2, 'w2'),
      { type: 'commit', node: 'n2', commit: 1 },
    ]
    expect(found('CommittedAgree', commits)).toContain('violated: Position 1')
  })
  it('holds when all agree', () => {
    expect(found('CommittedAgree', [apply('n1', 1, 'w1'), apply('n2', 1, 'w1')])).toBe('holds')
  })
  it('is unknown when an early position was forgotten', () => {
    const many = Array.from({ length: 3000 }, (_, index) => apply('n1', index + 1, `w${index + 1}`))
    expect(found('CommittedAgree', [...many, apply('n2', 1, 'w2')], headerWith(), { window: 16 })).toContain(
      'unknown: ',
    )
  })
})

describe('AppliedInOrder', () => {
  it('is violated by a position applied twice or passed over', () => {
    expect(found('AppliedInOrder', [apply('n2', 1), apply('n2', 1)], byNode)).toBe(
      'violated: n2 applied position 1 (line 3) after position 1 (line 2).',
    )
    expect(found('AppliedInOrder', [apply('n2', 1), apply('n2', 3)], byNode)).toBe(
      'violated: n2 applied position 3 (line 3) right after position 1 (line 2).',
    )
    expect(found('AppliedInOrder', [apply('n2', 2)])).toContain('at the start')
  })
  it('holds in order, and after a restart from anywhere', () => {
    expect(
      found('AppliedInOrder', [
        apply('n2', [1, 2]),
        apply('n2', 3),
        crash('n2'),
        { type: 'restart', node: 'n2' },
        apply('n2', 2),
      ]),
    ).toBe('holds')
  })
  it('is unknown when what is hidden may explain it', () => {
    expect(found('AppliedInOrder', [apply('n2', 1), apply('n2', 1)], hiding('crash'))).toContain('unknown: ')
    expect(found('AppliedInOrder', [apply('n2', 1), apply('n2', 3)], hiding('apply'))).toContain('unknown: ')
    expect(found('AppliedInOrder', [apply('n2', 1), gap('n2'), apply('n2', 3)])).toContain('unknown: ')
  })
  it('compares sparse positions only', () => {
    const sparse = headerWith({ index: 'sparse' })
    expect(found('AppliedInOrder', [apply('n2', 10), apply('n2', 70)], sparse)).toBe('holds')
    expect(found('AppliedInOrder', [apply('n2', 70), apply('n2', 10)], sparse)).toContain('violated: ')
  })
})

describe('NoCommittedTruncated', () => {
  const commit: Event = { type: 'commit', node: 'n1', commit: 2 }
  const log = [append('n1', 1, 1, 'w1'), append('n1', 2, 1, 'w2')]
  it('is violated by a cut below the own commit position', () => {
    expect(found('NoCommittedTruncated', [...log, commit, truncate('n1', 1)], byNode)).toBe(
      'violated: n1 removed the entries after position 1 (line 5) although it had committed up to 2 (line 4).',
    )
  })
  it('holds for a cut above it', () => {
    expect(found('NoCommittedTruncated', [...log, commit, append('n1', 3, 1, 'w3'), truncate('n1', 2)])).toBe('holds')
  })
  it('is unknown when a hidden crash may have taken the entries before', () => {
    expect(found('NoCommittedTruncated', [...log, commit, truncate('n1', 1)], hiding('crash'))).toContain('unknown: ')
    expect(found('NoCommittedTruncated', [...log, commit, gap('n1'), truncate('n1', 1)])).toContain('unknown: ')
  })
})

describe('TruncationOnlyUnacked', () => {
  const cut: Event = { type: 'truncate', node: 'n1', index: 0, reason: 'rewind' }
  it('is violated when an acknowledged write is removed', () => {
    expect(found('TruncationOnlyUnacked', [...COPIED, cut])).toBe(
      'violated: n1 removed w1 at position 1 (line 6), which was acknowledged (line 5).',
    )
  })
  it('holds when it was never acknowledged', () => {
    expect(found('TruncationOnlyUnacked', [append('n1', 1, 1, 'w1'), cut])).toBe('holds')
  })
  it('is unknown in other orders, and where the entries are not known', () => {
    expect(found('TruncationOnlyUnacked', [...COPIED, cut], byNode)).toContain('unknown: ')
    expect(found('TruncationOnlyUnacked', [...COPIED, cut], hiding('catch-up'))).toContain('unknown: ')
    expect(found('TruncationOnlyUnacked', [...COPIED, gap('n1'), cut])).toContain('unknown: ')
  })
})

describe('AckedCopies', () => {
  it('is violated when the leader had heard of too few copies', () => {
    const message =
      'violated: n1 acknowledged w1 at position 1 (line 3) when no other node had acknowledged it; 1 was needed.'
    expect(found('AckedCopies', ALONE, byNode)).toBe(message)
  })
  it('is violated when too few logs can have had the entry', () => {
    expect(found('AckedCopies', ALONE, hiding('ack-received'))).toContain('when no other node can have had it')
  })
  it('holds with the copies, and when none are needed', () => {
    expect(found('AckedCopies', COPIED)).toBe('holds')
    expect(found('AckedCopies', COPIED, hiding('ack-received'))).toBe('holds')
    expect(found('AckedCopies', ALONE, headerWith({ model: { ack: 'async' } }))).toBe('holds')
  })
  it('is unknown without a configuration, or when it changes', () => {
    const { model: _, ...header } = headerWith()
    expect(found('AckedCopies', COPIED, header)).toContain('unknown: The header does not say')
    expect(found('AckedCopies', [{ type: 'config' }, ...ALONE])).toContain(
      'unknown: What an acknowledgement waits for changed',
    )
    expect(found('AckedCopies', ALONE, hiding('ack-received', 'append'))).toContain('unknown: ')
    expect(found('AckedCopies', [gap('n2'), ...ALONE], hiding('ack-received'))).toContain('unknown: ')
  })
  it('counts no acknowledgement from before the promotion', () => {
    const events = [heard('n2', 'n3', 1), promote('n2', 2), append('n2', 1, 2, 'w1'), reply('n2', 'w1', 1)]
    expect(found('AckedCopies', events)).toContain('violated: ')
  })
})

describe('ReadYourWrites', () => {
  it('is violated by a read without the own acknowledged write', () => {
    expect(found('ReadYourWrites', [...COPIED, readList('n2', 'c1')])).toBe(
      'violated: Session c1 does not see its own write w1 (acknowledged in line 5) in line 6.',
    )
    expect(
      found('ReadYourWrites', [...COPIED, append('n1', 2, 1, 'w2'), reply('n1', 'w2', 2), readAt('n2', 'c1', 1)]),
    ).toContain('before its own write w2 at 2')
  })
  it('holds for the writes of others, and for what the read shows', () => {
    expect(found('ReadYourWrites', [...COPIED, readList('n2', 'c2')])).toBe('holds')
    expect(found('ReadYourWrites', [...COPIED, readAt('n2', 'c1', 1)])).toBe('holds')
  })
  it('is unknown when events of the session stand at several nodes without an order', () => {
    expect(found('ReadYourWrites', [...COPIED, readList('n2', 'c1')], byNode)).toContain(
      'unknown: The order of the events of session c1',
    )
  })
})

describe('MonotonicReads', () => {
  it('is violated by a read that lacks what an earlier one showed', () => {
    expect(found('MonotonicReads', [readList('n1', 'c1', 'w1', 'w2'), readList('n2', 'c1', 'w1')])).toBe(
      'violated: Session c1 had read w2 (line 2) and does not in line 3.',
    )
    expect(
      found('MonotonicReads', [...COPIED, readAt('n1', 'c1', 1), readAt('n1', 'c1', 0), append('n1', 2, 1, 'w2')]),
    ).not.toContain('violated')
    expect(found('MonotonicReads', [readAt('n1', 'c1', 2), readAt('n1', 'c1', 1)], byNode)).toContain(
      'violated: Session c1 reads position 1',
    )
  })
  it('holds for reads that go forward', () => {
    expect(found('MonotonicReads', [readList('n1', 'c1', 'w1'), readList('n2', 'c1', 'w1', 'w2')])).toBe('holds')
    expect(found('MonotonicReads', [readAt('n1', 'c1', 1), readAt('n1', 'c1', 2)])).toBe('holds')
  })
  it('is unknown when positions may mean other entries, and when nothing tells what was read', () => {
    expect(found('MonotonicReads', [readAt('n1', 'c1', 1)], hiding('truncate'))).toContain(
      'unknown: Entries may have been replaced',
    )
    expect(found('MonotonicReads', [{ type: 'read', node: 'n1', client: 'c1', key: 'x', value: 'w1' }])).toContain(
      'unknown: A read tells neither',
    )
    expect(found('MonotonicReads', [readList('n1', 'c1', 'w1'), readList('n2', 'c1')], byNode)).toContain('unknown: ')
  })
  it('knows reads that only clients recorded', () => {
    const { read: _, reply: __, ...complete } = ALL
    const header = headerWith({ nodes: [], complete, clock: { order: 'client' } })
    expect(
      found('MonotonicReads', [askToRead('r1'), learn('r1', 'w1'), askToRead('r2'), learn('r2')], header),
    ).toContain('violated: ')
    expect(
      found('MonotonicReads', [askToRead('r1'), learn('r1', 'w1'), askToRead('r2'), learn('r2', 'w1')], header),
    ).toBe('holds')
  })
})

describe('NoBlockedWrite', () => {
  const invoke: Event = { type: 'invoke', client: 'c1', op: 'w1', f: 'write' }
  it('is violated when a client gave up', () => {
    const info: Event = { type: 'info', client: 'c1', op: 'w1', reason: 'timeout' }
    expect(found('NoBlockedWrite', [invoke, info])).toBe(
      'violated: w1 was not acknowledged: c1 waited since line 2 and gave up (line 3): timeout.',
    )
  })
  it('holds when every write was answered, whatever the answer', () => {
    expect(found('NoBlockedWrite', [invoke, { type: 'ok', client: 'c1', op: 'w1' }])).toBe('holds')
    expect(found('NoBlockedWrite', [invoke, { type: 'fail', client: 'c1', op: 'w1' }])).toBe('holds')
  })
  it('is unknown when a write is still open', () => {
    expect(found('NoBlockedWrite', [invoke])).toBe('unknown: w1 of c1 is still open at the end (line 2).')
  })
})

describe('NoDivergedNode', () => {
  it('is violated by a live node with another entry, or with one more', () => {
    const events = [append('n1', 1, 1, 'w1'), promote('n2', 2), append('n2', 1, 2, 'w2')]
    const message =
      'violated: n1 (line 2) has w1 at position 1, and n2, leader of epoch 2 since line 3, as of line 4, has w2.'
    expect(found('NoDivergedNode', events)).toBe(message)
    expect(found('NoDivergedNode', events, byNode)).toBe(message)
    expect(found('NoDivergedNode', events.slice(0, 2))).toContain('has nothing.')
  })
  it('holds for nodes that are behind, and for those that are down', () => {
    expect(found('NoDivergedNode', COPIED)).toBe('holds')
    expect(found('NoDivergedNode', [append('n1', 1, 1, 'w1'), crash('n1'), promote('n2', 2)])).toBe('holds')
  })
  it('is unknown when logs may have changed since they were seen', () => {
    const events = [listed('n1', 'w1'), listed('n2', 'w2'), listed('n3'), promote('n2', 2)]
    expect(found('NoDivergedNode', events, hiding('append'))).toContain('unknown: Logs may have changed')
    expect(found('NoDivergedNode', [...events, gap('n3')])).toContain('unknown: Events were lost')
  })
})

describe('BoundedStaleness', () => {
  const bounded = { maxStalePositions: 1 }
  const acked = [reply('n1', 'w1', 1), reply('n1', 'w2', 2), reply('n1', 'w3', 3)]
  it('is violated by a read too far behind', () => {
    expect(found('BoundedStaleness', [...acked, readAt('n2', 'c2', 1)], headerWith(), bounded)).toBe(
      'violated: n2 served a read at position 1 (line 5) when position 3 had been acknowledged (line 4); the bound is 1.',
    )
  })
  it('holds within the bound, and is left out without one', () => {
    expect(found('BoundedStaleness', [...acked, readAt('n2', 'c2', 2)], headerWith(), bounded)).toBe('holds')
    expect(watch(acked).has('BoundedStaleness')).toBe(false)
  })
  it('is unknown without an order or a position', () => {
    expect(found('BoundedStaleness', [...acked, readAt('n2', 'c2', 1)], byNode, bounded)).toContain('unknown: ')
    expect(found('BoundedStaleness', [...acked, readList('n2', 'c2')], headerWith(), bounded)).toContain('unknown: ')
  })
})

describe('the monitor', () => {
  it('tells of a violation when it arises', () => {
    const told: string[] = []
    const monitor = new Monitor(headerWith(), {
      onViolation: (rule, { lines }) => told.push(`${rule} ${lines.join(' ')}`),
    })
    const events = [promote('n2', 2), promote('n3', 2), promote('n3', 2), promote('n1', 3)]
    events.forEach((event, index) => {
      monitor.accept({ event, line: index + 2 })
      expect(told).toEqual(index === 0 ? [] : ['SingleLeaderPerEpoch 2 3'])
    })
    expect(monitor.findings().find(({ rule }) => rule === 'SingleLeaderPerEpoch')!.verdict).toBe('violated')
  })
  it('takes a hole in the numbers of a node for a loss', () => {
    expect(found('LogMatching', [numbered(append('n1', 1, 1, 'w1'), 1), numbered(append('n1', 2, 1, 'w2'), 2)])).toBe(
      'holds',
    )
    expect(found('LogMatching', [numbered(append('n1', 1, 1, 'w1'), 1), numbered(append('n1', 3, 1, 'w3'), 3)])).toBe(
      'unknown: Events were lost once.',
    )
  })
  it('counts violations beyond the witnesses that it keeps', () => {
    const events = [2, 3, 4].flatMap(epoch => [promote('n2', epoch), promote('n3', epoch)])
    const { witnesses, violationCount } = watch(events, headerWith(), { witnesses: 2 }).get('SingleLeaderPerEpoch')!
    expect([witnesses.length, violationCount]).toEqual([2, 3])
  })
  it('puts intervals of time in order, and knows when they leave it open', () => {
    const times = headerWith({ clock: { order: 'interval', maxSkewNs: '5' } })
    const late = [
      timed(reply('n1', 'w1', 1), '30'),
      timed(append('n1', 1, 1, 'w1'), '40'),
      timed(promote('n2', 2), '10'),
    ]
    expect(found('NoLateAck', late, times)).toContain('violated: w1')
    const close = [timed(reply('n1', 'w1', 1), '13'), timed(promote('n2', 2), '10')]
    expect(found('NoLateAck', close, times)).toContain('unknown: ')
  })
  it('holds nothing against an event that comes later than the buffer waits', () => {
    const times = headerWith({ clock: { order: 'interval' } })
    const events = [timed(promote('n2', 2), '30'), timed(promote('n2', 3), '40'), timed(promote('n3', 4), '10')]
    expect(found('SingleLeaderPerEpoch', events, times, { maxDelay: 1 })).toContain('unknown: 1 events came later')
    expect(found('SingleLeaderPerEpoch', events, times, { maxDelay: 8 })).toBe('holds')
  })
})
