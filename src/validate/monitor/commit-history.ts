// The canonical history of what was committed: position → operation, and how far each node committed and applied.
//
// CommittedAgree: no two nodes commit or apply different operations at one position. It needs no order.
// AppliedInOrder: a node applies each position once, in order. It compares events of one node only, and says "violated"
// only where no hidden apply, restart or catch-up can explain what it saw.
// NoCommittedTruncated: a node never removes entries up to its own commit position; of one node, too.
import type { Facts } from './facts.ts'
import type { Recorded } from '../format/foreign-trace.ts'
import type { Replica } from './replicas.ts'

interface Fact {
  readonly op: string
  readonly node: string
  readonly line: number
}

const CHUNK = 1024

export class CommitHistory {
  /** Position → what was first committed there. */
  private readonly history = new Map<number, Fact>()
  /** Positions up to here were compared among all nodes, or were too many to keep. */
  private evictedTo = 0
  private nextEviction = CHUNK
  private readonly facts: Facts

  constructor(facts: Facts) {
    this.facts = facts
  }

  commit(replica: Replica, position: number, line: number): void {
    const { log } = replica
    const { dense, replicas, visibility } = this.facts
    if (dense && position > replica.compared) {
      const hidden = visibility.shrinkageHidden || visibility.growthHidden
      let known = !hidden && !log.blind && !(replicas.settledUncompared && log.first > replica.compared + 1)
      for (let at = Math.max(replica.compared + 1, log.first); at <= position && known; at++) {
        const op = log.opAt(at)
        if (op === null) known = false
        else this.agree(replica.name, at, op, line)
        if (known) replica.compared = at
      }
      if (!known)
        this.facts.judgement.doubt('CommittedAgree', 'Which entries were committed is not known.', [line], replica.name)
      else if (position < log.first) replica.compared = position
    }
    this.observeCommit(replica, position, line)
  }

  /** The node knows entries up to here to be committed. */
  observeCommit(replica: Replica, position: number, line: number): void {
    if (position <= replica.commit) return
    replica.commit = position
    replica.commitLine = line
  }

  apply(replica: Replica, low: number, high: number, op: string | undefined, { line }: Recorded): void {
    if (replica.applied >= 0) {
      if (low <= replica.applied) this.again(replica, low, line)
      else if (this.facts.dense && low > replica.applied + 1) this.skipped(replica, low, line)
    }
    replica.applied = high
    replica.appliedLine = line
    if (op !== undefined) this.agree(replica.name, high, op, line)
  }

  /** The node's log ends at `last` from here on. */
  truncate(replica: Replica, last: number, line: number): void {
    const { judgement, visibility } = this.facts
    if (last < replica.commit && !replica.gapped) {
      const excuse = visibility.excuse(['crash', 'restart', 'catch-up'])
      const message = `${replica.name} removed the entries after position ${last} (line ${line}) although it had committed up to ${replica.commit} (line ${replica.commitLine}).`
      if (excuse === null)
        judgement.violated('NoCommittedTruncated', replica.name, message, [replica.commitLine, line], `${line}`)
      else judgement.doubt('NoCommittedTruncated', excuse, [line], replica.name)
    }
    replica.commit = Math.min(replica.commit, last)
    replica.compared = Math.min(replica.compared, last)
    if (replica.applied > last) replica.applied = -1
  }

  /** A crash, a restart or a copied state: from where the node applies next is not known. */
  reset(replica: Replica): void {
    replica.applied = -1
    replica.commit = 0
    replica.compared = 0
  }

  private again(replica: Replica, position: number, line: number): void {
    const excuse = this.facts.visibility.excuse(['crash', 'restart', 'truncate', 'catch-up'])
    const message = `${replica.name} applied position ${position} (line ${line}) after position ${replica.applied} (${since(replica)}).`
    this.outOfOrder(replica, message, excuse, line)
  }

  private skipped(replica: Replica, position: number, line: number): void {
    const excuse = this.facts.visibility.excuse(['apply', 'catch-up', 'crash', 'restart'])
    const message = `${replica.name} applied position ${position} (line ${line}) right after position ${replica.applied} (${since(replica)}).`
    this.outOfOrder(replica, message, excuse, line)
  }

  private outOfOrder(replica: Replica, message: string, excuse: string | null, line: number): void {
    const { judgement } = this.facts
    if (excuse !== null) return judgement.doubt('AppliedInOrder', excuse, [line], replica.name)
    const lines = replica.appliedLine === 0 ? [line] : [replica.appliedLine, line]
    judgement.violated('AppliedInOrder', replica.name, message, lines, `${line}`)
  }

  private agree(node: string, position: number, op: string, line: number): void {
    const known = this.history.get(position)
    if (known === undefined) {
      if (position <= this.evictedTo)
        this.facts.judgement.doubt('CommittedAgree', 'What was committed at an early position was forgotten.', [line])
      else this.history.set(position, { op, node, line })
      if (this.history.size >= this.nextEviction) this.evict()
    } else if (known.op !== op) {
      const message = `Position ${position} is ${known.op} at ${known.node} (line ${known.line}) and ${op} at ${node} (line ${line}).`
      this.facts.judgement.violated('CommittedAgree', node, message, [known.line, line], `${position}`)
    }
  }

  /** Drops what every node has passed, and beyond the window the oldest. */
  private evict(): void {
    const cursors = [...this.facts.replicas.byName.values()].map(({ commit, applied }) => Math.max(commit, applied))
    const passed = Math.min(...cursors)
    for (const position of this.history.keys()) {
      if (position > passed && this.history.size <= this.facts.window) break
      this.history.delete(position)
      this.evictedTo = Math.max(this.evictedTo, position)
    }
    this.nextEviction = this.history.size + CHUNK
  }
}

/** Where a node applied what it applied last; entries of before the first event have no line. */
function since({ appliedLine }: Replica): string {
  return appliedLine === 0 ? 'at the start' : `line ${appliedLine}`
}
