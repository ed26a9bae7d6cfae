// What was promised survives: acknowledged writes and writes that clients have read are in the log of the newest leader
// whenever that log is known.
//
// NoLostAckedWrite and NoPhantomRead say "violated" only where the log of the newest leader is known completely, that
// is, listed in an observation, or followed from its first entry by events of which none is hidden. During the trace
// they judge only if the order of the file is the order of things; at the end in every order, since all promises then
// lie behind. They are not judged while the newest leader is down: another may be elected.
import type { Facts } from './facts.ts'
import type { Recorded } from './foreign-trace.ts'
import { type Promises, positionOf } from './promises.ts'
import type { Replica } from './replicas.ts'

type Absence = 'present' | 'absent' | 'undecided'

const KINDS = [
  { rule: 'NoLostAckedWrite', kind: 'acked', told: 'which was acknowledged', several: 'acknowledged writes' },
  { rule: 'NoPhantomRead', kind: 'seen', told: 'which a client has read', several: 'writes that clients have read' },
] as const

export class Survival {
  /** Writes that a deposed leader acknowledged, while nobody knew whether the newest leader has them. */
  private readonly late = new Map<string, Recorded>()
  private readonly facts: Facts

  constructor(facts: Facts) {
    this.facts = facts
  }

  /** A deposed leader acknowledged. NoSplitBrainAck is violated if the newest leader turns out to lack the write. */
  addLate(op: string, recorded: Recorded, newest: Replica): void {
    if (this.late.size < this.facts.window) this.late.set(op, recorded)
    this.judge(newest, recorded.line)
  }

  /** The newest leader is a new one, or lost the end of its log: what it lacked earlier cannot be seen later. */
  disturbed(line: number): void {
    const { judgement } = this.facts
    for (const [op, recorded] of this.late) {
      const message = `${op} was acknowledged by a deposed leader (line ${recorded.line}), and until the log changed hands (line ${line}) nothing showed whether the newest leader had it.`
      judgement.doubt('NoSplitBrainAck', message, [recorded.line, line], op)
    }
    this.late.clear()
    for (const { kind } of KINDS) this.facts[kind].judged = false
  }

  /** Before a newer leader takes over: the one until now must have been seen to have everything. */
  succeeded(line: number): void {
    const { leaders, judgement } = this.facts
    const { newest } = leaders
    if (newest !== null && newest.line > 0) {
      for (const { rule, kind } of KINDS) {
        if (this.facts[kind].judged) continue
        const message = `The log of ${newest.node}, leader of epoch ${newest.epoch}, was never known before the next promotion (line ${line}).`
        judgement.doubt(rule, message, [newest.line, line], newest.node)
      }
    }
    this.disturbed(line)
  }

  /** Something was promised just now: a deposed leader may have done it, and the newest leader lack it. */
  promised(kind: 'acked' | 'seen', op: string, recorded: Recorded): void {
    const { leaders, placement, replicas, visibility } = this.facts
    if (leaders.newest === null || !visibility.total || visibility.gapCount > 0 || visibility.growthHidden) return
    const replica = replicas.of(leaders.newest.node)
    const { log } = replica
    if (log.opAt(placement.of(op)) === op || log.blind || log.unknownCount > 0 || !Number.isFinite(log.upper)) return
    if (!this.isNewestLeader(replica) || log.ops.includes(op)) return
    const { rule, told } = KINDS.find(one => one.kind === kind)!
    this.lost(rule, this.facts[kind], op, recorded, replica, recorded.line, told)
  }

  /** Judges the newest leader, if it is this node and its log is known now. */
  judge(replica: Replica, line: number): void {
    const { leaders, visibility } = this.facts
    if (!visibility.total || visibility.gapCount > 0 || !this.isNewestLeader(replica)) return
    if (!Number.isFinite(replica.log.upper)) return
    const listed = replica.listLine === line
    if (visibility.growthHidden && !listed) return
    this.judgeLog(replica, line, (listed || !visibility.shrinkageHidden) && !leaders.contested)
  }

