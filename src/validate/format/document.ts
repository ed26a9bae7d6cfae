// Reading a document: one JSON object with a header and a list of events.
import { Content, type ReadOptions } from './content.ts'
import type { Recorded } from './foreign-trace.ts'
import { FOREIGN_HINT } from './header.ts'
import { below } from './pointer.ts'
import { DocumentPart, LineCounter, newlines, placeAt } from './origins.ts'
import { elementsAt, offsetOf } from './offsets.ts'
import type { Fault, Problems } from './problems.ts'
import type { Header } from './repltrace.ts'
import { shown } from './schema-problems.ts'
import { parseJson } from './syntax.ts'

const FIELDS = new Set(['header', 'events'])
const NOTHING = { header: null, events: [] }

/** As it may be: an object of which nothing is known. */
interface Document {
  readonly header?: unknown
  readonly events?: unknown
  readonly format?: unknown
}

/** The header and the events that have the shape of one; what is wrong goes to `problems`. */
export function readDocument(
  text: string,
  problems: Problems,
  options: ReadOptions,
): { readonly header: Header | null; readonly events: readonly Recorded[] } {
  const parsed = parseJson(text)
  if ('value' in parsed) return new DocumentReader(text, problems, options).read(parsed.value as Document)
  const { reason, offset } = parsed.syntax
  const hint = 'A document is one object with a header and events; in a stream, each line is an object.'
  problems.put('E-JSON', `The document is not JSON: ${reason}.`, hint, { ...placeAt(text, offset), pointer: null })
  return NOTHING
}

class DocumentReader {
  readonly #text: string
  readonly #problems: Problems
  readonly #content: Content
  /** Where the object begins. */
  readonly #start: number
  readonly #whole: DocumentPart

  constructor(text: string, problems: Problems, options: ReadOptions) {
    this.#text = text
    this.#problems = problems
    this.#content = new Content(problems, options)
    this.#start = text.indexOf('{')
    this.#whole = new DocumentPart(text, '', this.#start, 1 + newlines(text, 0, this.#start))
  }

  read(document: Document): { readonly header: Header | null; readonly events: readonly Recorded[] } {
    this.#header(document)
    if (!this.#content.readable) return NOTHING
    for (const field of Object.keys(document).filter(key => !FIELDS.has(key)))
      this.#problems.add(unknownField(field), this.#whole)
    const events = this.#events(document.events)
    this.#content.finish()
    return { header: this.#content.header, events }
  }

  #header({ header, events, format }: Document): void {
    if (typeof header === 'object' && header !== null) {
      const offset = offsetOf(this.#text, this.#start, '/header', 'value')
      const line = 1 + newlines(this.#text, 0, offset)
      this.#content.takeHeader(header, new DocumentPart(this.#text, '/header', offset, line))
    } else if (header === undefined && typeof format === 'string') this.#content.takeHeader({ format }, this.#whole)
    else {
      const place = this.#whole.place('', 'value')
      this.#problems.put('E-NO-HEADER', 'The document has no header.', FOREIGN_HINT, place)
      this.#content.readable = events !== undefined
    }
  }

  #events(list: unknown): readonly Recorded[] {
    if (!Array.isArray(list)) {
      this.#problems.add(noEvents(list), this.#whole)
      return []
    }
    const events: Recorded[] = []
    const lines = new LineCounter(this.#text)
    let index = 0
    for (const offset of elementsAt(this.#text, offsetOf(this.#text, this.#start, '/events', 'value'))) {
      const line = lines.lineOf(offset)
      const origin = new DocumentPart(this.#text, `/events/${index}`, offset, line)
      const event = this.#content.takeEvent(list[index], origin)
      if (event !== null) events.push({ event, line })
      index++
    }
    return events
  }
}

function unknownField(field: string): Fault {
  return {
    code: 'E-FIELD',
    message: `A document has no field ${field}.`,
    hint: 'It has a header and events, and nothing beside them.',
    pointer: below('', field),
    on: 'key',
  }
}

function noEvents(list: unknown): Fault {
  const missing = list === undefined
  return {
    code: missing ? 'E-MISSING' : 'E-KIND',
    message: missing ? 'The document needs the field events.' : `events must be a list, but is ${shown(list)}.`,
    hint: 'events: what happened, in the order of each node.',
    pointer: missing ? '' : '/events',
    on: 'value',
  }
}
