// The search for a way through a trace, depth first over what it leaves open. It ends at the first way; at a dead end
// that no other order avoids; or when every way was tried, or the limit was reached.
import { defaultConfig } from '../../lang/spec.ts'
import type { Reading } from './binding.ts'
import type { Conformance, Limits, Position, Refusal } from './conformance.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import { type Gap, gapsOf } from './gaps.ts'
import { afterHidden, Guesses, type HiddenOutcome } from './guesses.ts'
import type { Labels, Shift } from './labels.ts'
import type { Cells } from '../../lang/container.ts'
import type { Subject } from './model.ts'
import { distinct, type Outcome, outcomesIn } from './outcomes.ts'
import { type GuardName, soleFalseGuards } from './refused.ts'
import type { Schedule } from '../order/schedule.ts'
import { Outlook } from './outlook.ts'
import { Seen } from './seen.ts'
import { type Refused, Settled } from './settled.ts'
import type { Reach } from './stubborn.ts'
import { interferenceOf, Windows } from './windows.ts'
import { Writers } from './writers.ts'

/** How many of the furthest refusals are kept for the explanation. */
const KEPT_REFUSALS = 64
/** After so many positions that could not take an event it is asked whether any can. */
const LONG_WAITS: ReadonlySet<number> = new Set([256, 4096])
/** With so many entries in a window it is worth while to let nodes catch up first. */
const LARGE_WINDOW = 32

interface Frame {
  readonly position: Position
  readonly events: readonly number[]
  next: number
  /** What is known of taking the first of the events, until it is taken. */
  first: Trial | null
  /** Further ways of taking the event before `next`, through hidden steps; they are looked for one by one. */
  later: Iterator<Position, void> | null
  /** What was found of that event while these were looked for. */
  reach: Reach | null
  /** Whether a way of taking that event was found. */
  isTaken: boolean
  /** Whether no event was taken. */
  isDeadEnd: boolean
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

export class Search {
  private readonly trace: ForeignTrace
  private readonly subject: Subject
  private readonly given: Subject
  private readonly schedule: Schedule
  private readonly limits: Limits
  private readonly labels: Labels
  private readonly windows: Windows
  private readonly gaps: readonly Gap[]
  private readonly guesses: Guesses
  private settled: Settled | null = null
  private comparedCount = 0
  private readonly unchecked = new Map<string, number>()
  private readonly ignored = new Map<string, number>()
  private readonly seen = new Seen()
  private branched = false
  private searchedCount = 0
  private isExhausted = false
  /** Whether something was refused while nothing was known of a node. */
  private isDoubtful = false
  private furthest: Refusal[] = []
  /** How often an event was passed over, as it seemed to wait for another one. */
  private readonly waiting = new Map<number, number>()
  /** Where every order refuses an event, once that is known. */
  private always: { readonly position: Position; readonly refused: Refused } | null = null
  /** Whether it begins at the beginning. */
  private isWhole = true

  constructor(trace: ForeignTrace, labels: Labels, subject: Subject, schedule: Schedule, limits: Limits) {
    this.trace = trace
    this.subject = { ...subject, config: { ...defaultConfig(subject.spec), ...subject.config } }
    this.given = subject
    this.schedule = schedule
    this.limits = limits
    this.labels = labels
    this.windows = new Windows(trace, this.subject, labels)
    this.gaps = gapsOf(trace)
    this.guesses = new Guesses({
      trace,
      subject: this.subject,
      given: subject,
      schedule,
      labels,
      windows: this.windows,
      gaps: this.gaps,
      outlook: new Outlook(trace, subject.binding, labels, schedule),
      exhausted: () => this.exhausted(),
      refusedAlways: (position, event) => this.isRefusedAlways(position, [event]),
    })
  }