  /** At the end every promise lies behind, whatever the order; but only events tell that nothing followed. */
  finish(line: number): void {
    const { leaders, replicas, visibility, judgement } = this.facts
    const replica = leaders.newest === null ? null : replicas.of(leaders.newest.node)
    if (!visibility.total) for (const { kind } of KINDS) this.facts[kind].judged = false
    if (visibility.gapCount === 0 && !visibility.growthHidden)
      for (const leader of replicas.byName.values())
        if (this.isNewestLeader(leader) && Number.isFinite(leader.log.upper))
          this.judgeLog(leader, line, !visibility.shrinkageHidden && !leaders.contested)
    for (const { rule, kind, several } of KINDS) {
      const { any, judged, fresh, forgottenCount } = this.facts[kind]
      if (forgottenCount > 0) judgement.doubt(rule, `${forgottenCount} ${several} were forgotten: the window is full.`)
      if (!any || (judged && !fresh)) continue
      judgement.doubt(rule, this.whyUndecided(replica))
    }
    this.disturbed(line)
  }

  private whyUndecided(replica: Replica | null): string {
    const { leaders, visibility } = this.facts
    if (leaders.newest === null || replica === null) return 'Nobody is known to lead.'
    const { node, epoch } = leaders.newest
    if (leaders.contested) return `Epoch ${epoch} has two leaders.`
    if (visibility.gapCount > 0) return `Events were lost (line ${visibility.gapLines.join(', ')}).`
    if (!replica.up || !replica.leading) return `${node}, the leader of epoch ${epoch}, does not lead at the end.`
    return `After the last promise, the log of ${node}, leader of epoch ${epoch}, is not known.`
  }

  private isNewestLeader(replica: Replica): boolean {
    const { leaders, visibility } = this.facts
    if (visibility.excuse(['promote', 'crash', 'restart']) !== null) return false
    return leaders.newest?.epoch === replica.ledEpoch && replica.up && replica.leading
  }

  private judgeLog(replica: Replica, line: number, shows: boolean): void {
    const { log } = replica
    const held = new Set(log.ops)
    for (const { rule, kind, told, several } of KINDS) {
      const promises = this.facts[kind]
      let complete = shows
      for (const [op, recorded] of promises.open) {
        if (promises.lost.has(op)) continue
        switch (this.absence(op, recorded, replica, held)) {
          case 'present':
            break
          case 'absent':
            this.lost(rule, promises, op, recorded, replica, line, told)
            break
          case 'undecided':
            complete = false
            break
        }
      }
      const gone = promises.settled.firstWithin(log.upper + 1, Infinity)
      if (gone > 0) {
        const message = `${replica.name}, leader of epoch ${replica.ledEpoch}, has entries up to ${log.upper} only (line ${line}), but all logs had ${several} up to position ${gone} and further.`
        this.facts.judgement.violated(rule, `position ${gone}`, message, [line])
      }
      if (!complete) continue
      promises.judged = true
      promises.fresh = false
    }
    let decided = shows
    for (const [op, recorded] of this.late) {
      const absence = this.absence(op, recorded, replica, held)
      if (absence === 'undecided') decided = false
      if (absence !== 'absent') continue
      const message = `${op} was acknowledged by a deposed leader (line ${recorded.line}) and is missing from the log of ${replica.name}, leader of epoch ${replica.ledEpoch} (line ${line}).`
      this.facts.judgement.violated('NoSplitBrainAck', op, message, [recorded.line, line])
    }
    if (decided) this.late.clear()
  }

  private absence(op: string, recorded: Recorded, { log }: Replica, held: ReadonlySet<string | null>): Absence {
    if (held.has(op)) return 'present'
    if (this.facts.dense && positionOf(recorded) > log.upper) return 'absent'
    if (log.blind || log.unknownCount > 0) return 'undecided'
    return 'absent'
  }

  private lost(
    rule: string,
    promises: Promises,
    op: string,
    recorded: Recorded,
    replica: Replica,
    line: number,
    told: string,
  ): void {
    const { judgement } = this.facts
    const log = `the log of ${replica.name}, leader of epoch ${replica.ledEpoch} (line ${line})`
    judgement.violated(rule, op, `${op}, ${told} (line ${recorded.line}), is missing from ${log}.`, [
      recorded.line,
      line,
    ])
    if (promises.lost.size < this.facts.window) promises.lost.add(op)
  }
}
