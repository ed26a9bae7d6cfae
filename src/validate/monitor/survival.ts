// What was promised survives: acknowledged writes and writes that clients have read are in the log of every leader of the
// newest epoch, whenever that log is known.
//
// NoLostAckedWrite and NoPhantomRead say "violated" only where the log of such a leader is known completely, that is,
// listed in an observation, or followed from its first entry by events of which none is hidden. During the trace they
// judge only if the order of the file is the order of things; at the end in every order, since all promises then lie
// behind. They are not judged while the leader is down: another may be elected. They hold only if each leader was seen
// to have everything that had been promised until it crashed or was followed by a newer one. Where entries may be written
// unseen, that a log has an entry is taken to show that it had it since the promise.
import { Deposed } from './deposed.ts'
import type { Facts } from './facts.ts'
import type { Recorded } from '../format/foreign-trace.ts'
import { asLeader } from './leaders.ts'
import { type Promises, positionOf } from './promises.ts'
import type { Replica } from './replicas.ts'
import { type Kind, Standing } from './standing.ts'

type Absence = 'present' | 'absent' | 'undecided'

/** What is known of a log now. */
interface Sight {
  /** It has no entries but those that are known. */
  readonly whole: boolean
  /** What is known to have been written is still there. */
  readonly kept: boolean
}

const KINDS: readonly { rule: string; kind: Kind; told: string; several: string }[] = [
  { rule: 'NoLostAckedWrite', kind: 'acked', told: 'which was acknowledged', several: 'acknowledged writes' },
  { rule: 'NoPhantomRead', kind: 'seen', told: 'which a client has read', several: 'writes that clients have read' },
]

const SPLIT = 'NoSplitBrainAck'

export class Survival {
  /** The leaders of the newest epoch, by name; several where it was used twice. */
  private readonly standings = new Map<string, Standing>()
  private readonly deposed: Deposed
  private readonly facts: Facts

  constructor(facts: Facts) {
    this.facts = facts
    this.deposed = new Deposed(facts)
    const { newest } = facts.leaders
    if (newest !== null) this.standings.set(newest.node, new Standing(facts.replicas.of(newest.node), 0, facts))
  }

  /** A node was promoted in the newest epoch. */
  leads(replica: Replica, line: number): void {
    const before = this.standings.get(replica.name)
    if (before !== undefined) this.doubtLate(before, line)
    this.standings.set(replica.name, new Standing(replica, line, this.facts))
    this.judge(replica, line)
  }

  /** Before a newer leader takes over: those until now must have been seen to have everything. */
  succeeded(line: number): void {
    for (const standing of this.standings.values()) {
      this.judge(standing.replica, line)
      this.deposed.add(standing, line)
      this.doubtLate(standing, line)
    }
    this.standings.clear()
  }

  /** Without an order, a leader of an older epoch that comes later in the file may have led before. */
  preceded(replica: Replica, line: number): void {
    if (!this.facts.visibility.total) this.deposed.add(new Standing(replica, line, this.facts), line)
  }

  /** A leader lost the end of its log, or more: what it lacked earlier cannot be seen later. */
  disturbed(replica: Replica, line: number): void {
    this.deposed.doubt(replica)
    const standing = this.standings.get(replica.name)
    if (standing === undefined) return
    this.doubtLate(standing, line)
    if (replica.up && replica.leading) standing.has.acked = standing.has.seen = false
  }

  /** A leader is about to crash; a crash only takes away, so what is in its log afterwards was in it before. */
  crashes(replica: Replica, after: readonly string[] | undefined, line: number): void {
    const standing = this.standings.get(replica.name)
    if (standing === undefined) return
    this.judge(replica, line)
    if (after !== undefined && this.isLeader(replica)) {
      const left = new Set(after)
      for (const { kind } of KINDS) {
        const { open, settled } = this.facts[kind]
        if (settled.firstWithin(after.length + 1, Infinity) > 0) continue
        if ([...open.keys()].every(op => left.has(op))) standing.has[kind] = true
      }
      for (const op of left) standing.late.delete(op)
    }
    this.doubtLate(standing, line)
  }

  /** The whole log of a node is known. */
  listed(replica: Replica, log: readonly string[], line: number): void {
    this.deposed.listed(replica, new Set(log))
    this.judge(replica, line)
  }

  /** A node takes entries from others from now on. */
  follows(replica: Replica): void {
    this.deposed.doubt(replica)
  }

  /** It may lead again, with a log that is not what it was. */
  returns(replica: Replica): void {
    const standing = this.standings.get(replica.name)
    if (standing === undefined) return
    for (const { kind } of KINDS) standing.has[kind] = !this.facts[kind].any
  }

