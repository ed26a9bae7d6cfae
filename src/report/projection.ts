// How many states there will be, from how many each level has. Breadth first, levels of a bounded model grow ever more
// slowly, then shrink: the logarithm of the ratio between neighbouring levels falls by about the same amount each time.
// The range takes the fall twice as steep as it lately was at its steepest, and half as steep as at its gentlest.
// It is an extrapolation: a model whose levels grow again later on has more states than it says.

export interface Range {
  readonly least: number
  readonly most: number
}

/** Ratios that the fall is measured on. */
const RATIOS = 4

/** Levels before the extrapolation has anything to stand on. */
const FIRST_LEVELS = 6

/** The last ratio above which too much is still to come, and the width above which a range says nothing. */
const MAX_RATIO = 1.6
const MAX_WIDTH = 8

/** Levels after which a sum that still grows is given up. */
const MAX_LEVELS = 2000

/** The expected total, from the states of each level, the last one still growing; null when it is too early to say. */
export function projection(levelCounts: readonly number[]): Range | null {
  const levels = levelCounts.slice(0, -1)
  if (levels.length < FIRST_LEVELS) return null
  const ratios = levels
    .slice(-RATIOS - 1)
    .map(Math.log)
    .map((log, index, logs) => log - (logs[index - 1] ?? log))
    .slice(1)
  const falls = ratios.slice(1).map((ratio, index) => ratios[index] - ratio)
  const last = ratios.at(-1)!
  if (last > Math.log(MAX_RATIO)) return null
  const known = levelCounts.reduce((sum, count) => sum + count, 0)
  const totalAt = (fall: number): number => Math.max(known, extrapolated(levels, last, fall))
  const least = totalAt(Math.max(...falls, 0) * 2)
  const most = totalAt(Math.max(Math.min(...falls), 0) / 2)
  return most <= least * MAX_WIDTH ? { least, most } : null
}

/** The sum of all levels when the logarithm of the ratio goes on falling by `fall`; infinite when that never ends. */
function extrapolated(levels: readonly number[], last: number, fall: number): number {
  let total = levels.reduce((sum, count) => sum + count, 0)
  let count = levels.at(-1)!
  let ratio = last
  for (let level = 0; level < MAX_LEVELS; level++) {
    ratio -= fall
    count *= Math.exp(ratio)
    if (count < 1) return total
    total += count
  }
  return Infinity
}
