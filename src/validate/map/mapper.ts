// Applying a map: records to events, one after the other, with an account of what became of each record. The mapper
// keeps counts, names and what the map has it remember, not records or events, so that an endless log can be mapped as it
// is written.
import type { MapCode } from './codes.ts'
import { textOf } from './conversions.ts'
import type { ForeignTrace, InputProblem, Recorded } from '../format/foreign-trace.ts'
import { type Found, isUnreadable, type Unreadable } from './inputs.ts'
import type { Mapping } from './mapping.ts'
import { operationFault } from '../format/operation-faults.ts'
import { Participants } from '../format/participants.ts'
import type { CheckModel } from '../format/model-faults.ts'
import type { Fault } from '../format/problems.ts'
import type { Event, Header } from '../format/repltrace.ts'
import { eventFaults, headerShapeFaults } from '../format/schema-problems.ts'
import { RecordFault, type Scope } from './scope.ts'

/** Records that no rule matched, by name. */
export interface Unmatched {
  readonly name: string
  readonly count: number
  readonly firstLine: number
  readonly sample: string
}

/** What became of the records: each was mapped, dropped, not selected or unmatched. */
export interface MappingStats {
  readonly records: number
  readonly mapped: number
  /** By reason. */
  readonly dropped: Readonly<Record<string, number>>
  readonly notSelected: number
  /** By name, in the order of their first lines. */
  readonly unmatched: readonly Unmatched[]
  /** In the order of the map; a rule that matched nothing is of no use for this log, or is wrong. */
  readonly rules: readonly { readonly name: string; readonly matched: number }[]
}

export interface MappingOptions {
  /** The log's name, as messages say it. */
  readonly file: string
  /** What unmatched records are: an error unless waived. They are counted in any case. */
  readonly unmatched?: 'error' | 'warn' | 'drop'
  /** Whether events carry their record as `src.raw`. */
  readonly raw?: boolean
  /** What is wrong with the configuration that a header names. */
  readonly checkModel?: CheckModel
}

export type Mapped =
  | { readonly trace: ForeignTrace; readonly stats: MappingStats }
  | { readonly problems: readonly InputProblem[] }

const RECORD_HINT = 'The input of a map says how records are taken from the log. Is it the map for this log?'
const FIELD_HINT = 'The map must give the field a fitting value, or leave it out.'
const MISSING_HINT = 'The map must give the field a value, or drop such records by an earlier rule.'

/** The rest of a log that does not fit its map says the same again. */
const MOST_PROBLEMS = 20

export class Mapper {
  /** What is wrong with the records so far. */
  readonly problems: InputProblem[] = []
  readonly #mapping: Mapping
  readonly #options: MappingOptions
  readonly #participants = new Participants()
  readonly #memory = new Map<string, Map<string, unknown>>()
  readonly #matched: number[]
  readonly #dropped = new Map<string, number>()
  readonly #unmatched = new Map<string, Unmatched>()
  #first: { readonly scope: Scope; readonly found: Found } | undefined
  /** Operations that a history of clients cannot have; whether it is one, the header says in the end. */
  readonly #unjudged: { readonly found: Found; readonly rule: string; readonly fault: Fault }[] = []
  #headerRefused = false
  #records = 0
  #mapped = 0
  #notSelected = 0

  constructor(mapping: Mapping, options: MappingOptions) {
    this.#mapping = mapping
    this.#options = options
    this.#matched = mapping.rules.map(() => 0)
  }

  /** The events of a line of a log that is read line by line; blank lines are none. Lines count from 1. */
  acceptLine(text: string, line: number): readonly Recorded[] {
    const { reader } = this.#mapping
    if (reader.by !== 'line') throw new TypeError('A map of a whole document takes no single lines.')
    const body = text.endsWith('\r') ? text.slice(0, -1) : text
    return body.trim() === '' ? [] : this.accept(reader.read(body, line))
  }

