// Ways of taking an event through steps that nobody recorded: breadth first from a position, through what cannot be put off
// until after the event. They are looked for one by one, as the first mostly leads on.
import type { Cells } from '../../lang/container.ts'
import type { Step } from '../../lang/machine.ts'
import type { Position } from './conformance.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Gap } from './gaps.ts'
import { Concurrent } from './concurrent.ts'
import { hiddenActions } from './hidden.ts'
import type { Labels } from './labels.ts'
import type { Model, Subject } from './model.ts'
import { type Outcome, outcomesIn, rowKey } from './outcomes.ts'
import type { Progress, Schedule } from '../order/schedule.ts'
import type { Outlook } from './outlook.ts'
import { type Reach, StubbornSets } from './stubborn.ts'
import { interferenceOf, type Windows } from './windows.ts'

export interface HiddenOutcome extends Outcome {
  readonly hiddenCount: number
}

/** The ways of taking an event through hidden steps. */
export interface Through {
  /** Those to try before any without hidden steps. */
  readonly likely: readonly HiddenOutcome[]
  /** Null when there are none to look for. */
  readonly outcomes: Generator<HiddenOutcome, void> | null
  /** Known once all ways were looked for. */
  readonly reach: Reach
}

/** Where hidden steps are looked for. */
interface Guess {
  readonly position: Position
  readonly event: number
  readonly hidden: readonly Step[]
  /** Whether all of them may have happened that can, and not only those that the event needs. */
  readonly closes: boolean
  /** Hidden actions that may be missing more often than a window has room for. */
  readonly scarce: ReadonlySet<string>
  readonly reach: Reach
}

/** A way through hidden steps, and those that it may go on with. */
interface Way {
  readonly row: Cells
  readonly steps: readonly Step[]
  readonly next: readonly Step[]
}

/** What becomes of the event after some hidden steps. */
export function afterHidden(hidden: readonly Step[], { row, steps }: Outcome): HiddenOutcome {
  return { row, steps: [...hidden, ...steps], hiddenCount: hidden.length }
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
  readonly outlook: Outlook
  /** Asked for each state that is looked at; true ends the search. */
  readonly exhausted: () => boolean
  /** Asked once of an event that many states do not take: whether it is refused in every order, so that no more are looked at. */
  readonly refusedAlways: (position: Position, event: number) => boolean
}

/** So many states are looked at before it is asked whether an event can be taken at all. */
const PATIENCE = 256

const NO_OUTCOMES: readonly HiddenOutcome[] = []
const NO_STEPS: readonly Step[] = []
const NOTHING: readonly string[] = []
const NO_ACTIONS: ReadonlySet<string> = new Set()

export class Guesses {
  /** The names of the actions that may happen in hiding anywhere. */
  readonly hidden: ReadonlySet<string>
  /** Whether more may be missing somewhere than the window had room for: then what was not found may be there. */
  isCramped = false
  private readonly of: Guessing
  private readonly closing: ReadonlySet<number>
  private sets: StubbornSets | null = null
  /** For each model, and nodes of which more may be hidden, the hidden steps. */
  private readonly hiddenIn = new Map<Model, Map<string, readonly Step[]>>()

  constructor(of: Guessing) {
    this.of = of
    this.closing = new Set(of.gaps.map(({ before }) => before))
    this.hidden = hiddenActions(of.subject.binding, of.trace)
  }

  /** Whether a node's first event after a loss is this one: what was lost has happened before it. */
  closesGap(event: number): boolean {
    return this.closing.has(event)
  }

  /** Whether a hidden step may lead to an event that is not possible as it is; else it waits for another event. */
  mayBegin(position: Position, event: number): boolean {
    const hidden = this.hiddenSteps(position)
    if (hidden.length === 0) return false
    const closes = this.closesGap(event)
    const guess = { position, event, hidden, closes, scarce: NO_ACTIONS, reach: { isEntangled: true } }
    return this.ahead(guess, position.row, NO_OUTCOMES).length > 0
  }