  run(from: Position | null): Conformance {
    this.isWhole = from === null
    const stack: Frame[] = [this.frame(from ?? this.windows.begin(this.schedule.start))]
    while (stack.length > 0) {
      const frame = stack.at(-1)!
      const { position } = frame
      if (position.takenCount === this.schedule.length) return { ...this.common(), verdict: 'accepted', end: position }
      if (this.exhausted()) return this.unknown(position)
      const successors = this.advance(frame)
      // What the limit kept from being looked at is not refused.
      if (this.isExhausted) return this.unknown(position)
      if (successors.length > 0) frame.isDeadEnd = false
      if (frame.later === null && this.isDone(frame)) {
        stack.pop()
        if (frame.isDeadEnd) this.isRefusedAlways(position, frame.events)
      }
      if (this.always !== null) return this.rejected(this.always)
      if (successors.length > 1 || frame.later !== null) this.branched = true
      for (const successor of successors.toReversed()) if (this.isNew(successor)) stack.push(this.frame(successor))
      if (stack.length === 1 && stack[0].next === 0 && stack[0].events.length === 1) this.branched = false
      if (!this.branched) this.seen.clear()
    }
    return this.guesses.isCramped || this.isDoubtful
      ? this.unknown(null)
      : { ...this.common(), verdict: 'rejected', furthest: this.furthest, because: null }
  }

  /** Whether every order refuses one of some events that a position does not take; then nothing more is to be found. */
  private isRefusedAlways(position: Position, events: readonly number[]): boolean {
    const { trace, subject, schedule, labels, windows, limits } = this
    const { hidden } = this.guesses
    // After a loss anything may have happened, and a deviation that is passed over leaves what it was refused for.
    const mayBeExcused = this.gaps.length > 0 || limits.waive !== undefined || limits.everyOrder === true
    if (!this.isWhole || mayBeExcused) return false
    const contradicted = events.find(event => this.trial(position, event).reading?.contradictsAlways === true)
    if (contradicted !== undefined) this.always = { position, refused: { event: contradicted, because: [] } }
    if (this.always !== null || !labels.isRanked) return this.always !== null
    if (this.settled === null) {
      const interference = interferenceOf(this.given, labels.nodes.length)
      const writers = new Writers({ trace, binding: subject.binding, labels, schedule, interference, hidden })
      this.settled = new Settled({ trace, subject, labels, schedule, windows, writers, hidden })
    }
    const refused = this.settled.among(position, events)
    if (refused !== null) this.always = { position, refused }
    return refused !== null
  }

  private rejected({ position, refused }: NonNullable<Search['always']>): Conformance {
    const { event, because } = refused
    const others = this.furthest.filter(refusal => refusal.event === event && refusal.position !== position)
    return { ...this.common(), verdict: 'rejected', furthest: [{ position, event }, ...others], because }
  }

  /** The next positions: further ways of the event that is being taken, or the first ways of the next one. */
  private advance(frame: Frame): readonly Position[] {
    const { position } = frame
    let found: readonly Position[]
    if (frame.later === null) {
      const trial = frame.first ?? this.trial(position, frame.events[frame.next])
      frame.first = null
      frame.next++
      const { now, later, reach } = this.resumed(position, trial.event) ?? this.successors(position, trial)
      frame.later = later
      frame.reach = reach
      frame.isTaken = now.length > 0
      found = now
    } else {
      const next = frame.later.next()
      if (next.done === true) frame.later = null
      else frame.isTaken = true
      found = next.done === true ? [] : [next.value]
    }
    if (frame.isTaken || frame.later !== null) return found
    const event = frame.events[frame.next - 1]
    const waived = this.waived(position, event)
    if (waived === null && !this.isExhausted) this.refused({ position, event })
    // Whatever the node has, it may have been the reason.
    if (waived === null && position.lapsed.length > 0) this.isDoubtful = true
    else frame.isTaken = true
    return waived === null ? [] : [waived]
  }

  /** Whether all events of a frame were taken that need to be. */
  private isDone({ position, events, next, isTaken, reach }: Frame): boolean {
    if (next >= events.length) return true
    return isTaken && reach?.isEntangled !== true && this.schedule.alone(position.at, events[next - 1])
  }

