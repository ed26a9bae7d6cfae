import { array, assert, boolean, nat, oneof, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linearExtension } from '../../src/validate/order/cut.ts'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import { isOrderedByLine, type Order, orderEvents } from '../../src/validate/order/order.ts'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'
import { closure, closureOf, type Pair, pairsOf } from './reachable.ts'
import { mergeOrder, recordings, traceOf } from './recorded.ts'

function ordered(trace: ForeignTrace): Order {
  const result = orderEvents(trace)
  if ('problem' in result) throw new Error(result.problem.message)
  return result.order
}

const links = (events: readonly Event[], header: Partial<Header> = {}) => ordered(traceOf(events, header)).links

function problem(trace: ForeignTrace) {
  const result = orderEvents(trace)
  if ('order' in result) throw new Error('it was ordered')
  return result.problem
}

/** Pairs that are ordered, by place in the list, such as "0<2". */
function before(events: readonly Event[], header: Partial<Header> = {}): readonly string[] {
  return closureOf(ordered(traceOf(events, header))).flatMap((row, a) =>
    row.flatMap((is, b) => (is ? `${a}<${b}` : [])),
  )
}

const flush = (node: string, more: object = {}): Event => ({ type: 'flush', node, index: 1, ...more })
const ship = (node: string, to: string, index: number, more: object = {}): Event => ({
  type: 'ship',
  node,
  to,
  index,
  ...more,
})
const receive = (node: string, from: string, index: number, more: object = {}): Event => ({
  type: 'receive',
  node,
  from,
  index,
  ...more,
})
const acknowledge = (accepted: boolean): Event => ({ type: 'ack-sent', node: 'n2', to: 'n1', index: 1, ok: accepted })
const invoke = (client: string, op: string): Event => ({ type: 'invoke', client, op, f: 'write' })
const ok = (client: string, op: string): Event => ({ type: 'ok', client, op })

const total: Partial<Header> = { clock: { order: 'total' } }
const interval = (maxSkewNs: string): Partial<Header> => ({ clock: { order: 'interval', unit: 'us', maxSkewNs } })
const vector: Partial<Header> = { clock: { order: 'vector' } }

describe('the order of events', () => {
  it('is the file where the file is totally ordered', () => {
    expect(before([flush('n1'), flush('n2'), flush('n1')], total)).toEqual(['0<1', '0<2', '1<2'])
  })

  it('is otherwise the file only at each node', () => {
    expect(before([flush('n1'), flush('n2'), flush('n1')])).toEqual(['0<2'])
  })

  it('takes numbers before the file', () => {
    expect(before([flush('n1', { seq: 2 }), flush('n2', { seq: 9 }), flush('n1', { seq: 1 })])).toEqual(['2<0'])
  })

  it('does not look at times unless the header says so', () => {
    expect(before([flush('n1', { ts: '1' }), flush('n2', { ts: '99999999999' })])).toEqual([])
  })

  it('leaves events that nobody did to a coordinator and to the environment', () => {
    expect(
      before([{ type: 'partition' }, { type: 'elect', epoch: 2 }, { type: 'heal' }, { type: 'fence', epoch: 1 }]),
    ).toEqual(['0<2', '1<3'])
  })

  it('follows causes', () => {
    expect(before([flush('n1', { causes: ['there'] }), flush('n2', { id: 'there' })])).toEqual(['1<0'])
  })

  it('puts intervals in order that are further apart than the skew', () => {
    const events = [flush('n1', { ts: ['0', '5'] }), flush('n2', { ts: '7' }), flush('n3', { ts: '8' })]
    expect(before(events, interval('1999'))).toEqual(['0<1', '0<2'])
    expect(before(events, interval('2000'))).toEqual(['0<2'])
    expect(before(events, interval('3000'))).toEqual([])
  })

  it('leaves equal times unordered', () => {
    expect(before([flush('n1', { ts: '7' }), flush('n2', { ts: '7' })], interval('0'))).toEqual([])
  })

  it('compares times of 64 bits exactly', () => {
    const late = [flush('n1', { ts: '1795600000000000001' }), flush('n2', { ts: '1795600000000000002' })]
    expect(before(late, interval('0'))).toEqual(['0<1'])
    expect(before([...late, flush('n3', { ts: '-3' })], interval('0'))).toEqual(['0<1', '2<0', '2<1'])
  })

  it('follows vector clocks with holes', () => {
    const events = [
      flush('n1', { vc: { n1: 3 } }),
      flush('n2', { vc: { n1: 5, n2: 1 } }),
      flush('n1', { vc: { n1: 6 } }),
    ]
    expect(before(events, vector)).toEqual(['0<1', '0<2'])
  })

  it('puts an operation that was completed before those invoked later', () => {
    const client: Partial<Header> = { clock: { order: 'client' } }
    const events = [invoke('a', 'x'), invoke('b', 'y'), ok('a', 'x'), invoke('c', 'z'), ok('b', 'y'), ok('c', 'z')]
    expect(before(events, client)).toEqual(['0<2', '0<3', '0<5', '1<4', '2<3', '2<5', '3<5'])
    const gaveUp: Event = { type: 'info', client: 'a', op: 'x' }
    expect(before([invoke('a', 'x'), gaveUp, invoke('b', 'y')], client)).toEqual(['0<1'])
  })
})

