// LogMatching: where two logs have an entry of the same epoch at the same position, it is the same entry, and a chained
// hash of the entries up to there is the same. Only what events say outright is compared, so that it needs no order and
// nothing hidden can explain a difference.
import type { Facts } from './facts.ts'
import type { Recorded } from './foreign-trace.ts'
import { dropOldest } from './oldest.ts'

const CHUNK = 1024

export class Matching {
  /** Position → the events that wrote there first, one an epoch. */
  private readonly entries = new Map<number, Recorded | Recorded[]>()
  /** Position → the observations of hashes there. */
  private readonly hashes = new Map<number, Recorded[]>()
  private evictedTo = 0
  private nextEviction = CHUNK
  private readonly facts: Facts

  constructor(facts: Facts) {
    this.facts = facts
  }

  /** `recorded` is an `append` with one position, an epoch and an operation. */
  wrote(position: number, epoch: number, op: string, node: string, recorded: Recorded): void {
    const known = this.entries.get(position)
    if (known === undefined) {
      if (position <= this.evictedTo) this.forgotten()
      else this.entries.set(position, recorded)
      if (this.entries.size >= this.nextEviction) this.evict()
      return
    }
    if (!Array.isArray(known)) {
      if (this.differs(known, position, epoch, op, node, recorded) === null)
        this.entries.set(position, [known, recorded])
      return
    }
    for (const one of known) if (this.differs(one, position, epoch, op, node, recorded) !== null) return
    if (known.length < this.facts.window) known.push(recorded)
    else this.forgotten()
  }

  /** A node's log ended at `last`, in `epoch`, with this hash of all entries. */
  hashed(last: number, epoch: number, hash: string, node: string, recorded: Recorded): void {
    const known = this.hashes.get(last) ?? []
    for (const { event, line } of known) {
      if (event.obs?.lastEpoch !== epoch) continue
      if (event.obs.prefixHash !== hash) {
        const message = `${event.node} (line ${line}) and ${node} (line ${recorded.line}) have the same position ${last} and epoch ${epoch} last, and different entries up to there.`
        this.facts.judgement.violated('LogMatching', node, message, [line, recorded.line], `hash ${last}`)
      }
      return
    }
    this.hashes.set(last, [...known, recorded])
    if (dropOldest(this.hashes, this.facts.window) > 0) this.forgotten()
  }

  /** Null when it is an entry of another epoch. */
  private differs(
    { event, line }: Recorded,
    position: number,
    epoch: number,
    op: string,
    node: string,
    recorded: Recorded,
  ): boolean | null {
    if (event.type !== 'append' || event.epoch !== epoch) return null
    if (event.op === op) return false
    const message = `${event.node} wrote ${event.op} (line ${line}) and ${node} wrote ${op} (line ${recorded.line}) at position ${position} in epoch ${epoch}.`
    this.facts.judgement.violated('LogMatching', node, message, [line, recorded.line], `${position} ${epoch}`)
    return true
  }

  private forgotten(): void {
    this.facts.judgement.doubt('LogMatching', 'Early entries were forgotten and could not be compared with later ones.')
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
