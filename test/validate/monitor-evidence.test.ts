// What a piece of evidence is worth to the monitor. Most of these traces are the smallest in which a law of the monitor
// once failed; each would be judged wrongly if one fact were read for more, or for less, than it says.
import { describe, expect, it } from 'vitest'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'
import {
  ALL,
  append,
  apply,
  crash,
  found,
  gap,
  headerWith,
  heard,
  listed,
  observe,
  promote,
  readList,
  receive,
  reply,
  truncate,
} from './watched.ts'

function hiding(...types: (keyof typeof ALL)[]): Header {
  return headerWith({ complete: { ...ALL, ...Object.fromEntries(types.map(type => [type, 'some'])) } })
}

const down = (node: string): Event => observe(node, { role: 'down' })
const bare = (node: string, index: number): Event => ({ type: 'append', node, index, op: `w${index}` })
const restart = (node: string): Event => ({ type: 'restart', node })
const asked = (op: string): Event => ({ type: 'invoke', client: 'c1', op, f: 'write' })
const told = (op: string, from: string, index: number): Event => ({ type: 'ok', client: 'c1', op, from, index })
const rewound = (node: string): readonly Event[] => [
  truncate(node, 0),
  append(node, 1, 2, 'w2'),
  append(node, 2, 2, 'w3'),
]
const tiny = [headerWith(), { window: 1 }] as const

describe('a restart', () => {
  it('makes a node that was seen to be down apply again, although nothing recorded its crash', () => {
    const events = [apply('n2', 1, 'w1'), down('n2'), restart('n2'), apply('n2', 1, 'w1')]
    expect(found('AppliedInOrder', events)).toBe('holds')
    expect(found('AppliedInOrder', [gap('n2'), ...events])).toContain('unknown: ')
  })
  it('ends a leadership until the node is seen to lead again', () => {
    const back = observe('n1', { role: 'leader', at: 'stale' })
    const events = [append('n1', 1, 1, 'w1'), reply('n1', 'w1', 1), crash('n1'), restart('n1')]
    expect(found('NoLostAckedWrite', [...events, listed('n1')])).toContain(
      'unknown: n1, the leader of epoch 1, does not',
    )
    expect(found('NoLostAckedWrite', [...events, back, listed('n1')])).toContain('violated: w1')
    expect(found('NoLostAckedWrite', [...events, back, listed('n1', 'w1')])).toBe('holds')
  })
})

describe('a role', () => {
  it('is lost by a node that is seen to follow, which is then judged no more', () => {
    const events = [observe('n1', { role: 'follower' }), readList('n1', 'c1', 'w1')]
    expect(found('NoPhantomRead', events)).toContain('unknown: ')
    expect(found('NoPhantomRead', [...events, observe('n1', { role: 'leader' })])).toContain('violated: w1')
    expect(found('NoPhantomRead', [{ type: 'demote', node: 'n1' }, ...events.slice(1)])).toContain('unknown: ')
  })
  it('is not won again by an observation that may be older than its loss', () => {
    const events = [observe('n1', { role: 'follower' }), observe('n1', { role: 'leader', at: 'stale' })]
    expect(found('NoPhantomRead', [...events, readList('n1', 'c1', 'w1')])).toContain('unknown: ')
  })
})

