// A specification is a function of its configuration: the defaults give the knobs their names and types, and the
// definition is the table of contents of what a checker may see.
import type { Action, Invariant, Liveness, Transition } from './model.ts'
import { SpecFault } from './fault.ts'
import { OneOf } from './scalars.ts'
import type { StateDomain } from './state.ts'
import type { Domain } from './value.ts'

/** A knob's default: a number, a truth value, `oneOf` names (the first is the default), or a list of numbers. */
type KnobDefault = number | boolean | OneOf<string> | readonly number[]
export type Defaults = { readonly [knob: string]: KnobDefault }

type Widened<T> = T extends number
  ? number
  : T extends boolean
    ? boolean
    : T extends OneOf<infer Name>
      ? Name
      : readonly number[]

/** What a specification receives: every knob with its value. */
export type ConfigOf<D extends Defaults> = { readonly [K in keyof D]: Widened<D[K]> }

export type ConfigValue = number | boolean | string | readonly number[]
export type Config = { readonly [knob: string]: ConfigValue }

/** What a specification returns; what is not listed does not exist. */
export interface Definition {
  readonly state: StateDomain<any>
  /** Gives the initial states: one for each choice of its parameters for which its guards hold. */
  readonly init: Action
  /** In exploration order, which makes the reported counterexample deterministic. */
  readonly actions: { readonly [name: string]: Action }
  readonly invariants?: { readonly [name: string]: Invariant }
  readonly transitions?: { readonly [name: string]: Transition }
  readonly liveness?: { readonly [name: string]: Liveness }
  /** Per action instance: `weak: [ship]` is weak fairness of every `ship(leader, to)`. */
  readonly fairness?: { readonly weak?: readonly Action[]; readonly strong?: readonly Action[] }
  /** Domains whose members are interchangeable. */
  readonly symmetry?: readonly Domain<any>[]
  /** Where stopping is fine: no deadlock is reported there. Without it, every stop is a deadlock. */
  readonly final?: Invariant
}

/** A specification, not yet configured. */
export interface Spec {
  readonly kind: 'spec'
  readonly name: string
  readonly defaults: Defaults
  readonly build: (config: any) => Definition
}

/** A specification under one configuration, ready to run. */
export interface Instance extends Definition {
  readonly name: string
  readonly config: Config
}

/**
 * Declares a specification. The module's default export is its result.
 *
 * @throws SpecFault of kind `declaration` when it is given something else.
 */
export function spec<const D extends Defaults>(
  name: string,
  defaults: D,
  build: (config: ConfigOf<D>) => Definition,
): Spec {
  if (typeof name !== 'string' || !isObject(defaults) || typeof build !== 'function')
    throw new SpecFault(
      'declaration',
      'spec takes a name, the knobs with their defaults, and a function.',
      "Write it as:  spec('name', { … }, ({ … }) => { … })",
    )
  const declared: Spec = { kind: 'spec', name, defaults, build }
  declarations.set(declared, new Error(name).stack ?? '')
  return declared
}

/** Where each specification was declared: the stack of that call, from which reports take a place. */
const declarations = new WeakMap<Spec, string>()

