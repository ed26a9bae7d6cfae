// Whether a trace is a behaviour of the specification: the events are taken one by one as steps of the specification's
// own actions, depth first over what the trace leaves open — hidden steps, unordered events, free arguments — and the
// first way through accepts. A trace that leaves nothing open is taken in one pass.
import type { Cells } from '../lang/container.ts'
import type { Step } from '../lang/machine.ts'
import { defaultConfig } from '../lang/spec.ts'
import type { Reading } from './binding.ts'
import type { ForeignTrace, Recorded } from './foreign-trace.ts'
import { type Gap, gapsOf } from './gaps.ts'
import { hiddenActions, type Interference } from './hidden.ts'
import { Labels, type Shift } from './labels.ts'
import type { Model, Subject } from './model.ts'
import { distinct, type Outcome, outcomesOf, rowKey } from './outcomes.ts'
import type { Progress, Schedule } from './schedule.ts'
import { Seen } from './seen.ts'
import { interferenceOf, Windows } from './windows.ts'

/** Where a way through the trace has come to. */
export interface Position {
  readonly at: Progress
  readonly takenCount: number
  readonly model: Model
  readonly row: Cells
  readonly shift: Shift
  /** The position before; null at the beginning. */
  readonly parent: Position | null
  /** The event taken last, and the steps it stood for. */
  readonly event: number
  readonly steps: readonly Step[]
  /** How many of the steps, the first ones, no event recorded. */
  readonly hiddenCount: number
}

/** An event that a position could not take. */
export interface Refusal {
  readonly position: Position
  readonly event: number
}

export interface Limits {
  /** How many positions and hidden states may be looked at. */
  readonly budget: number
  /** Asked for every one of them; true ends the search. */
  readonly stop: () => boolean
  /**
   * Runs a part of the work; null when it had to be ended from outside, whatever it was about. Then what it changed is not
   * to be built on. Every part is run to its end when left out.
   */
  readonly within?: <T>(part: () => T) => T | null
  /** Whether an event that is no step may be passed over, as a known deviation. Nothing may when left out. */
  readonly waive?: (recorded: Recorded) => boolean
}

export type Conformance = {
  /** The name of the specification. */
  readonly spec: string
  readonly labels: Labels
  readonly schedule: Schedule
  readonly hidden: ReadonlySet<string>
  readonly gaps: readonly Gap[]
  /** Positions and hidden states looked at. */
  readonly searchedCount: number
  /** Fields that nothing in the model answers to, and how often they occurred. */
  readonly unchecked: ReadonlyMap<string, number>
  /** Events that are no matter of the model, by type. */
  readonly ignored: ReadonlyMap<string, number>
} & (
  | { readonly verdict: 'accepted'; readonly end: Position }
  /** The refusals after which no way went on, of those that came furthest. */
  | { readonly verdict: 'rejected'; readonly furthest: readonly Refusal[] }
  | { readonly verdict: 'unknown'; readonly furthest: readonly Refusal[]; readonly furthestCount: number }
)

/** How many of the furthest refusals are kept for the explanation. */
const KEPT_REFUSALS = 64

/**
 * Matches a trace, whose events may be taken in the orders of `schedule`, against a specification; from a position of
 * another match, when the events up to there are the same.
 */
export function conform(
  trace: ForeignTrace,
  subject: Subject,
  schedule: Schedule,
  limits: Limits,
  begin: Position | null = null,
): Conformance {
  const search = new Search(trace, subject, schedule, limits)
  const { within = toItsEnd } = limits
  return within(() => search.run(begin)) ?? search.ended()
}

export function toItsEnd<T>(part: () => T): T {
  return part()
}

interface Frame {
  readonly position: Position
  readonly events: readonly number[]
  next: number
  /** What is known of taking the first of the events, until it is taken. */
  first: Trial | null
}

/** An event as far as it is taken without hidden steps. */
interface Trial {
  readonly event: number
  /** The position in a model that has room for the event. */
  readonly position: Position
  /** Null when the event is no matter of the model. */
  readonly reading: Reading | null
  readonly direct: readonly Outcome[]
}

class Search {
  private readonly trace: ForeignTrace
  /** As given: what is known of it outlives this search. */
  private readonly given: Subject
  private readonly subject: Subject
  private readonly schedule: Schedule
  private readonly limits: Limits
  private readonly labels: Labels
  private readonly windows: Windows
  private readonly hidden: ReadonlySet<string>
  private readonly gaps: readonly Gap[]
  private interference: Interference | null = null
  /** Which hidden steps interfere with a step, for the list of hidden steps that was asked for last. */
  private readonly interfering = new Map<Step, { readonly hidden: readonly Step[]; readonly steps: readonly Step[] }>()
  private readonly unchecked = new Map<string, number>()
  private readonly ignored = new Map<string, number>()
  private readonly seen = new Seen()
  private branched = false
  private searchedCount = 0
  private isExhausted = false
  private furthest: Refusal[] = []