describe('a promotion', () => {
  it('deposes also when a newer one came before the question', () => {
    const late = [promote('n2', 2), asked('w1'), promote('n2', 3), told('w1', 'n1', 1)]
    expect(found('NoLateAck', late)).toContain('violated: w1 was acknowledged by n1 in epoch 1 (line 5), after n2 was')
  })
  it('deposes the other leader of an epoch that is used twice', () => {
    const twice = [promote('n2', 2), promote('n3', 2), append('n2', 1, 2, 'w1'), reply('n2', 'w1', 1)]
    expect(found('NoLateAck', twice)).toContain('violated: w1 was acknowledged by n2 in epoch 2 (line 5), after n3 was')
    expect(found('NoSplitBrainAck', twice)).toContain('missing from the log of n3, leader of epoch 2')
    expect(found('NoLostAckedWrite', twice)).toContain('missing from the log of n3, leader of epoch 2')
    const fromTheStart = [promote('n2', 1), append('n2', 1, 1, 'w1'), reply('n2', 'w1', 1)]
    expect(found('NoLateAck', fromTheStart)).toContain('after n1 had led epoch 1 from the start')
  })
  it('of one node in two epochs leaves open in which of them it acknowledged', () => {
    const events = [asked('w1'), promote('n2', 2), promote('n1', 3), told('w1', 'n1', 1)]
    expect(found('NoLateAck', events, hiding('reply'))).toContain(
      'unknown: In which epoch a write was acknowledged is not recorded',
    )
  })
  it('without an order may have been before what stands before it in the file', () => {
    const events = [append('n1', 1, 1, 'w1'), promote('n2', 2), promote('n1', 3), readList('n1', 'c1', 'w1')]
    expect(found('NoPhantomRead', events)).toBe('holds')
    expect(found('NoPhantomRead', events, headerWith({ clock: { order: 'node' } }))).toContain('unknown: The log of n1')
  })
  it('in a newest epoch that is used twice is judged by each of its leaders', () => {
    const both = [append('n1', 1, 1, 'w1'), reply('n1', 'w1', 1), receive('n2', 'n1', 1), receive('n3', 'n1', 1)]
    const twice = [...both, crash('n1'), promote('n2', 2), promote('n3', 2)]
    expect(found('NoLostAckedWrite', twice)).toBe('holds')
    expect(found('NoDivergedNode', twice)).toBe('holds')
    expect(found('NoDivergedNode', [...twice, append('n3', 2, 2, 'w2')])).toContain('violated: n3')
    expect(found('NoLostAckedWrite', [...twice, truncate('n3', 0)])).toContain('violated: w1')
    expect(found('NoDivergedNode', [...twice, crash('n2'), crash('n3')])).toBe('unknown: Nobody is known to lead.')
  })
})

describe('a list of a log', () => {
  const header = hiding('receive')
  const written = [append('n1', 1, 1, 'w1'), reply('n1', 'w1', 1)]
  const next = [promote('n2', 2), listed('n2', 'w1')]

  it('right after a crash shows what the leader had before it', () => {
    const fallen: Event = { type: 'crash', node: 'n1', obs: { log: ['w1'] } }
    const empty: Event = { type: 'crash', node: 'n1', obs: { log: [] } }
    const unwritten = hiding('receive', 'append')
    expect(found('NoLostAckedWrite', [...written.slice(1), fallen, ...next], unwritten)).toBe('holds')
    expect(found('NoLostAckedWrite', [...written.slice(1), empty, ...next], unwritten)).toContain(
      'unknown: The log of n1',
    )
  })
  it('of a deposed leader shows what it had while it led, until it may take entries from others', () => {
    const noFollow = headerWith({ complete: { ...ALL, receive: 'some', append: 'some', follow: 'all' } })
    const acked = [reply('n1', 'w1', 1), crash('n1'), ...next]
    expect(found('NoLostAckedWrite', [...acked, listed('n1', 'w1')], noFollow)).toBe('holds')
    expect(found('NoLostAckedWrite', [...acked, listed('n1')], noFollow)).toContain('unknown: ')
    expect(found('NoLostAckedWrite', [...acked, restart('n1'), listed('n1', 'w1')], noFollow)).toContain('unknown: ')
    const demoted: Event = { type: 'demote', node: 'n1' }
    expect(found('NoLostAckedWrite', [...acked, demoted, listed('n1', 'w1')], noFollow)).toContain('unknown: ')
    expect(found('NoLostAckedWrite', acked, noFollow)).toContain('unknown: The log of n1, leader of epoch 1, was never')
  })
  it('is not needed for what the leader was seen to write', () => {
    expect(found('NoLostAckedWrite', [...written, ...next], header)).toBe('holds')
  })
})