/** A fault of what a specification returns, which has no place of its own. */
function misdeclared(specification: Spec, message: string, hint: string): SpecFault {
  const fault = new SpecFault('declaration', message, hint)
  const stack = declarations.get(specification)
  if (stack !== undefined) fault.stack = stack
  return fault
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** True for what `spec` returned, also from another copy of this package. */
export function isSpec(value: unknown): value is Spec {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'spec'
}

/** The knobs with their default values. */
export function defaultConfig(specification: Spec): Config {
  return Object.fromEntries(
    Object.entries(specification.defaults).map(([knob, given]) => [
      knob,
      given instanceof OneOf ? given.names[0] : (given as ConfigValue),
    ]),
  )
}

/** Configures a specification. Knobs not named keep their defaults. */
export function instantiate(specification: Spec, overrides: Config = {}): Instance {
  const config = { ...defaultConfig(specification) } as Record<string, ConfigValue>
  for (const [knob, value] of Object.entries(overrides)) {
    const given = defaultOf(specification, knob)
    if (!fits(given, value)) throw badValue(knob, given, JSON.stringify(value))
    config[knob] = value
  }
  return { name: specification.name, config, ...built(specification, config) }
}

/** What a specification returns. Whatever goes wrong while it does is the specification's fault. */
function built(specification: Spec, config: Config): Definition {
  let definition: Partial<Definition> | undefined
  try {
    definition = specification.build(config)
  } catch (error) {
    if (error instanceof SpecFault) throw error
    const fault = new SpecFault('declaration', `${specification.name} threw ${String(error)} while it was configured.`)
    if (error instanceof Error && error.stack !== undefined) fault.stack = error.stack
    fault.cause = error
    throw fault
  }
  const missing = (['state', 'init', 'actions'] as const).find(part => definition?.[part] === undefined)
  if (missing !== undefined)
    throw misdeclared(
      specification,
      `${specification.name} returns no ${missing}.`,
      'A specification returns at least { state, init, actions }.',
    )
  const whole = definition as Definition
  const stranger = strangerIn(whole)
  if (stranger === null) return whole
  const [label, kind] = stranger
  throw misdeclared(specification, `${label} is not ${KINDS[kind].article} ${kind}.`, KINDS[kind].hint)
}

const KINDS = {
  action: { article: 'an', hint: 'Declare it with  action({ … }, (s, { … }) => { … })' },
  invariant: { article: 'an', hint: 'Declare it with  invariant(s => …)' },
  transition: { article: 'a', hint: 'Declare it with  transition((before, after) => …)' },
} as const

type Kind = keyof typeof KINDS
type Listed = readonly [label: string, kind: Kind, value: unknown]

/** What a definition lists where something else belongs, and what does. */
function strangerIn(definition: Definition): readonly [label: string, kind: Kind] | null {
  const { init, final } = definition
  const under = (part: 'actions' | 'invariants' | 'transitions', kind: Kind): readonly Listed[] =>
    Object.entries(definition[part] ?? {}).map(([name, value]) => [`${name}, under ${part},`, kind, value])
  const listed: readonly Listed[] = [
    ['init', 'action', init],
    ...under('actions', 'action'),
    ...under('invariants', 'invariant'),
    ...under('transitions', 'transition'),
    ...(final === undefined ? [] : [['final', 'invariant', final] as const]),
  ]
  const found = listed.find(([, kind, value]) => !isObject(value) || (value as { kind?: unknown }).kind !== kind)
  return found === undefined ? null : [found[0], found[1]]
}

function defaultOf(specification: Spec, knob: string): KnobDefault {
  const { defaults } = specification
  const given = Object.hasOwn(defaults, knob) ? defaults[knob] : undefined
  if (given === undefined) throw unknownKnob(specification, knob)
  return given
}

/**
 * Reads one override as written on a command line: `nodes=3`, `ack=any`, `degrade=true`, `ackSet=2,3`.
 *
 * @throws SpecFault of kind `configuration`, with a suggestion.
 */
export function parseSetting(specification: Spec, knob: string, text: string): ConfigValue {
  const given = defaultOf(specification, knob)
  const value = readAs(given, text)
  if (value === undefined || !fits(given, value)) throw badValue(knob, given, text)
  return value
}

function readAs(given: KnobDefault, text: string): ConfigValue | undefined {
  if (typeof given === 'number') return /^-?\d+$/.test(text) ? Number(text) : undefined
  if (typeof given === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  if (given instanceof OneOf) return text
  if (text === '') return []
  return text.split(',').every(part => /^-?\d+$/.test(part)) ? text.split(',').map(Number) : undefined
}

function fits(given: KnobDefault, value: unknown): boolean {
  if (typeof given === 'number') return Number.isSafeInteger(value) && (value as number) >= 0
  if (typeof given === 'boolean') return typeof value === 'boolean'
  if (given instanceof OneOf) return given.placeOf(value) >= 0
  return Array.isArray(value) && value.every(part => Number.isSafeInteger(part))
}

function unknownKnob(specification: Spec, knob: string): SpecFault {
  const knobs = Object.keys(specification.defaults)
  return new SpecFault(
    'configuration',
    `${specification.name} has no knob ${knob}. Its knobs are ${knobs.join(', ')}.`,
    suggestion(knob, knobs, true),
  )
}

function badValue(knob: string, given: KnobDefault, text: string): SpecFault {
  if (given instanceof OneOf) {
    const hint = suggestion(text.replaceAll('"', ''), given.names, true)
    return new SpecFault('configuration', `${knob}=${text}: ${knob} is one of ${given.names.join(', ')}.`, hint)
  }
  const wanted =
    typeof given === 'number'
      ? 'a whole number from 0'
      : typeof given === 'boolean'
        ? 'true or false'
        : 'a list of whole numbers, such as 2,3'
  return new SpecFault('configuration', `${knob}=${text}: ${knob} is ${wanted}.`)
}

/** "Did you mean async?" for the closest candidate; the first one when none is close, unless only close ones are wanted. */
export function suggestion(word: string, candidates: readonly string[], onlyClose = false): string {
  let best = onlyClose ? undefined : candidates[0]
  let bestDistance = onlyClose ? closeness(word) + 1 : Infinity
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best === undefined ? '' : `Did you mean ${best}?`
}

/** How many letters may be wrong in a word that is still recognised: two exchanged letters are two. */
function closeness({ length }: string): number {
  return length < 2 ? 0 : length < 4 ? 1 : Math.max(2, Math.floor(length / 3))
}

/** Levenshtein's distance, by rows. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1))
    }
    row = next
  }
  return row[b.length]
}
