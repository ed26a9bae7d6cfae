// What both encodings hold: a header, then events. Takes them one by one, reports what is wrong with each, and gives
// back those that are well-formed.
import { type Assumption, assumptionsOf, isRead } from './completeness.ts'
import { headerFaults } from './header.ts'
import type { CheckModel } from './model-faults.ts'
import type { Fault, Origin, Problems } from './problems.ts'
import type { Event, Header } from './repltrace.ts'
import { eventFaults } from './schema-problems.ts'
import { Semantics } from './semantics.ts'
import type { EventType } from './vocabulary.ts'

export interface ReadOptions {
  /** What a header leaves to be assumed is a problem. */
  readonly strict?: boolean
  /** What is wrong with the configuration that a header names; where it is left out, any is taken. */
  readonly checkModel?: CheckModel
  /** Whether this is one of several recordings that are to be merged: others may declare the names that it uses. */
  readonly isPart?: boolean
}

export class Content {
  header: Header | null = null
  /** False once the header has shown that what follows is another language. */
  readable = true
  /** False once something was found that may have held an event and could not be read. */
  whole = true
  /** How many events of each type there were. */
  readonly counts = new Map<EventType, number>()
  readonly #problems: Problems
  readonly #options: ReadOptions
  #headerOrigin: Origin | null = null
  #semantics: Semantics | null = null
  #reads = false

  constructor(problems: Problems, options: ReadOptions) {
    this.#problems = problems
    this.#options = options
  }

  takeHeader(value: object, origin: Origin): void {
    const { readable, faults } = headerFaults(value as { readonly [field: string]: unknown })
    this.readable = readable
    for (const fault of faults) this.#problems.add(fault, origin)
    if (faults.length > 0) return
    this.header = value as Header
    this.#headerOrigin = origin
    const { isPart = false, checkModel } = this.#options
    for (const fault of checkModel?.(this.header.model ?? {}) ?? []) this.#problems.add(fault, origin)
    this.#semantics = new Semantics(this.header, origin, this.#problems, isPart)
  }

  /** The event, when it has the shape of one. Without a sound header, nothing but its shape is judged. */
  takeEvent(value: unknown, origin: Origin): Event | null {
    const faults = eventFaults(value)
    if (faults.length > 0) {
      for (const fault of faults) this.#problems.add(fault, origin)
      this.whole = false
      return null
    }
    const event = value as Event
    this.counts.set(event.type, (this.counts.get(event.type) ?? 0) + 1)
    this.#reads ||= isRead(event)
    this.#semantics?.event(event, origin)
    return event
  }

  /** What is taken for granted, as far as the events so far show. */
  assumptions(): readonly Assumption[] {
    return this.header === null ? [] : assumptionsOf(this.header, new Set(this.counts.keys()), this.#reads)
  }

  finish(): void {
    this.#semantics?.finish(this.whole)
    // What occurs is not known where events could not be read.
    if (this.#options.strict !== true || !this.whole || this.#headerOrigin === null) return
    const assumed = this.assumptions()
    for (const part of new Set(assumed.map(partOf)))
      this.#problems.add(
        implicit(
          part,
          assumed.filter(assumption => partOf(assumption) === part),
        ),
        this.#headerOrigin,
      )
  }
}

/** What is mended as one: a field of the header. */
function partOf({ field }: Assumption): string {
  return field.split('.')[0]
}

function implicit(part: string, assumed: readonly Assumption[]): Fault {
  const said = Object.fromEntries(assumed.map(({ field, value }) => [field.slice(part.length + 1), value]))
  return {
    code: 'E-IMPLICIT',
    message:
      part === 'complete'
        ? `The header does not say how completely ${assumed.length === 1 ? `events of type ${assumed[0].field.slice(part.length + 1)}` : `${assumed.length} types of events`} were recorded.`
        : `The header does not say ${assumed.map(({ field }) => field).join(', ')}.`,
    hint: `What would be assumed: ${JSON.stringify({ [part]: said }).slice(1, -1)}. Say so, or what is true instead.`,
    pointer: '',
    on: 'value',
  }
}
