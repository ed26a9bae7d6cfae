// In which orders events may be taken. A total order knows one next event; a partial order knows, for each chain of
// events, how far it has come, and which next events have everything behind them that must come before.
import { countHolding } from '../format/bisection.ts'
import type { ForeignTrace, InputProblem, Recorded } from '../format/foreign-trace.ts'
import { linearExtension } from './cut.ts'
import { isOrderedByLine, type Order, orderEvents } from './order.ts'
import type { Event } from '../format/repltrace.ts'

/** How far a behaviour has come: of a total order the number of events, else one number a chain. */
export type Progress = number | Uint32Array

export interface Schedule {
  readonly length: number
  readonly start: Progress
  /** The events that may come next, by their numbers; the most promising first. */
  enabled(at: Progress): readonly number[]
  advance(at: Progress, event: number): Progress
  taken(at: Progress, event: number): boolean
  /** Whether the event touches only its node and what a leader has. */
  isLocal(event: number): boolean
  /** True when nothing that is still to come could be hindered by taking the event now, if the model can take it. */
  alone(at: Progress, event: number): boolean
  /** Events of one chain come in one order. */
  readonly chainCount: number
  chainOf(event: number): number
  /** Where an event is in its chain, from 0. */
  placeOf(event: number): number
  /** The event before one in its chain; -1 when it is the first. */
  previousOf(event: number): number
  /** How many events of a chain, the first ones, come before this one in every order. */
  countBefore(event: number, chain: number): number
  /** From which place of a chain on all events come after this one in every order; past its end when none does. */
  firstAfter(event: number, chain: number): number
}

/** The orders that the header of a trace allows; the problem is that its events contradict them all. */
export function scheduleOf(trace: ForeignTrace): { readonly schedule: Schedule } | { readonly problem: InputProblem } {
  if (isOrderedByLine(trace)) return { schedule: new TotalSchedule(trace.events.length) }
  const ordered = orderEvents(trace)
  return 'problem' in ordered ? ordered : { schedule: new PartialSchedule(ordered.order, trace.events) }
}

export class TotalSchedule implements Schedule {
  readonly length: number
  readonly start = 0
  readonly chainCount = 1

  constructor(length: number) {
    this.length = length
  }
  enabled(at: Progress): readonly number[] {
    return (at as number) < this.length ? [at as number] : []
  }
  advance(at: Progress): Progress {
    return (at as number) + 1
  }
  taken(at: Progress, event: number): boolean {
    return event < (at as number)
  }
  isLocal(): boolean {
    return false
  }
  alone(): boolean {
    return true
  }
  chainOf(): number {
    return 0
  }
  placeOf(event: number): number {
    return event
  }
  previousOf(event: number): number {
    return event - 1
  }
  countBefore(event: number): number {
    return event
  }
  firstAfter(event: number): number {
    return event + 1
  }
}

/** Events that touch only their node and what a leader has: of two nodes' they commute whenever both are possible. */
const LOCAL: ReadonlySet<Event['type']> = new Set([
  'write-received',
  'append',
  'ship',
  'receive',
  'ack-sent',
  'ack-received',
  'flush',
  'commit',
  'apply',
  'reply',
  'read',
  'state',
  'note',
  'invoke',
  'fail',
  'info',
  'suspect',
  'fence',
])

class PartialSchedule implements Schedule {
  readonly length: number
  readonly start: Uint32Array
  private readonly order: Order
  private readonly local: Uint8Array
  /** For each event, the first of its chain from it on that is not local; -1 when there is none. */
  private readonly nextGlobal: Int32Array
  private past: Past | null = null

  constructor(order: Order, events: readonly Recorded[]) {
    this.order = order
    this.length = events.length
    this.start = new Uint32Array(order.actors.length)
    this.local = Uint8Array.from(events, ({ event }) => Number(LOCAL.has(event.type)))
    this.nextGlobal = new Int32Array(events.length)
    const { members } = order
    for (let chain = 0; chain < order.actors.length; chain++)
      for (let at = members.start[chain + 1] - 1, next = -1; at >= members.start[chain]; at--) {
        const event = members.items[at]
        if (this.local[event] === 0) next = event
        this.nextGlobal[event] = next
      }
  }

