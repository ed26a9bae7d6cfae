// What the monitor says of leaderships: since when a node led, and as of which line something is said of it. What was so
// before the first event has no line.
import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { append, crash, found, headerWith, listed, promote, reply, watch } from './watched.ts'

const byNode = headerWith({ clock: { order: 'node' } })
const late = (node: string, op: string, epoch: number): Event => ({
  type: 'reply',
  node,
  op,
  client: 'c1',
  f: 'write',
  epoch,
})

describe('a leader of before the first event', () => {
  it('leads from the start', () => {
    expect(found('NoLostAckedWrite', [reply('n1', 'w1', 1)])).toBe(
      'violated: w1, which was acknowledged (line 2), is missing from the log of n1, leader of epoch 1 from the start, as of line 2.',
    )
    expect(found('SingleLeaderPerEpoch', [promote('n2', 1)])).toBe(
      'violated: Epoch 1 was used twice: n1 led it from the start, and n2 was promoted in it (line 2).',
    )
  })

  it('whose log never changed has no line', () => {
    const events = [append('n2', 1, 1, 'w1')]
    expect(found('NoDivergedNode', events)).toBe(
      'violated: n2 (line 2) has w1 at position 1, and n1, leader of epoch 1 from the start, has nothing.',
    )
    expect(watch(events).get('NoDivergedNode')!.witnesses[0].lines).toEqual([2])
  })

  it('was not promoted in the recording, so that nothing is compared with its promotion', () => {
    expect(found('NoLateAck', [promote('n2', 1), append('n2', 1, 1, 'w1'), reply('n2', 'w1', 1)], byNode)).toBe(
      'unknown: An acknowledgement in epoch 1 (line 4) is not ordered with the promotion of n2 in epoch 1 (line 2).',
    )
    expect(found('NoLateAck', [late('n2', 'w1', 0)], byNode)).toBe(
      'unknown: An acknowledgement in epoch 0 (line 2) is of an older epoch than n1 led from the start.',
    )
  })

  it('may have applied what the header tells, at the start', () => {
    const header = headerWith({ init: { leader: 'n1', epoch: 1, last: 2 } })
    expect(found('AppliedInOrder', [{ type: 'apply', node: 'n2', index: 2 }], header)).toBe(
      'violated: n2 applied position 2 (line 2) after position 2 (at the start).',
    )
  })
})

describe('a leader that was promoted', () => {
  const events = [append('n1', 1, 1, 'w1'), reply('n1', 'w1', 1), crash('n1'), promote('n2', 2)]
  it('is told with the line of its promotion', () => {
    expect(found('NoLostAckedWrite', events)).toContain('leader of epoch 2 (line 5).')
  })
  it('is told with that line also where its log was seen later', () => {
    const hiding = headerWith({ complete: { ...headerWith().complete, append: 'some' } })
    expect(found('NoLostAckedWrite', [...events, listed('n3'), listed('n2')], hiding)).toContain(
      'leader of epoch 2 since line 5, as of line 7.',
    )
  })
})
