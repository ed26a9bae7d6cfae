// How a leader of the newest epoch stands to what was promised: whether it was seen to have everything, and what others
// acknowledged that it may lack.
import type { Facts } from './facts.ts'
import type { Recorded } from '../format/foreign-trace.ts'
import type { Replica } from './replicas.ts'

/** Promises are made by acknowledging a write and by showing it. */
export type Kind = 'acked' | 'seen'

export class Standing {
  readonly replica: Replica
  readonly epoch: number
  /** The line of its promotion; 0 when it was before the first event. */
  readonly line: number
  /** It had everything that was promised so far, at every time at which it led. */
  readonly has: Record<Kind, boolean>
  /** Writes that a deposed leader acknowledged, while nobody knew whether this one had them. */
  readonly late = new Map<string, Recorded>()

  constructor(replica: Replica, line: number, { acked, seen }: Facts) {
    this.replica = replica
    this.epoch = replica.ledEpoch
    this.line = line
    this.has = { acked: !acked.any, seen: !seen.any }
  }
}
