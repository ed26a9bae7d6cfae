// Per node, what is known of it now: its log, its epoch, whether it is up, how far it committed and applied. Positions
// that all logs fill with the same entries are settled, and leave the windows of all of them at once.
import { NodeLog } from './node-log.ts'
import type { Header } from '../format/repltrace.ts'

export class Replica {
  readonly name: string
  readonly log: NodeLog
  up = true
  /** The epoch of its last promotion; -1 when it was never seen to be promoted. */
  ledEpoch = -1
  ledLine = 0
  /** It led another epoch before. */
  ledBefore = false
  /** Promoted, and not restarted since. */
  leading = false
  /** It was restarted, and nothing has shown since whether it leads. */
  roleUnknown = false
  /** The highest epoch it is known to have heard of, and where; -1 when unknown. */
  epoch = -1
  epochLine = 0
  /** The position up to which it called entries committed, and where. */
  commit = 0
  commitLine = 0
  /** Up to here, its committed entries were compared with those of other nodes. */
  compared = 0
  /** The position it applied last; -1 when unknown. */
  applied = 0
  appliedLine = 0
  /** The number of its last event; a hole after it is a loss. */
  seq = 0
  /** Positions up to here were shown to readers. */
  shown = 0
  /** Events of it were lost. */
  gapped = false
  /** Its log is known as of this line; 0 before the first event. */
  logLine = 0
  /** Its log was listed whole in this line; 0 when never. */
  listLine = 0
  /** Per follower, the position it acknowledged to this node since its last promotion. */
  readonly copies = new Map<string, number>()

  constructor(name: string, last: number | null) {
    this.name = name
    this.log = new NodeLog(last)
    this.applied = last ?? -1
  }
}

export interface Settled {
  (position: number, op: string | null): void
}

export interface Evicted {
  (op: string | null): void
}

/** Positions are settled many at once; a small window is settled more often. */
const CHUNK = 1024

export class Replicas {
  readonly byName = new Map<string, Replica>()
  /** The position of the last entry at first, of whose entries no names are known; null when unknown. */
  readonly last: number | null
  /** Positions up to here were settled, as far as any were. */
  settledTo: number
  /** Positions were settled before any node committed them. */
  settledUncompared = false
  /** Entries that left the windows although not all nodes were known to have them. */
  evictedCount = 0
  private readonly window: number
  private readonly chunk: number
  private nextSettling: number

  constructor(header: Header, window: number) {
    const last = header.init?.last ?? 0
    this.last = last === 'unknown' ? null : last
    this.settledTo = this.last ?? 0
    this.window = window
    this.chunk = Math.min(CHUNK, window >> 2)
    this.nextSettling = this.chunk
    for (const node of header.nodes) this.of(node)
  }

  of(name: string): Replica {
    const known = this.byName.get(name)
    if (known !== undefined) return known
    const replica = new Replica(name, this.last)
    this.byName.set(name, replica)
    return replica
  }

  /**
   * Called after a log grew to `size` entries in its window. Settles the positions that every node has and agrees on.
   * Beyond the window, positions leave whatever they are, and from then on all logs are blind.
   */
  settle(size: number, settled: Settled, evicted: Evicted): void {
    if (size < this.nextSettling) return
    const logs = [...this.byName.values()].map(({ log }) => log)
    const [longest] = logs.toSorted((a, b) => b.ops.length - a.ops.length)
    if (longest === undefined) return
    const lowest = Math.min(...logs.filter(({ ops }) => ops.length > 0).map(({ first }) => first))
    let next = lowest
    // What some node committed, others commit too; what nobody did would leave before it can be compared.
    const compared = Math.max(...[...this.byName.values()].map(replica => replica.compared))
    const filled = Math.min(...logs.map(({ sure }) => sure))
    const agreed = compared === 0 ? filled : Math.min(filled, compared)
    while (next <= agreed && agreeOn(logs, next)) {
      settled(next, longest.opAt(next))
      next++
    }
    if (next > lowest) this.settledTo = Math.max(this.settledTo, next - 1)
    if (next > lowest && compared === 0) this.settledUncompared = true
    const overflow = longest.first + longest.ops.length - this.window
    const overflowed = next < overflow
    for (; next < overflow; next++) {
      this.evictedCount++
      for (const log of logs) evicted(log.opAt(next))
    }
    for (const log of logs) {
      if (overflowed) log.blind = true
      log.evict(next)
    }
    this.nextSettling = Math.max(...logs.map(({ ops }) => ops.length)) + this.chunk
  }
}

function agreeOn(logs: readonly NodeLog[], position: number): boolean {
  const op = logs[0].opAt(position)
  const epoch = Math.max(...logs.map(log => log.epochAt(position)))
  const agrees = (log: NodeLog): boolean =>
    !log.blind && log.opAt(position) === op && (log.epochAt(position) < 0 || log.epochAt(position) === epoch)
  return op !== null && logs.every(agrees)
}
