// Which steps of `spec/single-leader.ts` a recorded event may stand for. The model is coarser than systems are: shipping
// is one step that happens when the follower has the entry, an acknowledgement is one step that happens when the client
// is answered, and a rewind is part of following.
import type { Config } from '../../lang/spec.ts'
import type { Call, Reading } from './binding.ts'
import { firstOf, lastOf } from '../format/bounds.ts'
import { Claims, UNBOUNDED } from './claims.ts'
import type { Labels, Shift } from './labels.ts'
import { type Led, widened } from './led.ts'
import type { Event } from '../format/repltrace.ts'
import { entryAt, newestOf, type State } from './single-leader-state.ts'

type Calls = readonly Call[]

/** Nothing happened that the model would have a step for. */
const NOTHING: Calls = []

/** Reads one event in one state. */
export class EventReader {
  private readonly event: Event
  private readonly state: State
  private readonly labels: Labels
  private readonly shift: Shift
  private readonly config: Config
  private readonly claims: Claims

  constructor(event: Event, state: State, labels: Labels, shift: Shift, config: Config) {
    this.event = event
    this.state = state
    this.labels = labels
    this.shift = shift
    this.config = config
    this.claims = new Claims(labels, shift, labels.isRanked ? shift.led : this.led())
  }

  reading(): Reading | null {
    const { event } = this
    this.tell()
    this.claims.contradiction ??= this.labels.conflictOf(event)
    const told = this.claims.list.length
    const isToldAgainst = this.claims.contradiction !== null
    const attempts = this.attempts()
    if (attempts === null) return null
    const isReadAgainst = !isToldAgainst && this.claims.contradiction !== null
    const untold = this.claims.list.length
    if ('obs' in event && event.obs !== undefined && 'node' in event && event.node !== undefined)
      this.claims.observed(this.labels.nodeOf(event.node), event.obs, event)
    const { list: claims, unchecked, contradiction } = this.claims
    // What was claimed in between may be claimed in this state alone.
    const certain = told === untold ? claims : claims.toSpliced(told, untold - told)
    const possible = contradiction === null ? attempts : []
    return {
      attempts: possible.map(calls => ({ calls, claims })),
      certain,
      unchecked,
      contradiction,
      contradictsAlways: contradiction !== null && !isReadAgainst,
    }
  }

  /** What the event claims whatever the state is. */
  private tell(): void {
    const { event, labels, claims } = this
    if (event.type === 'append') {
      const node = labels.nodeOf(event.node)
      const end = claims.position(lastOf(event.index))
      claims.exactly(node, 'last', claims.position(firstOf(event.index)) - 1, 'index', 'before')
      claims.exactly(node, 'last', end, 'index')
      if (event.epoch !== undefined) claims.entry(node, end, event.epoch, 'epoch')
    } else if (event.type === 'receive') {
      // A message brings what it names; what is before its first must be there.
      if (event.index !== undefined && labels.counts && !labels.delivers)
        claims.claim(
          labels.nodeOf(event.node),
          'last',
          claims.position(firstOf(event.index)) - 1,
          UNBOUNDED,
          'index',
          'before',
        )
    } else if (event.type === 'promote') {
      const candidate = labels.nodeOf(event.node)
      if (this.config['epochSource'] !== 'local') claims.contradiction = labels.whyOld(event)
      claims.inEpoch(candidate, event.epoch)
      if (event.index !== undefined) claims.exactly(candidate, 'last', claims.position(lastOf(event.index)), 'index')
    } else if (event.type === 'ship' || (event.type === 'ack-sent' && event.ok !== false)) {
      if (event.index !== undefined) this.hasUpTo(event.node, event.index)
    }
  }

  private hasUpTo(name: string, index: Range): void {
    this.claims.claim(this.labels.nodeOf(name), 'last', this.claims.position(lastOf(index)), UNBOUNDED, 'index')
  }

  /** The epochs that were led up to here, and the one that a promotion opens. */
  private led(): Led {
    const { event, state, shift } = this
    return widened(
      shift.led,
      newestOf(state, this.labels.nodes.length) + shift.epochs + (event.type === 'promote' ? 1 : 0),
    )
  }

