// What events of other nodes may still come before an event: those of other chains that are not taken yet and that no order
// puts after it. Events of one kind, which may be the same steps of the same node, are looked at once.
import type { Step } from '../../lang/machine.ts'
import type { Binding } from './binding.ts'
import { countHolding } from '../format/bisection.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Gap } from './gaps.ts'
import type { Interference } from './hidden.ts'
import type { Labels } from './labels.ts'
import { meet } from './regions.ts'
import type { Progress, Schedule } from '../order/schedule.ts'

/** What events may do, at most. */
interface Kind {
  /** Of the smallest model. */
  readonly steps: readonly Step[]
  readonly writes: ReadonlySet<string>
  /** What the regions have in their names that such events may tell of; null when they tell of none. */
  readonly tells: string | null
}

interface Occurring {
  readonly kind: Kind
  /** Where in the chain, ascending. */
  readonly places: number[]
}

interface Tracing {
  readonly trace: ForeignTrace
  readonly binding: Binding
  readonly labels: Labels
  readonly schedule: Schedule
  readonly interference: Interference
  readonly gaps: readonly Gap[]
}

export class Concurrent {
  private readonly schedule: Schedule
  private readonly interference: Interference
  private readonly chains: readonly (readonly Occurring[])[]
  private readonly meetings = new Map<Step, Map<Kind, boolean>>()

  constructor(of: Tracing) {
    this.schedule = of.schedule
    this.interference = of.interference
    this.chains = of.schedule.chainCount < 2 ? [] : new Kinds(of).chains()
  }

  /** Whether one of them may depend on a step, or the step on it. */
  mayMeet(at: Progress, event: number, step: Step): boolean {
    return this.isAny(at, event, kind => this.depends(kind, step))
  }

  /** Whether one of them may write one of some regions. */
  mayWrite(at: Progress, event: number, regions: ReadonlySet<string>): boolean {
    return this.isAny(at, event, ({ writes }) => meet(regions, writes))
  }

  private isAny(at: Progress, event: number, is: (kind: Kind) => boolean): boolean {
    const { schedule } = this
    const own = schedule.chainOf(event)
    return this.chains.some((kinds, chain) => {
      if (chain === own) return false
      const from = (at as Uint32Array)[chain]
      const to = schedule.firstAfter(event, chain)
      return from < to && kinds.some(({ kind, places }) => isBetween(places, from, to) && is(kind))
    })
  }

  private depends(kind: Kind, step: Step): boolean {
    let known = this.meetings.get(step)
    if (known === undefined) this.meetings.set(step, (known = new Map()))
    let verdict = known.get(kind)
    if (verdict === undefined) known.set(kind, (verdict = this.judge(kind, step)))
    return verdict
  }

  private judge({ steps, tells }: Kind, step: Step): boolean {
    if (steps.some(other => this.interference.between(step, other))) return true
    return tells !== null && [...this.interference.writesOfStep(step)].some(region => region.includes(tells))
  }
}

/** Sorts the events of a trace by kinds. */
class Kinds {
  private readonly of: Tracing
  private readonly known = new Map<string, Kind>()

  constructor(of: Tracing) {
    this.of = of
  }

  chains(): readonly (readonly Occurring[])[] {
    const { trace, schedule, gaps } = this.of
    const chains = Array.from({ length: schedule.chainCount }, () => new Map<Kind, Occurring>())
    const note = (event: number, kind: Kind): void => {
      const chain = chains[schedule.chainOf(event)]
      const known = chain.get(kind)
      if (known === undefined) chain.set(kind, { kind, places: [schedule.placeOf(event)] })
      else known.places.push(schedule.placeOf(event))
    }
    for (const number of trace.events.keys()) note(number, this.kindOf(number))
    // Between the ends of a loss its node may have done anything: what the ends allow and forbid, they depend on.
    for (const { node, after, before } of gaps)
      for (const end of [after, before]) if (end >= 0) note(end, this.lossAt(node))
    for (const chain of chains) for (const { places } of chain.values()) places.sort((a, b) => a - b)
    return chains.map(chain => [...chain.values()])
  }

  private kindOf(number: number): Kind {
    const { trace, binding, labels, interference } = this.of
    const { event } = trace.events[number]
    const calls = binding.touches(event, labels)
    return this.once(JSON.stringify([event.node, calls]), () => ({
      steps: calls.flatMap(call => interference.stepsOf(call)),
      tells: event.node === undefined ? null : interference.markOf(labels.nodeOf(event.node)),
    }))
  }

  private lossAt(node: string): Kind {
    return this.once(node, () => ({ steps: this.of.interference.stepsAt(this.of.labels.nodeOf(node)), tells: null }))
  }

  private once(key: string, make: () => Omit<Kind, 'writes'>): Kind {
    let kind = this.known.get(key)
    if (kind === undefined) {
      const { steps, tells } = make()
      const writes = new Set(steps.flatMap(step => [...this.of.interference.writesOfStep(step)]))
      this.known.set(key, (kind = { steps, tells, writes }))
    }
    return kind
  }
}

/** Whether one of some ascending numbers is at least `from` and less than `to`. */
function isBetween(numbers: readonly number[], from: number, to: number): boolean {
  const first = countHolding(numbers.length, place => numbers[place] < from)
  return first < numbers.length && numbers[first] < to
}
