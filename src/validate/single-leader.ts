// The binding of `spec/single-leader.ts`. The model is coarser than systems are: shipping is one step that happens when
// the follower has the entry, an acknowledgement is one step that happens when the client is answered.
import type { Config } from '../lang/spec.ts'
import type { Aspect, Binding, Call, Claim, Reading } from './binding.ts'
import type { Labels, Shift } from './labels.ts'
import type { Event, Observation } from './repltrace.ts'
import { compact } from './window.ts'

/** The native state, as far as the binding reads it. Tables are indexed by node numbers. */
export interface State {
  readonly up: boolean[]
  readonly role: ('follower' | 'leader')[]
  readonly epoch: number[]
  readonly log: { readonly length: number; [index: number]: { readonly epoch: number; readonly id: number } }[]
  readonly flushed: number[]
  readonly applied: number[]
  readonly visible: number[]
  readonly upstream: (number | null)[]
  readonly acked: Iterable<{ readonly id: number; readonly epoch: number }>
  readonly elected: Iterable<{ readonly epoch: number; readonly node: number }>
  readonly nextId: number
}

type Calls = readonly Call[]

const UNBOUNDED = Number.MAX_SAFE_INTEGER
const ROLES = { down: 0, follower: 1, candidate: 1, leader: 2 }
/** Nothing happened that the model would have a step for. */
const NOTHING: Calls = []

export const singleLeader: Binding = {
  spec: 'single-leader',
  bounds: ['nodes', 'writes', 'epochs', 'crashes', 'restarts', 'suspicions', 'cuts', 'reads'],
  sizes: (nodes, entries, epochs) => ({
    nodes,
    writes: entries,
    epochs,
    crashes: 1,
    restarts: 1,
    suspicions: 1,
    cuts: 1,
    reads: 1,
  }),
  read: (event, state, labels, shift, config) => new Reader(event, state as State, labels, shift, config).reading(),
  needs: (event, state, labels, shift) => needs(event, state as State, labels, shift),
  observe: (state, claim, shift) => observe(state as State, claim, shift),
  forgotten: [
    'crashesSpent',
    'restartsSpent',
    'suspicionsSpent',
    'cutsSpent',
    'readsSpent',
    'late',
    'lateHarmful',
    'fewCopies',
    'truncatedAcked',
    'staleOwn',
    'wentBack',
    'seen',
    'session',
  ],
  recordings: {
    write: { types: ['append'], onlyIfSaid: true },
    ship: { types: ['receive'], onlyIfSaid: false },
    flush: { types: ['flush'], onlyIfSaid: false },
    apply: { types: ['apply'], onlyIfSaid: false },
    acknowledge: { types: ['reply', 'ok', 'commit'], onlyIfSaid: false },
    cancel: { types: [], onlyIfSaid: false },
    timeout: { types: ['config'], onlyIfSaid: false },
    crash: { types: ['crash'], onlyIfSaid: true },
    restart: { types: ['restart'], onlyIfSaid: true },
    cutLink: { types: ['partition'], onlyIfSaid: true },
    healLink: { types: ['heal'], onlyIfSaid: true },
    pollCandidates: { types: ['elect'], onlyIfSaid: false },
    promote: { types: ['promote'], onlyIfSaid: true },
    promotePolled: { types: ['promote'], onlyIfSaid: true },
    stepDown: { types: ['demote'], onlyIfSaid: false },
    follow: { types: ['follow'], onlyIfSaid: false },
  },
  commuting: [
    ['ship', 'write'],
    ['ship', 'acknowledge'],
    ['ship', 'ship'],
    ['flush', 'write'],
    ['flush', 'acknowledge'],
    ['apply', 'write'],
    ['apply', 'ship'],
    ['apply', 'acknowledge'],
    ['acknowledge', 'write'],
    ['acknowledge', 'acknowledge'],
  ],
  compact: (state, config, mayForget) => compact(state as State, config, mayForget),
}

/** Every append may be a client's write, every promotion a new epoch. */
function needs(event: Event, state: State, labels: Labels, shift: Shift): { entries: number; epochs: number } {
  let newest = 0
  for (const { epoch } of state.elected) if (epoch > newest) newest = epoch
  let entries = state.nextId - 1
  if (event.type === 'append') {
    const end = labels.positionOf(last(event.index)) - shift.entries
    const { length } = state.log[labels.nodeOf(event.node)]
    entries = Math.max(entries + Math.max(0, end - length), end)
  }
  return { entries, epochs: newest + (event.type === 'promote' || event.type === 'elect' ? 1 : 0) }
}