  constructor(trace: ForeignTrace, subject: Subject, schedule: Schedule, limits: Limits) {
    this.trace = trace
    this.given = subject
    this.subject = { ...subject, config: { ...defaultConfig(subject.spec), ...subject.config } }
    this.schedule = schedule
    this.limits = limits
    this.labels = new Labels(trace)
    this.windows = new Windows(trace, this.subject, this.labels)
    this.hidden = hiddenActions(subject.binding, trace)
    this.gaps = gapsOf(trace)
  }

  run(from: Position | null): Conformance {
    const stack: Frame[] = [this.frame(from ?? this.windows.begin(this.schedule.start))]
    while (stack.length > 0) {
      const frame = stack.at(-1)!
      const { position } = frame
      if (position.takenCount === this.schedule.length) return { ...this.common(), verdict: 'accepted', end: position }
      if (this.exhausted()) return this.unknown(position.takenCount)
      const event = frame.events[frame.next++]
      const trial = frame.first ?? this.trial(position, event)
      frame.first = null
      const successors = this.waived(this.successors(position, trial), position, event)
      // What the limit kept from being looked at is not refused.
      if (this.isExhausted) return this.unknown(position.takenCount)
      if (successors.length === 0) this.refused({ position, event })
      const settled = successors.length > 0 && this.schedule.alone(position.at, event)
      if (settled || frame.next >= frame.events.length) stack.pop()
      if (successors.length > 1) this.branched = true
      for (const successor of successors.toReversed()) if (this.isNew(successor)) stack.push(this.frame(successor))
      if (stack.length === 1 && stack[0].next === 0 && stack[0].events.length === 1) this.branched = false
      if (!this.branched) this.seen.clear()
    }
    return { ...this.common(), verdict: 'rejected', furthest: this.furthest }
  }

  /** What is known when the search was ended from outside. Models may be amid a step, so no position is given. */
  ended(): Conformance {
    return { ...this.unknown(0), furthest: [] }
  }

  private unknown(takenCount: number): Extract<Conformance, { verdict: 'unknown' }> {
    const furthestCount = this.furthest[0]?.position.takenCount ?? takenCount
    return { ...this.common(), verdict: 'unknown', furthest: this.furthest, furthestCount }
  }

  private frame(position: Position): Frame {
    const events = this.schedule.enabled(position.at)
    if (events.length < 2) return { position, events, next: 0, first: null }
    this.branched = true
    // What is possible as it stands comes before what needs hidden steps: mostly another event is what it waits for.
    for (const [place, event] of events.entries()) {
      const first = this.trial(position, event)
      if (first.direct.length === 0) continue
      return { position, events: place === 0 ? events : [event, ...events.toSpliced(place, 1)], next: 0, first }
    }
    return { position, events, next: 0, first: null }
  }

  private trial(before: Position, event: number): Trial {
    const { binding, config } = this.subject
    const recorded = this.trace.events[event].event
    const position = this.windows.fit(before, recorded, this.schedule)
    const { model, row, shift } = position
    const reading = binding.read(recorded, model.stateOf(row), this.labels, shift, config)
    return { event, position, reading, direct: reading === null ? [] : this.outcomes(reading, position, row) }
  }

  private common(): Omit<Extract<Conformance, { verdict: 'accepted' }>, 'verdict' | 'end'> {
    const { labels, schedule, hidden, gaps, searchedCount, unchecked, ignored } = this
    return { spec: this.subject.spec.name, labels, schedule, hidden, gaps, searchedCount, unchecked, ignored }
  }

  private exhausted(): boolean {
    if (this.isExhausted) return true
    this.searchedCount++
    this.isExhausted = this.searchedCount > this.limits.budget || this.limits.stop()
    return this.isExhausted
  }

  private refused(refusal: Refusal): void {
    const best = this.furthest[0]?.position.takenCount ?? -1
    const { takenCount } = refusal.position
    if (takenCount > best) this.furthest = [refusal]
    else if (takenCount === best && this.furthest.length < KEPT_REFUSALS) this.furthest.push(refusal)
  }

  /** While only one way is open, nothing can be met twice. */
  private isNew(position: Position): boolean {
    return !this.branched || this.seen.add(position)
  }

  /** A known deviation is passed over: the model stays where it is. */
  private waived(successors: readonly Position[], before: Position, event: number): readonly Position[] {
    if (successors.length > 0 || this.limits.waive?.(this.trace.events[event]) !== true) return successors
    const at = this.schedule.advance(before.at, event)
    return [{ ...before, at, takenCount: before.takenCount + 1, parent: before, event, steps: [], hiddenCount: 0 }]
  }

  /** Every position after an event. */
  private successors(parent: Position, { event, position, reading, direct }: Trial): readonly Position[] {
    const { model, row, shift } = position
    const at = this.schedule.advance(position.at, event)
    const takenCount = position.takenCount + 1
    const successor = (outcome: HiddenOutcome): Position => {
      const { row: end, steps, hiddenCount } = outcome
      return { at, takenCount, model, row: end, shift, parent, event, steps, hiddenCount }
    }
    if (reading === null) {
      count(this.ignored, this.trace.events[event].event.type)
      return [successor({ row, steps: [], hiddenCount: 0 })]
    }
    for (const field of reading.unchecked) count(this.unchecked, field)
    const found = direct.map(outcome => ({ ...outcome, hiddenCount: 0 }))
    const isExact = this.hidden.size === 0 && this.gaps.length === 0
    return distinct(isExact ? found : this.throughHidden(position, event, found)).map(successor)
  }

