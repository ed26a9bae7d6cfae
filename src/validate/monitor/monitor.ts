// Rules over what a trace of another implementation says, without a model: one event in, findings out. It keeps facts,
// each in a file of its own and bounded by the numbers of nodes and sessions and by a window, so that a stream may be
// endless. It never assumes what it did not see: a rule is violated only if it is in every order and for every hidden
// event that the trace allows, and holds only if nothing hidden could contradict it.
import { firstOf, lastOf, lowest } from '../format/bounds.ts'
import { CommitHistory } from './commit-history.ts'
import { Copies } from './copies.ts'
import { judgeDivergence } from './divergence.ts'
import { Epochs } from './epochs.ts'
import { type Facts, noFacts } from './facts.ts'
import type { Recorded } from '../format/foreign-trace.ts'
import type { Listener, MonitorFinding, Waive } from './judgement.ts'
import { LateAcks } from './late-acks.ts'
import { LogChanges } from './log-changes.ts'
import { Matching } from './matching.ts'
import { doubtAcks, doubtIncomplete, rulesOf } from './monitor-rules.ts'
import { Pending } from './pending.ts'
import { Reads } from './reads.ts'
import { Reorder } from './reorder.ts'
import type { Replica } from './replicas.ts'
import type { Event, Header, Observation, Ok, Promote, Reply } from '../format/repltrace.ts'
import { Sessions } from './sessions.ts'
import { Staleness } from './staleness.ts'
import { Survival } from './survival.ts'

export interface MonitorOptions {
  /** How many entries, operations and open promises are kept; 65,536 when left out. */
  readonly window?: number
  /** How many witnesses a rule keeps; 100 when left out. */
  readonly witnesses?: number
  /** By how many positions a read may be behind what was acknowledged; the rule is left out without it. */
  readonly maxStalePositions?: number
  /** How many events the buffer may hold that puts a trace with time intervals in order; 1,024 when left out. */
  readonly maxDelay?: number
  /** Told of every violation as it is found. */
  readonly onViolation?: Listener
  /** Asked of every violation as it is found; what it lets pass is counted, and not told. */
  readonly waive?: Waive
}

export interface MonitorResult {
  /** One a rule, in the order of reports. */
  readonly findings: readonly MonitorFinding[]
  readonly eventCount: number
  /** Events lost in gaps and holes, as often as that happened. */
  readonly gapCount: number
  /** Entries that left the window although not every node was known to have them. */
  readonly evictedCount: number
  /** Events that came later than the buffer waits. */
  readonly lateCount: number
}

export class Monitor {
  private readonly rules: readonly string[]
  private readonly facts: Facts
  private readonly reorder: Reorder | null
  private readonly survival: Survival
  private readonly epochs: Epochs
  private readonly lateAcks: LateAcks
  private readonly copies: Copies
  private readonly matching: Matching
  private readonly logs: LogChanges
  private readonly history: CommitHistory
  private readonly pending: Pending
  private readonly sessions: Sessions
  private readonly staleness: Staleness | null
  private readonly reads: Reads
  private eventCount = 0
  private lastLine = 0

  constructor(header: Header, options: MonitorOptions = {}) {
    const {
      window = 65_536,
      witnesses = 100,
      maxStalePositions,
      maxDelay = 1024,
      onViolation = () => {},
      waive,
    } = options
    this.rules = rulesOf(maxStalePositions !== undefined)
    const facts = noFacts(header, this.rules, window, witnesses, onViolation, waive)
    this.facts = facts
    this.reorder = header.clock?.order === 'interval' ? new Reorder(header, maxDelay) : null
    this.survival = new Survival(facts)
    this.epochs = new Epochs(facts)
    this.lateAcks = new LateAcks(facts, this.survival)
    this.copies = new Copies(facts)
    this.matching = new Matching(facts)
    this.logs = new LogChanges(facts, this.matching)
    this.history = new CommitHistory(facts)
    this.pending = new Pending(facts)
    this.sessions = new Sessions(facts)
    this.staleness = maxStalePositions === undefined ? null : new Staleness(facts, maxStalePositions)
    this.reads = new Reads(facts, this.survival, this.sessions, this.staleness)
  }

