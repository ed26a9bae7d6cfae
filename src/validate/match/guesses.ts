// Ways of taking an event through steps that nobody recorded: breadth first from a position, up to where the event is
// possible and past what it would interfere with. They are looked for one by one, as the first mostly leads on.
import type { Cells } from '../../lang/container.ts'
import type { Step } from '../../lang/machine.ts'
import type { Position } from './conformance.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Gap } from './gaps.ts'
import { hiddenActions, type Interference } from './hidden.ts'
import type { Labels } from './labels.ts'
import type { Subject } from './model.ts'
import { type Outcome, outcomesIn, rowKey } from './outcomes.ts'
import type { Progress, Schedule } from '../order/schedule.ts'
import { interferenceOf, type Windows } from './windows.ts'

export interface HiddenOutcome extends Outcome {
  readonly hiddenCount: number
}

/** Where hidden steps are looked for. */
interface Guess {
  readonly position: Position
  readonly event: number
  readonly hidden: readonly Step[]
  /** Whether all of them may have happened that can, and not only those that the event needs. */
  readonly closes: boolean
}

/** What the search for hidden steps goes by. */
export interface Guessing {
  readonly trace: ForeignTrace
  /** With every knob. */
  readonly subject: Subject
  /** As given: what is known of it outlives a search. */
  readonly given: Subject
  readonly schedule: Schedule
  readonly labels: Labels
  readonly windows: Windows
  readonly gaps: readonly Gap[]
  /** Asked for each state that is looked at; true ends the search. */
  readonly exhausted: () => boolean
  /** Asked once of an event that many states do not take: whether it is refused in every order, so that no more are looked at. */
  readonly refusedAlways: (position: Position, event: number) => boolean
}

/** So many states are looked at before it is asked whether an event can be taken at all. */
const PATIENCE = 256

export class Guesses {
  /** The names of the actions that may happen in hiding anywhere. */
  readonly hidden: ReadonlySet<string>
  /** Whether more may be missing somewhere than the window had room for: then what was not found may be there. */
  isCramped = false
  private readonly of: Guessing
  private readonly closing: ReadonlySet<number>
  private interference: Interference | null = null
  /** Which hidden steps interfere with a step, for the list of hidden steps that was asked for last. */
  private readonly interfering = new Map<Step, { readonly hidden: readonly Step[]; readonly steps: readonly Step[] }>()

  constructor(of: Guessing) {
    this.of = of
    this.closing = new Set(of.gaps.map(({ before }) => before))
    this.hidden = hiddenActions(of.subject.binding, of.trace)
  }

  /** Whether a node's first event after a loss is this one: what was lost has happened before it. */
  closesGap(event: number): boolean {
    return this.closing.has(event)
  }

  /**
   * Breadth first through hidden steps, up to where the event is possible and past what it would interfere with; null when
   * there is nothing to look for. At the end of a loss nothing can be put off any more.
   */
  through(position: Position, event: number, direct: readonly HiddenOutcome[]): Generator<HiddenOutcome, void> | null {
    const { model, row } = position
    const hidden = this.hiddenSteps(position)
    const closes = this.closesGap(event)
    const open = direct.length === 0 || closes ? hidden : this.interferingWith(direct, hidden)
    if (direct.length > 0 && !open.some(step => model.enabled(step, row))) return null
    return this.guess({ position, event, hidden, closes }, direct, open)
  }

