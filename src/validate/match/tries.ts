// Tries of something else where a trace was refused: how far it goes on then. A change counts only when many further
// events match, for almost any trace can be pushed one event further.
import {
  conform,
  type Conformance,
  isTaken,
  type Limits,
  type Position,
  type Refusal,
  takenCountOf,
} from './conformance.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Labels } from './labels.ts'
import type { Subject } from './model.ts'
import { type Schedule, scheduleOf, TotalSchedule } from '../order/schedule.ts'

/** A trace that was refused, and where. */
export interface Refused {
  readonly trace: ForeignTrace
  readonly subject: Subject
  readonly schedule: Schedule
  readonly labels: Labels
  readonly refusal: Refusal
  /** Of each try. */
  readonly limits: Limits
}

/** So many further events make a repair worth telling; at the end of a trace, all that are left. */
export const WORTH = 20

/** Positions in which a try from where the event was refused must come so far, or it is given up. */
const PROBE = 500

/** In a partial order a changed event may come elsewhere, so each try begins anew; not with traces longer than this. */
const MOST_EVENTS = 5_000

/**
 * How a changed trace matches, of which nothing before the refused event has changed; null when no order of it is possible
 * or it is too long to begin anew.
 */
export function matched({ subject, schedule, refusal, limits }: Refused, changed: ForeignTrace): Conformance | null {
  if (schedule instanceof TotalSchedule) return conform(changed, subject, schedule, limits, refusal.position)
  if (changed.events.length > MOST_EVENTS) return null
  const scheduled = scheduleOf(changed)
  if ('problem' in scheduled) return null
  // What matches takes about one position an event; what does not would go through all orders before it says so.
  const budget = Math.min(limits.budget, changed.events.length * 2 + PROBE)
  return conform(changed, subject, scheduled.schedule, { ...limits, budget })
}

/** How the trace matches from a position on; given up where it soon goes no further. */
export function continued(refused: Refused, subject: Subject, from: Position): Conformance {
  const { trace, schedule, limits } = refused
  const probe = conform(trace, subject, schedule, { ...limits, budget: Math.min(limits.budget, PROBE) }, from)
  const goesOn = probe.verdict === 'unknown' && isWorth(refused, further(refused, probe))
  return goesOn ? conform(trace, subject, schedule, limits, from) : probe
}

/**
 * How many events match beyond those that were taken before the refused one; none where it is not taken, for other nodes
 * may have gone on without it.
 */
export function further({ refusal }: Refused, found: Conformance): number {
  return isTaken(found, refusal.event) ? takenCountOf(found) - refusal.position.takenCount : 0
}

/** Whether so many further events are enough, or all that are left. */
export function isWorth({ trace, refusal }: Refused, furtherCount: number): boolean {
  return furtherCount >= Math.min(WORTH, trace.events.length - refusal.position.takenCount)
}
