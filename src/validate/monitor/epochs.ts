// MonotonicEpoch: no node's epoch ever falls, over crashes and restarts too. It compares events of one node only, and
// what is known of an epoch may be a bound: violated where an upper bound lies below a lower bound that came before. An
// observation marked stale is true of an earlier time; it raises the lower bound and is never a violation.
import type { Facts } from './facts.ts'
import { lowest, highest } from '../format/bounds.ts'
import type { Replica } from './replicas.ts'
import type { Observation } from '../format/repltrace.ts'

export class Epochs {
  private readonly facts: Facts
  private observedCount = 0

  constructor(facts: Facts) {
    this.facts = facts
  }

  observe(replica: Replica, observation: Observation, line: number): void {
    const { epoch, at } = observation
    if (epoch === undefined || epoch === null) return
    this.observedCount++
    const upper = highest(epoch)
    if (at !== 'stale' && upper < replica.epoch) this.fell(replica, upper, line)
    this.raise(replica, lowest(epoch), line)
  }

  promote(replica: Replica, epoch: number, line: number): void {
    this.observedCount++
    if (epoch < replica.epoch) this.fell(replica, epoch, line)
    this.raise(replica, epoch, line)
  }

  finish(): void {
    if (this.observedCount === 0) this.facts.judgement.doubt('MonotonicEpoch', 'No event tells the epoch of a node.')
  }

  private raise(replica: Replica, epoch: number, line: number): void {
    if (epoch <= replica.epoch) return
    replica.epoch = epoch
    replica.epochLine = line
  }

  private fell(replica: Replica, epoch: number, line: number): void {
    const { name, epoch: before, epochLine } = replica
    const message = `The epoch of ${name} fell from ${before} (line ${epochLine}) to ${epoch} (line ${line}).`
    this.facts.judgement.violated('MonotonicEpoch', name, message, [epochLine, line], `${name} ${line}`)
    replica.epoch = epoch
    replica.epochLine = line
  }
}
