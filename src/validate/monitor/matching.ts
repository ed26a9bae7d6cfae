// LogMatching: where two logs have an entry of the same epoch at the same position, it is the same entry, and a chained
// hash of the entries up to there is the same.
//
// A leader that crashes, loses the end of its log and leads on in its epoch writes a position twice, and no two logs
// need to differ at any time. So a difference is a violation where both entries are known to stand in their logs at
// once, which takes a total order and no hidden loss; or where no node ever crashed or lost events, in every order.
import type { Facts } from './facts.ts'
import type { Recorded } from '../format/foreign-trace.ts'
import { dropOldest } from './oldest.ts'
import type { NodeLog } from './node-log.ts'
import type { Replica } from './replicas.ts'

const RULE = 'LogMatching'
const CHUNK = 1024

interface Written {
  readonly recorded: Recorded
  /** The operation before it in the log that it was written to; null when that is not known. */
  readonly before: string | null
}

export class Matching {
  /** Position → the events that wrote there first, one an epoch. */
  private readonly entries = new Map<number, Written | Written[]>()
  /** Position → the observations of hashes there. */
  private readonly hashes = new Map<number, Recorded[]>()
  /** Differences that a loss recorded later may explain. */
  private readonly suspicions: (() => void)[] = []
  private evictedTo = 0
  private nextEviction = CHUNK
  /** Entries were taken to be of the epoch in which their writer was known to lead. */
  private inferred = false
  private readonly facts: Facts

  constructor(facts: Facts) {
    this.facts = facts
  }

  /** `recorded` is an `append` with one position, an epoch and an operation; called before it is written. */
  wrote(position: number, epoch: number, op: string, { name, log }: Replica, recorded: Recorded): void {
    const known = this.entries.get(position)
    const written: Written = { recorded, before: log.opAt(position - 1) }
    if (known === undefined) {
      if (position <= this.evictedTo) this.forgotten()
      else this.entries.set(position, written)
      if (this.entries.size >= this.nextEviction) this.evict()
      return
    }
    if (!Array.isArray(known)) {
      if (!this.compared(known, position, epoch, op, name, written)) this.entries.set(position, [known, written])
      return
    }
    for (const one of known) if (this.compared(one, position, epoch, op, name, written)) return
    if (known.length < this.facts.window) known.push(written)
    else this.forgotten()
  }

  /** The entry that the sender has at a position arrives; called before it is written. */
  received(position: number, op: string, replica: Replica, sender: Replica, line: number): void {
    const epoch = sender.log.epochAt(position)
    if (this.followed) {
      if (epoch >= 0 && replica.log.opAt(position) !== op) this.judgeLogs(position, epoch, op, replica, line)
    } else this.doubtBefore(replica.log.opAt(position - 1), sender.log.opAt(position - 1), op, [line])
  }

  /** As `received`, of an entry whose operation is not known: it is the sender's all the same. */
  receivedUnknown(position: number, { log }: Replica, sender: Replica, line: number): void {
    const [ours, theirs] = [log, sender.log].map(one => one.opAt(position - 1))
    const [known, unknown] = ours === null ? [theirs, log] : [ours, sender.log]
    // What stood there before was known, and may stand there still.
    if (known !== null && (ours === null || theirs === null) && hidesKnown(unknown, position - 1))
      return this.mayDiffer(`an entry at position ${position}`, [line])
    this.doubtBefore(ours, theirs, `an entry at position ${position}`, [line])
  }

  /** The epoch of what a leader writes; -1 when the node does not lead. */
  ownEpoch({ leading, ledEpoch }: Replica): number {
    if (!leading || ledEpoch < 0) return -1
    this.inferred = true
    return ledEpoch
  }

  /** An entry was written of which the operation or the epoch is not known. */
  unnamed(line: number): void {
    this.facts.judgement.doubt(RULE, 'Entries were recorded without an operation, a position or an epoch.', [line])
  }

  /** A node's log ended at `last`, in `epoch`, with this hash of all entries. */
  hashed(last: number, epoch: number, hash: string, node: string, recorded: Recorded): void {
    const known = this.hashes.get(last) ?? []
    for (const { event, line } of known) {
      if (event.obs?.lastEpoch !== epoch) continue
      if (event.obs.prefixHash !== hash) {
        const message = `${event.node} (line ${line}) and ${node} (line ${recorded.line}) have the same position ${last} and epoch ${epoch} last, and different entries up to there.`
        this.suspect(node, message, [line, recorded.line], `hash ${last}`)
      }
      return
    }
    this.hashes.set(last, [...known, recorded])
    if (dropOldest(this.hashes, this.facts.window) > 0) this.forgotten()
  }