  /** Breadth first through hidden steps. At the end of a loss nothing can be put off any more. */
  through(position: Position, event: number, direct: readonly HiddenOutcome[]): Through {
    const hidden = this.hiddenSteps(position)
    // Where others are tried all the same, or there are none, it does not matter whether they may have to come first.
    const { schedule } = this.of
    const reach: Reach = { isEntangled: schedule.chainCount < 2 || !schedule.alone(position.at, event) }
    if (hidden.length === 0) return { likely: NO_OUTCOMES, outcomes: null, reach }
    const closes = this.closesGap(event)
    const guess = { position, event, hidden, closes, scarce: this.scarce(position, hidden), reach }
    const first = this.ahead(guess, position.row, direct)
    if (first.length === 0) return { likely: NO_OUTCOMES, outcomes: null, reach }
    const start: Way = { row: position.row, steps: [], next: first }
    const isShort = first.some(step => this.urgency(step, position, position.row) === 0)
    const { row, steps } = isShort ? this.broughtOn(position, 'as told') : start
    if (steps.length === 0) return { likely: NO_OUTCOMES, outcomes: this.guess(guess, direct, [start]), reach }
    const outcomes = this.outcomesAt(position, event, row)
    const likely = outcomes.map(outcome => afterHidden(steps, outcome))
    const further: Way = { row, steps, next: this.ahead(guess, row, outcomes) }
    return { likely, outcomes: this.guess(guess, [...likely, ...direct], [further, start]), reach }
  }

  /**
   * The state after hidden steps have brought nodes on: their logs as far as is told of them, or all that they may have
   * caught up with, unless what is told forbids it.
   */
  broughtOn(position: Position, how: 'as told' | 'with all'): { readonly row: Cells; readonly steps: readonly Step[] } {
    const { model } = position
    const { binding } = this.of.subject
    const isAll = how === 'with all'
    const bringing = this.hiddenSteps(position).filter(step =>
      isAll ? binding.catchingUp.includes(step.action) : binding.lengthens(step) !== null,
    )
    const steps: Step[] = []
    let row = position.row
    for (let isMoving = true; isMoving;) {
      isMoving = false
      for (const step of bringing) {
        if (this.urgency(step, position, row) > (isAll ? 1 : 0) || !model.enabled(step, row)) continue
        const next = this.of.exhausted() ? null : model.take(step, row)
        if (next === null) continue
        row = next
        steps.push(step)
        isMoving = true
      }
    }
    return { row, steps }
  }

  /** Whether a step does what is told of a node to come: 0; whether nothing is known against it: 1; else 2. */
  private urgency(step: Step, { at, model, shift }: Position, row: Cells): number {
    const { subject, outlook, labels } = this.of
    const lengthened = subject.binding.lengthens(step)
    if (lengthened === null) return 1
    const { node, by } = lengthened
    const length = subject.binding.lengthOf(model.stateOf(row), node) + shift.entries
    const told = outlook.of(node, at)
    if (told !== null && length >= told.le) return 2
    // What others are to have, a leader has first.
    const wanted = by === 'copy' ? [told] : labels.nodes.map((_, other) => outlook.of(other + 1, at))
    return wanted.some(extent => extent !== null && length < extent.ge) ? 0 : 1
  }

  private *guess(guess: Guess, known: readonly HiddenOutcome[], roots: readonly Way[]): Generator<HiddenOutcome, void> {
    const { position, event, closes } = guess
    const { model } = position
    const seen = new Set(roots.map(({ row }) => rowKey(row)))
    const ends = new Set(known.map(({ row }) => rowKey(row)))
    const queue = [...roots]
    for (let index = 0; index < queue.length && !this.of.exhausted(); index++) {
      if (index === PATIENCE && ends.size === 0 && this.of.refusedAlways(position, event)) return
      const { row, steps, next } = queue[index]
      for (const step of next) {
        const to = model.take(step, row)
        if (to === null) continue
        const key = rowKey(to)
        if (seen.has(key)) continue
        seen.add(key)
        const guessed = [...steps, step]
        const outcomes = this.outcomesAt(position, event, to)
        for (const { row: end, steps: own } of outcomes) {
          const outcome = afterHidden(guessed, { row: end, steps: own })
          if (this.of.exhausted()) return
          if (ends.has(rowKey(end)) || !(closes || this.isNeeded(outcome, position, event))) continue
          ends.add(rowKey(end))
          yield outcome
        }
        queue.push({ row: to, steps: guessed, next: this.ahead(guess, to, outcomes) })
      }
    }
  }