/** Roles are 0 down, 1 follower, 2 leader; positions and epochs are the model's. */
function observe(state: State, { node, aspect, position }: Claim, shift: Shift): number | null {
  const log = state.log[node]
  switch (aspect) {
    case 'role':
      return !state.up[node] ? 0 : state.role[node] === 'leader' ? 2 : 1
    case 'epoch':
      return state.epoch[node]
    case 'last':
      return log.length
    case 'lastEpoch':
      return log.length === 0 ? null : log[log.length - 1].epoch
    case 'entryEpoch':
      return position < 1 || position > log.length ? null : log[position - 1].epoch
    case 'commit':
      return state.role[node] === 'leader' ? atLeast(state.visible[node], shift) : null
    case 'applied':
      return state.role[node] === 'leader' ? null : atLeast(state.applied[node], shift)
    case 'synced':
      return state.flushed[node]
  }
}

/** At the window's beginning a mark may have been further back than the window knows. */
function atLeast(mark: number, shift: Shift): number | null {
  return mark === 0 && shift.entries > 0 ? null : mark
}

/** Reads one event in one state. */
class Reader {
  private readonly event: Event
  private readonly state: State
  private readonly labels: Labels
  private readonly shift: Shift
  private readonly config: Config
  private readonly claims: Claim[] = []
  private readonly unchecked: string[] = []
  private contradiction: string | null = null

  constructor(event: Event, state: State, labels: Labels, shift: Shift, config: Config) {
    this.event = event
    this.state = state
    this.labels = labels
    this.shift = shift
    this.config = config
  }

  reading(): Reading | null {
    const attempts = this.attempts()
    if (attempts === null) return null
    const { event } = this
    if ('obs' in event && event.obs !== undefined && 'node' in event && event.node !== undefined)
      this.observed(this.labels.nodeOf(event.node), event.obs)
    const { claims, unchecked, contradiction } = this
    if (contradiction !== null) return { attempts: [], unchecked, contradiction }
    return { attempts: attempts.map(calls => ({ calls, claims })), unchecked, contradiction }
  }

