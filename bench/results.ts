// What a benchmark found, as data: stored in results.json, compared with what is stored, printed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { columns, grouped } from '../src/report/words.ts'

export interface Row {
  readonly name: string
  readonly workers: number
  readonly distinct: number
  readonly transitions: number
  readonly depth: number
  /** Medians over the rounds. */
  readonly wallMs: number
  readonly exploreMs: number
  readonly statesPerSecond: number
  readonly transitionsPerSecond: number
  /** Above an idle Node; null where the states are too few to tell. */
  readonly bytesPerState: number | null
}

/** Medians of ratios of measurements of one round each: how many times as long the second takes. */
export interface Ratio {
  readonly what: string
  readonly ratio: number
}

export interface Results {
  readonly machine: string
  readonly node: string
  readonly rounds: number
  readonly loadBefore: number
  readonly idleMs: number
  readonly idleBytes: number
  readonly rows: readonly Row[]
  readonly ratios: readonly Ratio[]
}

const FILE = 'bench/results.json'

export function machine(): string {
  return `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} processors`
}

export function stored(): Results | null {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Results) : null
}

export function store(results: Results): void {
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`)
}

/** The results as text; with the difference to earlier ones, when there are any. */
export function resultLines(results: Results, before: Results | null): readonly string[] {
  const table = results.rows.map(row => {
    const earlier = before?.rows.find(({ name, workers }) => name === row.name && workers === row.workers)
    return [
      row.name,
      String(row.workers),
      grouped(row.distinct),
      grouped(row.transitions),
      `${grouped(Math.round(row.wallMs))} ms`,
      `${(row.statesPerSecond / 1e6).toFixed(2)} M`,
      `${(row.transitionsPerSecond / 1e6).toFixed(1)} M`,
      row.bytesPerState === null ? '-' : row.bytesPerState.toFixed(0),
      change(row.wallMs, earlier?.wallMs),
    ]
  })
  const ratios = results.ratios.map(({ what, ratio }) => {
    const earlier = before?.ratios.find(other => other.what === what)
    return [what, ratio.toFixed(2), earlier === undefined ? '' : `(was ${earlier.ratio.toFixed(2)})`]
  })
  return [
    `${results.machine}; Node ${results.node}; ${results.rounds} rounds; load before ${results.loadBefore.toFixed(2)}.`,
    `Idle Node: ${Math.round(results.idleMs)} ms, ${Math.round(results.idleBytes / 1e6)} MB.`,
    '',
    ...columns([
      ['', 'workers', 'states', 'transitions', 'whole command', 'states/s', 'transitions/s', 'bytes/state', 'before'],
      ...table,
    ]),
    '',
    ...columns(ratios),
  ]
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