describe('links', () => {
  it('join a receipt to the earliest send of equal content that is left', () => {
    const events = [
      receive('n2', 'n1', 1),
      receive('n2', 'n1', 1),
      ship('n1', 'n2', 2),
      ship('n1', 'n2', 1),
      ship('n1', 'n2', 1),
    ]
    expect(links(events)).toMatchObject({ linkedCount: 2, ambiguousCount: 2, unsentCount: 0, undeterminedCount: 0 })
    expect([...links(events).sender]).toEqual([3, 4, -1, -1, -1])
  })

  it('are told by message ids where both ends have them', () => {
    const events = [
      ship('n1', 'n2', 1, { msg: 'a' }),
      ship('n1', 'n2', 1, { msg: 'b' }),
      receive('n2', 'n1', 1, { msg: 'b' }),
    ]
    expect(links(events)).toMatchObject({ linkedCount: 1, ambiguousCount: 0 })
    expect(links(events).sender[2]).toBe(1)
  })

  it('ignore what only one end records', () => {
    const events = [
      ship('n1', 'n2', 1, { commit: 4, msg: 'a' }),
      receive('n2', 'n1', 1, { prev: { index: 0, epoch: 0 } }),
    ]
    expect(links(events)).toMatchObject({ linkedCount: 1, unsentCount: 0 })
  })

  it('tell a batch of one from no batch, and a position from none', () => {
    expect(links([ship('n1', 'n2', 3, { index: [3, 3] }), receive('n2', 'n1', 3)])).toMatchObject({ linkedCount: 1 })
    const beats: Event[] = [{ type: 'ship', node: 'n1', to: 'n2' }, ship('n1', 'n2', 3), receive('n2', 'n1', 3)]
    expect(links(beats).sender[2]).toBe(1)
  })

  it('count a receipt of what was never sent', () => {
    expect(links([ship('n1', 'n2', 1), receive('n2', 'n1', 2)])).toMatchObject({ linkedCount: 0, unsentCount: 1 })
    expect(links([receive('n2', 'n1', 1), ship('n1', 'n2', 1)], total)).toMatchObject({
      linkedCount: 0,
      unsentCount: 1,
    })
  })

  it('do not guess where the send may not have been recorded', () => {
    const events = [ship('n1', 'n2', 1), receive('n2', 'n1', 1)]
    const alone = { linkedCount: 0, unsentCount: 0, undeterminedCount: 1 }
    expect(links(events, { complete: { ship: 'some' } })).toMatchObject(alone)
    expect(links(events, { init: { last: 'unknown' } })).toMatchObject(alone)
    expect(links([receive('n2', 'n1', 1)])).toMatchObject(alone)
    expect(links([flush('n1', { seq: 1 }), ship('n1', 'n2', 1, { seq: 3 }), receive('n2', 'n1', 1)])).toMatchObject(
      alone,
    )
    expect(links([ship('n1', 'n2', 1, { seq: 1 }), flush('n1', { seq: 3 }), receive('n2', 'n1', 1)])).toMatchObject({
      linkedCount: 1,
    })
    expect(links([{ type: 'gap', node: 'n1', lost: null }, ...events])).toMatchObject(alone)
  })

  it('join acknowledgements too, by success', () => {
    const heard: Event = { type: 'ack-received', node: 'n1', from: 'n2', index: 1, ok: false }
    expect(links([acknowledge(true), acknowledge(false), heard]).sender[2]).toBe(1)
  })

  it('say less on a network that makes copies', () => {
    const events = [ship('n1', 'n2', 1), receive('n2', 'n1', 1), ship('n1', 'n2', 1), receive('n2', 'n1', 1)]
    const result = orderEvents(traceOf(events), { copies: true })
    expect('order' in result && [...result.order.links.sender]).toEqual([-1, 0, -1, 0])
  })
})

