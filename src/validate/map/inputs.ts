// The kinds of logs that a map can read, and what a record of each is: a JSON value, an element of a document's array,
// the groups of a pattern, a row with columns.
import { CsvError, parse } from 'csv-parse/sync'
import { findNodeAtLocation, getNodeValue, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { compilePattern } from './conditions.ts'
import type { MapSource } from './map-source.ts'
import type { CsvInput, Input, JsonInput, TextInput } from './mapping-types.ts'
import { isPointer, stepsOf } from '../format/pointer.ts'

/** A record and the line that it begins in. */
export interface Found {
  readonly record: unknown
  readonly line: number
  readonly raw: string
}

/** Why there is no record. */
export interface Unreadable {
  readonly fault: string
  readonly line: number
  readonly column: number | null
}

/** How records are taken from a log: line by line, or only from the whole of it. */
export type RecordReader =
  | { readonly by: 'line'; readonly members: readonly string[] | null; readonly read: ReadLine }
  | { readonly by: 'document'; readonly members: readonly string[] | null; readonly read: ReadDocument }

type ReadLine = (text: string, line: number) => Found | Unreadable
type ReadDocument = (text: string) => readonly (Found | Unreadable)[]

export function isUnreadable(result: Found | Unreadable): result is Unreadable {
  return 'fault' in result
}

export function recordReader(input: Input, source: MapSource): RecordReader {
  switch (input.kind) {
    case 'ndjson':
      return { by: 'line', members: null, read: readJsonLine }
    case 'text':
      return textReader(input, source)
    case 'json':
      return { by: 'document', members: null, read: documentReader(input, source) }
    case 'csv':
      return { by: 'document', members: input.columns ?? null, read: text => readRows(input, text) }
  }
}

function readJsonLine(raw: string, line: number): Found | Unreadable {
  try {
    return { record: JSON.parse(raw), line, raw }
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/ in JSON.*| \(line.*/s, '') : String(error)
    return { fault: `Not JSON: ${reason}.`, line, column: null }
  }
}

function textReader({ prefix = '', patterns }: TextInput, source: MapSource): RecordReader {
  // The prefix alone first: its fault is then shown where it is, and once.
  const before = compilePattern(prefix, ['input', 'prefix'], source).source
  const compiled = Object.entries(patterns).map(([name, pattern]) => {
    const path = ['input', 'patterns', name]
    const alone = compilePattern(pattern, path, source).source
    return { name, expression: compilePattern(`^(?:${before})(?:${alone})$`, path, source) }
  })
  const groups = [prefix, ...Object.values(patterns)].flatMap(text =>
    [...text.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map(([, group]) => group),
  )
  const read: ReadLine = (raw, line) => {
    for (const { name, expression } of compiled) {
      const match = expression.exec(raw)
      if (match !== null) return { record: { line: raw, pattern: name, ...presentGroups(match) }, line, raw }
    }
    return { record: { line: raw }, line, raw }
  }
  return { by: 'line', members: [...new Set(['line', 'pattern', ...groups])], read }
}

function presentGroups({ groups }: RegExpExecArray): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(groups ?? {}).filter(([, text]) => text !== undefined))
}

function documentReader({ records = '' }: JsonInput, source: MapSource): ReadDocument {
  if (!isPointer(records)) source.refuse('E-MAP-POINTER', ['input', 'records'], `${records} is not a JSON pointer.`)
  const path = stepsOf(records)
  return text => {
    const errors: ParseError[] = []
    const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
    const lineAt = lineCounter(text)
    if (errors[0] !== undefined) {
      const { line, column } = lineAt(errors[0].offset)
      return [{ fault: `Not JSON: ${printParseErrorCode(errors[0].error)}.`, line, column }]
    }
    const array = root === undefined ? undefined : findNodeAtLocation(root, [...path])
    if (array?.type !== 'array')
      return [{ fault: `There is no array at ${records === '' ? 'the document' : records}.`, line: 1, column: null }]
    return (array.children ?? []).map(node => ({
      record: getNodeValue(node),
      line: lineAt(node.offset).line,
      raw: text.slice(node.offset, node.offset + node.length),
    }))
  }
}

/** Places of offsets that only grow: each stretch of the text is walked once. */
function lineCounter(text: string): (offset: number) => { line: number; column: number } {
  let line = 1
  let start = 0
  return offset => {
    for (let end = text.indexOf('\n', start); end !== -1 && end < offset; end = text.indexOf('\n', start)) {
      line++
      start = end + 1
    }
    return { line, column: offset - start + 1 }
  }
}

interface Row {
  readonly record: Readonly<Record<string, string>>
  readonly info: { readonly lines: number }
  readonly raw: string
}

/** The parser tells the line in which a row ends, and leaves blank lines at its sides. */
function readRows({ delimiter = ',', columns }: CsvInput, text: string): readonly (Found | Unreadable)[] {
  const options = { delimiter, columns: columns ?? true, info: true, raw: true, bom: true, skip_empty_lines: true }
  try {
    const rows = parse(text, options) as unknown as readonly Row[]
    return rows.map(({ record, info, raw }) => {
      const body = raw.replaceAll(/^[\r\n]+|[\r\n]+$/g, '')
      return { record, line: info.lines - body.split('\n').length + 1, raw: body }
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = Number((error as { readonly lines?: unknown }).lines ?? 1)
    return [{ fault: `Not CSV: ${error.message}.`, line, column: null }]
  }
}
