// Whether writes were acknowledged with the copies that the configuration demands.
//
// AckedCopies: when a leader acknowledges the entry at a position, at least `ackCount` other nodes have it. Violated in
// every order where all acknowledgements of followers are recorded and the leader had heard of too few; and where the
// order of the file is the order of things, if too few other logs can have reached the position. It says nothing of
// what is durable.
import type { Facts } from './facts.ts'
import type { Replica } from './replicas.ts'
import type { Model, Ok, Reply } from '../format/repltrace.ts'

const RULE = 'AckedCopies'

interface Copied {
  readonly possible: number
  readonly certain: number
  /** Fewer may have been possible: of some logs it was forgotten how long they were. */
  readonly loose: boolean
}

const UNSEEN: Copied = { possible: Infinity, certain: 0, loose: false }

export class Copies {
  private readonly facts: Facts
  /** How many copies an acknowledgement needs; null when that is not known. */
  private needed: number | null

  constructor(facts: Facts) {
    this.facts = facts
    this.needed = neededCopies(facts.header.model)
    if (this.needed === null)
      facts.judgement.doubt(RULE, 'The header does not say how many copies an acknowledgement waits for (model.ack).')
  }

  /** Members or the mode changed at run time. */
  reconfigured(line: number): void {
    this.needed = null
    this.facts.judgement.doubt(RULE, `What an acknowledgement waits for changed (line ${line}).`, [line])
  }

  /** `leader` acknowledged the entry at `position`; 0 when it is not known which. */
  acknowledge({ op, type }: Reply | Ok, leader: Replica, position: number, line: number): void {
    const { needed } = this
    if (needed === null || needed === 0) return
    const { dense, judgement, visibility } = this.facts
    // What a client learnt is not ordered with what its server heard.
    if (type === 'ok' && !visibility.total) {
      if (visibility.hidden('reply')) judgement.doubt(RULE, 'When a write was acknowledged is not known.', [line], op)
      return
    }
    if (position === 0)
      return judgement.doubt(RULE, 'The position of an acknowledged write is not recorded.', [line], op)
    const heard = this.heard(leader, position)
    if (heard !== null && heard < needed) return this.few(op, leader, position, line, heard, 'had acknowledged it')
    const { possible, certain, loose } = dense && visibility.total ? this.copies(leader, position) : UNSEEN
    if (possible < needed) return this.few(op, leader, position, line, possible, 'can have had it')
    if (certain < needed && (heard === null || loose))
      judgement.doubt(RULE, 'Which nodes had a copy of an acknowledged write is not known.', [line], op)
  }

  /** How many followers had told the leader that they have the position; null when it may have heard of more. */
  private heard(leader: Replica, position: number): number | null {
    if (this.facts.visibility.hidden('ack-received') || leader.gapped) return null
    let count = 0
    for (const copied of leader.copies.values()) if (copied >= position) count++
    return count
  }

  /** How many other logs can reach the position, and how many do. */
  private copies(leader: Replica, position: number): Copied {
    const { replicas, visibility } = this.facts
    let possible = 0
    let certain = 0
    let loose = false
    for (const other of replicas.byName.values()) {
      if (other === leader) continue
      if (visibility.growthHidden || other.log.upper >= position) possible++
      if (!visibility.shrinkageHidden && other.log.sure >= position) certain++
      loose ||= other.log.loose
    }
    return { possible, certain, loose }
  }

  private few(op: string, leader: Replica, position: number, line: number, count: number, told: string): void {
    const nodes = count === 1 ? 'one other node' : count === 0 ? 'no other node' : `${count} other nodes`
    const message = `${leader.name} acknowledged ${op} at position ${position} (line ${line}) when only ${nodes} ${told}; ${this.needed} ${this.needed === 1 ? 'was' : 'were'} needed.`
    this.facts.judgement.violated(RULE, op, message.replace('only no', 'no'), [line])
  }
}

/** The copies that a configuration of the specification demands. */
function neededCopies(model: Model | undefined): number | null {
  if (model === undefined || model['degrade'] === true) return null
  const { ack, ackCount = 1, ackSet } = model
  if (typeof ackCount !== 'number') return null
  if (ack === 'async') return 0
  if (ack === 'any' || ack === 'first' || ack === 'allConnected') return ackCount
  // The leader may be a member, and does not wait for itself.
  return ack === 'set' && Array.isArray(ackSet) ? ackSet.length - 1 : null
}
