// The names of a trace and the numbers of the model: nodes, epochs, positions. Epochs are compared by order only, so the
// n-th epoch that anyone led is epoch n of the model; byte offsets likewise become positions 1, 2, 3, ….
import { countHolding } from '../format/bisection.ts'
import { firstOf, furthestOf, lastOf } from '../format/bounds.ts'
import { conflictsOf, oldPromotions } from './conflicts.ts'
import { completeness } from '../format/completeness.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import { gapsOf } from './gaps.ts'
import { keepingFollows, type Rewind, rewindsOf } from './rewinds.ts'
import { type Epochs, heardAs, type Led, ledAs } from './led.ts'
import type { Event } from '../format/repltrace.ts'

/** How far a window has moved: model position = position - entries, model epoch = rank - epochs. */
export interface Move {
  readonly entries: number
  readonly epochs: number
}

/** Where a window is. */
export interface Shift extends Move {
  /** The epochs that were led so far, where the trace alone does not say which these are; else empty. */
  readonly led: Led
}

/** Where an operation's entry is in the log, as its `append` says. */
export interface Place {
  readonly position: number
  /** Its epoch; null when the event does not say. */
  readonly epoch: number | null
}

export class Labels {
  /** The trace's node names; the model's node n is `nodes[n - 1]`. The first leader comes first. */
  readonly nodes: readonly string[]
  /** The epochs that have a leader, ascending; the model's epoch n is `epochs[n - 1]`. */
  readonly epochs: readonly number[]
  /** The event that founds the first epoch, by its index; -1 when the trace begins with a leader. */
  readonly founding: number
  private readonly nodeNumbers: ReadonlyMap<string, number>
  private readonly ranks: ReadonlyMap<number, number>
  private readonly offsets: readonly number[] | null
  private readonly places = new Map<string, Place[]>()
  private readonly conflicts: ReadonlyMap<Event, string>
  private readonly oldPromotions: ReadonlyMap<Event, string>
  private readonly readOps: ReadonlySet<string>
  private readonly firstEvents: ReadonlySet<Event>
  private readonly first: number
  private readonly firstLed: number | null
  /** The epoch in which somebody leads when the recording begins; 0 when that is not known. */
  private readonly begun: number
  private readonly foundingEvent: Event | null
  private readonly unled: ReadonlySet<Event>
  private readonly rewinds: ReadonlyMap<Event, Rewind>
  private readonly keeping: ReadonlySet<Event>
  private readonly types: ReadonlySet<Event['type']>
  /** Whether receiving only delivers, and an append of its own follows. */
  readonly delivers: boolean
  /** Whether every append was recorded and says which operation it writes: then there are no others. */
  readonly allNamed: boolean
  /**
   * Whether the trace alone says which epochs were led, since every promotion was recorded; then the model's are these. Else
   * it depends on what was taken, and `Shift.led` says it.
   */
  readonly isRanked: boolean
  /** Whether, at the end of the trace, no other epoch was led. */
  readonly allLed: boolean
  /** Whether promotions may be missing. */
  readonly lacksPromotions: boolean
  /** The furthest position that any event says some log to have. */
  readonly furthest: number
  /** Whether what was written may be missing. */
  readonly lacksWrites: boolean
  /** Where the first leader is not known, the other nodes that it may have been. */
  readonly otherLeaders: readonly string[]
  /** Whether the header promises that no crash is missing; then a node that starts again has stopped before. */
  readonly allCrashes: boolean
  /** Whether the header promises that no truncation is missing: then what no event tells of shortens no log of a node that is up. */
  readonly allTruncations: boolean
  /** Whether positions count entries from a known one: then a node that has one has all before it. */
  readonly counts: boolean
  /** Whether an operation is written once only. */
  readonly writesOnce: boolean

