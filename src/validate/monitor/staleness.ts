// BoundedStaleness: no read is served more than a given number of positions behind what had been acknowledged. Violated
// only in a total order; a server's position and a client's acknowledgement are not ordered otherwise.
import type { Facts } from './facts.ts'

const RULE = 'BoundedStaleness'

export class Staleness {
  private readonly facts: Facts
  private readonly bound: number
  private acked = 0
  private ackedLine = 0

  constructor(facts: Facts, bound: number) {
    this.facts = facts
    this.bound = bound
  }

  acknowledge(position: number, line: number): void {
    if (position === 0)
      this.facts.judgement.doubt(RULE, 'The position of an acknowledged write is not recorded.', [line])
    if (position <= this.acked) return
    this.acked = position
    this.ackedLine = line
  }

  read(node: string, position: number, line: number): void {
    const { judgement, visibility } = this.facts
    if (!visibility.total) return judgement.doubt(RULE, 'Reads and acknowledgements are not ordered.')
    if (position === 0) return judgement.doubt(RULE, 'The position of a read is not recorded.', [line])
    if (position + this.bound >= this.acked) return
    const message = `${node} served a read at position ${position} (line ${line}) when position ${this.acked} had been acknowledged (line ${this.ackedLine}); the bound is ${this.bound}.`
    judgement.violated(RULE, node, message, [this.ackedLine, line], `${line}`)
  }
}
