// The words that give a model its parts: the state's fields, actions over declared parameters, and properties typed
// by that state.
import { SpecFault } from './fault.ts'
import type { FrozenSet } from './set.ts'
import { StateDomain, type Frozen, type StateFields, type StateOf } from './state.ts'
import type { Of, Value } from './value.ts'

type Parameters = { readonly [name: string]: Value<any> }
type Arguments<P extends Parameters> = { readonly [K in keyof P]: Of<P[K]> }

/** A named step: for which arguments it is enabled, and what it changes. */
export interface Action {
  readonly kind: 'action'
  readonly parameters: Parameters
  readonly body: (state: any, parameters: any) => void
}

/** Something that must hold in every reachable state. */
export interface Invariant {
  readonly kind: 'invariant'
  readonly holds: (state: any) => boolean
}

/** Something that must hold on every transition. */
export interface Transition {
  readonly kind: 'transition'
  readonly holds: (before: any, after: any) => boolean
}

/** Something that must happen, or keep happening, in every fair behaviour. */
export interface Liveness {
  readonly kind: 'infinitelyOften' | 'eventuallyAlways' | 'leadsTo'
  /** What must recur, persist, or be answered. */
  readonly premise: (state: any) => boolean
  /** The answer of `leadsTo`. */
  readonly conclusion: ((state: any) => boolean) | null
}

/** The words bound to one state. */
export interface Model<F extends StateFields, S = StateOf<F>> {
  readonly state: StateDomain<F>
  readonly action: <const P extends Parameters>(parameters: P, body: (s: S, parameters: Arguments<P>) => void) => Action
  readonly invariant: (holds: (s: Frozen<S>) => boolean) => Invariant
  readonly transition: (holds: (before: Frozen<S>, after: Frozen<S>) => boolean) => Transition
  /** In every fair behaviour, `holds` is true again and again. */
  readonly infinitelyOften: (holds: (s: Frozen<S>) => boolean) => Liveness
  /** In every fair behaviour, `holds` becomes true for good. */
  readonly eventuallyAlways: (holds: (s: Frozen<S>) => boolean) => Liveness
  /** In every fair behaviour, whenever `premise` is true, `conclusion` is true then or later. */
  readonly leadsTo: (premise: (s: Frozen<S>) => boolean, conclusion: (s: Frozen<S>) => boolean) => Liveness
}

/** Declares the state: one domain per field. The result holds the words typed by it. */
export function model<const F extends StateFields>(fields: F): Model<F> {
  return {
    state: new StateDomain(fields),
    action: (parameters, body) => ({ kind: 'action', parameters, body }),
    invariant: holds => ({ kind: 'invariant', holds }),
    transition: holds => ({ kind: 'transition', holds }),
    infinitelyOften: holds => ({ kind: 'infinitelyOften', premise: holds, conclusion: null }),
    eventuallyAlways: holds => ({ kind: 'eventuallyAlways', premise: holds, conclusion: null }),
    leadsTo: (premise, conclusion) => ({ kind: 'leadsTo', premise, conclusion }),
  }
}

/**
 * True when two values, sequences or sets are equal part by part; `===` on records would compare identities. Lengths are
 * read first: a watched state must hear that they were asked.
 *
 * @throws SpecFault `index` when one is missing, as what is read past the end of a sequence is.
 */
export function equal<T>(a: T, b: T): boolean {
  if (a === b && a !== undefined) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    if (a === undefined || b === undefined) throw missing()
    return false
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false
  if ('subsetOf' in a && 'subsetOf' in b)
    return equalSets(a as unknown as FrozenSet<unknown>, b as unknown as FrozenSet<unknown>)
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every(key => equal((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}

function missing(): SpecFault {
  return new SpecFault(
    'index',
    'equal was given something that does not exist.',
    'Ask for the length of a sequence before an item of it.',
  )
}

function equalSets(a: FrozenSet<unknown>, b: FrozenSet<unknown>): boolean {
  return a.subsetOf(b) && b.subsetOf(a)
}
