// What a recorded event says of a node, in the model's numbers: the position and epoch that it names, and what was
// observed. A number that was seen becomes two bounds; what the model has no answer to is counted instead.
import type { Aspect, Claim } from './binding.ts'
import type { Labels, Shift } from './labels.ts'
import type { Epochs, Led } from './led.ts'
import type { Event, Observation } from '../format/repltrace.ts'

export const UNBOUNDED: number = Number.MAX_SAFE_INTEGER

/** No epoch of the model. */
const NONE: Epochs = { ge: 1, le: 0 }

const ROLES = { down: 0, follower: 1, candidate: 1, leader: 2 }

export class Claims {
  readonly list: Claim[] = []
  /** Fields that nothing in the model answers to. */
  readonly unchecked: string[] = []
  /** Why the event contradicts the rest of the trace whatever the state. */
  contradiction: string | null = null
  private readonly labels: Labels
  private readonly shift: Shift
  /** The epochs that were led up to here. */
  private readonly led: Led

  constructor(labels: Labels, shift: Shift, led: Led) {
    this.labels = labels
    this.shift = shift
    this.led = led
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
    if (typeof obs.lastEpoch === 'number' && !labels.isOlder(obs.lastEpoch)) this.mustBeLed(obs.lastEpoch)
    this.positions(node, 'last', obs.last, at)
    // A promotion shows the whole log; a system may call less of it committed until its own epoch has an entry.
    if (typeof obs.commit === 'number')
      this.claim(node, 'commit', this.position(obs.commit), UNBOUNDED, 'obs.commit', at)
    this.positions(node, 'applied', obs.applied, at)
    this.positions(node, 'synced', obs.synced, at)
    if (obs.log !== undefined) {
      this.exactly(node, 'last', obs.log.length - shift.entries, 'obs.log', at)
      obs.log.forEach((op, index) => {
        const elsewhere = labels.counts ? labels.elsewhere(op, index + 1) : null
        if (elsewhere !== null) this.contradiction ??= elsewhere
        const epochs = new Set(labels.placesOf(op).map(place => place.epoch))
        const [epoch = null] = epochs.size === 1 ? epochs : []
        const position = index + 1 - shift.entries
        if (epoch !== null && position > 0) this.entry(node, position, epoch, `obs.log[${index}]`, at)
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
    const { labels, led } = this
    const as = (epoch: number): Epochs =>
      this.shifted(
        aspect === 'epoch' || labels.isRanked ? labels.heardAs(epoch, led) : (labels.ledAs(epoch, led) ?? NONE),
      )
    // An epoch that nobody led is known to a node before it means anything to the model.
    if (typeof bounds === 'number') {
      const { ge, le } = as(bounds)
      this.claim(node, aspect, ge, le, field, at)
    } else
      this.claim(
        node,
        aspect,
        bounds.ge === undefined ? 0 : labels.isRanked ? as(bounds.ge).le : as(bounds.ge).ge,
        bounds.le === undefined ? UNBOUNDED : as(bounds.le).le,
        field,
        at,
      )
  }

  private positions(node: number, aspect: Aspect, bounds: Observation['last'], at: Claim['at']): void {
    if (bounds === undefined) return
    const field = `obs.${aspect}`
    // Known to be nothing: there is no entry.
    if (typeof bounds === 'number' || bounds === null) this.exactly(node, aspect, this.position(bounds ?? 0), field, at)
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
    if (this.labels.allLed && this.labels.ledAs(epoch, this.led) === null)
      this.contradiction ??= this.labels.whyUnled(epoch)
  }

  private shifted({ ge, le }: Epochs): Epochs {
    return { ge: ge - this.shift.epochs, le: le - this.shift.epochs }
  }

  /** The model's numbers of an epoch that somebody must have led. */
  private ledEpoch(epoch: number): Epochs {
    const epochs = this.labels.ledAs(epoch, this.led)
    if (epochs === null) this.contradiction ??= this.labels.whyUnled(epoch)
    return this.shifted(epochs ?? NONE)
  }

  /** A node has heard of an epoch that somebody leads, and of none later. */
  inEpoch(node: number, epoch: number): void {
    const { ge, le } = this.ledEpoch(epoch)
    this.claim(node, 'epoch', ge, le, 'epoch')
  }

  /** The entry that a node has at a position belongs to an epoch. */
  entry(node: number, position: number, epoch: number, field: string, at: Claim['at'] = 'after'): void {
    if (position < 1) return
    const { ge, le } = this.ledEpoch(epoch)
    this.list.push({ node, aspect: 'entryEpoch', position, ge, le, at, field })
  }

  exactly(node: number, aspect: Aspect, value: number, field: string, at: Claim['at'] = 'after'): void {
    this.claim(node, aspect, value, value, field, at)
  }

  atLeast(node: number, aspect: Aspect, value: number, field: string): void {
    this.claim(node, aspect, value, UNBOUNDED, field)
  }

  claim(node: number, aspect: Aspect, ge: number, le: number, field: string, at: Claim['at'] = 'after'): void {
    this.list.push({ node, aspect, position: 0, ge, le, at, field })
  }

  /** The model's position of an index of the trace. */
  position(index: number): number {
    return this.labels.positionOf(index) - this.shift.entries
  }
}
