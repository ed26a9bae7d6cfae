// What the threads of a compiled exploration share beside their memories: a block of 32-bit numbers through which one
// of them directs a round, phase by phase. Invariant: between two phases only the directing thread writes to it.
import type { EngineMap } from '../compile/engine/engine.ts'

/** Numbers of the control block, by index. */
export const CONTROL = {
  /** Raised by one to begin a phase. */
  phase: 0,
  /** Which phase it is, one of `COMMANDS`. */
  command: 1,
  /** The next piece of work of the phase that nobody has claimed. */
  claim: 2,
  /** How many pieces the phase has. */
  pieces: 3,
  /** How many helpers have finished the phase. */
  finished: 4,
  /** How many helpers are up. */
  ready: 5,
  /** Of the round: its first row, its states, their address in the frontier, which frontier that is. */
  row: 6,
  count: 7,
  address: 8,
  parity: 9,
  /** Chunks of the round. */
  chunks: 10,
  /** Where in the frontier being written the first new state goes. */
  destination: 11,
  /** The row of the first new state; its parent is recorded when `recording` is not zero. */
  newRow: 12,
  recording: 13,
  /** Buckets that each shard of the visited set has, and how many it is to have. */
  buckets: 14,
  wantedBuckets: 15,
} as const

/** What depends on how many threads and properties there are follows. */
const FAILURES = 16

export const COMMANDS = { expand: 1, insert: 2, collect: 3, publish: 4, stop: 5 } as const

/** Looks at the control block before a thread goes to sleep. */
const SPINS = 20_000

/**
 * Waits while a number of the control block is what it was seen to be. Spins for a while before it sleeps, since phases of
 * a busy exploration follow each other within microseconds.
 */
export function waitWhile(control: Int32Array, index: number, seen: number): void {
  for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(control, index) !== seen) return
  while (Atomics.load(control, index) === seen) Atomics.wait(control, index, seen)
}

/** Where the control block holds what its size depends on. */
export interface ControlMap {
  /** For each thread: not zero when the thread itself failed. */
  readonly failed: (thread: number) => number
  /**
   * For each thread and property: the row of a violation plus one, then its step. Before an expansion, what is known
   * to all; after it, what this thread knows.
   */
  readonly first: (thread: number, property: number) => number
  readonly length: number
}

export function controlMap(threadCount: number, propertyCount: number): ControlMap {
  const firsts = FAILURES + threadCount
  return {
    failed: thread => FAILURES + thread,
    first: (thread, property) => firsts + (thread * propertyCount + property) * 2,
    length: firsts + threadCount * propertyCount * 2,
  }
}

/** Everything a thread needs to take part. */
export interface Setup {
  readonly module: WebAssembly.Module
  readonly map: EngineMap
  readonly memories: { readonly [name: string]: WebAssembly.Memory }
  readonly control: Int32Array
  /** What threads publish of their counters, by thread. */
  readonly counts: BigUint64Array
  readonly shardCount: number
  readonly actionCount: number
  readonly stepCount: number
  readonly propertyCount: number
  readonly threadCount: number
  readonly thread: number
}