describe('what is lacking when a deposed leader acknowledges', () => {
  const late = [promote('n2', 2), reply('n1', 'w1', 1)]

  it('was lacking, even if it comes later and a restart may have been hidden', () => {
    expect(found('NoSplitBrainAck', [...late, append('n2', 1, 2, 'w1')])).toContain('violated: ')
    expect(found('NoSplitBrainAck', [...late, append('n2', 1, 2, 'w1')], hiding('restart'))).toContain('unknown: ')
  })
  it('is not forgotten when the leader is promoted again', () => {
    expect(found('NoSplitBrainAck', [...late, promote('n2', 2)], hiding('append'))).toContain('unknown: ')
  })
  it('may have been there where a truncation may be hidden', () => {
    const unseen = hiding('append', 'truncate')
    expect(found('NoSplitBrainAck', [...late, listed('n2')], unseen)).toContain('may have lost it in between')
    expect(found('NoSplitBrainAck', [...late, listed('n2')], hiding('append'))).toContain('violated: ')
    expect(found('NoSplitBrainAck', [...late, listed('n2', 'w1')], hiding('append'))).toBe('holds')
  })
  it('may have come from others since, where the leader led no more', () => {
    const twice = [promote('n3', 2), promote('n2', 2), crash('n3'), restart('n3'), reply('n2', 'w1', 1)]
    const later = [{ type: 'follow', node: 'n3', from: 'n2' } as const, listed('n3', 'w1')]
    expect(found('NoSplitBrainAck', [...twice, ...later], hiding('receive'))).toContain('unknown: ')
    const again = [promote('n3', 2), promote('n2', 2), listed('n3', 'w1'), reply('n2', 'w1', 1)]
    expect(found('NoSplitBrainAck', again, hiding('receive'))).toBe('holds')
  })
})

describe('LogMatching', () => {
  it('does not hold where an entry that is not known by name follows others than at its sender', () => {
    const own = [append('n2', 1, 2, 'w3'), append('n2', 2, 1, 'w4'), append('n1', 1, 1, 'w1')]
    const events: readonly Event[] = [...own, { type: 'receive', node: 'n1', from: 'n2', index: 2, epoch: 1 }]
    expect(found('LogMatching', events)).toContain('violated: ')
    expect(found('LogMatching', events, hiding('truncate'))).toContain('unknown: Two logs have an entry at position 2')
  })
  it('is unknown for entries that differ where logs may have grown unseen', () => {
    const events = [append('n1', 1, 1, 'w1'), restart('n2'), append('n2', 1, 1, 'w2')]
    expect(found('LogMatching', events)).toContain('violated: ')
    expect(found('LogMatching', events, hiding('receive'))).toContain('unknown: Entries differ where')
  })
  it('is unknown for logs that differ before an entry that both have', () => {
    const one = [append('n1', 1, 1, 'w1'), append('n1', 2, 3, 'w3')]
    const events = [...one, append('n2', 1, 2, 'w2'), append('n2', 2, 3, 'w3')]
    expect(found('LogMatching', events)).toContain('violated: ')
    expect(found('LogMatching', events, hiding('receive'))).toContain('unknown: Two logs have w3, and may differ')
    expect(found('LogMatching', events, headerWith({ clock: { order: 'node' } }))).toContain('unknown: ')
  })
  it('is unknown for an entry that a list shows without its epoch, behind others than in another log', () => {
    const one = [append('n1', 1, 2, 'w1'), append('n1', 2, 2, 'w2')]
    const shown = [append('n2', 1, 1, 'w3'), append('n2', 2, 2, 'w2'), listed('n2', 'w3', 'w2')]
    expect(found('LogMatching', [...shown, ...one])).toContain('violated: ')
    expect(found('LogMatching', [shown[0], gap('n2'), shown[2], ...one])).toContain('unknown: ')
  })
})