  private outcomes(reading: Reading, position: Position, row: Cells): readonly Outcome[] {
    return reading.attempts.flatMap(attempt => outcomesOf(attempt, position, row, this.subject))
  }

  /** Breadth first through hidden steps, up to where the event is possible and past what it would interfere with. */
  private throughHidden(position: Position, event: number, direct: readonly HiddenOutcome[]): readonly HiddenOutcome[] {
    const { model, row: from } = position
    const hidden = this.hiddenSteps(position)
    const interfering = this.interferingWith(direct, hidden)
    if (direct.length > 0 && !interfering.some(step => model.enabled(step, from))) return direct
    const found: HiddenOutcome[] = [...direct]
    const seen = new Set([rowKey(from)])
    const queue: { readonly row: Cells; readonly steps: readonly Step[]; readonly next: readonly Step[] }[] = []
    queue.push({ row: from, steps: [], next: direct.length > 0 ? interfering : hidden })
    for (let index = 0; index < queue.length && !this.exhausted(); index++) {
      const { row, steps, next } = queue[index]
      for (const step of next) {
        const to = model.enabled(step, row) ? model.take(step, row) : null
        if (to === null) continue
        const key = rowKey(to)
        if (seen.has(key)) continue
        seen.add(key)
        const guessed = [...steps, step]
        const outcomes = this.outcomesAt(position, event, to)
        for (const { row: end, steps: own } of outcomes)
          found.push({ row: end, steps: [...guessed, ...own], hiddenCount: guessed.length })
        const open = outcomes.length > 0 ? this.interferingWith(outcomes, hidden) : hidden
        queue.push({ row: to, steps: guessed, next: open })
      }
    }
    return this.needed(found, position, event)
  }

  /** The hidden steps that may not be put off until after the steps of these outcomes. */
  private interferingWith(outcomes: readonly Outcome[], hidden: readonly Step[]): readonly Step[] {
    if (outcomes.length === 1 && outcomes[0].steps.length === 1)
      return this.interferingWithOne(outcomes[0].steps[0], hidden)
    const steps = new Set(outcomes.flatMap(outcome => outcome.steps))
    return hidden.filter(step => [...steps].some(own => this.interferes(step, own)))
  }

  private interferingWithOne(step: Step, hidden: readonly Step[]): readonly Step[] {
    let known = this.interfering.get(step)
    if (known?.hidden !== hidden) {
      known = { hidden, steps: hidden.filter(other => this.interferes(other, step)) }
      this.interfering.set(step, known)
    }
    return known.steps
  }

  /** What may happen in hiding: where events of a node were lost, everything that it takes part in. */
  private hiddenSteps({ at, model }: Position): readonly Step[] {
    const always = this.windows.hiddenSteps(model, this.hidden)
    const lost = this.gaps.filter(
      ({ after, before }) =>
        (after < 0 || this.schedule.taken(at, after)) && (before < 0 || !this.schedule.taken(at, before)),
    )
    if (lost.length === 0) return always
    const nodes = new Set(lost.map(({ node }) => this.labels.nodeOf(node)))
    return [...new Set([...always, ...this.windows.stepsAt(model, nodes)])]
  }

  /** Of ways that end alike but for hidden steps that the event did not need, those that need each of theirs. */
  private needed(found: readonly HiddenOutcome[], position: Position, event: number): readonly HiddenOutcome[] {
    return found.filter(({ steps, hiddenCount }) => {
      if (this.exhausted()) return false
      const own = steps.slice(hiddenCount)
      const guessed = steps.slice(0, hiddenCount)
      return guessed.every((step, index) => {
        if (own.some(observed => this.interferes(step, observed))) return true
        return !this.possibleWithout(guessed.toSpliced(index, 1), position, event)
      })
    })
  }

  private possibleWithout(guessed: readonly Step[], position: Position, event: number): boolean {
    let row: Cells | null = position.row
    for (const step of guessed) if (row !== null) row = position.model.take(step, row)
    return row !== null && this.outcomesAt(position, event, row).length > 0
  }

  private outcomesAt(position: Position, event: number, row: Cells): readonly Outcome[] {
    const { binding, config } = this.subject
    const state = position.model.stateOf(row)
    const reading = binding.read(this.trace.events[event].event, state, this.labels, position.shift, config)
    return reading === null ? [] : this.outcomes(reading, position, row)
  }

  private interferes(a: Step, b: Step): boolean {
    this.interference ??= interferenceOf(this.given, this.labels.nodes.length)
    return this.interference.between(a, b)
  }
}

interface HiddenOutcome extends Outcome {
  readonly hiddenCount: number
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