  /** The ways to take the event, without what its observation claims; null when it is no matter of the model. */
  private attempts(): readonly Calls[] | null {
    const { event, labels, state } = this
    switch (event.type) {
      case 'append':
        return this.appended(labels.nodeOf(event.node), event.index)
      case 'receive':
        return this.received(labels.nodeOf(event.node), labels.nodeOf(event.from), event.index, event.epoch)
      case 'catch-up':
        // What is done to a stopped node's files shows when it starts again.
        if (!state.up[labels.nodeOf(event.node)]) return [NOTHING]
        return this.received(labels.nodeOf(event.node), labels.nodeOf(event.from), event.index, event.epoch)
      case 'ship':
      case 'ack-sent':
      case 'ack-received':
        return [NOTHING]
      case 'flush':
        return this.flushed(labels.nodeOf(event.node), this.claims.position(lastOf(event.index)))
      case 'apply':
        return this.applied(labels.nodeOf(event.node), this.claims.position(lastOf(event.index)))
      case 'commit':
        return this.committed(labels.nodeOf(event.node), this.claims.position(event.commit))
      case 'reply':
        if (event.ok === false || this.isRead(event)) return [NOTHING]
        return this.acknowledged(labels.nodeOf(event.node), event.op, event.index)
      case 'ok':
        if (this.isRead(event)) return null
        if (event.index === undefined && labels.placesOf(event.op).length === 0) return null
        return this.acknowledged(event.from === undefined ? null : labels.nodeOf(event.from), event.op, event.index)
      case 'read': {
        const node = labels.nodeOf(event.node)
        if (event.index !== undefined) {
          const aspect = state.role[node] === 'leader' ? 'commit' : 'applied'
          this.claims.exactly(node, aspect, this.claims.position(lastOf(event.index)), 'index')
        } else if (event.value !== undefined) this.claims.unchecked.push('value')
        return one([{ action: 'read', args: { node } }])
      }
      case 'crash':
        return one([{ action: 'crash', args: { node: labels.nodeOf(event.node) } }])
      case 'restart':
        return this.restarted(labels.nodeOf(event.node))
      case 'elect':
        if (this.config['twoStep'] !== true || event.to === undefined) return [NOTHING]
        return one([
          { action: 'pollCandidates', args: { candidate: labels.nodeOf(event.to), ...this.voters(event.voters) } },
        ])
      case 'promote':
        return this.promoted(labels.nodeOf(event.node), event.voters)
      case 'demote': {
        const leader = labels.nodeOf(event.node)
        if (!state.up[leader] || state.role[leader] !== 'leader') return [NOTHING]
        return one([{ action: 'stepDown', args: { leader } }])
      }
      case 'follow': {
        const follower = labels.nodeOf(event.node)
        const leader = labels.nodeOf(event.from)
        if (labels.keepsLog(event))
          this.claims.atLeast(follower, 'last', state.log[follower].length, 'complete.truncate')
        return state.upstream[follower] === leader ? [NOTHING] : one([{ action: 'follow', args: { follower, leader } }])
      }
      case 'truncate':
        if (!state.up[labels.nodeOf(event.node)]) return [NOTHING]
        return this.truncated(labels.nodeOf(event.node), this.claims.position(lastOf(event.index)))
      case 'partition':
        return this.links('cutLink', event.between)
      case 'heal':
        return this.links('healLink', event.between)
      case 'state':
        return [NOTHING]
      case 'write-received':
      case 'invoke':
      case 'fail':
      case 'info':
      case 'suspect':
      case 'fence':
      case 'config':
      case 'gap':
      case 'note':
        return null
    }
  }

  /** What an operation does may stand at its beginning only. */
  private isRead({ f, op }: { readonly f?: string; readonly op: string }): boolean {
    return f === undefined ? this.labels.reads(op) : f === 'read'
  }

  /** On a leader, clients' writes; on a follower, entries taken from a leader. */
  private appended(node: number, index: Range): readonly Calls[] {
    const action = this.state.role[node] === 'leader' ? 'write' : 'ship'
    const args: Call['args'] = action === 'write' ? { leader: node } : { follower: node }
    return [repeated({ action, args }, this.claims.position(lastOf(index)) - this.claims.position(firstOf(index)) + 1)]
  }

  private received(
    follower: number,
    leader: number,
    index: Range | undefined,
    epoch: number | undefined,
  ): readonly Calls[] {
    if (index === undefined || (this.labels.delivers && this.event.type === 'receive')) return [NOTHING]
    const { length } = this.state.log[follower]
    const end = this.claims.position(lastOf(index))
    if (end <= length) return [NOTHING] // known already: a message that was sent again
    this.claims.exactly(follower, 'last', end, 'index')
    // A message carries its sender's epoch; its entries may be older.
    if (epoch !== undefined) this.claims.inEpoch(follower, epoch)
    return [repeated({ action: 'ship', args: { follower, leader } }, end - length)]
  }

  private flushed(node: number, position: number): readonly Calls[] {
    if (this.state.flushed[node] >= position) return [NOTHING]
    this.claims.claim(node, 'synced', position, UNBOUNDED, 'index')
    return one([{ action: 'flush', args: { node } }])
  }

  private applied(node: number, position: number): readonly Calls[] {
    const { state } = this
    if (state.role[node] === 'leader' || state.applied[node] >= position) return [NOTHING]
    return one(repeated({ action: 'apply', args: { node } }, position - state.applied[node]))
  }

  /** A leader's commit position moves when it may acknowledge; a follower only hears of it. */
  private committed(node: number, position: number): readonly Calls[] {
    const { state } = this
    if (position < 1 || state.role[node] !== 'leader') return [NOTHING]
    return this.acknowledgedAt(node, position)
  }