  /** The events of a record. */
  accept(found: Found | Unreadable): readonly Recorded[] {
    if (isUnreadable(found)) {
      // A log of which nothing can be read is of another kind: that is one mistake, not one a line.
      if (this.#records > 0 || this.problems.length === 0) this.#refuse('E-MAP-RECORD', found, found.fault, RECORD_HINT)
      return []
    }
    this.#records++
    try {
      return this.#map(found)
    } catch (error) {
      if (!(error instanceof RecordFault)) throw error
      this.#refuse('E-MAP-VALUE', found, error.message, error.hint)
      return []
    }
  }

  #map(found: Found): readonly Recorded[] {
    const { record, line } = found
    const bare: Scope = { file: this.#options.file, record, element: undefined, memory: new Map() }
    if (!this.#mapping.select(bare)) {
      this.#notSelected++
      return []
    }
    const scope = { ...bare, memory: this.#remember(bare) }
    this.#first ??= { scope, found }
    const at = this.#mapping.rules.findIndex(rule => rule.when(scope))
    if (at === -1) {
      this.#leave(scope, found)
      return []
    }
    this.#matched[at]++
    const { name, outcome } = this.#mapping.rules[at]
    if ('drop' in outcome) {
      this.#dropped.set(outcome.drop, (this.#dropped.get(outcome.drop) ?? 0) + 1)
      return []
    }
    const events = outcome.emit.flatMap(emit => emit(scope))
    this.#mapped++
    return events.flatMap(event => this.#checked(event as Event, name, found)).map(event => ({ event, line }))
  }

  #checked(event: Event, rule: string, found: Found): readonly Event[] {
    const whole = this.#options.raw === true ? { ...event, src: { line: found.line, raw: found.raw } } : event
    const [fault] = eventFaults(whole)
    if (fault !== undefined) {
      const message = `${rule} makes an event of type ${whole.type} that is none: ${fault.message}`
      this.#refuse('E-MAP-EVENT', found, message, fault.code === 'E-MISSING' ? MISSING_HINT : FIELD_HINT)
      return []
    }
    this.#participants.add(whole, found.line)
    const unjudged = operationFault(whole)
    if (unjudged !== null && this.#unjudged.length < MOST_PROBLEMS)
      this.#unjudged.push({ found, rule, fault: unjudged })
    return [whole]
  }

  #remember(scope: Scope): ReadonlyMap<string, unknown> {
    return new Map(
      this.#mapping.memory.map(({ name, of, keep, by }) => {
        const apart = textOf(by(scope))
        const values = this.#memory.get(name) ?? new Map<string, unknown>()
        this.#memory.set(name, values)
        const before = values.get(apart)
        const after = of(scope) ? (keep === null ? Number(before ?? 0) + 1 : keep(scope)) : before
        values.set(apart, after)
        return [name, after]
      }),
    )
  }

