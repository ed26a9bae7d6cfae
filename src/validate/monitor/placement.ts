// Where operations stand: operation → position, as it was last written to any log. Operations whose positions are
// settled are remembered for a while longer, because the acknowledgement may arrive late.

export class Placement {
  /** Negative when settled. */
  private readonly positions = new Map<string, number>()
  /** Settled operations, oldest first, from `head` on. */
  private readonly settled: string[] = []
  private head = 0
  /** How many operations were forgotten: an operation without a place may be one of them. */
  forgottenCount = 0
  private readonly window: number

  constructor(window: number) {
    this.window = window
  }

  /** Every log has what is settled, wherever it is written once more. */
  place(op: string, position: number): void {
    const known = this.positions.get(op)
    if (known !== position && !(known !== undefined && known < 0)) this.positions.set(op, position)
  }

  /** The position of an operation; 0 when unknown. */
  of(op: string): number {
    return Math.abs(this.positions.get(op) ?? 0)
  }

  /** Every log has the operation, at this position; 0 when that is not so or not known. */
  settledAt(op: string): number {
    return Math.max(0, -(this.positions.get(op) ?? 0))
  }

  settle(op: string, position: number): void {
    this.positions.set(op, -position)
    this.settled.push(op)
    if (this.settled.length - this.head <= this.window) return
    this.forget(this.settled[this.head++])
    if (this.head > this.window) {
      this.settled.splice(0, this.head)
      this.head = 0
    }
  }

  /** What was settled at a position is in no log any more. */
  replaced(position: number): void {
    for (const [op, at] of this.positions) if (at === -position) this.forget(op)
  }

  /** The operation left the window of some log and may be missing in others. */
  forget(op: string): void {
    if (this.positions.delete(op)) this.forgottenCount++
  }
}