  /** Takes the next event of the file. */
  accept(recorded: Recorded): void {
    if (this.reorder === null) return this.take(recorded)
    this.reorder.add(recorded, this.takeOrdered)
  }

  /** What was found so far; nothing holds before the end. */
  findings(): readonly MonitorFinding[] {
    return this.rules.map(rule => this.facts.judgement.finding(rule))
  }

  /** `ended` is false when the recording was cut off. The monitor takes no more events. */
  finish(ended = true): MonitorResult {
    this.reorder?.flush(this.takeOrdered)
    this.survival.finish(this.lastLine)
    this.lateAcks.finish()
    this.epochs.finish()
    this.matching.finish()
    this.pending.finish()
    judgeDivergence(this.facts)
    doubtIncomplete(this.facts, this.staleness !== null, ended)
    const lateCount = this.reorder?.lateCount ?? 0
    if (lateCount > 0)
      for (const rule of this.rules)
        this.facts.judgement.doubt(rule, `${lateCount} events came later than the buffer waits.`)
    const { visibility, replicas } = this.facts
    const { gapCount } = visibility
    const { evictedCount } = replicas
    return { findings: this.findings(), eventCount: this.eventCount, gapCount, evictedCount, lateCount }
  }

  private readonly takeOrdered = (recorded: Recorded, ordered: boolean): void => {
    if (!ordered) this.facts.visibility.total = false
    this.take(recorded)
  }

  private take(recorded: Recorded): void {
    const { event, line } = recorded
    const { obs } = event
    this.eventCount++
    this.lastLine = line
    this.facts.visibility.saw(event.type)
    const replica = event.node === undefined ? null : this.facts.replicas.of(event.node)
    if (replica !== null && event.seq !== undefined) this.count(replica, event.seq, line)
    if (obs?.at === 'before' && replica !== null) this.observe(replica, obs, recorded)
    this.step(event, replica, recorded)
    if (obs !== undefined && obs.at !== 'before' && replica !== null) this.observe(replica, obs, recorded)
  }

  private step(event: Event, replica: Replica | null, recorded: Recorded): void {
    const { line } = recorded
    switch (event.type) {
      case 'append':
        return this.changing(replica!, line, () => this.logs.append(event, replica!, recorded))
      case 'receive':
        this.survival.follows(replica!)
        return this.changing(replica!, line, () => this.logs.receive(event, replica!, line))
      case 'follow':
        return this.survival.follows(replica!)
      case 'catch-up':
        this.history.reset(replica!)
        this.survival.follows(replica!)
        return this.changing(replica!, line, () => this.logs.catchUp(event, replica!, line))
      case 'truncate':
        return this.truncate(replica!, lastOf(event.index), line)
      case 'ack-received':
        if (event.ok !== false)
          replica!.copies.set(event.from, event.index === undefined ? Infinity : lastOf(event.index))
        return
      case 'commit':
        return this.history.commit(replica!, event.commit, line)
      case 'apply':
        return this.history.apply(replica!, firstOf(event.index), lastOf(event.index), event.op, recorded)
      case 'invoke':
        return this.pending.invoke(event, recorded)
      case 'reply':
      case 'ok':
        return this.answer(event, recorded)
      case 'read':
        return this.reads.read(event, event.node, recorded)
      case 'fail':
        return this.pending.answered(event.op)
      case 'info':
        return this.pending.gaveUp(event, recorded)
      case 'promote':
        return this.promote(event, replica!, line)
      case 'crash':
        return this.crash(replica!, event.obs, line)
      case 'demote':
        this.survival.judge(replica!, line)
        this.survival.follows(replica!)
        replica!.leading = replica!.roleUnknown = false
        return
      case 'restart':
        return this.restart(replica!, event.obs, line)
      case 'config':
        return this.copies.reconfigured(line)
      case 'gap':
        return this.lose(replica!, line)
      case 'write-received':
      case 'ship':
      case 'ack-sent':
      case 'flush':
      case 'suspect':
      case 'elect':
      case 'fence':
      case 'state':
      case 'partition':
      case 'heal':
      case 'note':
        return
    }
  }

