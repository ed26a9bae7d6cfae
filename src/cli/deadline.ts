// The time that judging may take. Whoever searches asks whether it is over; and because a search may be long about
// something before it asks again, it is run so that it can be ended from outside: a thread of Node's own stops the engine
// between two instructions. A worker to judge in would do the same and cost a small trace more than its judgement.
import { Script } from 'node:vm'
import { guards } from '../lang/guard.ts'
import { probes } from '../lang/probe.ts'

/** After the deadline, the time in which a search that was told to stop can still say how far it came, and why. */
const GRACE_MS = 2000

/** Scripts see the global object only, so the task that is to be run lies there meanwhile. */
const TASK = Symbol.for('primacy.task')
const shared = globalThis as { [TASK]?: () => void }
const run = new Script(`globalThis[Symbol.for('primacy.task')]()`)

export class Deadline {
  private readonly end: number

  constructor(timeoutMs: number) {
    this.end = performance.now() + timeoutMs
  }

  /** Whether it is time to stop. */
  readonly stop = (): boolean => performance.now() > this.end

  /**
   * Runs a task to its end, or as long as there is time; null when it was ended from outside, or not begun. A task that
   * was ended leaves what it changed as it happened to be, and none of its `finally` was run.
   */
  readonly within = <T>(task: () => T): T | null => {
    const left = Math.ceil(this.end + GRACE_MS - performance.now())
    if (left <= 0) return null
    let result: T | null = null
    shared[TASK] = () => {
      result = task()
    }
    try {
      run.runInThisContext({ timeout: left })
      return result
    } catch (error) {
      if (!isTimeout(error)) throw error
      // Who watches a specification stops watching in a `finally`.
      guards.listener = null
      probes.current = null
      return null
    } finally {
      delete shared[TASK]
    }
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
