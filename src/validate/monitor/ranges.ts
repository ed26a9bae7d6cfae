// A set of positions as ranges: what grows mostly at its end takes next to no memory.

/** Inclusive ranges, ascending, with a hole between any two. */
export class Ranges {
  private readonly from: number[] = []
  private readonly to: number[] = []

  /** Positions come mostly in ascending order. */
  add(position: number): void {
    const at = this.after(position - 1)
    if (at < this.from.length && this.from[at] <= position) {
      this.to[at] = Math.max(this.to[at], position)
      const next = at + 1
      if (next < this.from.length && this.from[next] === this.to[at] + 1) {
        this.to[at] = this.to[next]
        this.from.splice(next, 1)
        this.to.splice(next, 1)
      }
    } else if (at < this.from.length && this.from[at] === position + 1) {
      this.from[at] = position
    } else {
      this.from.splice(at, 0, position)
      this.to.splice(at, 0, position)
    }
  }

  /** The lowest position from `from` on, up to `to`; 0 when there is none. */
  firstWithin(from: number, to: number): number {
    const at = this.after(from)
    if (at === this.from.length) return 0
    const position = Math.max(this.from[at], from)
    return position <= to ? position : 0
  }

  /** The index of the first range that ends at `position` or later. */
  private after(position: number): number {
    let low = 0
    let high = this.to.length
    // Almost always the answer is the last range or the end.
    if (high > 0 && this.to[high - 1] < position) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.to[middle] < position) low = middle + 1
      else high = middle
    }
    return low
  }
}