  /** A server replied, or a client learnt, that an operation took effect. */
  private answer(event: Reply | Ok, recorded: Recorded): void {
    const { op } = event
    const node = event.type === 'reply' ? event.node : (event.from ?? event.node)
    const client = event.type === 'ok' ? event.client : undefined
    const kind = this.pending.kindOf(op, event.f, client, this.facts.visibility.total)
    const since = event.type === 'reply' ? Infinity : this.pending.begun(op)
    if (event.type === 'ok') this.pending.answered(op)
    if (event.type === 'reply' && event.ok === false) return
    if (kind === 'read') {
      if (event.type === 'ok') this.reads.read(event, node, recorded)
      return
    }
    if (kind === 'write') return this.acknowledge(event, node, since, recorded)
    doubtAcks(this.facts, 'Whether an answered operation is a write is not recorded (f).', [recorded.line])
  }

  private acknowledge(event: Reply | Ok, node: string | undefined, since: number, recorded: Recorded): void {
    const { acked, judgement, placement, replicas, visibility } = this.facts
    const { op } = event
    const { line } = recorded
    // An entry may have been written once more, unseen, so that its place in a log is trusted only if nothing is hidden.
    const known = visibility.total && visibility.gapCount === 0 && !visibility.hidden('append')
    const position = lastOf(event.index) || (known ? placement.of(op) : 0)
    // Where all replies are recorded, what a client learnt is no reason for doubt.
    const first = event.type === 'reply' || visibility.hidden('reply')
    const session = event.session ?? event.client
    const source = event.type === 'reply' ? event.node : event.client
    if (session !== undefined) this.sessions.wrote(session, source, op, position, line, first)
    if (node !== undefined) this.copies.acknowledge(event, replicas.of(node), position, line)
    this.staleness?.acknowledge(position, line)
    const settled = placement.settledAt(op)
    if (settled > 0) this.survival.promisedSettled('acked', settled)
    else if (placement.of(op) === 0 && placement.forgottenCount > 0) {
      acked.any = true
      acked.forgottenCount++
      const message = 'Writes were acknowledged whose entries were forgotten or never seen.'
      judgement.doubt('NoLostAckedWrite', message, [line], op)
    } else if (acked.add(op, recorded)) this.survival.promised('acked', op, recorded)
    this.lateAcks.acknowledge(op, node, event.epoch, since, first, recorded)
  }

  private promote(event: Promote, replica: Replica, line: number): void {
    const { leaders } = this.facts
    if (event.epoch > (leaders.newest?.epoch ?? -1)) this.survival.succeeded(line)
    this.epochs.promote(replica, event.epoch, line)
    leaders.promote(replica.name, event.epoch, line)
    replica.ledBefore ||= replica.ledEpoch >= 0 && replica.ledEpoch !== event.epoch
    replica.ledEpoch = event.epoch
    replica.ledLine = line
    replica.leading = true
    replica.up = true
    replica.roleUnknown = false
    replica.copies.clear()
    if (event.index !== undefined && this.facts.dense) replica.log.observeLast(lastOf(event.index))
    if (event.epoch === leaders.newest?.epoch) this.survival.leads(replica, line)
    else this.survival.preceded(replica, line)
  }

  private truncate(replica: Replica, last: number, line: number): void {
    this.history.truncate(replica, last, line)
    this.logs.truncate(replica, last, line)
    this.survival.disturbed(replica, line)
    this.survival.judge(replica, line)
  }

