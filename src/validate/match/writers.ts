// Which events may write a part of the state, and in which orders they may come between two others. Parts are regions:
// a node's role, its epoch, the end of its log. What no event and no hidden step can write between two events of a chain
// is the same before the second as it was after the first, in whichever order the chains are woven.
import type { Step } from '../../lang/machine.ts'
import type { Binding, Call } from './binding.ts'
import type { Interference } from './hidden.ts'
import type { Labels } from './labels.ts'
import { countHolding } from '../format/bisection.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Schedule } from '../order/schedule.ts'

interface Writing {
  readonly trace: ForeignTrace
  readonly binding: Binding
  readonly labels: Labels
  readonly schedule: Schedule
  readonly interference: Interference
  /** The actions that may happen in hiding. */
  readonly hidden: ReadonlySet<string>
}

/** As if it were a region: a log may be shortened by more than lengthens it. */
export function endOf(node: number): string {
  return `end of ${node}`
}

/** What is written new, to whichever log. */
export const ANY_END = 'end of all'

const NO_EVENTS: readonly number[] = []

export class Writers {
  private readonly schedule: Schedule
  private readonly interference: Interference
  private readonly binding: Binding
  /** The regions that steps may write which no event records. */
  private readonly hidden = new Set<string>()
  /** For each region and chain the events that may write it, as they come. */
  private readonly events = new Map<string, number[][]>()
  private readonly known = new Map<string, ReadonlySet<string>>()

  constructor({ trace, binding, labels, schedule, interference, hidden }: Writing) {
    this.schedule = schedule
    this.interference = interference
    this.binding = binding
    for (const action of hidden) for (const region of this.writesOf({ action, args: {} })) this.hidden.add(region)
    for (const [number, { event }] of trace.events.entries())
      for (const call of binding.touches(event, labels))
        for (const region of this.writesOf(call)) this.add(region, number)
    const byPlace = (a: number, b: number): number => schedule.placeOf(a) - schedule.placeOf(b)
    for (const chains of this.events.values()) for (const chain of chains) chain.sort(byPlace)
  }

  private add(region: string, event: number): void {
    let chains = this.events.get(region)
    if (chains === undefined)
      this.events.set(region, (chains = Array.from({ length: this.schedule.chainCount }, () => [])))
    const chain = chains[this.schedule.chainOf(event)]
    if (chain.at(-1) !== event) chain.push(event)
  }

  /** The regions that a call may write, and the ends of logs that it may move on. */
  writesOf(call: Call): ReadonlySet<string> {
    const key = JSON.stringify(call)
    let writes = this.known.get(key)
    if (writes === undefined) {
      const lengthened = this.interference.stepsOf(call).flatMap(step => this.binding.lengthens(step) ?? [])
      writes = new Set([
        ...this.interference.writesOf(call),
        ...lengthened.flatMap(({ node, by }) => (by === 'write' ? [endOf(node), ANY_END] : [endOf(node)])),
      ])
      this.known.set(key, writes)
    }
    return writes
  }

  /** The last event of an event's chain before it that may write the region; -1 when there is none. */
  lastBefore(event: number, region: string): number {
    const own = this.of(region, this.schedule.chainOf(event))
    const count = this.countUpTo(own, this.schedule.placeOf(event))
    return count === 0 ? -1 : own[count - 1]
  }

  /** Whether a step that no event records may write the region. */
  mayHide(region: string): boolean {
    return this.hidden.has(region)
  }

  /** Of some steps those that may write the region. */
  among(steps: readonly Step[], region: string): readonly Step[] {
    return steps.filter(step => this.interference.writesOfStep(step).has(region))
  }

  /** Whether an event between two of one chain may write the region. */
  isBetween(from: number, to: number, region: string): boolean {
    const last = this.lastBefore(to, region)
    return last >= 0 && (from < 0 || this.schedule.placeOf(last) > this.schedule.placeOf(from))
  }

  /** Whether no event of another chain can write a region between two of one; -1 is the beginning. */
  isUndisturbed(region: string, from: number, to: number): boolean {
    const { schedule } = this
    for (let chain = 0; chain < schedule.chainCount; chain++) {
      if (chain === schedule.chainOf(to)) continue
      const writers = this.of(region, chain)
      if (writers.length === 0) continue
      const before = from < 0 ? 0 : schedule.countBefore(from, chain)
      if (this.countUpTo(writers, before) < this.countUpTo(writers, schedule.firstAfter(to, chain))) return false
    }
    return true
  }

  private of(region: string, chain: number): readonly number[] {
    return this.events.get(region)?.[chain] ?? NO_EVENTS
  }

  /** How many of some events of a chain stand before a place of it. */
  private countUpTo(events: readonly number[], place: number): number {
    return countHolding(events.length, index => this.schedule.placeOf(events[index]) < place)
  }
}
