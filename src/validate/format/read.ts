// Reading a recorded trace as a whole, in either encoding. Everything wrong is reported with its place, and whatever can
// still be judged is judged.
import { readDocument } from './document.ts'
import { encodingOf } from './encoding.ts'
import type { ForeignTrace, Recorded, Refused } from './foreign-trace.ts'
import { Problems } from './problems.ts'
import type { ReadOptions } from './content.ts'
import { TraceReader } from './stream.ts'

/** The trace, or the first problems in the order of lines and how many there are. */
export type ReadForeignTrace = { readonly trace: ForeignTrace } | Refused

/** Reads the text of a file, which messages call `file`. */
export function readForeignTrace(file: string, text: string, options: ReadOptions = {}): ReadForeignTrace {
  return encodingOf(text) === 'document' ? whole(file, text, options) : lineByLine(file, text, options)
}

function whole(file: string, text: string, options: ReadOptions): ReadForeignTrace {
  const problems = new Problems(file)
  // A byte order mark is no JSON; a blank in its place keeps the columns.
  const { header, events } = readDocument(text.replace(/^\uFEFF/, ' '), problems, options)
  if (header === null || problems.count > 0) return { problems: problems.first, problemCount: problems.count }
  return { trace: { file, header, events, ended: true } }
}

function lineByLine(file: string, text: string, options: ReadOptions): ReadForeignTrace {
  const reader = new TraceReader(file, options)
  const events: Recorded[] = []
  for (const line of linesOf(text)) {
    const recorded = reader.take(line)
    if (recorded !== null) events.push(recorded)
  }
  reader.finish()
  const { header, problems, problemCount, ended } = reader
  if (header === null || problemCount > 0) return { problems, problemCount }
  return { trace: { file, header, events, ended } }
}

/** The lines of a text, without their breaks. What follows the last break is a line only if it is not empty. */
function* linesOf(text: string): Generator<string, void> {
  let start = 0
  while (start < text.length) {
    const end = text.indexOf('\n', start)
    const stop = end === -1 ? text.length : end
    yield text.slice(start, text[stop - 1] === '\r' ? stop - 1 : stop)
    start = stop + 1
  }
}
