// Which hidden steps cannot be put off until after an event. Begun with what the ways of taking the event depend on, a set
// of steps is closed: of an enabled member all steps belong to it that interfere with it, of a disabled one all that may
// write what disables it. Then no step outside has anything to do with the enabled ones, nor enables the others, so that
// whatever is still to come can as well begin with one of the set. The strong stubborn sets of Valmari, "Stubborn sets for
// reduced state space generation", 1990; that the event has to be taken at last makes it the one to begin with.
import type { Cells } from '../../lang/container.ts'
import type { Step } from '../../lang/machine.ts'
import type { Attempt, Claim } from './binding.ts'
import type { Concurrent } from './concurrent.ts'
import type { Position } from './conformance.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Interference } from './hidden.ts'
import type { Labels } from './labels.ts'
import type { Model, Subject } from './model.ts'
import { falseFor, type Outcome, watchedReading } from './outcomes.ts'
import { meet, named } from './regions.ts'

/** What was found of an event from a position on, over all states that were looked at. */
export interface Reach {
  /** Whether an event of another chain may have to come first. */
  isEntangled: boolean
}

/** A state on the way to an event. */
interface Place {
  readonly position: Position
  readonly row: Cells
  readonly event: number
  /** In what the event may end from here. */
  readonly outcomes: readonly Outcome[]
  /** The steps that may happen in hiding. */
  readonly hidden: readonly Step[]
  readonly reach: Reach
  /** Whether a step would not have been in hiding here. */
  readonly isTold: (step: Step) => boolean
  /** Told of each step in the set that is disabled. */
  readonly disabled: (step: Step) => void
}

interface Context {
  readonly trace: ForeignTrace
  readonly subject: Subject
  readonly labels: Labels
  readonly interference: Interference
  readonly concurrent: Concurrent
}

export class StubbornSets {
  private readonly of: Context
  private readonly related = new Map<readonly Step[], Related>()

  constructor(of: Context) {
    this.of = of
  }

  /** The hidden steps that are enabled and cannot be put off, in the order of `hidden`. */
  from(place: Place): readonly Step[] {
    const { hidden } = place
    const enabled = new Set<Step>()
    const members = new Set<Step>()
    const related = this.relatedIn(hidden)
    const include = (steps: readonly Step[]): void => {
      for (const step of steps) members.add(step)
    }
    const expect = (regions: ReadonlySet<string>): void => {
      for (const region of regions) include(related.writing(region))
      this.entangle(place, () => this.of.concurrent.mayWrite(place.position.at, place.event, regions))
    }
    for (const { steps } of place.outcomes) for (const step of steps) include(related.interfering(step))
    expect(this.decisive(place))
    // What is added is looked at in its turn.
    for (const step of members)
      if (this.isEnabled(step, place)) {
        enabled.add(step)
        include(related.interfering(step))
        this.entangle(place, () => this.of.concurrent.mayMeet(place.position.at, place.event, step))
      } else {
        place.disabled(step)
        expect(this.disabling(step, place))
      }
    return enabled.size === 0 ? NO_STEPS : hidden.filter(step => enabled.has(step))
  }

  private entangle({ reach }: Place, isEntangled: () => boolean): void {
    if (!reach.isEntangled && isEntangled()) reach.isEntangled = true
  }

  private isEnabled(step: Step, { position, row, isTold }: Place): boolean {
    return position.model.enabled(step, row) && !isTold(step)
  }

  /** The regions of which one is written before a step happens in hiding that cannot now. */
  private disabling(step: Step, { position: { model }, row }: Place): ReadonlySet<string> {
    return model.enabled(step, row) ? this.of.interference.readsOfStep(step) : this.falseGuardOf(step, model, row)
  }

  private falseGuardOf(step: Step, model: Model, row: Cells): ReadonlySet<string> {
    const regions = named(model.whyDisabled(step, row), model.regions)
    for (const region of this.of.interference.carriedIn(step)) regions.add(region)
    return regions
  }

  /** The regions of which one is written before the event has a way that it has not now. */
  private decisive({ position, row, event, outcomes }: Place): ReadonlySet<string> {
    const { subject, labels, trace } = this.of
    const { model } = position
    const { found: reading, cells } = watchedReading(trace.events[event].event, position, row, labels, subject)
    const regions = named(cells, model.regions)
    for (const attempt of reading?.attempts ?? []) {
      const isOnly =
        attempt.calls.length === 0 || (attempt.calls.length === 1 && model.stepsOf(attempt.calls[0]).length < 2)
      if (outcomes.length > 0 && reading!.attempts.length === 1 && isOnly) continue
      for (const region of this.failures(attempt, position, row)) regions.add(region)
    }
    return regions
  }

  /** What the ways of an attempt that come to nothing do so for. */
  private failures({ calls, claims }: Attempt, position: Position, begin: Cells): ReadonlySet<string> {
    const { subject, interference } = this.of
    const { model } = position
    const failing = new Set<string>()
    /** What was written on the way comes from what the steps on it read. */
    const blame = (regions: ReadonlySet<string>, way: readonly Step[]): void => {
      for (const region of regions) failing.add(region)
      if (!way.some(step => meet(regions, interference.writesOfStep(step)))) return
      for (const step of way) for (const region of interference.readsOfStep(step)) failing.add(region)
    }
    const isFalse = (at: Claim['at'], row: Cells, way: readonly Step[]): boolean => {
      for (const claim of claims) {
        const cells = claim.at === at ? falseFor(claim, position, row, subject) : null
        if (cells === null) continue
        blame(named(cells, model.regions), way)
        return true
      }
      return false
    }
    const follow = (row: Cells, way: readonly Step[]): void => {
      if (way.length === calls.length) {
        isFalse('after', row, way)
        return
      }
      for (const step of model.stepsOf(calls[way.length])) {
        const next = model.enabled(step, row) ? model.take(step, row) : null
        if (next === null) blame(this.falseGuardOf(step, model, row), way)
        else follow(next, [...way, step])
      }
    }
    if (!isFalse('before', begin, [])) follow(begin, [])
    return failing
  }

  private relatedIn(hidden: readonly Step[]): Related {
    let related = this.related.get(hidden)
    if (related === undefined) this.related.set(hidden, (related = new Related(hidden, this.of.interference)))
    return related
  }
}

/** Of some hidden steps, which have to do with others. */
class Related {
  private readonly hidden: readonly Step[]
  private readonly interference: Interference
  private readonly interferingWith = new Map<Step, readonly Step[]>()
  private readonly writers = new Map<string, readonly Step[]>()

  constructor(hidden: readonly Step[], interference: Interference) {
    this.hidden = hidden
    this.interference = interference
  }

  interfering(step: Step): readonly Step[] {
    let steps = this.interferingWith.get(step)
    if (steps === undefined) {
      steps = this.hidden.filter(other => this.interference.between(other, step))
      this.interferingWith.set(step, steps)
    }
    return steps
  }

  writing(region: string): readonly Step[] {
    let steps = this.writers.get(region)
    if (steps === undefined) {
      steps = this.hidden.filter(step => this.interference.writesOfStep(step).has(region))
      this.writers.set(region, steps)
    }
    return steps
  }
}

const NO_STEPS: readonly Step[] = []
