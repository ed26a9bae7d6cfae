// Operations that no later leader may lack: acknowledged ones, and those that a client has read. An operation is open
// until every log has it at a settled position; then it is a position in a set of ranges.
import { lastOf } from '../format/bounds.ts'
import type { Recorded } from '../format/foreign-trace.ts'
import { dropOldest } from './oldest.ts'
import { Ranges } from './ranges.ts'

export class Promises {
  /** Operation → the event that promised it. */
  readonly open = new Map<string, Recorded>()
  readonly settled = new Ranges()
  /** Open operations that a leader was found to lack. */
  readonly lost = new Set<string>()
  /** Anything was ever promised. */
  any = false
  /** How many operations were dropped: open ones because there were too many, settled ones because others took their place. */
  forgottenCount = 0
  private readonly window: number

  constructor(window: number) {
    this.window = window
  }

  /** True when it is new. */
  add(op: string, recorded: Recorded): boolean {
    const known = this.open.get(op)
    if (known !== undefined) {
      // Told again, perhaps with the position that the first event left out.
      if (positionOf(recorded) > positionOf(known)) this.open.set(op, recorded)
      return false
    }
    this.open.set(op, recorded)
    this.any = true
    this.forgottenCount += dropOldest(this.open, this.window)
    return true
  }

  /** Something was promised that is settled already. */
  addSettled(position: number): void {
    this.any = true
    this.settled.add(position)
  }

  /** Another operation was settled at a position: which one had been promised there is not known. */
  replaced(position: number): void {
    if (this.settled.firstWithin(position, position) > 0) this.forgottenCount++
  }

  /** Every log has this operation at this position. */
  settle(op: string, position: number): void {
    if (!this.open.delete(op)) return
    this.lost.delete(op)
    this.settled.add(position)
  }
}

/** The position that an acknowledgement tells; 0 when it tells none. */
export function positionOf({ event }: Recorded): number {
  return event.type === 'reply' || event.type === 'ok' ? lastOf(event.index) : 0
}
