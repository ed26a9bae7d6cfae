// What events say of logs: entries written, received and removed, and what a crash leaves.
//
// The entries that a node receives are not in the event; they are the sender's at those positions, as far as nothing was
// ever removed there, or, in any order, where the sender wrote them in the epoch of the message: a leader only appends.
//
// TruncationOnlyUnacked: a node never removes an acknowledged write from its log. Violated only where the order is
// total, and the removed entry is known; in other orders nothing tells whether the acknowledgement came first.
import { firstOf, lastOf } from '../format/bounds.ts'
import type { Facts } from './facts.ts'
import type { Recorded } from '../format/foreign-trace.ts'
import type { Matching } from './matching.ts'
import type { Replica } from './replicas.ts'
import type { Append, CatchUp, Receive } from '../format/repltrace.ts'

const RULE = 'TruncationOnlyUnacked'

export class LogChanges {
  private readonly facts: Facts
  private readonly matching: Matching
  private readonly delivers: boolean
  private readonly restartKeeps: boolean

  constructor(facts: Facts, matching: Matching) {
    this.facts = facts
    this.matching = matching
    this.delivers = facts.header.granularity?.receive === 'deliver'
    this.restartKeeps = facts.header.granularity?.restart === 'keeps'
  }

  append(event: Append, replica: Replica, recorded: Recorded): void {
    const { log } = replica
    const { index, op } = event
    const epoch = event.epoch ?? this.matching.ownEpoch(replica)
    const last = lastOf(index)
    replica.logLine = recorded.line
    if (op === undefined || epoch < 0 || typeof index !== 'number') this.matching.unnamed(recorded.line)
    else {
      this.matching.judgeLogs(index, epoch, op, replica, recorded.line)
      this.matching.wrote(index, epoch, op, replica, recorded)
    }
    if (!this.facts.dense) return log.forget()
    const single = typeof index === 'number'
    const { rewriteCount } = log
    for (let position = firstOf(index); position <= last; position++)
      log.write(position, single ? (op ?? null) : null, epoch)
    if (log.rewriteCount !== rewriteCount) rewritten(replica, firstOf(index))
    if (op !== undefined) this.facts.placement.place(op, last)
    this.settle(replica)
  }

  receive(event: Receive | CatchUp, replica: Replica, line: number): void {
    const { log } = replica
    if (event.type === 'receive' && this.delivers) return
    replica.logLine = line
    if (event.index === undefined || !this.facts.dense) {
      log.upper = Infinity
      return
    }
    const sender = this.facts.replicas.of(event.from)
    const last = lastOf(event.index)
    const { rewriteCount } = log
    for (let position = firstOf(event.index); position <= last; position++) {
      const op = this.sent(sender, position, event.epoch)
      // A settled entry that is sent again is the same in both logs.
      if (op === null && this.settledInBoth(position, replica, sender)) continue
      if (op === null) {
        this.matching.receivedUnknown(position, replica, sender, line)
        log.receiveUnknown(position)
      } else {
        this.matching.received(position, op, replica, sender, line)
        log.write(position, op, sender.log.epochAt(position))
      }
    }
    if (log.rewriteCount !== rewriteCount) rewritten(replica, firstOf(event.index))
    this.settle(replica)
  }

  catchUp(event: CatchUp, replica: Replica, line: number): void {
    if (event.how === 'log') this.receive(event, replica, line)
    else replica.log.forget()
    replica.logLine = line
  }

  truncate(replica: Replica, last: number, line: number): void {
    const { log } = replica
    replica.logLine = line
    if (!this.facts.dense) {
      log.forget()
      this.undecided(line, 'Which entries were removed is not known: positions are sparse.')
      return
    }
    const { acked, visibility } = this.facts
    const grows = visibility.growthHidden || last < log.upper
    const mayBeMore = log.blind || (grows && (acked.any || !visibility.total))
    if (last < log.sure) this.judgeRemoved(replica, last, line)
    else if (mayBeMore) this.undecided(line, `Which entries ${replica.name} removed is not known.`)
    log.truncate(last)
    replica.shown = Math.min(replica.shown, last)
  }