  /** The entries of all logs differ from this one at its position; called before it is written. */
  judgeLogs(position: number, epoch: number, op: string, replica: Replica, line: number): void {
    const { name } = replica
    const { replicas } = this.facts
    if (!this.followed) return
    for (const other of replicas.byName.values()) {
      if (other.name === name) continue
      // Written again where the other log has been forgotten: what stands there is not known any more.
      if (position < other.log.first) this.forgotten()
      const known = other.log.epochAt(position)
      const theirs = other.log.opAt(position)
      if (theirs === null || (known >= 0 && known !== epoch)) continue
      if (theirs === op) {
        // Of an unknown epoch it may have been written again, behind other entries.
        if (known >= 0) this.judgeBefore(position - 1, replica, other, line)
        else this.doubtBefore(replica.log.opAt(position - 1), other.log.opAt(position - 1), op, [line])
        continue
      }
      if (known < 0) {
        this.unnamed(line)
        continue
      }
      const message = `${other.name} wrote ${theirs} (line ${other.logLine}) and ${name} wrote ${op} (line ${line}) at position ${position} in epoch ${epoch}.`
      this.facts.judgement.violated(RULE, name, message, [other.logLine, line], `${position} ${epoch}`)
    }
  }

  /** Two logs have one entry; so they had to agree on the entry before it, and by induction on all. */
  private judgeBefore(position: number, one: Replica, other: Replica, line: number): void {
    const ours = one.log.opAt(position)
    const theirs = other.log.opAt(position)
    const isForgotten = position > 0 && (ours === null || theirs === null) && this.facts.replicas.evictedCount > 0
    if (isForgotten) this.forgotten()
    if (ours === null || theirs === null || ours === theirs) return
    const message = `${one.name} (line ${line}) and ${other.name} (line ${other.logLine}) have the same entry at position ${position + 1}, and before it ${ours} and ${theirs}.`
    this.facts.judgement.violated(RULE, one.name, message, [other.logLine, line], `before ${position}`)
  }

  /** Nothing can have been lost: no crash and no gap explains the differences. */
  finish(): void {
    const excuse = this.inferred ? this.facts.visibility.excuse(['promote']) : null
    if (excuse !== null) this.facts.judgement.doubt(RULE, excuse)
    for (const judge of this.suspicions) judge()
  }

  /** False when it is an entry of another epoch. */
  private compared(
    known: Written,
    position: number,
    epoch: number,
    op: string,
    node: string,
    { recorded, before }: Written,
  ): boolean {
    const { event, line } = known.recorded
    if (event.type !== 'append' || event.epoch !== epoch) return false
    const lines = [line, recorded.line]
    if (event.op === op) {
      // Where all logs are followed, they were compared as they are.
      if (!this.followed) this.doubtBefore(known.before, before, op, lines)
      return true
    }
    const message = `${event.node} wrote ${event.op} (line ${line}) and ${node} wrote ${op} (line ${recorded.line}) at position ${position} in epoch ${epoch}.`
    this.suspect(node, message, lines, `${position} ${epoch}`)
    return true
  }

  private doubtBefore(one: string | null, other: string | null, op: string, lines: readonly number[]): void {
    const { replicas } = this.facts
    if (one === null || other === null) {
      if (replicas.evictedCount > 0) this.forgotten()
    } else if (one !== other) this.mayDiffer(op, lines)
  }

  private mayDiffer(op: string, lines: readonly number[]): void {
    this.facts.judgement.doubt(RULE, `Two logs have ${op}, and may differ before it.`, lines)
  }

  /** In a total order what was lost until now decides, and in others what is lost until the end. */
  private suspect(node: string, message: string, lines: readonly number[], key: string): void {
    const { judgement, replicas, visibility } = this.facts
    const judge = () => {
      if (visibility.lossCount === 0 && visibility.excuse(['crash', 'restart']) === null)
        judgement.violated(RULE, node, message, lines, key)
      else if (!this.followed || replicas.evictedCount > 0 || key.startsWith('hash'))
        judgement.doubt(
          RULE,
          'Entries differ where one of them may have been lost before the other was written.',
          lines,
        )
    }
    if (visibility.total) judge()
    else if (this.suspicions.length < this.facts.window) this.suspicions.push(judge)
  }

  /** Whether all logs are known at all times, so that those that differ at one time were compared. */
  private get followed(): boolean {
    const { dense, visibility } = this.facts
    return dense && visibility.total && !visibility.shrinkageHidden && !visibility.growthHidden
  }

  private forgotten(): void {
    this.facts.judgement.doubt(RULE, 'Early entries were forgotten and could not be compared with later ones.')
  }

  /** Drops what is settled, and beyond the window the oldest. */
  private evict(): void {
    const { replicas, window } = this.facts
    for (const position of this.entries.keys()) {
      if (position > replicas.settledTo && this.entries.size <= window) break
      this.entries.delete(position)
      this.evictedTo = Math.max(this.evictedTo, position)
    }
    this.nextEviction = this.entries.size + CHUNK
  }
}

/** Something arrived at a position, or before it, where an entry was known; of a log that was forgotten nothing was. */
function hidesKnown({ lowestRewrite }: NodeLog, position: number): boolean {
  return lowestRewrite > 0 && lowestRewrite <= position
}