  /** What is known when the search was ended from outside. Models may be amid a step, so no position is given. */
  ended(): Conformance {
    return { ...this.unknown(null), furthest: [] }
  }

  private unknown(last: Position | null): Extract<Conformance, { verdict: 'unknown' }> {
    const furthestCount = Math.max(this.furthest[0]?.position.takenCount ?? 0, last?.takenCount ?? 0)
    return { ...this.common(), verdict: 'unknown', furthest: this.furthest, furthestCount, last }
  }

  private frame(position: Position): Frame {
    const events = this.schedule.enabled(position.at)
    const begun = { position, events, next: 0, first: null, later: null, reach: null, isTaken: false, isDeadEnd: true }
    if (events.length < 2) return begun
    this.branched = true
    // In the order of the file, which mostly is the one in which things happened, but for what waits for another event; and
    // after a crash or a promotion what stands before it in the file may not be possible any more.
    for (const [place, event] of events.entries()) {
      const first = this.trial(position, event)
      if (first.direct.length === 0 && !this.guesses.mayBegin(first.position, event)) {
        this.waits(position, event)
        continue
      }
      if (first.direct.length > 0 && place > 0 && !this.schedule.isLocal(event)) return begun
      return { ...begun, events: place === 0 ? events : [event, ...events.toSpliced(place, 1)], first }
    }
    return begun
  }

  /** What has waited for long may be refused in every order; then it need not be waited for until nothing else is left. */
  private waits(position: Position, event: number): void {
    const waited = (this.waiting.get(event) ?? 0) + 1
    this.waiting.set(event, waited)
    if (LONG_WAITS.has(waited)) this.isRefusedAlways(position, [event])
  }

  private trial(before: Position, event: number): Trial {
    const { binding, config } = this.subject
    const recorded = this.trace.events[event].event
    const position = this.windows.fit(before, recorded, this.schedule)
    const { model, row, shift } = position
    const reading = binding.read(recorded, model.stateOf(row), this.labels, shift, config)
    return { event, position, reading, direct: outcomesIn(reading, position, row, this.subject) }
  }

