// What is known of one node's log: bounds of its last position, and the entries of a window of positions.
//
// Invariants: every position up to `sure` is filled; no position beyond `upper` is. `ops[i]` and `epochs[i]` are the
// entry at position `first + i`, null and -1 where unknown. Positions before `first` are in every log the same (they
// were evicted because all nodes agreed), or nothing is known of them: then the log is `blind`.

export class NodeLog {
  first: number
  sure: number
  upper: number
  blind: boolean
  readonly ops: (string | null)[] = []
  readonly epochs: number[] = []
  /** How many entries within the window have no known operation: with one, absence proves nothing. */
  unknownCount = 0
  /** The lowest position at which an entry was ever removed or replaced; entries before it are the first ones there. */
  lowestRewrite = Infinity
  /** The log may be shorter than `upper`: something was written where its entries had been forgotten. */
  loose = false
  /** How often entries were removed or replaced. */
  rewriteCount = 0

  /** `last` is the position of the last entry at first, null when unknown; those entries are the same in all logs. */
  constructor(last: number | null) {
    this.first = (last ?? 0) + 1
    this.sure = last ?? 0
    this.upper = last ?? Infinity
    this.blind = last === null
  }

  opAt(position: number): string | null {
    return this.ops[position - this.first] ?? null
  }

  epochAt(position: number): number {
    return this.epochs[position - this.first] ?? -1
  }

  /** The end of the log may be lost: nothing is known any more, except that it did not grow. */
  forgetEntries(): void {
    const { upper } = this
    this.forget()
    this.upper = upper
  }

  /** Nothing is known any more. */
  forget(): void {
    this.first = 1
    this.sure = 0
    this.upper = Infinity
    this.blind = true
    this.ops.length = 0
    this.epochs.length = 0
    this.unknownCount = 0
    this.lowestRewrite = 0
    this.rewriteCount++
  }

  /** An entry was written; what stood there or after it and differs is gone. */
  write(position: number, op: string | null, epoch: number): void {
    if (position <= this.sure) {
      if (position < this.first) {
        this.loose = true
        return this.restart(position, op, epoch)
      }
      if (op !== null && this.opAt(position) === null) return this.replaceUnknown(position, op, epoch)
      if (this.agrees(position, op, epoch)) {
        // An operation may be written again in another epoch.
        const isSame = this.epochAt(position) === epoch || position === this.sure
        return isSame ? this.learn(position, op, epoch) : this.replaceUnknown(position, op, epoch)
      }
      this.truncate(position - 1)
    }
    // Positions between the last known one and this were written unseen.
    if (position > this.sure + 1) return this.restart(position, op, epoch)
    this.push(op, epoch)
    this.sure = position
    // Entries that are not known may stay behind it, as when it was written once more.
    this.upper = Math.max(this.upper, position)
  }

  /**
   * An entry arrived of which nothing else is known. It may have replaced one, and then all after it are gone; or it was
   * there already, and they stayed.
   */
  receiveUnknown(position: number): void {
    if (position > this.sure) return this.write(position, null, -1)
    if (position < this.first) {
      this.loose = true
      this.forgetEntries()
    } else this.replaceUnknown(position, null, -1)
    this.rewriteCount++
  }

  /** The entry is this one now; whether those after it stayed is not known. */
  private replaceUnknown(position: number, op: string | null, epoch: number): void {
    const { upper } = this
    this.truncate(position - 1)
    this.push(op, epoch)
    this.sure = position
    this.upper = upper
  }

  /** The log ends at `last` from here on. */
  truncate(last: number): void {
    if (last < this.sure) {
      this.lowestRewrite = Math.min(this.lowestRewrite, last + 1)
      this.rewriteCount++
      const kept = Math.max(0, last - this.first + 1)
      for (let index = kept; index < this.ops.length; index++) if (this.ops[index] === null) this.unknownCount--
      this.ops.length = kept
      this.epochs.length = kept
      this.first = Math.min(this.first, last + 1)
      this.sure = last
    }
    this.upper = Math.min(this.upper, last)
  }

  /** The last position was observed: entries up to it are there, whatever they are. */
  observeLast(last: number): void {
    if (last < this.sure) this.truncate(last)
    while (this.sure < last && last - this.sure <= 1024) {
      this.push(null, -1)
      this.sure++
    }
    if (this.sure < last) this.restart(last, null, -1)
    this.upper = last
    this.loose = false
  }

  /** The whole log was observed. */
  observe(log: readonly string[]): void {
    const same = this.first === 1 && this.ops.every((op, index) => op === log[index])
    if (!same) {
      this.rewriteCount++
      this.lowestRewrite = 0
    }
    this.blind = false
    this.loose = false
    this.sure = log.length
    this.upper = log.length
    this.unknownCount = 0
    // An entry that is still there is of the epoch that it was of.
    const epochs = log.map((op, index) => (this.opAt(index + 1) === op ? this.epochAt(index + 1) : -1))
    this.first = 1
    this.ops.splice(0, Infinity, ...log)
    this.epochs.splice(0, Infinity, ...epochs)
  }

  /** Entries before `position` are dropped from the window: they are in every log, or too many to keep. */
  evict(position: number): void {
    const count = Math.min(position - this.first, this.ops.length)
    if (count <= 0) return
    for (let index = 0; index < count; index++) if (this.ops[index] === null) this.unknownCount--
    this.ops.splice(0, count)
    this.epochs.splice(0, count)
    this.first += count
  }

  private agrees(position: number, op: string | null, epoch: number): boolean {
    const knownOp = this.opAt(position)
    const knownEpoch = this.epochAt(position)
    return (op === null || knownOp === null || op === knownOp) && (epoch < 0 || knownEpoch < 0 || epoch === knownEpoch)
  }

  private learn(position: number, op: string | null, epoch: number): void {
    const index = position - this.first
    if (op !== null && this.ops[index] === null) {
      this.ops[index] = op
      this.unknownCount--
    }
    if (epoch >= 0) this.epochs[index] = epoch
  }

  private restart(position: number, op: string | null, epoch: number): void {
    this.forgetEntries()
    this.first = position
    this.push(op, epoch)
    this.sure = position
    this.upper = Math.max(this.upper, position)
  }

  private push(op: string | null, epoch: number): void {
    this.ops.push(op)
    this.epochs.push(epoch)
    if (op === null) this.unknownCount++
  }
}
