// Work that never asks whether it is time to stop is ended all the same, and leaves nothing behind that hinders the next.
import { describe, expect, it } from 'vitest'
import { Deadline } from '../../src/cli/deadline.ts'
import { guard, guards } from '../../src/lang/guard.ts'

/** So long over that of the time that is granted afterwards hardly any is left. */
const nearlyOver = (): Deadline => new Deadline(-1950)

describe('a deadline', () => {
  it('ends a loop that asks nobody', () => {
    let count = 0
    const forever = (): number => {
      for (;;) count++
    }
    expect(nearlyOver().within(forever)).toBe(null)
    expect(count).toBeGreaterThan(0)
  })

  it('ends a search for a match that backtracks without end', () => {
    expect(nearlyOver().within(() => /^(a+)+$/.test(`${'a'.repeat(60)}b`))).toBe(null)
  })

  it('begins nothing when its time is over', () => {
    let begun = false
    new Deadline(-10_000).within(() => (begun = true))
    expect(begun).toBe(false)
  })

  it('gives what a task gave, and throws what it threw', () => {
    const { stop, within } = new Deadline(60_000)
    expect([stop(), within(() => 'done'), within(() => within(() => 3))]).toEqual([false, 'done', 3])
    expect(() =>
      within(() => {
        throw new RangeError('out of it')
      }),
    ).toThrow('out of it')
  })

  it('is over when there is more in memory than there may be', () => {
    expect(new Deadline(60_000, 1e12).stop()).toBe(false)
    const { stop } = new Deadline(60_000, 1)
    expect([stop(), stop()]).toEqual([true, true])
  })

  it('leaves nobody listening to guards', () => {
    nearlyOver().within(() => {
      guards.listener = () => {
        for (;;);
      }
      guard(true)
    })
    expect(guards.listener).toBe(null)
  })
})