  private crash(replica: Replica, observation: Observation | undefined, line: number): void {
    this.survival.crashes(replica, observation?.at === 'stale' ? undefined : observation?.log, line)
    replica.up = false
    this.history.reset(replica)
  }

  private restart(replica: Replica, observation: Observation | undefined, line: number): void {
    // It may have been seen to be down, and crashed unrecorded or in a gap.
    this.crash(replica, undefined, line)
    replica.up = replica.roleUnknown = true
    replica.leading = false
    if (observation?.log !== undefined && observation.at !== 'stale')
      this.survival.listed(replica, observation.log, line)
    this.survival.follows(replica)
    if (observation?.role !== 'follower') this.survival.returns(replica)
    const last = observation?.at === 'stale' ? null : (observation?.last ?? null)
    this.logs.restart(replica, typeof last === 'number' ? last : null, line)
  }

  /** Events have numbers at their node; a hole is a loss. */
  private count(replica: Replica, seq: number, line: number): void {
    if (seq > replica.seq + 1) this.lose(replica, line)
    replica.seq = Math.max(replica.seq, seq)
  }

  private lose(replica: Replica, line: number): void {
    replica.gapped = true
    replica.log.forget()
    this.history.reset(replica)
    this.facts.visibility.gap(line)
  }

  private observe(replica: Replica, observation: Observation, recorded: Recorded): void {
    const { line } = recorded
    const { role, last, lastEpoch, commit, log, prefixHash, at } = observation
    this.epochs.observe(replica, observation, line)
    if (commit !== undefined && commit !== null) this.history.observeCommit(replica, lowest(commit), line)
    const leadsAgain = role === 'leader' && this.leadsAnew(replica, at === 'stale')
    if (at === 'stale') return
    if (role !== undefined) this.observeRole(replica, role)
    if (typeof last === 'number' && typeof lastEpoch === 'number' && prefixHash !== undefined)
      this.matching.hashed(last, lastEpoch, prefixHash, replica.name, recorded)
    if (typeof last === 'number' && this.facts.dense) this.observeLast(replica, last, line)
    if (log !== undefined) this.observeLog(replica, log, line)
    else if (leadsAgain) this.survival.judge(replica, line)
  }

  /** It was not known to lead, and does. What is stale is true since its restart, unless it has stopped to lead. */
  private leadsAnew(replica: Replica, stale: boolean): boolean {
    if (stale ? !replica.roleUnknown : replica.up && replica.leading) return false
    this.survival.returns(replica)
    replica.up = replica.leading = true
    return true
  }

  private observeRole(replica: Replica, role: NonNullable<Observation['role']>): void {
    replica.up = role !== 'down'
    replica.roleUnknown = false
    if (role === 'down') return
    replica.leading = role === 'leader'
    if (!replica.leading) this.survival.follows(replica)
  }

  /** What is known of a log and no longer so: of the newest leader's, and of what was committed and shown. */
  private changing(replica: Replica, line: number, change: () => void): void {
    const { rewriteCount } = replica.log
    change()
    if (replica.log.rewriteCount === rewriteCount) return
    if (replica.log.lowestRewrite === 0) replica.compared = replica.shown = 0
    this.survival.disturbed(replica, line)
  }

  private observeLast(replica: Replica, last: number, line: number): void {
    const shrank = last < replica.log.sure
    replica.log.observeLast(last)
    replica.logLine = line
    if (shrank) this.survival.disturbed(replica, line)
  }

  private observeLog(replica: Replica, log: readonly string[], line: number): void {
    this.changing(replica, line, () => replica.log.observe(log))
    replica.logLine = line
    replica.listLine = line
    log.forEach((op, index) => this.facts.placement.place(op, index + 1))
    this.survival.listed(replica, log, line)
  }
}