describe('a cycle', () => {
  it('is a problem that names its lines and reasons', () => {
    const events = [
      receive('n1', 'n2', 1, { msg: 'b' }),
      flush('n1'),
      ship('n1', 'n2', 1, { msg: 'a' }),
      receive('n2', 'n1', 1, { msg: 'a' }),
      ship('n2', 'n1', 1, { msg: 'b' }),
      flush('n2'),
    ]
    const found = problem(traceOf(events))
    expect(found).toMatchObject({ code: 'E-CYCLE', file: 'trace.ndjson', line: 2, column: null })
    expect(found.message).toMatchInlineSnapshot(
      `"These events would each have to happen before the next, round in a circle: line 2 before line 3 (flush of n1: the same actor, in this order); line 3 before line 4 (ship of n1: the same actor, in this order); line 4 before line 5 (receive of n2: it received the message); line 5 before line 6 (ship of n2: the same actor, in this order); line 6 before line 2 (receive of n1: it received the message)."`,
    )
  })

  it('is found where an event causes itself', () => {
    expect(problem(traceOf([flush('n1', { id: 'a', causes: ['a'] })])).message).toContain('line 2 before line 2')
  })

  it('is found where the time of a node goes back by more than the skew', () => {
    const events = [flush('n1', { ts: '9' }), flush('n1', { ts: '5' })]
    expect(problem(traceOf(events, interval('3999'))).code).toBe('E-CYCLE')
    expect(before(events, interval('4000'))).toEqual(['0<1'])
  })
})

