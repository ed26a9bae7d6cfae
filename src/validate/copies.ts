// Whether writes were acknowledged with the copies that the configuration demands.
//
// AckedCopies: when a leader acknowledges the entry at a position, at least `ackCount` other nodes have it. Violated in
// every order where all acknowledgements of followers are recorded and the leader had heard of too few; and where the
// order of the file is the order of things, if too few other logs can have reached the position. It says nothing of
// what is durable.
import type { Facts } from './facts.ts'
import type { Replica } from './replicas.ts'
import type { Model } from './repltrace.ts'

const RULE = 'AckedCopies'

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
  acknowledge(op: string, leader: Replica, position: number, line: number): void {
    const { needed } = this
    if (needed === null || needed === 0) return
    const { judgement, visibility } = this.facts
    if (position === 0)
      return judgement.doubt(RULE, 'The position of an acknowledged write is not recorded.', [line], op)
    if (!visibility.hidden('ack-received') && !leader.gapped) {
      let heard = 0
      for (const copied of leader.copies.values()) if (copied >= position) heard++
      if (heard < needed) this.few(op, leader, position, line, heard, 'had acknowledged it')
      return
    }
    if (!visibility.total || !this.facts.dense)
      return judgement.doubt(RULE, 'The acknowledgements of followers are not all recorded.')
    this.countLogs(op, leader, position, line, needed)
  }

  private countLogs(op: string, leader: Replica, position: number, line: number, needed: number): void {
    const { judgement, replicas, visibility } = this.facts
    let possible = 0
    let certain = 0
    for (const other of replicas.byName.values()) {
      if (other === leader) continue
      if (other.gapped || visibility.growthHidden || other.log.upper >= position) possible++
      if (!visibility.shrinkageHidden && other.log.sure >= position) certain++
    }
    if (possible < needed) return this.few(op, leader, position, line, possible, 'can have had it')
    if (certain < needed)
      judgement.doubt(RULE, 'Which nodes had a copy of an acknowledged write is not known.', [line], op)
  }

  private few(op: string, leader: Replica, position: number, line: number, count: number, told: string): void {
    const nodes = count === 1 ? 'one other node' : count === 0 ? 'no other node' : `${count} other nodes`
    const message = `${leader.name} acknowledged ${op} at position ${position} (line ${line}) when only ${nodes} ${told}; ${this.needed} were needed.`
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