describe('an entry', () => {
  it('keeps its epoch when a list shows that it is still there', () => {
    const events = [append('n1', 1, 1, 'w1'), append('n1', 2, 1, 'w2'), listed('n1', 'w1', 'w2')]
    const other = [append('n2', 1, 2, 'w3'), append('n2', 2, 1, 'w2')]
    expect(found('LogMatching', [...events, ...other])).toContain('violated: ')
  })
  it('that arrives is compared as one that is written', () => {
    const events = [append('n1', 1, 1, 'w1'), append('n1', 2, 1, 'w2'), append('n2', 1, 2, 'w3')]
    expect(found('LogMatching', [...events, receive('n2', 'n1', 2)])).toContain('violated: ')
    expect(found('LogMatching', [...events, receive('n2', 'n1', 2)], hiding('append'))).toContain('unknown: ')
  })
  it('without an epoch is of the one in which its writer leads, and else of none that is known', () => {
    expect(found('LogMatching', [bare('n1', 1), append('n2', 1, 1, 'w2')])).toContain('violated: ')
    expect(found('LogMatching', [bare('n1', 1)])).toBe('holds')
    expect(found('LogMatching', [bare('n1', 1)], hiding('promote'))).toContain('unknown: ')
    expect(found('LogMatching', [bare('n2', 1)])).toContain('unknown: Entries were recorded without')
  })
  it('that was acknowledged may have been removed with what nobody saw written', () => {
    const events = [reply('n1', 'w1', 1), truncate('n2', 0)]
    expect(found('TruncationOnlyUnacked', events)).toBe('holds')
    expect(found('TruncationOnlyUnacked', events, hiding('receive'))).toContain('unknown: Which entries n2 removed')
    expect(found('TruncationOnlyUnacked', events.slice(1), hiding('receive'))).toBe('holds')
  })
})

