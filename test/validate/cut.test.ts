import { assert, oneof, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Cut } from '../../src/validate/order/cut.ts'
import { type Order, orderEvents } from '../../src/validate/order/order.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { cutsOf, pairsOf } from './reachable.ts'
import { recordings, traceOf } from './recorded.ts'

function ordered(trace: Parameters<typeof orderEvents>[0]): Order {
  const result = orderEvents(trace)
  if ('problem' in result) throw new Error(result.problem.message)
  return result.order
}

/** Every cut that steps lead to, by its key, as the text of its events. */
function walk(order: Order): ReadonlyMap<string, string> {
  const cut = new Cut(order)
  const found = new Map<string, string>()
  const visit = (): void => {
    const events = [...order.previous.keys()].filter(event => cut.has(event))
    expect(cut.size).toBe(events.length)
    const known = found.get(cut.key())
    expect(known ?? events.join(' ')).toBe(events.join(' '))
    if (known !== undefined) return
    found.set(cut.key(), events.join(' '))
    for (const event of cut.enabled()) {
      cut.advance(event)
      visit()
      cut.retreat(event)
    }
  }
  visit()
  return found
}

const flush = (node: string, more: object = {}): Event => ({ type: 'flush', node, index: 1, ...more })

describe('a cut', () => {
  it('enables the next event of each chain whose predecessors are in it', () => {
    const cut = new Cut(ordered(traceOf([flush('n1', { causes: ['a'] }), flush('n2', { id: 'a' }), flush('n2')])))
    expect(cut.enabled()).toEqual([1])
    cut.advance(1)
    expect(cut.enabled()).toEqual([0, 2])
    cut.advance(0)
    cut.advance(2)
    expect([cut.enabled(), cut.size]).toEqual([[], 3])
  })

  it('refuses steps that would not leave a cut', () => {
    const cut = new Cut(ordered(traceOf([flush('n1', { causes: ['a'] }), flush('n2', { id: 'a' }), flush('n2')])))
    expect(() => cut.advance(0)).toThrow(RangeError)
    expect(() => cut.advance(2)).toThrow(RangeError)
    cut.advance(1)
    cut.advance(0)
    expect(() => cut.retreat(1)).toThrow(RangeError)
    expect(() => cut.retreat(2)).toThrow(RangeError)
  })

  it('has keys that tell long chains apart', () => {
    const cut = new Cut(ordered(traceOf(Array.from({ length: 70_000 }, () => flush('n1')))))
    cut.advance(0)
    const key = cut.key()
    for (let event = 1; event <= 65_536; event++) cut.advance(event)
    expect(cut.key()).not.toBe(key)
    for (let event = 65_536; event > 0; event--) cut.retreat(event)
    expect(cut.key()).toBe(key)
  })

  it('steps through exactly the sets that contain what comes before', () => {
    assert(
      property(oneof(recordings('node', 8), recordings('interval', 8), recordings('vector', 8)), ({ trace }) => {
        const order = ordered(trace)
        expect(new Set(walk(order).values())).toEqual(cutsOf(trace.events.length, [...pairsOf(order)]))
      }),
    )
  })

  it('never becomes possible by more edges', () => {
    assert(
      property(recordings('interval', 8), ({ trace }) => {
        const weaker = new Set(
          walk(ordered({ ...trace, header: { ...trace.header, clock: { order: 'node' } } })).values(),
        )
        for (const cut of walk(ordered(trace)).values()) expect(weaker).toContain(cut)
      }),
    )
  })
})