  /** `led`: the first leader, of a trace that does not say it. */
  constructor(trace: ForeignTrace, led: string | null = null) {
    const { header, events } = trace
    const promotions = events.flatMap(({ event }, index) => (event.type === 'promote' ? [{ event, index }] : []))
    const given = header.init?.leader ?? null
    const leader = given === 'unknown' ? null : given
    const founder = leader === null ? promotions[0] : undefined
    const firstLeader = led ?? leader ?? founder?.event.node ?? header.nodes[0]
    this.founding = founder?.event.node === firstLeader ? founder.index : -1
    this.nodes = [...header.nodes].toSorted((a, b) => Number(b === firstLeader) - Number(a === firstLeader))
    this.nodeNumbers = new Map(this.nodes.map((name, index) => [name, index + 1]))
    const initial = header.init?.epoch
    // What is older than the epoch in which the recording begins, nobody leads in it.
    this.begun = leader !== null && typeof initial === 'number' ? initial : 0
    const epochs = promotions.map(({ event }) => event.epoch).filter(epoch => epoch >= this.begun)
    if (leader !== null || epochs.length === 0) epochs.push(typeof initial === 'number' ? initial : lowestEpoch(trace))
    this.epochs = [...new Set(epochs)].toSorted((a, b) => a - b)
    this.ranks = new Map(this.epochs.map((epoch, index) => [epoch, index + 1]))
    const isSparse = header.index === 'sparse'
    this.counts = !isSparse && header.init?.last !== 'unknown'
    this.offsets = isSparse ? offsetsOf(events.map(({ event }) => event)) : null
    this.first = this.positionOf(firstIndex(trace))
    this.delivers = header.granularity?.receive === 'deliver'
    this.rewinds = rewindsOf(events)
    this.foundingEvent = events[this.founding]?.event ?? null
    this.unled = new Set(events.slice(0, Math.max(0, this.founding)).map(({ event }) => event))
    this.types = new Set(events.map(({ event }) => event.type))
    const gaps = gapsOf(trace)
    const isWhole = gaps.length === 0 && (trace.ended || header.clock?.order === 'total')
    this.allNamed =
      isWhole &&
      header.complete?.append !== 'some' &&
      this.types.has('append') &&
      events.every(
        ({ event }) => event.type !== 'append' || (event.op !== undefined && typeof event.index === 'number'),
      )
    this.furthest = this.positionOf(events.reduce((most, { event }) => Math.max(most, furthestOf(event)), 0))
    const lacks = (type: Event['type']): boolean => gaps.length > 0 || completeness(header, this.types, type) !== 'all'
    this.allTruncations = gaps.length === 0 && header.complete?.truncate === 'all'
    this.keeping = this.allTruncations ? keepingFollows(events) : new Set()
    this.lacksWrites = lacks('append')
    this.lacksPromotions = lacks('promote')
    const isBegun = leader === null ? given === null && this.founding >= 0 : typeof initial === 'number'
    const isPolled = events.some(({ event }) => event.type === 'elect' && !this.ranks.has(event.epoch))
    this.isRanked = isBegun && !this.lacksPromotions && !isPolled
    this.allLed = this.isRanked && trace.ended
    this.firstLed = leader !== null && typeof initial === 'number' ? initial : null
    this.otherLeaders = this.isRanked || leader !== null ? [] : this.nodes.slice(1)
    this.allCrashes = header.complete?.crash === 'all'
    this.writesOnce = header.ops?.unique === true
    this.readOps = new Set(
      events.flatMap(({ event }) => (event.type === 'invoke' && event.f === 'read' ? [event.op] : [])),
    )
    this.conflicts = conflictsOf(trace, this.allLed ? epoch => this.ranks.has(epoch) : null)
    this.oldPromotions = oldPromotions(trace)
    this.firstEvents = firstEventsOf(trace)
    for (const { event } of events) {
      if (event.type !== 'append' || event.op === undefined || typeof event.index !== 'number') continue
      const place = { position: this.positionOf(event.index), epoch: event.epoch ?? null }
      const known = this.places.get(event.op)
      if (known === undefined) this.places.set(event.op, [place])
      // Followers append the same entry again; what is retried becomes another entry.
      else if (known.every(of => of.position !== place.position || of.epoch !== place.epoch)) known.push(place)
    }
  }

