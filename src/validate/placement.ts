// Where operations stand: operation → position, as it was last written to any log. Operations whose positions are
// settled are remembered for a while longer, because the acknowledgement may arrive late.

export class Placement {
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

  place(op: string, position: number): void {
    this.positions.set(op, position)
  }

  /** The position of an operation; 0 when unknown. */
  of(op: string): number {
    return this.positions.get(op) ?? 0
  }

  settle(op: string): void {
    this.settled.push(op)
    if (this.settled.length - this.head <= this.window) return
    if (this.positions.delete(this.settled[this.head++])) this.forgottenCount++
    if (this.head > this.window) {
      this.settled.splice(0, this.head)
      this.head = 0
    }
  }
}
