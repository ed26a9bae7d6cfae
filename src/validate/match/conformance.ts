// Whether a trace is a behaviour of the specification: the events are taken one by one as steps of the specification's
// own actions, depth first over what the trace leaves open — hidden steps, unordered events, free arguments — and the
// first way through accepts. A trace that leaves nothing open is taken in one pass.
import type { Cells } from '../../lang/container.ts'
import type { Step } from '../../lang/machine.ts'
import type { ForeignTrace, Recorded } from '../format/foreign-trace.ts'
import type { Left } from './fixings.ts'
import type { Gap } from './gaps.ts'
import { Labels, type Shift } from './labels.ts'
import type { Model, Subject } from './model.ts'
import type { GuardName } from './refused.ts'
import type { Progress, Schedule } from '../order/schedule.ts'
import { Search } from './search.ts'

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
  /** Nodes of which nothing is known since they deviated; their events are passed over until one tells their state. */
  readonly lapsed: readonly string[]
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
  /** Whether every order is tried, also when an event is known to be refused in all; false when left out. */
  readonly everyOrder?: boolean
  /**
   * Whether an event that is no step may be passed over, as a known deviation, and whether the state of its node is then to
   * be taken from its next full observation. `guards` are those of which one alone is false. Nothing may when left out.
   */
  readonly waive?: (recorded: Recorded, guards: () => readonly GuardName[]) => 'no' | 'pass' | 'resync'
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
  /** How often an event was a step of the model or said something of its state, over all ways that were tried. */
  readonly comparedCount: number
  /** Fields that nothing in the model answers to, and how often they occurred. */
  readonly unchecked: ReadonlyMap<string, number>
  /** Events that are no matter of the model, by type. */
  readonly ignored: ReadonlyMap<string, number>
} & (
  | { readonly verdict: 'accepted'; readonly end: Position }
  | {
      readonly verdict: 'rejected'
      /** The refusals after which no way went on, of those that came furthest. */
      readonly furthest: readonly Refusal[]
      /** What earlier events left that refuses the first of these in every order; null when all orders had to be tried. */
      readonly because: readonly Left[] | null
    }
  | {
      readonly verdict: 'unknown'
      readonly furthest: readonly Refusal[]
      readonly furthestCount: number
      /** Where the search was when its limit was reached; null when it ended otherwise. */
      readonly last: Position | null
    }
)

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
  const { within = toItsEnd } = limits
  const searched = (labels: Labels, from: Position | null): Conformance => {
    const search = new Search(trace, labels, subject, schedule, limits)
    return within(() => search.run(from)) ?? search.ended()
  }
  const labels = new Labels(trace)
  const found = searched(labels, begin)
  if (begin !== null || found.verdict === 'accepted') return found
  // Where the first leader is not known, only what no leader explains is no behaviour.
  let undecided = found.verdict === 'unknown' ? found : null
  for (const leader of labels.otherLeaders) {
    const other = searched(new Labels(trace, leader), null)
    if (other.verdict === 'accepted') return other
    if (other.verdict === 'unknown') undecided ??= other
  }
  return undecided ?? found
}

/** How many events were taken by what came furthest. */
export function takenCountOf(found: Conformance): number {
  switch (found.verdict) {
    case 'accepted':
      return found.end.takenCount
    case 'rejected':
      return found.furthest[0]?.position.takenCount ?? 0
    case 'unknown':
      return found.furthestCount
  }
}

/** Whether a way was found on which an event was taken. */
export function isTaken(found: Conformance, event: number): boolean {
  const reached = found.verdict === 'accepted' ? [found.end] : found.furthest.map(({ position }) => position)
  const last = found.verdict === 'unknown' ? found.last : null
  return [...reached, ...(last === null ? [] : [last])].some(({ at }) => found.schedule.taken(at, event))
}

export function toItsEnd<T>(part: () => T): T {
  return part()
}
