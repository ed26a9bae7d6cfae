// What searches may still spend. Nodes make a verdict repeatable; `stop` is for whoever has a clock, and is asked before
// every 4,096 nodes at the latest.
import type { Search } from './search.ts'

/** Nodes between two questions whether to stop. */
const SLICE = 4096

/** What every search gets in the first round; in each further one it gets twice as much. */
const FIRST_SHARE = 1024

export interface Limits {
  /** Nodes that all searches together may visit. */
  readonly budget: number
  /** True when it is time to stop. */
  readonly stop: () => boolean
}

export class Budget {
  left: number
  /** Set once `stop` said so. */
  stopped = false
  private readonly stop: () => boolean
  private untilAsked = 0

  constructor({ budget, stop }: Limits) {
    this.left = budget
    this.stop = stop
  }

  /** Whether there is nothing left to spend. */
  get isSpent(): boolean {
    return this.stopped || this.left <= 0
  }

  /** Takes some nodes; false when there are none left, or no time. */
  spend(nodes: number): boolean {
    this.left -= nodes
    this.untilAsked -= nodes
    if (this.untilAsked <= 0) {
      this.untilAsked = SLICE
      this.stopped ||= this.stop()
    }
    return !this.isSpent
  }

  /** Lets somebody spend so many nodes of it at most. */
  lend<T>(nodes: number, use: (part: Budget) => T): T {
    const lent = Math.max(0, Math.min(nodes, this.left))
    const part = new Budget({ budget: lent, stop: this.stop })
    const result = use(part)
    this.stopped ||= part.stopped
    this.spend(lent - part.left)
    return result
  }

  /** Lets a search go on, for `nodes` at most. */
  run(search: Search, nodes: number): void {
    const end = search.nodes + nodes
    while (search.verdict === 'unknown' && search.nodes < end && this.spend(0)) {
      const before = search.nodes
      search.run(Math.min(SLICE, this.left, end - before))
      this.spend(search.nodes - before)
    }
  }

  /** Gives searches turns that double, so that none waits for one that takes for ever; `nodes` at most to all of them. */
  interleave(searches: readonly Search[], nodes: number): void {
    let open = searches
    const end = this.left - nodes
    for (let share = FIRST_SHARE; open.length > 0 && !this.isSpent && this.left > end; share *= 2) {
      for (const search of open) this.run(search, Math.min(share, this.left - end))
      open = open.filter(({ verdict }) => verdict === 'unknown')
    }
  }
}
