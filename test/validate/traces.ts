// Small recorded traces to read: a header with what a test adds to it, and lines.
import type { InputProblem } from '../../src/validate/format/foreign-trace.ts'
import { readForeignTrace } from '../../src/validate/format/read.ts'
import type { ReadOptions } from '../../src/validate/format/content.ts'

type Fields = { readonly [field: string]: unknown }

export const HEADER = {
  type: 'header',
  format: 'repltrace',
  version: '1.0',
  nodes: ['n1', 'n2'],
  clients: ['c1'],
} as const

export function stream(header: Fields, ...lines: readonly (Fields | string)[]): string {
  const all = [{ ...HEADER, ...header }, ...lines]
  return `${all.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`
}

export function document(header: Fields, ...events: readonly Fields[]): string {
  return JSON.stringify({ header: { ...HEADER, ...header }, events }, null, 2)
}

export function problemsOf(text: string, options: ReadOptions = {}): readonly InputProblem[] {
  const read = readForeignTrace('trace.ndjson', text, options)
  return 'problems' in read ? read.problems : []
}

/** Line and code of each problem. */
export function codesOf(text: string, options: ReadOptions = {}): readonly string[] {
  return problemsOf(text, options).map(({ line, code }) => `${line} ${code}`)
}

/** What stands at the problem's place; null when it means the whole line. */
export function pointedAt({ text, column }: InputProblem, length = 0): string | null {
  return column === null ? null : text.slice(column - 1, column - 1 + length)
}
