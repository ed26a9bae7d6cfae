// Drives an exploration from outside: the clock, the progress line, Ctrl-C. The explorer itself knows none of them.
import { setImmediate } from 'node:timers/promises'
import { styleText } from 'node:util'
import type { Exploration, Explorer, Progress } from '../explore/exploration.ts'
import { progressText } from '../report/progress-text.ts'
import { onInterrupt } from './interrupts.ts'

export interface Driving {
  readonly timeoutMs: number | null
  /** Shown in front of the progress line. */
  readonly label: string
  /** Bytes at which the exploration stops. */
  readonly limitBytes: number
}

/** How long the explorer may run before signals and timers are looked at. */
const TURN_MS = 40
const PROGRESS_MS = 1000

/** Runs an exploration to its end, its timeout, or the first Ctrl-C; a second Ctrl-C ends the process at once. */
export async function drive(
  search: Explorer,
  { timeoutMs, label, limitBytes }: Driving,
): Promise<{ readonly exploration: Exploration; readonly timeMs: number }> {
  let interrupted = false
  const release = onInterrupt(() => (interrupted = true))
  const started = performance.now()
  const line = new ProgressLine(label, limitBytes, started)
  try {
    let turn = started
    let next = search.next()
    while (next.done !== true) {
      const now = performance.now()
      if (now - turn > TURN_MS) {
        line.show(next.value, now)
        await setImmediate()
        turn = performance.now()
      }
      const timedOut = timeoutMs !== null && now - started >= timeoutMs
      next = search.next(interrupted ? 'interrupted' : timedOut ? 'time' : undefined)
    }
    return { exploration: next.value, timeMs: performance.now() - started }
  } finally {
    line.clear()
    release()
  }
}

/** One line on a terminal's stderr, rewritten every second; nothing where stderr is not a terminal. */
class ProgressLine {
  private readonly label: string
  private readonly limitBytes: number
  private shownAt: number
  private shownCount = 0
  private dirty = false

  constructor(label: string, limitBytes: number, started: number) {
    this.label = label
    this.limitBytes = limitBytes
    this.shownAt = started
  }
  show(progress: Progress, now: number): void {
    if (!process.stderr.isTTY || now - this.shownAt < PROGRESS_MS) return
    const { label, limitBytes } = this
    const rate = (Math.max(0, progress.distinctCount - this.shownCount) / (now - this.shownAt)) * 1000
    const text = progressText({ ...progress, label, limitBytes, rate })
    process.stderr.write(`\r\u001b[K${styleText('dim', text.slice(0, (process.stderr.columns || 80) - 1))}`)
    this.shownAt = now
    this.shownCount = progress.distinctCount
    this.dirty = true
  }
  clear(): void {
    if (this.dirty) process.stderr.write('\r\u001b[K')
  }
}