  private common(): Omit<Extract<Conformance, { verdict: 'accepted' }>, 'verdict' | 'end'> {
    const { labels, schedule, gaps, searchedCount, comparedCount, unchecked, ignored } = this
    return {
      spec: this.subject.spec.name,
      labels,
      schedule,
      hidden: this.guesses.hidden,
      gaps,
      searchedCount,
      comparedCount,
      unchecked,
      ignored,
    }
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
  private waived(before: Position, event: number): Position | null {
    const recorded = this.trace.events[event]
    const guards = (): readonly GuardName[] => soleFalseGuards(recorded, before, this.labels, this.subject)
    const waived = this.limits.waive?.(recorded, guards) ?? 'no'
    if (waived === 'no') return null
    const { node } = recorded.event
    const lapsed = waived === 'resync' && node !== undefined ? [...before.lapsed, node] : before.lapsed
    return { ...this.passed(before, event), lapsed }
  }

  private passed(before: Position, event: number): Position {
    const at = this.schedule.advance(before.at, event)
    return { ...before, at, takenCount: before.takenCount + 1, parent: before, event, steps: [], hiddenCount: 0 }
  }

  /** Where the event is one of a node that deviated: it is passed over, or tells the state; null where it is not. */
  private resumed(before: Position, event: number): Successors | null {
    const { event: recorded } = this.trace.events[event]
    if (recorded.node === undefined || !before.lapsed.includes(recorded.node)) return null
    const position = this.windows.fit(before, recorded, this.schedule)
    const { model, shift } = position
    const lapsed = before.lapsed.filter(node => node !== recorded.node)
    const own = this.labels.nodeOf(recorded.node)
    const sources = [own, ...this.labels.nodes.flatMap((_, index) => (index + 1 === own ? [] : [index + 1]))]
    const known = sources.flatMap(source => {
      const state = model.stateOf(position.row)
      if (!this.subject.binding.adopt(recorded, state, this.labels, shift, source)) return []
      const row = model.pack()
      const isSo = this.guesses.outcomesAt(position, event, row).length > 0
      return isSo ? [{ row, steps: [], hiddenCount: 0 }] : []
    })
    const passed = { ...this.passed(position, event), parent: before }
    const now = distinct(known).map(({ row }) => ({
      ...passed,
      row,
      lapsed,
      shift: this.shiftAfter(position, event, row),
    }))
    return { now: now.length > 0 ? now : [passed], later: null, reach: null }
  }

  /** Every position after an event: those that are at hand, and those that hidden steps may lead to. */
  private successors(parent: Position, { event, position, reading, direct }: Trial): Successors {
    const successor = (outcome: HiddenOutcome): Position => this.successor(parent, position, event, outcome)
    if (reading === null) count(this.ignored, this.trace.events[event].event.type)
    for (const field of reading?.unchecked ?? []) count(this.unchecked, field)
    if (reading !== null && isComparable(reading)) this.comparedCount++
    const found = distinct(direct).map(outcome => ({ ...outcome, hiddenCount: 0 }))
    const now = found.map(successor)
    const isExact = this.guesses.hidden.size === 0 && this.gaps.length === 0 && position.lapsed.length === 0
    if (isExact || reading?.contradictsAlways === true) return { now, later: null, reach: null }
    if (reading === null && !this.guesses.closesGap(event)) return { now, later: null, reach: null }
    const { likely, outcomes, reach } = this.guesses.through(position, event, found)
    const first = [...this.caughtUp(parent, position, event), ...likely.map(successor)]
    return { now: [...first, ...now], later: outcomes === null ? null : mapped(outcomes, successor), reach }
  }

  /**
   * The positions after an event that was taken after nodes had come on which nothing is told of. A node that stays behind
   * for want of records makes the window grow, and with it the cost of every step.
   */
  private caughtUp(parent: Position, needed: Position, event: number): readonly Position[] {
    if (needed.model === parent.model || needed.model.entries <= LARGE_WINDOW) return []
    const { row, steps } = this.guesses.broughtOn(parent, 'with all')
    const position = this.windows.fit({ ...parent, row }, this.trace.events[event].event, this.schedule)
    if (position.model.entries >= needed.model.entries) return []
    return this.guesses
      .outcomesAt(position, event, position.row)
      .map(outcome => this.successor(parent, position, event, afterHidden(steps, outcome)))
  }

  /** The position after an event, of which `position` has the model that it was taken in. */
  private successor(parent: Position, position: Position, event: number, outcome: HiddenOutcome): Position {
    const { model, lapsed } = position
    const { row, steps, hiddenCount } = outcome
    const at = this.schedule.advance(parent.at, event)
    const takenCount = parent.takenCount + 1
    const shift = this.shiftAfter(position, event, row)
    return { at, takenCount, model, row, shift, parent, event, steps, hiddenCount, lapsed }
  }

  private shiftAfter({ model, shift }: Position, event: number, row: Cells): Shift {
    if (this.labels.isRanked) return shift
    return this.subject.binding.after(this.trace.events[event].event, model.stateOf(row), this.labels, shift)
  }
}

interface Successors {
  readonly now: readonly Position[]
  readonly later: Iterator<Position, void> | null
  readonly reach: Reach | null
}

/** Whether an event is a step, or says something of a state that a model can contradict. */
function isComparable({ certain, attempts }: Reading): boolean {
  return certain.length > 0 || attempts.some(({ calls, claims }) => calls.length > 0 || claims.length > 0)
}

function* mapped<T, U>(items: Iterable<T>, to: (item: T) => U): Generator<U, void> {
  for (const item of items) yield to(item)
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