describe('laws of the order', () => {
  it.each(['total', 'node', 'vector', 'interval'] as const)('the real order keeps every edge, clock %s', clock => {
    assert(
      property(recordings(clock, 14), ({ trace, ranks }) => {
        for (const [earlier, later] of pairsOf(ordered(trace))) expect(ranks[earlier]).toBeLessThan(ranks[later])
      }),
      { numRuns: 300 },
    )
  })

  it('a linear extension has every event once and respects every edge', () => {
    assert(
      property(oneof(recordings('node', 14), recordings('interval', 14), recordings('vector', 14)), ({ trace }) => {
        const order = ordered(trace)
        const extension = [...linearExtension(order)]
        const places = new Map(extension.map((event, place) => [event, place]))
        expect(places.size).toBe(trace.events.length)
        for (const [earlier, later] of pairsOf(order)) expect(places.get(earlier)!).toBeLessThan(places.get(later)!)
      }),
    )
  })

  it('a linear extension is the file where the file is in order', () => {
    assert(
      property(recordings('total', 14), ({ trace }) => {
        expect([...linearExtension(ordered(trace))]).toEqual([...trace.events.keys()])
      }),
    )
  })

  it('a file in order is contradicted exactly where an event names one that is not before it', () => {
    const verdicts = new Set<boolean>()
    assert(
      property(recordings('total', 10), array(tuple(nat(9), nat(9)), { maxLength: 3 }), ({ trace }, pairs) => {
        const events = trace.events.map(({ event, line }, number) => {
          const causes = pairs.flatMap(([from, to]) => (to === number ? [`e${from}`] : []))
          return { line, event: { ...event, id: `e${number}`, ...(causes.length > 0 && { causes }) } }
        })
        const named = { ...trace, events }
        const isOrdered = isOrderedByLine(named)
        verdicts.add(isOrdered)
        expect('order' in orderEvents(named)).toBe(isOrdered)
      }),
    )
    expect(verdicts.size).toBe(2)
  })

  it.each(['node', 'vector', 'interval'] as const)('how the file mixes nodes does not matter, clock %s', clock => {
    assert(
      property(recordings(clock, 12), array(nat(), { minLength: 12 }), ({ trace }, keys) => {
        const events = trace.events.map(({ event }) => event)
        const mixed = mergeOrder(events, keys)
        const plain = closureOf(ordered(trace))
        const other = closureOf(
          ordered(
            traceOf(
              mixed.map(number => events[number]),
              trace.header,
            ),
          ),
        )
        for (const [a, was] of mixed.entries()) {
          for (const [b, wasToo] of mixed.entries()) expect(other[a][b]).toBe(plain[was][wasToo])
        }
      }),
    )
  })

  it('intervals order what the definition over all pairs does', () => {
    const times = array(tuple(nat(2), nat(30), nat(8), boolean()), { maxLength: 14 })
    assert(
      property(times, nat(5000), boolean(), (list, skewNs, isWide) => {
        const far = isWide ? 10n ** 17n : 1n
        const events = list.map(([node, start, size, isPoint], number) =>
          flush(`n${node}`, {
            // Numbered in the order of starts, so that a node's times do not contradict its numbers.
            seq: start * 100 + number + 1,
            ts: isPoint
              ? String(BigInt(start) * far)
              : [String(BigInt(start) * far), String(BigInt(start + size) * far)],
          }),
        )
        const trace = traceOf(events, interval(String(BigInt(skewNs) * far)))
        const endOf = ([, start, size, isPoint]: (typeof list)[number]): number => (isPoint ? start : start + size)
        const pairs: Pair[] = list.flatMap((a, i) =>
          list.flatMap((b, j): Pair[] => {
            const sameNode = a[0] === b[0] && (a[1] < b[1] || (a[1] === b[1] && i < j))
            return sameNode || endOf(a) * 1000 + skewNs < b[1] * 1000 ? [[i, j]] : []
          }),
        )
        expect(closureOf(ordered(trace))).toEqual(closure(list.length, pairs))
      }),
      { numRuns: 500 },
    )
  })

  it('vector clocks order what comparing them does', () => {
    assert(
      property(recordings('vector', 14), ({ trace }) => {
        const { events } = trace
        const pairs = events.flatMap(({ event: a }, i) =>
          events.flatMap(({ event: b }, j): Pair[] => {
            const knows = i !== j && Object.entries(a.vc!).every(([name, count]) => (b.vc![name] ?? 0) >= count)
            return knows ? [[i, j]] : []
          }),
        )
        const messages = [...ordered(trace).links.sender.entries()].flatMap(([to, from]): Pair[] =>
          from < 0 ? [] : [[from, to]],
        )
        expect(closureOf(ordered(trace))).toEqual(closure(events.length, [...pairs, ...messages]))
      }),
    )
  })

  it('an id says at least what the content says', () => {
    assert(
      property(recordings('node', 14, true), ({ trace }) => {
        const named = closureOf(ordered(trace))
        const events = trace.events.map(({ event }) => ({ ...event, msg: undefined }) as unknown as Event)
        const plain = ordered(traceOf(events, trace.header))
        for (const [earlier, later] of pairsOf(plain)) expect(named[earlier][later]).toBe(true)
      }),
    )
  })
})
