// How recorded events meet a specification: which of its actions an event may stand for, what a node's observed state
// is in the model, and what may be forgotten. A binding knows one specification's names; everything else in this room
// knows only bindings. The specification itself stays the one that is checked.
import type { Step } from '../../lang/machine.ts'
import type { Config } from '../../lang/spec.ts'
import type { Event } from '../format/repltrace.ts'
import type { Labels, Move, Shift } from './labels.ts'

/** An action with the arguments that the event fixes, in the model's values; parameters left out are free. */
export interface Call {
  readonly action: string
  readonly args: { readonly [parameter: string]: number | readonly number[] }
}

/** A part of a node's state that can be compared with an observation. */
export type Aspect = 'role' | 'epoch' | 'last' | 'lastEpoch' | 'commit' | 'applied' | 'synced' | 'entryEpoch'

/** What an event says of a node: a number lies between two bounds. Roles are 0 down, 1 follower, 2 leader. */
export interface Claim {
  readonly node: number
  readonly aspect: Aspect
  /** Of `entryEpoch`: the model's position, from 1. */
  readonly position: number
  readonly ge: number
  readonly le: number
  /** Before the calls or after them. */
  readonly at: 'before' | 'after'
  /** Where the event says so: `obs.last`, `index`. */
  readonly field: string
}

/** One way in which an event may have been steps of the model: all calls in turn, and every claim true. */
export interface Attempt {
  readonly calls: readonly Call[]
  readonly claims: readonly Claim[]
}

/** What an event may stand for, in a state. */
export interface Reading {
  readonly attempts: readonly Attempt[]
  /** What the event claims whatever the state is; every attempt claims it. */
  readonly certain: readonly Claim[]
  /** Fields of the event that nothing in the model answers to; they are counted, not checked. */
  readonly unchecked: readonly string[]
  /** Why the event contradicts the rest of the trace whatever it may do; then there are no attempts. */
  readonly contradiction: string | null
  /** Whether it contradicts it in every state. */
  readonly contradictsAlways: boolean
}

/** Which types of event record an action. It may have happened in hiding when none of them is complete. */
interface Recording {
  readonly types: readonly Event['type'][]
  /** When it may have happened in hiding: unless its events were all recorded; for faults only if some of them were. */
  readonly hidden: 'unless-all' | 'if-some'
  /** Types whose events say that the action happened just before, which no event of its own recorded. */
  readonly impliedBy?: readonly Event['type'][]
}

export interface Binding {
  /** The name of the specification. */
  readonly spec: string
  /** Knobs that bound a search: they follow from the trace, and may not be set. */
  readonly bounds: readonly string[]
  /** The bounds for a window of so many entries and epochs. */
  sizes(nodes: number, entries: number, epochs: number): Config
  /** What the event may stand for in a native state. `null`: it is no matter of the model (a note, a client's call). */
  read(event: Event, state: unknown, labels: Labels, shift: Shift, config: Config): Reading | null
  /** What the event may stand for in any state: every attempt's calls are among these, with fewer arguments fixed. */
  touches(event: Event, labels: Labels): readonly Call[]
  /** Where the window is when an event was taken, with what the event says of epochs; of traces that are not ranked. */
  after(event: Event, state: unknown, labels: Labels, shift: Shift): Shift
  /** How many entries and epochs the model needs to take the event. */
  needs(
    event: Event,
    state: unknown,
    labels: Labels,
    shift: Shift,
  ): { readonly entries: number; readonly epochs: number }
  /** Actions that open an epoch. */
  readonly opening: readonly string[]
  /** So many epochs more than an event needs the window has room for, where promotions may be missing. */
  readonly spareEpochs: number
  /** Actions that may be impossible in a state only because its window, of so many entries and epochs, is full. */
  full(
    state: unknown,
    sizes: { readonly entries: number; readonly epochs: number },
    labels: Labels,
    shift: Shift,
  ): readonly string[]
  /**
   * Takes the state of the event's node from what the event tells, with the entries of the node `source`: changes the
   * native state in place. False when the event does not tell enough, or the entries do not.
   */
  adopt(event: Event, state: unknown, labels: Labels, shift: Shift, source: number): boolean
  /** The value of an aspect of a node; null when the window has forgotten it. */
  observe(state: unknown, claim: Claim, shift: Shift): number | null
  /** Aspects that every state answers to. */
  readonly known: readonly Aspect[]
  /** Fields set back after every step: budgets, and notes for properties. No guard of a recorded step depends on them. */
  readonly forgotten: readonly string[]
  /** Fields by nodes whose numbers, the entries of logs aside, tell the same wherever the window is. */
  readonly comparable: readonly string[]
  /** How far the log of the event's node reaches by then, as the event says, in positions of the labels; null when it does not. */
  reaches(event: Event, labels: Labels): { readonly node: number; readonly ge: number; readonly le: number } | null
  /** Up to which position of the labels an event may write something new; null when it writes nothing. */
  writesUpTo(event: Event, labels: Labels): number | null
  /** The node whose log a step lengthens, by what another's has or by something new; null of other steps. */
  lengthens(step: Step): { readonly node: number; readonly by: 'copy' | 'write' } | null
  /** The model's last position of a node's log; 0 when it is empty. */
  lengthOf(state: unknown, node: number): number
  /** Actions by which nodes come to have, durably and applied, what others have. */
  catchingUp: readonly string[]
  /** How long the log is that a step may not shorten in hiding, as an event would tell of it; null when there is none. */
  kept(step: Step, labels: Labels): ((state: unknown) => number) | null
  readonly recordings: { readonly [action: string]: Recording }
  /**
   * Pairs of actions that commute whenever both are enabled, although both touch one cell (a push at the end of a log, a
   * read of its beginning). Exhaustive exploration of small configurations holds this list true.
   */
  readonly commuting: readonly (readonly [string, string])[]
  /**
   * Forgets what every node has and nobody will refer to: changes the native state in place and says by how much
   * positions and epochs moved; null when nothing can be forgotten.
   */
  compact(state: unknown, config: Config, mayForget: (position: number) => boolean): Move | null
}
