// What a benchmark found, as data: stored in results.json part by part, compared with what is stored, printed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { columns } from '../src/report/words.ts'

/** What is measured on its own: explorations, or judgements of recordings. */
export type Part = 'check' | 'validate'

/** A line of a table: its cells, and by which time it is compared with the stored one of the same key. */
export interface Row {
  readonly key: string
  /** Median over the rounds. */
  readonly wallMs: number
}

/** Medians of ratios of measurements of one round each: how many times as long the second takes. */
export interface Ratio {
  readonly what: string
  readonly ratio: number
}

export interface Measurement<R extends Row> {
  readonly idleMs: number
  readonly idleBytes: number
  readonly rows: readonly R[]
  readonly ratios: readonly Ratio[]
}

export interface Results<R extends Row> extends Measurement<R> {
  readonly machine: string
  readonly node: string
  readonly rounds: number
  readonly loadBefore: number
}

const FILE = 'bench/results.json'

export function machine(): string {
  return `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} processors`
}

type Stored = { readonly [part in Part]?: Results<Row> }

function storedParts(): Stored {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Stored) : {}
}

/** Stores the results of a part; those of the other stay. */
export function store(part: Part, results: Results<Row>): void {
  writeFileSync(FILE, `${JSON.stringify({ ...storedParts(), [part]: results }, null, 2)}\n`)
}

/** The results as text; with the difference to the stored ones, where there are any. */
export function resultLines<R extends Row>(part: Part, results: Results<R>, table: Table<R>): readonly string[] {
  const before = storedParts()[part]
  const lines = results.rows.map(row => {
    const earlier = before?.rows.find(({ key }) => key === row.key)
    return [...table.cells(row), change(row.wallMs, earlier?.wallMs)]
  })
  const ratios = results.ratios.map(({ what, ratio }) => {
    const earlier = before?.ratios.find(other => other.what === what)
    return [what, ratio.toFixed(2), earlier === undefined ? '' : `(was ${earlier.ratio.toFixed(2)})`]
  })
  return [
    `${results.machine}; Node ${results.node}; ${results.rounds} rounds; load before ${results.loadBefore.toFixed(2)}.`,
    `Idle Node: ${Math.round(results.idleMs)} ms, ${Math.round(results.idleBytes / 1e6)} MB.`,
    '',
    ...columns([[...table.head, 'before'], ...lines]),
    ...(ratios.length === 0 ? [] : ['', ...columns(ratios)]),
    '',
  ]
}

export interface Table<R extends Row> {
  readonly head: readonly string[]
  readonly cells: (row: R) => readonly string[]
}

/** How a time changed; within 3 % it did not. */
function change(now: number, before: number | undefined): string {
  if (before === undefined) return ''
  const ratio = now / before
  return Math.abs(ratio - 1) <= 0.03 ? 'same' : `${ratio < 1 ? '-' : '+'}${Math.abs((ratio - 1) * 100).toFixed(0)} %`
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
