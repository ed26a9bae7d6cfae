// What an exploration is asked, what it tells on the way, and what it finds. Both explorers speak it, so everything
// after them need not know which one ran.
//
// What the numbers mean: depth counts steps; a transition is an enabled action instance, counted once, also when it
// leads to a known state; invariants are judged in every distinct state, transition properties on every transition,
// both when the state is expanded. Decisions to stop are taken between rounds of states of one level (`roundFrom`), so
// that every number is the same whichever explorer found it, and however many threads it used.
import type { Cells } from '../lang/container.ts'
import type { Machine, Step, StepFault } from '../lang/machine.ts'
import type { Property } from '../lang/properties.ts'

/**
 * States expanded between two chances to stop, from a row on. A round ends early where its level does. What is small is
 * stopped soon; what is large is a matter of milliseconds either way, and threads meet less often.
 */
export function roundFrom(row: number): number {
  return row < 1 << 17 ? 1 << 11 : 1 << 14
}

export interface Limits {
  /** Distinct states to stop at. */
  readonly states: number
  /** Bytes that states and tables may take. */
  readonly bytes: number
}

/**
 * Why an exploration ended: `complete` is all there is; `violation` means that what was asked is decided, by the first
 * violation when that is enough; the others are limits.
 */
export type Ending = 'complete' | 'violation' | 'states' | 'memory' | 'time' | 'interrupted'

/** A reason to stop, sent into the generator by whoever holds the clock. */
export type StopSignal = 'time' | 'interrupted'

export interface Violation {
  readonly property: Property
  /** The steps of the shortest counterexample, the initial one first; of several, the one found first in order of discovery. */
  readonly path: readonly Step[]
  /** Its length in steps; the initial state is reached in none. */
  readonly depth: number
}

/** How often an action was enabled (states), taken (transitions), and led somewhere new (states). */
export interface ActionCount {
  enabled: number
  taken: number
  new: number
  /** True when the configuration alone rules the action out, whatever the state. */
  ruledOut: boolean
}

export interface Progress {
  readonly depth: number
  readonly distinctCount: number
  readonly transitionCount: number
  /** States known and not expanded yet. */
  readonly frontierCount: number
  /** States at each depth, the last one still growing. */
  readonly levelCounts: readonly number[]
  readonly bytes: number
}

export interface Exploration {
  readonly machine: Machine
  readonly ending: Ending
  readonly distinctCount: number
  readonly transitionCount: number
  /** The longest shortest path, in steps, among the states found. */
  readonly depth: number
  /** Every behaviour of at most this many steps was examined. */
  readonly completeDepth: number
  /** By property name. */
  readonly violations: ReadonlyMap<string, Violation>
  readonly actions: ReadonlyMap<string, ActionCount>
}

/**
 * An exploration under way. A generator, so that its caller can show progress and stop it: after each round it yields,
 * and ends early when resumed with a reason.
 */
export type Explorer = Generator<Progress, Exploration, StopSignal | undefined>

/** Hears of every state once, in order of discovery, when it is expanded. The cells are only valid during the call. */
export type StateListener = (cells: Cells) => void

/** A specification that went wrong in a reachable state, with the steps that lead there. */
export class ExplorationFault extends Error {
  readonly machine: Machine
  readonly path: readonly Step[]
  readonly fault: StepFault

  constructor(machine: Machine, path: readonly Step[], fault: StepFault) {
    super(fault.message)
    this.name = 'ExplorationFault'
    this.machine = machine
    this.path = path
    this.fault = fault
  }
}