  private *guess(
    { position, event, hidden, closes }: Guess,
    direct: readonly HiddenOutcome[],
    first: readonly Step[],
  ): Generator<HiddenOutcome, void> {
    const { model, row: from } = position
    const scarce = this.scarce(position, hidden)
    const seen = new Set([rowKey(from)])
    const ends = new Set(direct.map(({ row }) => rowKey(row)))
    const queue: { readonly row: Cells; readonly steps: readonly Step[]; readonly next: readonly Step[] }[] = []
    queue.push({ row: from, steps: [], next: first })
    for (let index = 0; index < queue.length && !this.of.exhausted(); index++) {
      if (index === PATIENCE && ends.size === 0 && this.of.refusedAlways(position, event)) return
      const { row, steps, next } = queue[index]
      if (scarce.size > 0 && this.full(position, row).some(action => scarce.has(action))) this.isCramped = true
      for (const step of next) {
        const to = model.enabled(step, row) ? model.take(step, row) : null
        if (to === null || this.isTold(step, position, row, to)) continue
        const key = rowKey(to)
        if (seen.has(key)) continue
        seen.add(key)
        const guessed = [...steps, step]
        const outcomes = this.outcomesAt(position, event, to)
        for (const { row: end, steps: own } of outcomes) {
          const outcome = { row: end, steps: [...guessed, ...own], hiddenCount: guessed.length }
          if (this.of.exhausted()) return
          if (ends.has(rowKey(end)) || !(closes || this.isNeeded(outcome, position, event))) continue
          ends.add(rowKey(end))
          yield outcome
        }
        const open = outcomes.length > 0 && !closes ? this.interferingWith(outcomes, hidden) : hidden
        queue.push({ row: to, steps: guessed, next: open })
      }
    }
  }

  /** Whether a step would not have been in hiding, for what it did is told of wherever it happened. */
  private isTold(step: Step, { model }: Position, before: Cells, after: Cells): boolean {
    const { subject, labels } = this.of
    const kept = subject.binding.kept(step, labels)
    return kept !== null && kept(model.stateOf(after)) < kept(model.stateOf(before))
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
  private hiddenSteps({ at, model, lapsed }: Position): readonly Step[] {
    const always = this.of.windows.hiddenSteps(model, this.hidden)
    const lost = this.openGaps(at)
    if (lost.length === 0 && lapsed.length === 0) return always
    const nodes = new Set([...lost.map(({ node }) => node), ...lapsed].map(node => this.of.labels.nodeOf(node)))
    return [...new Set([...always, ...this.of.windows.stepsAt(model, nodes)])]
  }

  private openGaps(at: Progress): readonly Gap[] {
    const { gaps, schedule } = this.of
    return gaps.filter(
      ({ after, before }) => (after < 0 || schedule.taken(at, after)) && (before < 0 || !schedule.taken(at, before)),
    )
  }

  /** Hidden actions that may be missing more often than a window has room for. */
  private scarce({ at }: Position, hidden: readonly Step[]): ReadonlySet<string> {
    const { subject, labels } = this.of
    const { binding } = subject
    if (!labels.lacksPromotions && !labels.lacksWrites) return new Set()
    const scarce = new Set(hidden.map(({ action }) => action))
    const lostCount = this.openGaps(at).reduce((sum, { lost }) => sum + (lost ?? Infinity), 0)
    if (lostCount <= binding.spareEpochs)
      for (const action of binding.opening) if (!this.hidden.has(action)) scarce.delete(action)
    return scarce
  }

  private full({ model, shift }: Position, row: Cells): readonly string[] {
    return this.of.subject.binding.full(model.stateOf(row), model, this.of.labels, shift)
  }

  /** Whether a way needs each of its hidden steps; else one that ends alike but for these is looked at as well. */
  private isNeeded({ steps, hiddenCount }: HiddenOutcome, position: Position, event: number): boolean {
    const own = steps.slice(hiddenCount)
    const guessed = steps.slice(0, hiddenCount)
    return guessed.every((step, index) => {
      if (own.some(observed => this.interferes(step, observed))) return true
      return !this.possibleWithout(guessed.toSpliced(index, 1), position, event)
    })
  }

  private possibleWithout(guessed: readonly Step[], position: Position, event: number): boolean {
    let row: Cells | null = position.row
    for (const step of guessed) if (row !== null) row = position.model.take(step, row)
    return row !== null && this.outcomesAt(position, event, row).length > 0
  }

  outcomesAt(position: Position, event: number, row: Cells): readonly Outcome[] {
    const { binding, config } = this.of.subject
    const state = position.model.stateOf(row)
    const reading = binding.read(this.of.trace.events[event].event, state, this.of.labels, position.shift, config)
    return outcomesIn(reading, position, row, this.of.subject)
  }

  private interferes(a: Step, b: Step): boolean {
    this.interference ??= interferenceOf(this.of.given, this.of.labels.nodes.length)
    return this.interference.between(a, b)
  }
}
