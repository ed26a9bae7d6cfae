// Operations that no later leader may lack: acknowledged ones, and those that a client has read. An operation is open
// until every log has it at a settled position; then it is a position in a set of ranges.
import type { Recorded } from './foreign-trace.ts'
import { Ranges } from './ranges.ts'

export class Promises {
  /** Operation → the event that promised it. */
  readonly open = new Map<string, Recorded>()
  readonly settled = new Ranges()
  /** The line of the last event that promised something new. */
  lastLine = 0
  /** How many open operations were dropped because there were too many. */
  forgottenCount = 0
  private readonly window: number

  constructor(window: number) {
    this.window = window
  }

  add(op: string, recorded: Recorded): void {
    if (this.open.has(op)) return
    this.open.set(op, recorded)
    this.lastLine = recorded.line
    if (this.open.size <= this.window) return
    for (const oldest of this.open.keys()) {
      this.open.delete(oldest)
      this.forgottenCount++
      break
    }
  }

  /** Every log has this operation at this position. */
  settle(op: string, position: number): void {
    if (this.open.delete(op)) this.settled.add(position)
  }
}