  /** Where the model's logs begin: what was in every log at first is before its window. */
  get start(): Shift {
    return { entries: this.first, epochs: 0, led: this.isRanked ? [] : [this.firstLed] }
  }
  nodeOf(name: string): number {
    return this.nodeNumbers.get(name) ?? 0
  }
  /** The model's epochs that may be one that somebody led; null when nobody can have led it. */
  ledAs(epoch: number, led: Led): Epochs | null {
    if (!this.isRanked) return ledAs(led, epoch)
    const rank = this.ranks.get(epoch)
    return rank === undefined ? null : { ge: rank, le: rank }
  }
  /** The newest of the model's epochs that a node may know when it has heard of this one, which maybe nobody led. */
  heardAs(epoch: number, led: Led): Epochs {
    return this.isRanked ? (this.ledAs(epoch, led) ?? { ge: 0, le: this.rankBelow(epoch) }) : heardAs(led, epoch)
  }
  /** The rank of the newest epoch that somebody led and that is not above; 0 when there is none. */
  private rankBelow(epoch: number): number {
    let rank = 0
    while (rank < this.epochs.length && this.epochs[rank] <= epoch) rank++
    return rank
  }
  /** Why nobody is led in an epoch, in words. */
  whyUnled(epoch: number): string {
    return epoch < this.begun
      ? `epoch ${epoch} is over when the recording begins, in epoch ${this.begun}`
      : `nobody was promoted in epoch ${epoch}`
  }
  /** Whether an epoch is older than all that the recording knows. */
  isOlder(epoch: number): boolean {
    return epoch < this.epochs[0]
  }
  positionOf(index: number): number {
    const { offsets } = this
    return offsets === null ? index : countHolding(offsets.length, place => offsets[place] <= index)
  }
  /** Why an operation is not at a position, where every place that it has is known. */
  elsewhere(op: string, position: number): string | null {
    const places = this.placesOf(op).map(place => place.position)
    if (places.length === 0 || places.includes(position) || !(this.allNamed || this.writesOnce)) return null
    const at = [...new Set(places)].map(place => this.indexAt(place)).join(' and ')
    return `${op} was appended at ${at}, not at ${this.indexAt(position)}`
  }
  /** Whether a client asked to read, by the name of its operation. */
  reads(op: string): boolean {
    return this.readOps.has(op)
  }
  /** Where an operation was written: more than once when it was retried. */
  placesOf(op: string): readonly Place[] {
    return this.places.get(op) ?? NOWHERE
  }
  /** Why an event contradicts an earlier one in every state; null when it does not. */
  conflictOf(event: Event): string | null {
    return this.conflicts.get(event) ?? null
  }
  /** Why a coordinator that knows the newest epoch does not promote to this one; null when it may. */
  whyOld(event: Event): string | null {
    return this.oldPromotions.get(event) ?? null
  }
  /** Whether nothing is known of a node before an event of it, not even that it was up. */
  isFirstOfNode(event: Event): boolean {
    return this.firstEvents.has(event)
  }
  /** What was done to a node's log between its end and this restart; null for nothing. */
  rewindBefore(event: Event): Rewind | null {
    return this.rewinds.get(event) ?? null
  }
  /** Whether a node that begins to follow does not shorten its log, as no event tells that it did. */
  keepsLog(event: Event): boolean {
    return this.keeping.has(event)
  }
  /** Whether an event stands before the one that makes the first leader; the model begins with it. */
  isBeforeFirstLeader(event: Event): boolean {
    return this.unled.has(event)
  }
  /** Whether an event makes the first leader. */
  isFounding(event: Event): boolean {
    return this.foundingEvent === event
  }
  occurs(type: Event['type']): boolean {
    return this.types.has(type)
  }
  /** The trace's names for the nodes of the model in a text of the model's. */
  named(text: string): string {
    return text.replaceAll(/\bn(\d+)\b/g, (whole, number: string) => this.nodes[Number(number) - 1] ?? whole)
  }
  /** The trace's words for a model position and epoch. */
  indexAt(position: number): number {
    return this.offsets === null ? position : (this.offsets[position - 1] ?? 0)
  }
  epochAt(rank: number, { led }: Shift): number {
    if (this.isRanked) return this.epochs[rank - 1] ?? 0
    return led.slice(0, rank).findLast(epoch => epoch !== null) ?? 0
  }
}

const NOWHERE: readonly Place[] = []

function firstEventsOf({ events }: ForeignTrace): ReadonlySet<Event> {
  const first = new Map<string, Event>()
  for (const { event } of events)
    if (event.node !== undefined && event.node !== null && !first.has(event.node) && event.type !== 'note')
      first.set(event.node, event)
  return new Set(first.values())
}

/** The last index of every log at first; where nobody knows, the one before the first that occurs, or the least that was seen. */
function firstIndex({ header, events }: ForeignTrace): number {
  const last = header.init?.last ?? 0
  if (last !== 'unknown') return last
  let first = Infinity
  let seen = Infinity
  for (const { event } of events) {
    if ((event.type === 'append' || event.type === 'receive') && event.index !== undefined)
      first = Math.min(first, firstOf(event.index))
    if (event.type === 'promote' && event.index !== undefined) seen = Math.min(seen, lastOf(event.index))
    if (typeof event.obs?.last === 'number') seen = Math.min(seen, event.obs.last)
  }
  return first < Infinity ? first - 1 : seen < Infinity ? seen : 0
}

function lowestEpoch({ events }: ForeignTrace): number {
  let lowest: number | null = null
  for (const { event } of events)
    if ('epoch' in event && typeof event.epoch === 'number') lowest = Math.min(lowest ?? event.epoch, event.epoch)
  return lowest ?? 0
}

function offsetsOf(events: readonly Event[]): readonly number[] {
  const offsets = new Set<number>()
  for (const event of events) {
    if (event.type !== 'append' && event.type !== 'receive' && event.type !== 'ship') continue
    const { index } = event
    if (typeof index === 'number') offsets.add(index)
    else if (index !== undefined) for (const end of index) offsets.add(end)
  }
  offsets.delete(0)
  return [...offsets].toSorted((a, b) => a - b)
}
