// A read of null is found by whatever answers it, also where only the invoke says that it was a read.
import { describe, expect, it } from 'vitest'
import { codesOf, stream } from './traces.ts'

const invoke = { type: 'invoke', client: 'c1', op: 'a', f: 'read' }
const write = { ...invoke, f: 'write', value: 1 }
const ok = { type: 'ok', client: 'c1', op: 'a', value: null }
const reply = { type: 'reply', node: 'n1', op: 'a', value: null }

describe('a read of null', () => {
  it.each([
    ['the answer says that it answers a read', [{ ...ok, f: 'read' }], ['2 E-NIL']],
    ['the server says so', [{ ...reply, f: 'read' }], ['2 E-NIL']],
    ['only the invoke of an ok says so', [invoke, ok], ['3 E-NIL']],
    ['only the invoke of a reply says so', [invoke, { ...reply, client: 'c1' }], ['3 E-NIL']],
    ['only the invoke says so, of a reply without a client', [invoke, reply], ['3 E-NIL']],
    ['the invoke says so after the reply', [reply, { ...write, op: 'b' }, invoke], ['2 E-NIL']],
    ['the client learns later what it is told', [invoke, { type: 'info', client: 'c1', op: 'a' }, ok], ['4 E-NIL']],
    [
      'the retry of a read is answered',
      [invoke, { ...ok, type: 'info', value: undefined }, { ...invoke, attempt: 2 }, ok],
      ['5 E-NIL'],
    ],
    ['it was read once and again', [invoke, ok, invoke, ok], ['3 E-NIL']],
    ['a write is answered', [write, ok], []],
    ['a write is answered by a server', [write, reply], []],
    ['nobody says what is answered', [ok, reply], []],
    ['a read failed', [invoke, { ...reply, ok: false }], []],
    ['a client writes under the name under which another reads', [invoke, { ...write, client: 'c2' }, reply], []],
    ['the reply is to the client that writes', [invoke, { ...write, client: 'c2' }, { ...reply, client: 'c2' }], []],
    ['the name is used again, for a write', [invoke, { ...ok, value: 1 }, write, ok], []],
  ])('%s', (_, events, codes) => {
    const header = { clients: ['c1', 'c2'] }
    expect(codesOf(stream(header, ...events))).toEqual(codes)
    expect(codesOf(stream({ ...header, ops: { nil: 'absent' } }, ...events))).toEqual([])
  })
})