  private acknowledged(leader: number | null, op: string, index: Range | undefined): readonly Calls[] {
    const { labels } = this
    const places = [...new Set(labels.placesOf(op).map(({ position }) => position))]
    if (places.length === 0 && labels.allNamed) this.claims.contradiction = `no append has the operation ${op}`
    const positions = index === undefined ? places : [labels.positionOf(lastOf(index))]
    if (positions.length === 0) {
      this.claims.unchecked.push('op')
      return [NOTHING]
    }
    const elsewhere = labels.elsewhere(op, positions[0])
    if (elsewhere !== null) this.claims.contradiction = elsewhere
    if (leader !== null && (labels.allNamed || labels.writesOnce)) this.isEntryOf(op, leader, positions[0])
    return positions.flatMap(position => this.acknowledgedAt(leader, position - this.shift.entries))
  }

  /** What the leader has at the position is what was written there for the operation, when that was one entry. */
  private isEntryOf(op: string, leader: number, position: number): void {
    const written = this.labels.placesOf(op).filter(place => place.position === position)
    const [place] = written
    if (written.length === 1 && place.epoch !== null)
      this.claims.entry(leader, position - this.shift.entries, place.epoch, 'op')
  }

  private acknowledgedAt(leader: number | null, position: number): readonly Calls[] {
    if (position < 1) return [NOTHING] // before the window: every node has it
    if (this.repeats() && this.isAcknowledged(leader, position)) return [NOTHING]
    return one([{ action: 'acknowledge', args: leader === null ? { position } : { leader, position } }])
  }

  /** Whether another event may have told of this acknowledgement before. */
  private repeats(): boolean {
    const { event, labels } = this
    if ('attempt' in event && typeof event.attempt === 'number' && event.attempt > 1) return true
    if (event.type === 'commit') return true
    return labels.occurs('commit') || (event.type === 'ok' && labels.occurs('reply'))
  }

  private isAcknowledged(leader: number | null, position: number): boolean {
    const { state, labels } = this
    const nodes = leader === null ? labels.nodes.map((_, at) => at + 1) : [leader]
    const ids = new Set(nodes.map(node => entryAt(state, node, position)?.id))
    for (const { id } of state.acked) if (ids.has(id)) return true
    return false
  }

  /**
   * A node that starts again although nothing said that it stopped had stopped just before, unless no crash is missing.
   * One whose log was rewound while it was down comes back as one that has already followed.
   */
  private restarted(node: number): readonly Calls[] {
    const { state, labels, event } = this
    const restart: Call = { action: 'restart', args: { node } }
    const stopped = state.up[node] && (!labels.allCrashes || labels.isFirstOfNode(event))
    const back: Calls = stopped ? [{ action: 'crash', args: { node } }, restart] : [restart]
    const rewind = labels.rewindBefore(event)
    if (rewind === null) return [back]
    const args = { follower: node, leader: labels.nodeOf(rewind.from) }
    const kept = rewind.kept === null ? state.flushed[node] : this.claims.position(rewind.kept)
    const count = rewind.last === null ? 0 : this.claims.position(rewind.last) - kept
    return [[...back, { action: 'follow', args }, ...repeated({ action: 'ship', args }, count)]]
  }

  private promoted(candidate: number, voters: readonly string[] | undefined): readonly Calls[] {
    const { labels, shift, state, event } = this
    // The model begins with a leader; the event that says so is its initial state.
    const isFirst = labels.isFounding(event) && shift.epochs === 0 && candidate === 1
    const begins = isFirst && state.role[1] === 'leader' && state.epoch[1] === 1 ? [NOTHING] : []
    // Where promotions may be missing, this one need not be the first.
    if (begins.length > 0 && labels.isRanked) return begins
    return [...begins, this.promotion(candidate, voters)]
  }

  private promotion(candidate: number, voters: readonly string[] | undefined): Calls {
    if (this.config['twoStep'] === true) return [{ action: 'promotePolled', args: { candidate } }]
    return [{ action: 'promote', args: { candidate, ...this.voters(voters) } }]
  }

  /** A rewind is part of following; what remains to be seen is the new end of the log. */
  private truncated(node: number, position: number): readonly Calls[] {
    this.claims.exactly(node, 'last', position, 'index')
    if (this.state.log[node].length === position) return [NOTHING]
    return one([{ action: 'follow', args: { follower: node } }])
  }

  private links(action: 'cutLink' | 'healLink', between: readonly (readonly string[])[] | undefined): readonly Calls[] {
    if (between === undefined) {
      this.claims.unchecked.push('between')
      return [NOTHING]
    }
    const [left, right] = between.map(side => side.map(name => this.labels.nodeOf(name)))
    const calls = left.flatMap(a => right.map(b => ({ action, args: { a: Math.min(a, b), b: Math.max(a, b) } })))
    return one(calls)
  }

  private voters(names: readonly string[] | undefined): Call['args'] {
    return names === undefined ? {} : { voters: names.map(name => this.labels.nodeOf(name)) }
  }
}

type Range = number | [number, number]

function one(calls: Calls): readonly Calls[] {
  return [calls]
}

function repeated(call: Call, count: number): Calls {
  return count === 1 ? [call] : Array.from({ length: Math.max(0, count) }, () => call)
}
