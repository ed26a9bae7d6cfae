// The expectation documents that come with the package, and any other the user names.
import { existsSync, globSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Expectations, ExpectedRow } from '../report/expectations.ts'
import { packageRoot, readText, shown } from './files.ts'
import { type Loaded, loadSpec } from './load.ts'
import { UsageError } from './usage.ts'

export interface ExpectationFile {
  readonly file: string
  readonly expectations: Expectations
  readonly loaded: Loaded
}

/** Every bundled document, the main model's first. */
export function bundledExpectations(): readonly string[] {
  return globSync('spec/**/*.expect.json', { cwd: packageRoot })
    .toSorted((a, b) => a.split(/[\\/]/).length - b.split(/[\\/]/).length || (a < b ? -1 : 1))
    .map(file => join(packageRoot, file))
}

export const MAIN_EXPECTATIONS: string = join(packageRoot, 'spec', 'single-leader.expect.json')

/** Reads an expectation document and loads the specification it names. */
export async function readExpectations(file: string): Promise<ExpectationFile> {
  const text = readText(file, 'expectation file')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${shown(file)} is not JSON: ${error instanceof Error ? error.message : String(error)}.`)
  }
  if (!isExpectations(json)) {
    throw new UsageError(
      `${shown(file)} is not an expectation file.`,
      'It holds "spec" (a file beside it) and "rows", each with "id", "title", "set" and "results".',
    )
  }
  const spec = resolve(dirname(file), json.spec)
  if (!existsSync(spec))
    throw new UsageError(`${shown(file)} names the specification ${json.spec}, which is not beside it.`)
  return { file, expectations: json, loaded: await loadSpec(spec) }
}

function isExpectations(json: unknown): json is Expectations {
  if (typeof json !== 'object' || json === null) return false
  const { spec, rows, overview } = json as {
    readonly spec?: unknown
    readonly rows?: unknown
    readonly overview?: unknown
  }
  return typeof spec === 'string' && isRows(rows) && (overview === undefined || isRows(overview))
}

function isRows(rows: unknown): rows is readonly ExpectedRow[] {
  return (
    Array.isArray(rows) &&
    rows.every(
      (row: Partial<ExpectedRow> | null) =>
        typeof row?.id === 'string' &&
        typeof row.title === 'string' &&
        isObject(row.set) &&
        isObject(row.results) &&
        Object.values(row.results).every(expected => isObject(expected) && typeof expected.verdict === 'string'),
    )
  )
}

function isObject(json: unknown): json is object {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
