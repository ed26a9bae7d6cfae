// Reading a document: one JSON object with a header and a list of events.
import { Content } from './content.ts'
import type { Recorded } from './foreign-trace.ts'
import { HEADER_HINT } from './header.ts'
import { DocumentPart, newlines, placeAt } from './origins.ts'
import { elementsAt, offsetOf } from './offsets.ts'
import type { Problems } from './problems.ts'
import type { Header } from './repltrace.ts'
import { shown } from './schema-problems.ts'
import { parseJson } from './syntax.ts'

const FIELDS = new Set(['header', 'events'])

/** The header and the events that have the shape of one; what is wrong goes to `problems`. */
export function readDocument(
  text: string,
  problems: Problems,
  strict: boolean,
): { readonly header: Header | null; readonly events: readonly Recorded[] } {
  const nothing = { header: null, events: [] }
  const parsed = parseJson(text)
  if ('syntax' in parsed) {
    const { reason, offset } = parsed.syntax
    const place = { ...placeAt(text, offset), pointer: null }
    problems.put('E-JSON', `The document is not JSON: ${reason}.`, '', place)
    return nothing
  }
  const document = parsed.value as { readonly [field: string]: unknown }
  const start = text.indexOf('{')
  const whole = new DocumentPart(text, '', start, 1 + newlines(text, 0, start))
  for (const field of Object.keys(document).filter(key => !FIELDS.has(key)))
    problems.add(
      {
        code: 'E-FIELD',
        message: `A document has no field ${field}.`,
        hint: 'It has a header and events, and nothing beside them.',
        pointer: `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        on: 'key',
      },
      whole,
    )
  const content = new Content(problems)
  if (typeof document['header'] === 'object' && document['header'] !== null) {
    const offset = offsetOf(text, start, '/header', 'value')
    content.takeHeader(document['header'], new DocumentPart(text, '/header', offset, 1 + newlines(text, 0, offset)))
  } else problems.put('E-NO-HEADER', 'The document has no header.', HEADER_HINT, whole.place('', 'value'))
  if (!content.readable) return nothing
  const events = readEvents(document['events'], text, start, content, problems, whole)
  content.finish(strict)
  return { header: content.header, events }
}

function readEvents(
  list: unknown,
  text: string,
  start: number,
  content: Content,
  problems: Problems,
  whole: DocumentPart,
): readonly Recorded[] {
  if (!Array.isArray(list)) {
    const missing = list === undefined
    problems.add(
      {
        code: missing ? 'E-MISSING' : 'E-KIND',
        message: missing ? 'The document needs the field events.' : `events must be a list, but is ${shown(list)}.`,
        hint: 'events: what happened, in the order of each node.',
        pointer: missing ? '' : '/events',
        on: 'value',
      },
      whole,
    )
    return []
  }
  const events: Recorded[] = []
  let [line, counted, index] = [1, 0, 0]
  for (const offset of elementsAt(text, offsetOf(text, start, '/events', 'value'))) {
    line += newlines(text, counted, offset)
    counted = offset
    const event = content.takeEvent(list[index], new DocumentPart(text, `/events/${index}`, offset, line))
    if (event !== null) events.push({ event, line })
    index++
  }
  return events
}