  /** The ways to take the event, without what its observation claims; null when it is no matter of the model. */
  private attempts(): readonly Calls[] | null {
    const { event, labels, state } = this
    switch (event.type) {
      case 'append':
        return this.appended(labels.nodeOf(event.node), event.index, event.epoch)
      case 'receive':
        return this.received(labels.nodeOf(event.node), labels.nodeOf(event.from), event.index, event.epoch)
      case 'catch-up':
        // What is done to a stopped node's files shows when it starts again.
        if (!state.up[labels.nodeOf(event.node)]) return [NOTHING]
        return this.received(labels.nodeOf(event.node), labels.nodeOf(event.from), event.index, event.epoch)
      case 'ship':
        return this.shipped(labels.nodeOf(event.node), event.index)
      case 'ack-sent':
        if (event.ok !== false && event.index !== undefined)
          this.claim(labels.nodeOf(event.node), 'last', this.position(last(event.index)), UNBOUNDED, 'index')
        return [NOTHING]
      case 'ack-received':
        return [NOTHING]
      case 'flush':
        return this.flushed(labels.nodeOf(event.node), this.position(last(event.index)))
      case 'apply':
        return this.applied(labels.nodeOf(event.node), this.position(last(event.index)))
      case 'commit':
        return this.committed(labels.nodeOf(event.node), this.position(event.commit))
      case 'reply':
        if (event.ok === false || event.f === 'read') return [NOTHING]
        return this.acknowledged(labels.nodeOf(event.node), event.op, event.index)
      case 'ok':
        if (event.f === 'read') return null
        if (event.index === undefined && labels.placeOf(event.op) === null) return null
        return this.acknowledged(event.from === undefined ? null : labels.nodeOf(event.from), event.op, event.index)
      case 'read': {
        const node = labels.nodeOf(event.node)
        if (event.index !== undefined) {
          const aspect = state.role[node] === 'leader' ? 'commit' : 'applied'
          this.exactly(node, aspect, this.position(last(event.index)), 'index')
        } else if (event.value !== undefined) this.unchecked.push('value')
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
        return this.promoted(labels.nodeOf(event.node), event.epoch, event.index, event.voters)
      case 'demote': {
        const leader = labels.nodeOf(event.node)
        if (!state.up[leader] || state.role[leader] !== 'leader') return [NOTHING]
        return one([{ action: 'stepDown', args: { leader } }])
      }
      case 'follow': {
        const follower = labels.nodeOf(event.node)
        const leader = labels.nodeOf(event.from)
        return state.upstream[follower] === leader ? [NOTHING] : one([{ action: 'follow', args: { follower, leader } }])
      }
      case 'truncate':
        if (!state.up[labels.nodeOf(event.node)]) return [NOTHING]
        return this.truncated(labels.nodeOf(event.node), this.position(last(event.index)))
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

  /** On a leader, clients' writes; on a follower, entries taken from a leader. */
  private appended(node: number, index: Range, epoch: number | undefined): readonly Calls[] {
    const { state } = this
    const begin = this.position(first(index))
    const end = this.position(last(index))
    this.exactly(node, 'last', begin - 1, 'index', 'before')
    this.exactly(node, 'last', end, 'index')
    this.ofEpoch(node, end, epoch)
    const action = state.role[node] === 'leader' ? 'write' : 'ship'
    const args: Call['args'] = action === 'write' ? { leader: node } : { follower: node }
    return [repeated({ action, args }, end - begin + 1)]
  }

  private received(
    follower: number,
    leader: number,
    index: Range | undefined,
    epoch: number | undefined,
  ): readonly Calls[] {
    if (index === undefined || (this.labels.delivers && this.event.type === 'receive')) return [NOTHING]
    const { length } = this.state.log[follower]
    const end = this.position(last(index))
    if (end <= length) return [NOTHING] // known already: a message that was sent again
    this.exactly(follower, 'last', end, 'index')
    // A message carries its sender's epoch; its entries may be older.
    if (epoch !== undefined) this.exactly(follower, 'epoch', this.ledEpoch(epoch), 'epoch')
    return [repeated({ action: 'ship', args: { follower, leader } }, end - length)]
  }

  private shipped(node: number, index: Range | undefined): readonly Calls[] {
    if (index !== undefined) this.claim(node, 'last', this.position(last(index)), UNBOUNDED, 'index')
    return [NOTHING]
  }

  private flushed(node: number, position: number): readonly Calls[] {
    if (this.state.flushed[node] >= position) return [NOTHING]
    this.claim(node, 'synced', position, UNBOUNDED, 'index')
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
    const place = labels.placeOf(op)
    if (place === null && labels.allNamed) this.contradiction = `no append has the operation ${op}`
    const position = index !== undefined ? labels.positionOf(last(index)) : place?.position
    if (position === undefined) {
      this.unchecked.push('op')
      return [NOTHING]
    }
    if (place !== null && place.position !== position)
      this.contradiction = `${op} was appended at ${labels.indexAt(place.position)}, not at ${labels.indexAt(position)}`
    return this.acknowledgedAt(leader, position - this.shift.entries)
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
    const ids = new Set(nodes.map(node => state.log[node][position - 1]?.id))
    for (const { id } of state.acked) if (ids.has(id)) return true
    return false
  }

  /**
   * A node that starts again although nothing said that it stopped had stopped just before. One whose log was rewound
   * while it was down comes back as one that has already followed.
   */
  private restarted(node: number): readonly Calls[] {
    const { state, labels, event } = this
    const restart: Call = { action: 'restart', args: { node } }
    const back: Calls = state.up[node] ? [{ action: 'crash', args: { node } }, restart] : [restart]
    const rewind = labels.rewindBefore(event)
    if (rewind === null) return [back]
    const args = { follower: node, leader: labels.nodeOf(rewind.from) }
    const kept = rewind.kept === null ? state.flushed[node] : this.position(rewind.kept)
    const count = rewind.last === null ? 0 : this.position(rewind.last) - kept
    return [[...back, { action: 'follow', args }, ...repeated({ action: 'ship', args }, count)]]
  }

  private promoted(
    candidate: number,
    epoch: number,
    index: Range | undefined,
    voters: readonly string[] | undefined,
  ): readonly Calls[] {
    const { labels, shift, state, config } = this
    const rank = (labels.rankOf(epoch) ?? 0) - shift.epochs
    this.exactly(candidate, 'epoch', rank, 'epoch')
    if (index !== undefined) this.exactly(candidate, 'last', this.position(last(index)), 'index')
    // The model begins with a leader; the event that says so is its initial state.
    const founding = labels.founding >= 0 && rank === 1 && shift.epochs === 0 && candidate === 1
    if (founding && state.role[1] === 'leader' && state.epoch[1] === 1) return [NOTHING]
    if (config['twoStep'] === true) return one([{ action: 'promotePolled', args: { candidate } }])
    return one([{ action: 'promote', args: { candidate, ...this.voters(voters) } }])
  }

  /** A rewind is part of following; what remains to be seen is the new end of the log. */
  private truncated(node: number, position: number): readonly Calls[] {
    this.exactly(node, 'last', position, 'index')
    if (this.state.log[node].length === position) return [NOTHING]
    return one([{ action: 'follow', args: { follower: node } }])
  }

  private links(action: 'cutLink' | 'healLink', between: readonly (readonly string[])[] | undefined): readonly Calls[] {
    if (between === undefined) {
      this.unchecked.push('between')
      return [NOTHING]
    }
    const [left, right] = between.map(side => side.map(name => this.labels.nodeOf(name)))
    const calls = left.flatMap(a => right.map(b => ({ action, args: { a: Math.min(a, b), b: Math.max(a, b) } })))
    return one(calls)
  }

  private voters(names: readonly string[] | undefined): Call['args'] {
    return names === undefined ? {} : { voters: names.map(name => this.labels.nodeOf(name)) }
  }

  private observed(node: number, obs: Observation): void {
    const { labels, shift } = this
    const at = obs.at ?? 'after'
    if (at === 'stale') {
      this.unchecked.push('obs')
      return
    }
    if (labels.isBeforeFirstLeader(this.event)) {
      if (obs.role !== undefined || obs.epoch !== undefined) this.unchecked.push('obs before the first leader')
    } else {
      if (obs.role !== undefined) this.exactly(node, 'role', ROLES[obs.role], 'obs.role', at)
      this.epochs(node, 'epoch', obs.epoch, at)
    }
    this.epochs(node, 'lastEpoch', obs.lastEpoch, at)
    this.positions(node, 'last', obs.last, at)
    // A promotion shows the whole log; a system may call less of it committed until its own epoch has an entry.
    if (typeof obs.commit === 'number')
      this.claim(node, 'commit', this.position(obs.commit), UNBOUNDED, 'obs.commit', at)
    this.positions(node, 'applied', obs.applied, at)
    this.positions(node, 'synced', obs.synced, at)
    if (obs.log !== undefined) {
      this.exactly(node, 'last', obs.log.length - shift.entries, 'obs.log', at)
      obs.log.forEach((op, index) => {
        const rank = labels.placeOf(op)?.rank ?? null
        const position = index + 1 - shift.entries
        if (rank !== null && position > 0)
          this.claims.push({
            node,
            aspect: 'entryEpoch',
            position,
            ge: rank - shift.epochs,
            le: rank - shift.epochs,
            at,
            field: `obs.log[${index}]`,
          })
      })
    }
    if (obs.prefixHash !== undefined) this.unchecked.push('obs.prefixHash')
  }

  private epochs(
    node: number,
    aspect: 'epoch' | 'lastEpoch',
    bounds: Observation['epoch'],
    at: Claim['at'],
    field = `obs.${aspect}`,
  ): void {
    if (bounds === undefined || bounds === null) return
    const { labels, shift } = this
    const rank = (epoch: number): number => labels.rankBelow(epoch) - shift.epochs
    // An epoch that nobody led is known to a node before it means anything to the model.
    if (typeof bounds === 'number') {
      const exact = labels.rankOf(bounds) !== null
      this.claim(node, aspect, exact ? rank(bounds) : 0, rank(bounds), field, at)
    } else
      this.claim(
        node,
        aspect,
        bounds.ge === undefined ? 0 : rank(bounds.ge),
        bounds.le === undefined ? UNBOUNDED : rank(bounds.le),
        field,
        at,
      )
  }

  private positions(node: number, aspect: Aspect, bounds: Observation['last'], at: Claim['at']): void {
    if (bounds === undefined || bounds === null) return
    const field = `obs.${aspect}`
    if (typeof bounds === 'number') this.exactly(node, aspect, this.position(bounds), field, at)
    else
      this.claim(
        node,
        aspect,
        bounds.ge === undefined ? -UNBOUNDED : this.position(bounds.ge),
        bounds.le === undefined ? UNBOUNDED : this.position(bounds.le),
        field,
        at,
      )
  }

  /** The model's number of an epoch that somebody must have led. */
  private ledEpoch(epoch: number): number {
    const rank = this.labels.rankOf(epoch)
    if (rank === null) this.contradiction ??= `nobody was promoted in epoch ${epoch}`
    return (rank ?? 0) - this.shift.epochs
  }

  private ofEpoch(node: number, position: number, epoch: number | undefined): void {
    if (epoch === undefined || position < 1) return
    const rank = this.ledEpoch(epoch)
    this.claims.push({ node, aspect: 'entryEpoch', position, ge: rank, le: rank, at: 'after', field: 'epoch' })
  }

  private exactly(node: number, aspect: Aspect, value: number, field: string, at: Claim['at'] = 'after'): void {
    this.claim(node, aspect, value, value, field, at)
  }

  private claim(node: number, aspect: Aspect, ge: number, le: number, field: string, at: Claim['at'] = 'after'): void {
    this.claims.push({ node, aspect, position: 0, ge, le, at, field })
  }

  private position(index: number): number {
    return this.labels.positionOf(index) - this.shift.entries
  }
}

type Range = number | [number, number]

function first(index: Range): number {
  return typeof index === 'number' ? index : index[0]
}

function last(index: Range): number {
  return typeof index === 'number' ? index : index[1]
}

function one(calls: Calls): readonly Calls[] {
  return [calls]
}

function repeated(call: Call, count: number): Calls {
  return count === 1 ? [call] : Array.from({ length: Math.max(0, count) }, () => call)
}
