// Reading a stream line by line, for those who follow millions of lines: nothing but the header, a record a node and
// the ids of events is kept.
import type { Assumption } from './completeness.ts'
import { Content, type ReadOptions } from './content.ts'
import type { InputProblem, Recorded } from './foreign-trace.ts'
import { FOREIGN_HINT, HEADER_HINT } from './header.ts'
import { StreamLine } from './origins.ts'
import { otherInput } from './other-input.ts'
import { Problems } from './problems.ts'
import type { Header } from './repltrace.ts'
import { endFaults } from './schema-problems.ts'
import { parseJson } from './syntax.ts'
import { type EventType, EVENT_SHAPES } from './vocabulary.ts'

/** Takes the lines of a stream in turn; `finish` after the last. */
export class TraceReader {
  /** Whether the end was seen. */
  ended = false
  readonly #problems: Problems
  readonly #content: Content
  #line = 0
  #eventCount = 0
  /** What was seen of the first line that is not blank. */
  #begun: 'no' | 'yes' | 'unreadable' = 'no'
  /** What follows is of another recording, or of none: it is not judged. */
  #isOver = false
  /** A line that stops too early: cut off if it is the last, else broken. */
  #torn: { readonly line: StreamLine; readonly reason: string } | null = null

  constructor(file: string, options: ReadOptions = {}) {
    this.#problems = new Problems(file)
    this.#content = new Content(this.#problems, options)
  }

  /** Null before the header, and when it is not sound. */
  get header(): Header | null {
    return this.#content.header
  }

  /** The first problems in the order of lines; those of causes are known only after `finish`. */
  get problems(): readonly InputProblem[] {
    return this.#problems.first
  }

  get problemCount(): number {
    return this.#problems.count
  }

  get counts(): ReadonlyMap<EventType, number> {
    return this.#content.counts
  }

  /** What is taken for granted, as far as the events so far show. */
  assumptions(): readonly Assumption[] {
    return this.#content.assumptions()
  }

  /** The next line, without its line break. Gives the event in it, if there is one and it has the shape of one. */
  take(text: string): Recorded | null {
    this.#line++
    if (this.#begun === 'unreadable' || this.#isOver || text.trim() === '') return null
    if (this.ended) return this.#afterEnd(text)
    const parsed = parseJson(this.#line === 1 ? text.replace(/^\uFEFF/, ' ') : text)
    if ('syntax' in parsed) return this.#notJson(text, parsed.syntax)
    this.#reportTorn()
    const origin = new StreamLine(this.#line, text)
    const { value } = parsed
    const type = typeOf(value)
    if (this.#begun === 'no') return this.#begin(value, type, origin)
    if (type === 'header') this.#lateHeader(origin)
    else if (type === 'end') this.#end(value as { readonly count?: unknown }, origin)
    else return this.#event(value, origin)
    return null
  }

  /** Nothing more comes: what was awaited is missing. */
  finish(): void {
    if (this.#begun === 'no')
      this.#problems.put('E-EMPTY', 'The input is empty.', HEADER_HINT, {
        line: 1,
        column: null,
        pointer: null,
        text: '',
      })
    this.#content.finish()
  }

  #notJson(text: string, syntax: { readonly reason: string; readonly offset: number; readonly torn: boolean }): null {
    this.#reportTorn()
    const line = new StreamLine(this.#line, text)
    if (syntax.torn && this.#begun === 'yes') this.#torn = { line, reason: syntax.reason }
    else this.#reportSyntax(line, text, syntax.reason, syntax.offset)
    // What does not begin with JSON is no stream at all: one problem says so.
    if (this.#begun === 'no') this.#begun = 'unreadable'
    return null
  }

  #reportTorn(): void {
    if (this.#torn === null) return
    const { line, reason } = this.#torn
    this.#torn = null
    const { text } = line.place('', 'value')
    this.#reportSyntax(line, text, reason, text.length)
  }

  #reportSyntax(line: StreamLine, text: string, reason: string, offset: number): void {
    this.#content.whole = false
    const place = { line: line.line, column: Math.min(offset, text.length) + 1, pointer: null, text }
    const other = this.#begun === 'no' ? otherInput(text) : null
    if (other !== null) return this.#problems.put('E-JSON', other.what, other.hint, { ...place, column: null })
    const map = this.header === null ? ' A mapping file turns the log of another program into a trace.' : ''
    this.#problems.put(
      'E-JSON',
      `The line is not JSON: ${reason}.`,
      `Each line is one JSON object, whole.${map}`,
      place,
    )
  }

  #begin(value: unknown, type: string | undefined, origin: StreamLine): Recorded | null {
    this.#begun = 'yes'
    if (type === 'header' || foreignFormat(value)) {
      this.#content.takeHeader(value as object, origin)
      if (!this.#content.readable) this.#begun = 'unreadable'
      return null
    }
    // In the log of another program every line would be wrong, and for this one reason.
    const foreign = type !== 'end' && (type === undefined || !EVENT_SHAPES.has(type))
    const place = origin.place('', 'value')
    const other = foreign ? otherInput(place.text) : null
    const { what, hint } = other ?? { what: NO_HEADER, hint: foreign ? FOREIGN_HINT : HEADER_HINT }
    this.#problems.put('E-NO-HEADER', what, hint, place)
    if (foreign) this.#begun = 'unreadable'
    else if (type === 'end') this.#end(value as { readonly count?: unknown }, origin)
    else return this.#event(value, origin)
    return null
  }

  #lateHeader(origin: StreamLine): void {
    const hint =
      'The header is the first line, and there is one. `primacy trace merge` makes one recording of several files.'
    this.#isOver = true
    this.#content.whole = false
    this.#problems.put('E-HEADER', 'A header stands after the first line.', hint, origin.place('/type', 'value'))
  }

  #event(value: unknown, origin: StreamLine): Recorded | null {
    this.#eventCount++
    const event = this.#content.takeEvent(value, origin)
    return event === null ? null : { event, line: origin.line }
  }

  #end(value: { readonly count?: unknown }, origin: StreamLine): void {
    this.ended = true
    const faults = endFaults(value)
    for (const fault of faults) this.#problems.add(fault, origin)
    if (faults.length > 0 || value.count === this.#eventCount) return
    // A line that cannot be read may have been one or two events, and what counts wrongly may stand there twice.
    if (this.#problems.has('E-JSON', 'E-SEQ', 'E-VC', 'E-ID')) return
    this.#content.whole = false
    this.#problems.put(
      'E-COUNT',
      `The end counts ${times(Number(value.count), 'event')}; ${this.#eventCount === 1 ? 'there is 1 line' : `there are ${this.#eventCount} lines`} of events before it.`,
      'Lines were lost or added after the recording.',
      origin.place('/count', 'value'),
    )
  }

  #afterEnd(text: string): null {
    this.#isOver = true
    const origin = new StreamLine(this.#line, text)
    const hint = 'The end is the last line; several recordings are several files.'
    this.#problems.put('E-AFTER-END', 'Something follows the end.', hint, origin.place('', 'value'))
    return null
  }
}

const NO_HEADER = 'The first line is not a header.'

function times(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function typeOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { type } = value as { readonly type?: unknown }
  return typeof type === 'string' ? type : undefined
}

/** An object that says which format it is of, as headers do, but is of another. */
function foreignFormat(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && typeof (value as { readonly format?: unknown }).format === 'string'
  )
}
