// How far the events to come say that a node's log reaches. Where nobody recorded what a node received, that says how much
// of it there was: bounds to go by instead of guesses. They only say what to try first, for a log may be shortened before
// it is told of.
import type { Binding } from './binding.ts'
import { countHolding } from '../format/bisection.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Labels } from './labels.ts'
import type { Progress, Schedule } from '../order/schedule.ts'

/** The last position of a log lies between two bounds; positions are those of the trace's labels. */
export interface Extent {
  readonly ge: number
  readonly le: number
}

interface Telling extends Extent {
  readonly event: number
}

export class Outlook {
  private readonly schedule: Schedule
  /** For each node of the model, from 1, what is told of its log, in the order of its chain. */
  private readonly tellings: readonly (readonly Telling[])[]

  constructor({ events }: ForeignTrace, binding: Binding, labels: Labels, schedule: Schedule) {
    this.schedule = schedule
    const tellings: Telling[][] = Array.from({ length: labels.nodes.length + 1 }, () => [])
    for (const [number, { event }] of events.entries()) {
      const told = binding.reaches(event, labels)
      if (told !== null) tellings[told.node].push({ event: number, ge: told.ge, le: told.le })
    }
    for (const own of tellings) own.sort((a, b) => schedule.placeOf(a.event) - schedule.placeOf(b.event))
    this.tellings = tellings
  }

  /** What is told next of a node's log; null when nothing is any more. */
  of(node: number, at: Progress): Extent | null {
    const own = this.tellings[node]
    return own[countHolding(own.length, place => this.schedule.taken(at, own[place].event))] ?? null
  }
}
