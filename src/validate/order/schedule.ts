// In which orders events may be taken. A total order knows one next event; a partial order knows, for each chain of
// events, how far it has come, and which next events have everything behind them that must come before.
import type { ForeignTrace, InputProblem, Recorded } from '../format/foreign-trace.ts'
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
  /** True when nothing that is still to come could be hindered by taking the event now, if the model can take it. */
  alone(at: Progress, event: number): boolean
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
  alone(): boolean {
    return true
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
  /** For each event, how many events from it on in its chain are not local. */
  private readonly globalFrom: Uint32Array

  constructor(order: Order, events: readonly Recorded[]) {
    this.order = order
    this.length = events.length
    this.start = new Uint32Array(order.actors.length)
    this.local = Uint8Array.from(events, ({ event }) => Number(LOCAL.has(event.type)))
    this.globalFrom = new Uint32Array(events.length)
    const { members } = order
    for (let chain = 0; chain < order.actors.length; chain++)
      for (let at = members.start[chain + 1] - 1, later = 0; at >= members.start[chain]; at--) {
        later += 1 - this.local[members.items[at]]
        this.globalFrom[members.items[at]] = later
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
  alone(at: Progress, event: number): boolean {
    if (this.local[event] === 0) return false
    for (let chain = 0; chain < this.start.length; chain++) {
      if (chain === this.order.chainOf[event]) continue
      const next = this.nextOf(at as Uint32Array, chain)
      if (next >= 0 && this.globalFrom[next] > 0) return false
    }
    return true
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
