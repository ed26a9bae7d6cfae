// The time and the memory that judging may take. Whoever searches asks whether they are used up; and because a search may
// be long about something before it asks again, it is run so that it can be ended from outside: a thread of Node's own
// stops the engine between two instructions. A worker to judge in would do the same and cost a small trace more than its
// judgement.
import { Script } from 'node:vm'
import { guards } from '../lang/guard.ts'
import { probes } from '../lang/probe.ts'

/** After the deadline, the time in which a search that was told to stop can still say how far it came, and why. */
const GRACE_MS = 2000

/** Asking the system what memory the process has costs more than most of what is done in between. */
const ASKED_EVERY = 1024

/** Scripts see the global object only, so the task that is to be run lies there meanwhile. */
const TASK = Symbol.for('primacy.task')
const shared = globalThis as { [TASK]?: () => void }
const run = new Script(`globalThis[Symbol.for('primacy.task')]()`)

export class Deadline {
  private readonly end: number
  private readonly maxBytes: number
  private asked = 0
  private isFull = false

  constructor(timeoutMs: number, maxBytes = Infinity) {
    this.end = performance.now() + timeoutMs
    this.maxBytes = maxBytes
  }

  /** Whether the time is over, or the process has more in memory than it may. */
  readonly stop = (): boolean => {
    if (this.asked++ % ASKED_EVERY === 0) this.isFull ||= bytesInUse() > this.maxBytes
    return this.isFull || performance.now() > this.end
  }

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

/** What earlier work has left to be collected counts until it is; what was given back and is still the process's does not. */
function bytesInUse(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