  /** In the order of the file, which mostly is near the one in which things happened. */
  enabled(at: Progress): readonly number[] {
    const events: number[] = []
    for (let chain = 0; chain < this.start.length; chain++) {
      const event = this.nextOf(at as Uint32Array, chain)
      if (event >= 0 && this.open(at, event)) events.push(event)
    }
    return events.toSorted((a, b) => a - b)
  }
  advance(at: Progress, event: number): Progress {
    const next = (at as Uint32Array).slice()
    next[this.order.chainOf[event]]++
    return next
  }
  taken(at: Progress, event: number): boolean {
    return this.order.placeOf[event] < (at as Uint32Array)[this.order.chainOf[event]]
  }
  isLocal(event: number): boolean {
    return this.local[event] === 1
  }
  /** Events that are not local and come after this one in every order cannot be hindered by it. */
  alone(at: Progress, event: number): boolean {
    if (!this.isLocal(event)) return false
    const own = this.chainOf(event)
    for (let chain = 0; chain < this.start.length; chain++) {
      if (chain === own) continue
      const next = this.nextOf(at as Uint32Array, chain)
      const global = next < 0 ? -1 : this.nextGlobal[next]
      if (global >= 0 && this.countBefore(global, own) <= this.placeOf(event)) return false
    }
    return true
  }

  get chainCount(): number {
    return this.start.length
  }
  chainOf(event: number): number {
    return this.order.chainOf[event]
  }
  placeOf(event: number): number {
    return this.order.placeOf[event]
  }
  previousOf(event: number): number {
    return this.order.previous[event]
  }
  countBefore(event: number, chain: number): number {
    this.past ??= new Past(this.order)
    return this.past.countBefore(event, chain)
  }
  firstAfter(event: number, chain: number): number {
    this.past ??= new Past(this.order)
    return this.past.firstAfter(event, chain)
  }

  /** The next event of a chain; -1 at its end. */
  private nextOf(at: Uint32Array, chain: number): number {
    const { start, items } = this.order.members
    const place = start[chain] + at[chain]
    return place < start[chain + 1] ? items[place] : -1
  }

  private open(at: Progress, event: number): boolean {
    const { start, items } = this.order.earlier
    for (let edge = start[event]; edge < start[event + 1]; edge++) if (!this.taken(at, items[edge])) return false
    return true
  }
}

/** So many numbers are kept of which events come before which; beyond, fewer events are known to. */
const MAX_NUMBERS = 2 ** 27

/** For each event, how many events of each chain come before it in every order. Fidge's and Mattern's vector clocks, 1988. */
class Past {
  private readonly order: Order
  private readonly counts: Int32Array | null

  constructor(order: Order) {
    this.order = order
    const { length: width } = order.actors
    const { chainOf, placeOf, previous, earlier } = order
    this.counts = width * chainOf.length > MAX_NUMBERS ? null : new Int32Array(width * chainOf.length)
    if (this.counts === null) return
    for (const event of linearExtension(order)) {
      const own = this.counts.subarray(event * width, (event + 1) * width)
      if (previous[event] >= 0) this.add(previous[event], own)
      for (let edge = earlier.start[event]; edge < earlier.start[event + 1]; edge++) this.add(earlier.items[edge], own)
      own[chainOf[event]] = placeOf[event] + 1
    }
  }

  private add(event: number, to: Int32Array): void {
    const { length: width } = to
    for (let chain = 0; chain < width; chain++) to[chain] = Math.max(to[chain], this.counts![event * width + chain])
  }

  countBefore(event: number, chain: number): number {
    const { chainOf, placeOf, actors } = this.order
    if (chainOf[event] === chain) return placeOf[event]
    return this.counts === null ? 0 : this.counts[event * actors.length + chain]
  }

  /** Of a chain, what comes after an event comes after it from some place on. */
  firstAfter(event: number, chain: number): number {
    const { chainOf, placeOf, members, actors } = this.order
    const { counts } = this
    const own = chainOf[event]
    if (own === chain) return placeOf[event] + 1
    const start = members.start[chain]
    const length = members.start[chain + 1] - start
    if (counts === null) return length
    return countHolding(length, place => counts[members.items[start + place] * actors.length + own] <= placeOf[event])
  }
}
