import { describe, expect, it } from 'vitest'
import { progressText } from '../../src/report/progress-text.ts'
import { projection } from '../../src/report/projection.ts'

/** States of each level of real models, none of them alike. */
const MODELS: { readonly [name: string]: readonly number[] } = {
  'slr, 3 writes': [1, 13, 70, 229, 682, 1836, 3910, 6767, 10143, 13280, 15102, 14525, 11329, 7001, 3202, 928, 123],
  'slr, 5 writes, 3 crashes': [
    1, 13, 73, 259, 822, 2402, 6373, 15801, 35423, 71678, 131420, 221333, 344301, 496286, 664691, 827588, 953385,
    1009148, 974246, 853049, 672710, 474229, 296986, 163879, 78234, 31071, 9536, 1977, 204,
  ],
  'single-leader, 3 writes, 2 crashes': [
    1, 4, 14, 43, 106, 259, 548, 1047, 1827, 2815, 3885, 4910, 5508, 5494, 4754, 3475, 2122, 1052, 364, 60,
  ],
  'two-phase commit, 7 managers': [
    1, 15, 105, 462, 1456, 3570, 7259, 12861, 20449, 29372, 37772, 42924, 42651, 36785, 27371, 17447, 9436, 4277, 1603,
    490, 119, 21, 2,
  ],
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

describe('the projected total', () => {
  it.each(Object.entries(MODELS))('of %s holds the real one, from before the widest level on', (_, levels) => {
    const total = sum(levels)
    const ranges = levels.map((_count, level) => projection(levels.slice(0, level + 1)))
    const widest = levels.indexOf(Math.max(...levels))
    const first = ranges.findIndex(range => range !== null)
    expect(first).toBeLessThanOrEqual(widest)
    const missed = ranges.filter(range => range !== null && (range.least > total * 1.001 || range.most < total * 0.999))
    expect(missed).toEqual([])
  })

  it.each(Object.entries(MODELS))('of %s narrows to the truth', (_, levels) => {
    const range = projection([...levels, 0])!
    expect(range.least).toBeLessThan(sum(levels) * 1.001)
    expect(range.most).toBeLessThan(sum(levels) * 1.01)
  })

  it('is not told while levels grow too fast, or without an end in sight', () => {
    expect(projection([])).toBeNull()
    expect(projection([1, 2, 4])).toBeNull()
    expect(projection([1, 3, 9, 27, 81, 243, 729, 2187, 3])).toBeNull()
    expect(projection([100, 110, 121, 133, 146, 161, 177, 195, 3])).toBeNull()
  })

  it('is never less than what is known', () => {
    expect(projection([1, 50, 40, 30, 20, 10, 5, 2, 400])?.least).toBeGreaterThanOrEqual(558)
  })
})

describe('the line of progress', () => {
  const levels = MODELS['slr, 5 writes, 3 crashes'].slice(0, 18)
  const moment = {
    label: 'slr',
    depth: 16,
    distinctCount: sum(levels),
    frontierCount: 1_800_000,
    levelCounts: levels,
    bytes: 60e6,
    limitBytes: 12e9,
    rate: 4_200_000,
  }

  it('says what is known of what is expected, how fast, at which cost, and how long memory lasts', () => {
    expect(progressText(moment)).toBe(
      'slr  depth 16  4.8 M of 6.8–15 M states  frontier 1.8 M  4.2 M/s  13 bytes/state  memory for 4 min',
    )
  })

  it('says nothing of what cannot be told', () => {
    expect(progressText({ ...moment, levelCounts: [1, 2], limitBytes: Infinity })).toBe(
      'slr  depth 16  4.8 M states  frontier 1.8 M  4.2 M/s  13 bytes/state',
    )
  })
})