  /** A deposed leader acknowledged. NoSplitBrainAck is violated if a leader of the newest epoch lacked the write then. */
  addLate(op: string, recorded: Recorded, by: string): void {
    for (const standing of this.standings.values()) {
      const { replica, late } = standing
      if (replica.name === by || this.surelyHas(replica, op)) continue
      if (late.size < this.facts.window) late.set(op, recorded)
      else this.facts.judgement.doubt(SPLIT, 'There were too many acknowledgements by deposed leaders.')
      const held = new Set(replica.log.ops.includes(op) ? [op] : [])
      this.judgeLate(standing, op, recorded, recorded.line, held)
    }
  }

  /** Something was promised just now: a leader of the newest epoch may lack it. */
  promised(kind: Kind, op: string, recorded: Recorded): void {
    for (const { replica, has } of this.standings.values()) {
      if (this.surelyHas(replica, op)) continue
      has[kind] = false
      this.judgePromise(kind, op, recorded, replica)
    }
  }

  /** What every log had was promised: a leader of the newest epoch may have lost it, or have another there since. */
  promisedSettled(kind: Kind, position: number): void {
    this.facts[kind].addSettled(position)
    for (const { replica, has } of this.standings.values())
      if (replica.log.blind || position >= replica.log.first) has[kind] = false
  }

  /** Judges a leader of the newest epoch, if this node is one and its log is known now. */
  judge(replica: Replica, line: number): void {
    const { visibility } = this.facts
    const standing = this.standings.get(replica.name)
    if (standing === undefined || !visibility.total || visibility.gapCount > 0) return
    if (standing.late.size > 0) {
      const held = new Set(replica.log.ops)
      for (const [op, recorded] of standing.late) this.judgeLate(standing, op, recorded, line, held)
    }
    if (this.isLeader(replica)) this.judgeLog(standing, line, this.sightOf(replica, line))
  }

  /** At the end every promise lies behind, whatever the order; but only events tell that nothing followed. */
  finish(line: number): void {
    const { visibility, judgement } = this.facts
    for (const standing of this.standings.values()) {
      const { has, replica } = standing
      if (!visibility.total) has.acked = has.seen = false
      if (visibility.gapCount === 0 && !visibility.growthHidden && this.isLeader(replica))
        this.judgeLog(standing, line, this.sightOf(replica, 0))
    }
    for (const { rule, kind, several } of KINDS) {
      const { any, forgottenCount } = this.facts[kind]
      if (forgottenCount > 0)
        judgement.doubt(rule, `${forgottenCount} ${several} were forgotten: they had left the window.`)
      if (any) this.doubtAtEnd(rule, kind)
    }
    for (const standing of this.standings.values()) this.doubtLate(standing, line)
    this.deposed.finish()
  }

  private doubtAtEnd(rule: string, kind: Kind): void {
    const { judgement, leaders, visibility } = this.facts
    const standings = [...this.standings.values()]
    const open = standings.find(({ has }) => !has[kind])
    const leads = standings.some(({ replica }) => this.isLeader(replica))
    if (open === undefined && leads) return
    if (leaders.newest === null) return judgement.doubt(rule, 'Nobody is known to lead.')
    if (visibility.gapCount > 0)
      return judgement.doubt(rule, `Events were lost (line ${visibility.gapLines.join(', ')}).`)
    const { node, epoch } = leaders.newest
    const { name, up, leading } = (open ?? standings[0])?.replica ?? this.facts.replicas.of(node)
    judgement.doubt(
      rule,
      up && leading
        ? `After the last promise, the log of ${name}, leader of epoch ${epoch}, is not known.`
        : `${name}, the leader of epoch ${epoch}, does not lead at the end.`,
    )
  }

  private isLeader(replica: Replica): boolean {
    const { leaders, visibility } = this.facts
    if (visibility.excuse(['promote', 'crash', 'restart']) !== null) return false
    return leaders.newest?.epoch === replica.ledEpoch && replica.up && replica.leading
  }

  private sightOf({ log, listLine }: Replica, line: number): Sight {
    const { visibility } = this.facts
    const listed = listLine === line
    return {
      whole: listed || (!visibility.growthHidden && Number.isFinite(log.upper)),
      kept: listed || !visibility.shrinkageHidden,
    }
  }

  /** The log has the operation: it was written there, and nothing was taken away unseen. */
  private surelyHas({ log }: Replica, op: string): boolean {
    const { placement, visibility } = this.facts
    if (!visibility.total || visibility.gapCount > 0 || visibility.shrinkageHidden) return false
    const position = placement.of(op)
    if (position === 0) return false
    return position < log.first ? this.isSettled(op, log) : log.opAt(position) === op
  }

