// Breadth first, level by level: the one loop of both explorers. What a level is made of, and who expands it, is the
// search's business; when to stop is decided here, between rounds.
import {
  type Ending,
  type Exploration,
  type Explorer,
  type Limits,
  type Progress,
  roundFrom,
  type StopSignal,
} from './exploration.ts'

/** A search under way. Rows number the states in order of discovery. */
export interface LevelSearch {
  /** How many distinct states are known. */
  readonly size: number
  /** Bytes that states and tables take. */
  readonly bytes: number
  readonly violationCount: number
  readonly propertyCount: number
  /** Finds the initial states. */
  start(): void
  /** Begins the level of all states that are known and not expanded. */
  openLevel(): void
  /** Judges `count` states from a row on, and takes every enabled step from each. */
  expand(row: number, count: number): void
  /** What is known after the states before `row` were expanded. */
  progress(row: number): Progress
  /** The result; finding the paths of violations may take time. */
  conclude(ending: Ending, completeDepth: number): Generator<Progress, Exploration>
}

/** Explores until everything is known, enough is, or a limit is reached. */
export function* byLevels(search: LevelSearch, limits: Limits, stopAtFirst: boolean): Explorer {
  let depth = 0
  let row = 0
  try {
    search.start()
    for (; row < search.size; depth++) {
      search.openLevel()
      const levelEnd = search.size
      while (row < levelEnd) {
        const count = Math.min(roundFrom(row), levelEnd - row)
        search.expand(row, count)
        row += count
        if (row === search.size) break
        const ending = endingOf(search, limits, stopAtFirst) ?? (yield search.progress(row))
        if (ending !== undefined) return yield* search.conclude(ending, row === levelEnd ? depth : depth - 1)
      }
    }
  } catch (error) {
    // An allocation that the machine refused is a limit like any other.
    if (!(error instanceof RangeError)) throw error
    return yield* search.conclude('memory', depth - 1)
  }
  return yield* search.conclude('complete', depth - 1)
}

/** Whether what is known, or a limit, ends the exploration. */
function endingOf(search: LevelSearch, limits: Limits, stopAtFirst: boolean): Ending | null {
  const { violationCount, propertyCount } = search
  if (violationCount > 0 && (stopAtFirst || violationCount === propertyCount)) return 'violation'
  if (search.size >= limits.states) return 'states'
  return search.bytes >= limits.bytes ? 'memory' : null
}

/** How many states each level has, from the row after the last one of each; the level after them is still growing. */
export function levelCounts(ends: readonly number[], size: number): readonly number[] {
  return [...ends, size].map((end, index) => end - (ends[index - 1] ?? 0))
}

/** Runs an exploration, or a part of one, to its end. */
export function finish<Result>(search: Generator<Progress, Result, StopSignal | undefined>): Result {
  for (;;) {
    const next = search.next()
    if (next.done === true) return next.value
  }
}