  /** The steps with which a way may go on from a state in which the event may end so. */
  private ahead(guess: Guess, row: Cells, outcomes: readonly Outcome[]): readonly Step[] {
    const { position, event, hidden, closes, scarce, reach } = guess
    const { model } = position
    const full = scarce.size === 0 ? NOTHING : this.full(position, row).filter(action => scarce.has(action))
    if (closes && full.length > 0) this.isCramped = true
    const isAllKnown = full.length === 0 && reach.isEntangled
    if (isAllKnown && !hidden.some(step => model.enabled(step, row))) return NO_STEPS
    const isTold = (step: Step): boolean => this.isTold(step, position, row)
    const open = this.stubborn.from({
      position,
      row,
      event,
      outcomes,
      hidden,
      reach,
      isTold,
      disabled: ({ action }) => {
        if (full.includes(action)) this.isCramped = true
      },
    })
    const steps = closes ? hidden.filter(step => model.enabled(step, row) && !isTold(step)) : open
    if (steps.length < 2) return steps
    const urgencies = new Map(steps.map(step => [step, this.urgency(step, position, row)]))
    return steps.toSorted((a, b) => urgencies.get(a)! - urgencies.get(b)!)
  }

  private get stubborn(): StubbornSets {
    if (this.sets === null) {
      const { trace, subject, given, labels, schedule, gaps } = this.of
      const { binding } = subject
      const interference = interferenceOf(given, labels.nodes.length)
      const concurrent = new Concurrent({ trace, binding, labels, schedule, interference, gaps })
      this.sets = new StubbornSets({ trace, subject, labels, interference, concurrent })
    }
    return this.sets
  }

  /** Whether a step would not have been in hiding, for what it did is told of wherever it happened. */
  private isTold(step: Step, { model }: Position, row: Cells): boolean {
    const { subject, labels } = this.of
    const kept = subject.binding.kept(step, labels)
    const after = kept === null ? null : model.take(step, row)
    return kept !== null && after !== null && kept(model.stateOf(after)) < kept(model.stateOf(row))
  }

  /** What may happen in hiding: where events of a node were lost, everything that it takes part in. */
  private hiddenSteps({ at, model, lapsed }: Position): readonly Step[] {
    const always = this.of.windows.hiddenSteps(model, this.hidden)
    const lost = this.openGaps(at)
    if (lost.length === 0 && lapsed.length === 0) return always
    const nodes = new Set([...lost.map(({ node }) => node), ...lapsed].map(node => this.of.labels.nodeOf(node)))
    let known = this.hiddenIn.get(model)
    if (known === undefined) this.hiddenIn.set(model, (known = new Map()))
    const key = [...nodes].toSorted((a, b) => a - b).join(' ')
    let steps = known.get(key)
    if (steps === undefined) known.set(key, (steps = [...new Set([...always, ...model.stepsAt(nodes)])]))
    return steps
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
    if (!labels.lacksPromotions && !labels.lacksWrites) return NO_ACTIONS
    const scarce = new Set(hidden.map(({ action }) => action))
    const lostCount = this.openGaps(at).reduce((sum, { lost }) => sum + (lost ?? Infinity), 0)
    if (lostCount <= binding.spareEpochs)
      for (const action of binding.opening) if (!this.hidden.has(action)) scarce.delete(action)
    return scarce
  }

  private full({ model, shift }: Position, row: Cells): readonly string[] {
    return this.of.subject.binding.full(model.stateOf(row), model, this.of.labels, shift)
  }

  /** Whether a way needs each of its hidden steps; else one that takes it after the event is looked at as well. */
  private isNeeded({ row: end, steps, hiddenCount }: HiddenOutcome, position: Position, event: number): boolean {
    const { model } = position
    const guessed = steps.slice(0, hiddenCount)
    const isLater = (row: Cells, step: Step): boolean => {
      const after = model.enabled(step, row) && !this.isTold(step, position, row) ? model.take(step, row) : null
      return after !== null && rowKey(after) === rowKey(end)
    }
    return guessed.every(
      (step, index) => !this.endsWithout(guessed.toSpliced(index, 1), position, event).some(row => isLater(row, step)),
    )
  }

  /** Where the event may end after some hidden steps. */
  private endsWithout(guessed: readonly Step[], position: Position, event: number): readonly Cells[] {
    let row: Cells | null = position.row
    for (const step of guessed) if (row !== null) row = position.model.take(step, row)
    return row === null ? [] : this.outcomesAt(position, event, row).map(outcome => outcome.row)
  }

  outcomesAt(position: Position, event: number, row: Cells): readonly Outcome[] {
    const { binding, config } = this.of.subject
    const state = position.model.stateOf(row)
    const reading = binding.read(this.of.trace.events[event].event, state, this.of.labels, position.shift, config)
    return outcomesIn(reading, position, row, this.of.subject)
  }
}