describe('a small window', () => {
  it('forgets which of the removed entries were acknowledged', () => {
    const events = [append('n3', 1, 1, 'w1'), reply('n1', 'w1', 1), reply('n1', 'w2', 2), truncate('n3', 0)]
    expect(found('TruncationOnlyUnacked', events)).toContain('violated: ')
    expect(found('TruncationOnlyUnacked', events, ...tiny)).not.toBe('holds')
    const late = [1, 2, 3].map(index => append('n1', index, 1, `w${index}`))
    const removed = [...late, reply('n1', 'w1', 1), listed('n1', 'w1', 'w2', 'w3'), truncate('n1', 0)]
    expect(found('TruncationOnlyUnacked', removed)).toContain('violated: ')
    expect(found('TruncationOnlyUnacked', removed, ...tiny)).not.toBe('holds')
  })
  it('forgets which entries of a log that was listed were acknowledged before all logs had them', () => {
    const written = ['n1', 'n2', 'n3'].map(node => append(node, 1, 1, 'w1'))
    const later = [append('n1', 2, 1, 'w2'), append('n1', 3, 1, 'w3')]
    const events = [reply('n1', 'w1', 1), ...later, listed('n1', 'w1', 'w2', 'w3'), truncate('n1', 0)]
    expect(found('TruncationOnlyUnacked', [...written, ...events])).toContain('violated: ')
    expect(found('TruncationOnlyUnacked', [...written, ...events], ...tiny)).not.toBe('holds')
  })
  it('forgets of which epoch an entry was, and so what stayed behind it when it was written again', () => {
    const written = [append('n1', 1, 1, 'w3'), append('n1', 2, 1, 'w2'), reply('n1', 'w2', 2), listed('n1', 'w3', 'w2')]
    const events = [...written, append('n1', 1, 2, 'w3'), truncate('n1', 0)]
    expect(found('TruncationOnlyUnacked', events)).toBe('holds')
    expect(found('TruncationOnlyUnacked', events, ...tiny)).not.toContain('violated: ')
  })
  it('forgets how long a log was that is written again from an early position', () => {
    const events = [append('n3', 1, 1, 'w3'), append('n3', 2, 1, 'w4'), append('n3', 1, 1, 'w1'), heard('n2', 'n1', 2)]
    expect(found('AckedCopies', [...events, told('w4', 'n2', 2)])).toContain('violated: ')
    expect(found('AckedCopies', [...events, told('w4', 'n2', 2)], ...tiny)).not.toBe('holds')
  })
  it('keeps in mind that every log has what was settled', () => {
    const all = [append('n3', 1, 1, 'w1'), append('n2', 1, 1, 'w1'), promote('n3', 2), receive('n1', 'n2', 1)]
    expect(found('NoSplitBrainAck', [...all, reply('n1', 'w1', 1)])).toBe('holds')
    expect(found('NoSplitBrainAck', [...all, reply('n1', 'w1', 1)], ...tiny)).toBe('holds')
  })
  it('misses nothing among the entries whose names it has forgotten, nor among those that were there at first', () => {
    const events = [1, 2, 3, 4].flatMap(index => ['n1', 'n2', 'n3'].map(node => append(node, index, 1, `w${index}`)))
    const late: Event = { type: 'reply', node: 'n1', op: 'w1', f: 'write' }
    expect(found('NoLostAckedWrite', [...events, listed('n2', 'w1', 'w2', 'w3', 'w4'), late], ...tiny)).toContain(
      'unknown',
    )
    const grown = headerWith({ init: { leader: 'n1', epoch: 1, last: 4 } })
    expect(found('NoLostAckedWrite', [late], grown)).toContain('unknown: ')
    expect(found('NoLostAckedWrite', [reply('n1', 'w5', 5)], grown)).toContain('violated: ')
  })
  it('settles no entry that logs have from different epochs', () => {
    const events = [
      append('n1', 1, 1, 'w3'),
      append('n2', 1, 1, 'w3'),
      append('n3', 1, 2, 'w3'),
      receive('n1', 'n3', 1),
    ]
    const read: Event = { type: 'read', node: 'n1', client: 'c1', index: 1 }
    expect(found('MonotonicReads', [...events, read])).toContain('unknown: ')
    expect(found('MonotonicReads', [...events, read], ...tiny)).not.toBe('holds')
  })
  it('does not take an entry for one that was there when it was promised', () => {
    const early = [append('n2', 1, 1, 'w3'), { type: 'catch-up', node: 'n2', from: 'n1', how: 'full' } as const]
    const events = [...early, append('n3', 1, 1, 'w1'), append('n3', 2, 1, 'w2'), reply('n1', 'w3', 1)]
    const late = [...events, append('n1', 1, 1, 'w3')]
    expect(found('NoLostAckedWrite', late)).toContain('violated: ')
    expect(found('NoLostAckedWrite', late, ...tiny)).not.toBe('holds')
  })
  it('does not take an entry for the one that every log had in its place and lost', () => {
    const all = ['n1', 'n3', 'n2'].map(node => append(node, 1, 1, 'w1'))
    const leads = [promote('n3', 2), listed('n3'), append('n3', 1, 2, 'w2'), append('n3', 2, 2, 'w3')]
    const events = [
      ...all,
      ...leads,
      readList('n1', 'c1', 'w1'),
      ...rewound('n2'),
      ...rewound('n1'),
      listed('n1', 'w2', 'w3'),
    ]
    expect(found('NoPhantomRead', events)).toContain('violated: ')
    expect(found('NoPhantomRead', events, ...tiny)).toContain('unknown: ')
  })
  it('forgets what stood before an entry that two logs have', () => {
    const apart = [
      append('n1', 1, 1, 'w1'),
      append('n2', 1, 2, 'w2'),
      append('n2', 2, 2, 'w3'),
      append('n1', 2, 2, 'w3'),
    ]
    expect(found('LogMatching', apart)).toContain('violated: ')
    expect(found('LogMatching', apart, ...tiny)).toContain('unknown: ')
  })
})

describe('an entry that arrives unnamed', () => {
  it('may be another than the one that was known there, so that logs may differ before the next', () => {
    const other = [append('n3', 1, 2, 'w3'), append('n2', 1, 1, 'w1')]
    const own = [append('n1', 1, 1, 'w1'), append('n1', 2, 1, 'w2')]
    const events = [...other, ...own, receive('n1', 'n2', 1), receive('n3', 'n1', 2)]
    expect(found('LogMatching', [...other, ...own, receive('n3', 'n1', 2)])).toContain('violated: ')
    expect(found('LogMatching', events, hiding('catch-up'))).toBe(
      'unknown: Two logs have an entry at position 2, and may differ before it.',
    )
    expect(found('LogMatching', [...own, receive('n2', 'n1', 1), receive('n2', 'n1', 2)], hiding('catch-up'))).toBe(
      'holds',
    )
  })
})