  /** `last` is where the log was seen to end after the restart; null when it was not. */
  restart(replica: Replica, last: number | null, line: number): void {
    replica.shown = 0
    replica.logLine = line
    if (last === null && !this.restartKeeps) replica.log.forgetEntries()
  }

  /** The operation of the entry that the sender sent, or null. */
  private sent(sender: Replica, position: number, epoch: number | undefined): string | null {
    const { log, ledEpoch } = sender
    const { visibility } = this.facts
    if (visibility.shrinkageHidden || position > log.sure) return null
    const firstThere = visibility.total && position < log.lowestRewrite
    const ownEpoch = epoch !== undefined && ledEpoch === epoch && log.epochAt(position) === epoch
    return firstThere || ownEpoch ? log.opAt(position) : null
  }

  private settledInBoth(position: number, { log }: Replica, sender: Replica): boolean {
    if (!this.facts.visibility.total || log.blind || sender.log.blind) return false
    return position < log.first && position < sender.log.first
  }

  private judgeRemoved(replica: Replica, last: number, line: number): void {
    const { acked, judgement, visibility } = this.facts
    const { log } = replica
    if (!visibility.total) return this.undecided(line, 'Acknowledgements are not ordered with what was removed.')
    const hidden = visibility.shrinkageHidden || visibility.growthHidden
    if (hidden || log.blind || log.unknownCount > 0)
      this.undecided(line, `Which entries ${replica.name} removed is not known.`)
    if (acked.forgottenCount > 0)
      this.undecided(line, `Which of the entries that ${replica.name} removed were acknowledged was forgotten.`)
    if (hidden) return
    for (let position = Math.max(log.first, last + 1); position <= log.sure; position++) {
      const op = log.opAt(position)
      const promise = op === null ? undefined : acked.open.get(op)
      if (op === null || promise === undefined) continue
      const message = `${replica.name} removed ${op} at position ${position} (line ${line}), which was acknowledged (line ${promise.line}).`
      judgement.violated(RULE, op, message, [promise.line, line], `${replica.name} ${op}`)
    }
    // A log that was listed shows entries that had been settled, or others that took their place since.
    if (acked.settled.firstWithin(Math.max(log.first, last + 1), log.sure) > 0)
      this.undecided(line, `Which of the entries that ${replica.name} removed were acknowledged was forgotten.`)
    const settled = acked.settled.firstWithin(last + 1, log.first - 1)
    if (settled === 0 || log.blind) return
    const message = `${replica.name} removed acknowledged writes from position ${settled} on (line ${line}).`
    judgement.violated(RULE, replica.name, message, [line], `${replica.name} ${line}`)
  }

  private undecided(line: number, message: string): void {
    this.facts.judgement.doubt(RULE, message, [line])
  }

  private settle(replica: Replica): void {
    this.facts.replicas.settle(replica.log.ops.length, this.settled, this.evicted)
  }

  private readonly settled = (position: number, op: string | null): void => {
    if (op === null) return
    const { acked, seen, placement, replicas } = this.facts
    // All logs lost what was settled there.
    if (position <= replicas.settledTo && placement.settledAt(op) !== position) {
      placement.replaced(position)
      acked.replaced(position)
      seen.replaced(position)
    }
    acked.settle(op, position)
    seen.settle(op, position)
    placement.settle(op, position)
  }

  private readonly evicted = (op: string | null): void => {
    if (op !== null) this.facts.placement.forget(op)
  }
}

/** Entries from `position` on are others now: what was said of them is said anew. */
function rewritten(replica: Replica, position: number): void {
  replica.compared = Math.min(replica.compared, position - 1)
  replica.shown = Math.min(replica.shown, position - 1)
}
