// The threads of a compiled exploration, directed from here: this thread takes part in every phase, helpers join once
// there is enough to do. A helper takes tens of milliseconds to start, so a small exploration never has one.
import { Worker } from 'node:worker_threads'
import { COMMANDS, CONTROL, type ControlMap, controlMap, type Setup, waitWhile } from './control.ts'
import { EngineThread } from './thread.ts'

/** When helpers join. */
export interface Recruiting {
  /** Distinct states from which they are started. */
  readonly from: number
  /** True: wait until all of them are up; false: go on alone until they are. */
  readonly awaited: boolean
}

/** About what one thread explores while they start. */
export const RECRUITING: Recruiting = { from: 100_000, awaited: false }

/** From when an exploration does what small ones do without. None of it changes a result. */
export interface Thresholds {
  readonly recruiting: Recruiting
  /** Parents are recorded for this many states. */
  readonly recordedRows: number
}

/** A helper that is not up by then never will be. */
const START_MS = 30_000

/** How long this thread sleeps at most before it looks whether they are. */
const SLEEP_MS = 5

export class Crew {
  readonly where: ControlMap
  readonly first: EngineThread
  private readonly setup: Setup
  private readonly recruiting: Recruiting
  private helpers: readonly Worker[] = []

  constructor(setup: Setup, recruiting: Recruiting) {
    this.setup = setup
    this.recruiting = recruiting
    this.where = controlMap(setup.threadCount, setup.propertyCount)
    this.first = new EngineThread(setup)
  }

  /** Starts the helpers once a search has become large enough for them. */
  grow(distinctCount: number): void {
    if (this.helpers.length > 0 || this.setup.threadCount === 1 || distinctCount < this.recruiting.from) return
    const entry = new URL(
      import.meta.url.endsWith('.ts') ? '../explore/helper.ts' : '../explore/helper.js',
      import.meta.url,
    )
    this.helpers = Array.from({ length: this.setup.threadCount - 1 }, (_, index) => {
      const helper = new Worker(entry, { workerData: { ...this.setup, thread: index + 1 } satisfies Setup })
      helper.unref()
      // Its phase ends as failed; the error itself surfaces in `run`.
      helper.on('error', () => {})
      return helper
    })
    if (this.recruiting.awaited) this.awaitHelpers()
  }

  /** Runs a phase of `pieces` pieces of work to its end. */
  run(command: keyof typeof COMMANDS, pieces: number): void {
    const { control } = this.setup
    control[CONTROL.command] = COMMANDS[command]
    control[CONTROL.pieces] = pieces
    control[CONTROL.claim] = 0
    const everyone = this.helpers.length > 0 && Atomics.load(control, CONTROL.ready) === this.helpers.length
    // Publishing has no pieces: every thread that ever worked has something to say.
    const together = everyone && (pieces > 1 || command === 'publish')
    if (together) {
      Atomics.store(control, CONTROL.finished, 0)
      Atomics.add(control, CONTROL.phase, 1)
      Atomics.notify(control, CONTROL.phase)
    }
    this.first.run()
    if (together) this.wait()
    for (let thread = 0; thread < this.setup.threadCount; thread++) {
      if (control[this.where.failed(thread)] !== 0) throw new Error('A thread of the explorer failed.')
    }
  }

  /** Ends the helpers. */
  dismiss(): void {
    const { control } = this.setup
    control[CONTROL.command] = COMMANDS.stop
    Atomics.add(control, CONTROL.phase, 1)
    Atomics.notify(control, CONTROL.phase)
    for (const helper of this.helpers) void helper.terminate()
    this.helpers = []
  }

  private awaitHelpers(): void {
    const { control } = this.setup
    const all = this.helpers.length
    for (let waited = 0; Atomics.load(control, CONTROL.ready) < all; waited += SLEEP_MS) {
      if (waited > START_MS) throw new Error('A thread of the explorer did not start.')
      Atomics.wait(control, CONTROL.ready, Atomics.load(control, CONTROL.ready), SLEEP_MS)
    }
  }

  private wait(): void {
    const { control } = this.setup
    const all = this.helpers.length
    for (let seen = 0; (seen = Atomics.load(control, CONTROL.finished)) !== all;) {
      waitWhile(control, CONTROL.finished, seen)
    }
  }
}