  private judgePromise(kind: Kind, op: string, recorded: Recorded, replica: Replica): void {
    const { visibility, replicas, judgement } = this.facts
    if (!visibility.total || visibility.gapCount > 0 || visibility.growthHidden || !this.isLeader(replica)) return
    const { log } = replica
    const { rule, told } = KINDS.find(one => one.kind === kind)!
    if (!Number.isFinite(log.upper) || log.ops.includes(op)) return
    const forgotten = this.mayBeForgotten(op, recorded, log)
    if (!log.blind && log.unknownCount === 0 && !forgotten)
      this.lost(rule, this.facts[kind], op, recorded, replica, recorded.line, told)
    else if (forgotten || replicas.evictedCount > 0)
      judgement.doubt(rule, `Whether ${replica.name} had ${op}, ${told}, was forgotten.`, [recorded.line], op)
  }

  private judgeLog(standing: Standing, line: number, sight: Sight): void {
    // Neither that something is missing could be concluded, nor that all is there.
    if (!sight.whole && !sight.kept) return
    const { replica } = standing
    const { log } = replica
    const held = new Set(log.ops)
    for (const { rule, kind, told, several } of KINDS) {
      const promises = this.facts[kind]
      let complete = sight.kept
      for (const [op, recorded] of promises.open) {
        if (promises.lost.has(op)) continue
        switch (this.absence(op, recorded, replica, held, sight)) {
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
      // A settled position that is in the window again was cut off or replaced: by what, its name no longer tells.
      if (promises.settled.firstWithin(log.blind ? 1 : log.first, log.upper) > 0) complete = false
      const gone = sight.whole ? promises.settled.firstWithin(log.upper + 1, Infinity) : 0
      if (gone > 0) {
        const message = `${replica.name}, leader of epoch ${replica.ledEpoch}, has entries up to ${log.upper} only (line ${line}), but all logs had ${several} up to position ${gone} and further.`
        this.facts.judgement.violated(rule, `position ${gone}`, message, [line])
      }
      if (complete) standing.has[kind] = true
    }
  }

  /** What a log lacks now it lacked when a deposed leader acknowledged it, if it lost nothing since. */
  private judgeLate(
    { replica, late }: Standing,
    op: string,
    recorded: Recorded,
    line: number,
    held: ReadonlySet<string | null>,
  ): void {
    const { judgement, visibility } = this.facts
    const sight = this.sightOf(replica, line)
    const absence = this.absence(op, recorded, replica, held, sight)
    // It may have lost it unseen, or had it from others only after the acknowledgement, when it led no more.
    const mayBeNew = visibility.growthHidden && recorded.line !== line && !this.isLeader(replica)
    if (absence === 'undecided' || (absence === 'present' && (mayBeNew || !sight.kept))) return
    late.delete(op)
    if (absence === 'present') return
    const message = `${op} was acknowledged by a deposed leader (line ${recorded.line}) and is missing from the log of ${replica.name}, ${asLeader(replica, line)}`
    const lines = [recorded.line, line]
    const undecided = visibility.gapCount > 0 || visibility.excuse(['promote', 'crash', 'restart']) !== null
    // Listed later than the acknowledgement, it may have lost the write unseen.
    if (undecided || (visibility.shrinkageHidden && recorded.line !== line))
      judgement.doubt(SPLIT, `${message}; it may have lost it in between, or led no more.`, lines, op)
    else judgement.violated(SPLIT, op, `${message}.`, lines)
  }

  private absence(
    op: string,
    recorded: Recorded,
    { log }: Replica,
    held: ReadonlySet<string | null>,
    { whole }: Sight,
  ): Absence {
    if (held.has(op) || this.isSettled(op, log)) return 'present'
    if (!whole) return 'undecided'
    if (this.facts.dense && positionOf(recorded) > log.upper) return 'absent'
    return log.blind || log.unknownCount > 0 || this.mayBeForgotten(op, recorded, log) ? 'undecided' : 'absent'
  }

  /** It may be one of the entries before the window, of which not all names are remembered. */
  private mayBeForgotten(op: string, recorded: Recorded, log: Replica['log']): boolean {
    const { placement, replicas } = this.facts
    if (log.first === 1 || (replicas.last === 0 && placement.forgottenCount === 0)) return false
    return (positionOf(recorded) || placement.of(op)) < log.first
  }

  private isSettled(op: string, log: Replica['log']): boolean {
    const settled = this.facts.placement.settledAt(op)
    return settled > 0 && settled < log.first && !log.blind
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
    const log = `the log of ${replica.name}, ${asLeader(replica, line)}`
    judgement.violated(rule, op, `${op}, ${told} (line ${recorded.line}), is missing from ${log}.`, [
      recorded.line,
      line,
    ])
    if (promises.lost.size < this.facts.window) promises.lost.add(op)
  }

  private doubtLate({ replica, late }: Standing, line: number): void {
    for (const [op, recorded] of late) {
      const message = `${op} was acknowledged by a deposed leader (line ${recorded.line}), and until the log changed hands (line ${line}) nothing showed whether ${replica.name} had it.`
      this.facts.judgement.doubt(SPLIT, message, [recorded.line, line], op)
    }
    late.clear()
  }
}
