// What a recorded event says of a node, in the model's numbers: the position and epoch that it names, and what was
// observed. A number that was seen becomes two bounds; what the model has no answer to is counted instead.
import type { Aspect, Claim } from './binding.ts'
import type { Labels, Shift } from './labels.ts'
import type { Event, Observation } from './repltrace.ts'

export const UNBOUNDED: number = Number.MAX_SAFE_INTEGER

const ROLES = { down: 0, follower: 1, candidate: 1, leader: 2 }

export class Claims {
  readonly list: Claim[] = []
  /** Fields that nothing in the model answers to. */
  readonly unchecked: string[] = []
  /** Why the event contradicts the rest of the trace whatever the state. */
  contradiction: string | null = null
  private readonly labels: Labels
  private readonly shift: Shift

  constructor(labels: Labels, shift: Shift) {
    this.labels = labels
    this.shift = shift
  }

  /** What an event says of the state of its node. */
  observed(node: number, obs: Observation, event: Event): void {
    const { labels, shift } = this
    const at = obs.at ?? 'after'
    if (at === 'stale') {
      this.unchecked.push('obs')
      return
    }
    if (labels.isBeforeFirstLeader(event)) {
      if (obs.role !== undefined || obs.epoch !== undefined) this.unchecked.push('obs before the first leader')
    } else {
      if (obs.role !== undefined) this.exactly(node, 'role', ROLES[obs.role], 'obs.role', at)
      this.epochs(node, 'epoch', obs.epoch, at)
      // What a leader has heard of, it leads.
      if (obs.role === 'leader' && typeof obs.epoch === 'number') this.mustBeLed(obs.epoch)
    }
    this.epochs(node, 'lastEpoch', obs.lastEpoch, at)
    // Entries are written by leaders; those of before the recording are older than its first epoch.
    if (typeof obs.lastEpoch === 'number' && labels.rankBelow(obs.lastEpoch) > 0) this.mustBeLed(obs.lastEpoch)
    this.positions(node, 'last', obs.last, at)
    // A promotion shows the whole log; a system may call less of it committed until its own epoch has an entry.
    if (typeof obs.commit === 'number')
      this.claim(node, 'commit', this.position(obs.commit), UNBOUNDED, 'obs.commit', at)
    this.positions(node, 'applied', obs.applied, at)
    this.positions(node, 'synced', obs.synced, at)
    if (obs.log !== undefined) {
      this.exactly(node, 'last', obs.log.length - shift.entries, 'obs.log', at)
      obs.log.forEach((op, index) => {
        const ranks = new Set(labels.placesOf(op).map(place => place.rank))
        const [rank = null] = ranks.size === 1 ? ranks : []
        const position = index + 1 - shift.entries
        if (rank !== null && position > 0)
          this.list.push({
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

  private mustBeLed(epoch: number): void {
    if (this.labels.allLed && this.labels.rankOf(epoch) === null)
      this.contradiction ??= `nobody was promoted in epoch ${epoch}`
  }

  /** The model's number of an epoch that somebody must have led. */
  ledEpoch(epoch: number): number {
    const rank = this.labels.rankOf(epoch)
    if (rank === null) this.contradiction ??= `nobody was promoted in epoch ${epoch}`
    return (rank ?? 0) - this.shift.epochs
  }

  /** The entry at a position belongs to an epoch. */
  ofEpoch(node: number, position: number, epoch: number | undefined): void {
    if (epoch === undefined || position < 1) return
    const rank = this.ledEpoch(epoch)
    this.list.push({ node, aspect: 'entryEpoch', position, ge: rank, le: rank, at: 'after', field: 'epoch' })
  }

  /** The entry that a node has at a position is of the epoch of a rank. */
  ofRank(node: number, position: number, rank: number): void {
    const epoch = rank - this.shift.epochs
    this.list.push({ node, aspect: 'entryEpoch', position, ge: epoch, le: epoch, at: 'after', field: 'op' })
  }

  exactly(node: number, aspect: Aspect, value: number, field: string, at: Claim['at'] = 'after'): void {
    this.claim(node, aspect, value, value, field, at)
  }

  claim(node: number, aspect: Aspect, ge: number, le: number, field: string, at: Claim['at'] = 'after'): void {
    this.list.push({ node, aspect, position: 0, ge, le, at, field })
  }

  /** The model's position of an index of the trace. */
  position(index: number): number {
    return this.labels.positionOf(index) - this.shift.entries
  }
}
