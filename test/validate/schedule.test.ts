// Which events of other chains come before and after one in every order: the schedule's clocks against all pairs.
import { assert, integer, property } from 'fast-check'
import { expect, it } from 'vitest'
import { orderEvents } from '../../src/validate/order/order.ts'
import { scheduleOf } from '../../src/validate/order/schedule.ts'
import { chooser, recorded } from './behaviours.ts'
import { closureOf } from './reachable.ts'

it.each(['node', 'total'] as const)('knows what comes before and after an event, in %s order', clock => {
  const config = { nodes: 3, writes: 4, epochs: 3, crashes: 1, restarts: 1, ack: 'any', fence: 'stonith' }
  let unordered = 0
  assert(
    property(integer({ min: 0, max: 2 ** 31 }), seed => {
      const trace = recorded(config, 20, chooser(seed), clock)
      const [ordered, scheduled] = [orderEvents(trace), scheduleOf(trace)]
      if ('problem' in ordered || 'problem' in scheduled) throw new Error('It has no order.')
      const { schedule } = scheduled
      const isBefore = closureOf(ordered.order)
      const events = [...trace.events.keys()]
      for (const chain of Array(schedule.chainCount).keys()) {
        const own = events.filter(event => schedule.chainOf(event) === chain)
        own.sort((a, b) => schedule.placeOf(a) - schedule.placeOf(b))
        expect(own.map(event => schedule.previousOf(event))).toEqual([-1, ...own.slice(0, -1)].slice(0, own.length))
        for (const event of events) {
          const before = own.filter(other => isBefore[other][event]).length
          const after = own.findIndex(other => isBefore[event][other])
          expect(schedule.countBefore(event, chain)).toBe(before)
          const isOwn = schedule.chainOf(event) === chain
          expect(schedule.firstAfter(event, chain)).toBe(after >= 0 ? after : isOwn ? before + 1 : own.length)
          if (!isOwn && before < (after < 0 ? own.length : after)) unordered++
        }
      }
    }),
    { numRuns: 20 },
  )
  expect(unordered > 0).toBe(clock === 'node')
})