  #leave(scope: Scope, { record, line, raw }: Found): void {
    const given = this.#mapping.unmatchedName?.(scope)
    const name = given === undefined ? firstWords(record, raw) : textOf(given)
    const known = this.#unmatched.get(name)
    this.#unmatched.set(
      name,
      known === undefined ? { name, count: 1, firstLine: line, sample: raw } : { ...known, count: known.count + 1 },
    )
  }

  get stats(): MappingStats {
    return {
      records: this.#records,
      mapped: this.#mapped,
      dropped: Object.fromEntries(this.#dropped),
      notSelected: this.#notSelected,
      unmatched: [...this.#unmatched.values()],
      rules: this.#mapping.rules.map(({ name }, at) => ({ name, matched: this.#matched[at] })),
    }
  }

  /** The header by what was read so far; nodes and clients that are collected may still become more. */
  header(): Header | null {
    const { header, collects } = this.#mapping
    if (this.#first === undefined) return null
    const { scope } = this.#first
    const fields = [...header].flatMap(([name, evaluate]) => {
      const value = evaluate(scope)
      return value === undefined ? [] : [[name, value] as const]
    })
    return {
      type: 'header',
      format: 'repltrace',
      version: '1.0',
      ...Object.fromEntries(fields),
      ...(collects.nodes ? { nodes: this.#participants.nodes() } : {}),
      ...(collects.clients ? { clients: this.#participants.clients() } : {}),
    } as Header
  }

  /** After the last record: the header and the account, or everything that was wrong. */
  finish(): { readonly header: Header; readonly stats: MappingStats } | { readonly problems: readonly InputProblem[] } {
    const header = this.checkedHeader()
    if (this.#options.unmatched === undefined || this.#options.unmatched === 'error') this.#refuseUnmatched()
    if (header !== null) this.#refuseStrangers(header)
    if (header?.clock?.order === 'client')
      for (const { found, rule, fault } of this.#unjudged) {
        const message = `${rule} makes an operation that cannot be judged: ${fault.message}`
        this.#refuse('E-MAP-EVENT', found, message, fault.hint)
      }
    if (header === null || this.problems.length > 0) return { problems: this.problems }
    return { header, stats: this.stats }
  }

  /** As `header`; null when the map makes none of the first record, and then a problem says why. */
  checkedHeader(): Header | null {
    if (this.#headerRefused) return null
    if (this.#first === undefined) {
      if (this.problems.length > 0) return null
      const message = this.#records === 0 ? 'There is no record.' : 'No record is one that the map selects.'
      this.#refuse('E-MAP-EMPTY', { line: 1 }, message, 'Is it the map for this log?')
      return null
    }
    const { found } = this.#first
    try {
      const header = this.header()
      if (header === null) return null
      const [fault] = headerShapeFaults(header)
      const [unknown] = fault === undefined ? (this.#options.checkModel?.(header.model ?? {}) ?? []) : []
      if (fault === undefined && unknown === undefined) return header
      this.#headerRefused = true
      const what = fault === undefined ? 'names no configuration' : 'is none'
      const { message, hint } = fault ?? unknown
      this.#refuse('E-MAP-HEADER', found, `The header that the map makes of the first record ${what}: ${message}`, hint)
    } catch (error) {
      if (!(error instanceof RecordFault)) throw error
      this.#headerRefused = true
      this.#refuse('E-MAP-VALUE', found, `The header cannot be made of the first record: ${error.message}`, error.hint)
    }
    return null
  }

  #refuseUnmatched(): void {
    const hint = 'Add a rule that maps or drops them, or waive them with --unmatched warn.'
    for (const { name, count, firstLine: line, sample: raw } of this.#unmatched.values()) {
      const records = count === 1 ? '1 record' : `${count} records`
      this.#refuse(
        'E-MAP-UNMATCHED',
        { line, raw },
        `No rule of ${this.#mapping.file} matches ${name}: ${records}.`,
        hint,
      )
    }
  }

  #refuseStrangers({ nodes }: Header): void {
    for (const [name, line] of this.#participants.besides(nodes)) {
      const hint = `The header's nodes are ${nodes.join(', ') || 'none'}; "collect" takes those that occur.`
      this.#refuse('E-MAP-NODE', { line }, `An event speaks of the node ${name}, which the header does not list.`, hint)
    }
  }

  #refuse(code: MapCode, at: { line: number; column?: number | null; raw?: string }, message: string, hint = ''): void {
    if (this.problems.length >= MOST_PROBLEMS) return
    if (this.problems.some(known => known.code === code && known.message === message)) return
    const { line, column = null, raw: text = '' } = at
    this.problems.push({ code, message, file: this.#options.file, line, column, pointer: null, text, hint })
  }
}

/** Words without digits: two lines of one message differ in numbers and names with numbers. */
function firstWords(record: unknown, raw: string): string {
  if (typeof record !== 'object' || record === null || !('line' in record)) return 'records without a name'
  const words = raw.split(/\s+/).filter(word => /^[^\d]*[A-Za-z][^\d]*$/.test(word))
  return words.slice(0, 4).join(' ') || raw.slice(0, 40)
}
