// The overview: one column per mode, one line per property, then the first counterexample in full.
import type { Config } from '../lang/spec.ts'
import { counterexampleLines } from './counterexample.ts'
import { type ExpectedRow, type Mismatch, mismatches } from './expectations.ts'
import type { CheckFinding, PropertyFinding } from './findings.ts'
import { bounds, columns, counted, grouped, settings } from './words.ts'

export interface Mode {
  readonly row: ExpectedRow
  readonly finding: CheckFinding
  /** Where the mode's counterexamples were written. */
  readonly directory: string
}

/** The overview as text, ending in a newline. */
export function overviewText(modes: readonly Mode[]): string {
  const names = modes[0].finding.properties.map(({ name }) => name)
  const table = columns([
    ['', ...modes.map(({ row }) => row.title.split('; ')[0])],
    ['', ...modes.map(({ row }) => row.title.split('; ')[1] ?? '')],
    ['states', ...modes.map(({ finding }) => grouped(finding.distinctCount))],
    ...names.map(name => [name, ...modes.map(mode => cell(mode, name))]),
    ['traces', ...modes.map(({ directory }) => directory)],
  ])
  const unmet = modes.flatMap(mode => mismatches(mode.row, mode.finding).map(mismatch => ({ mode, mismatch })))
  const total = modes.reduce((sum, { row }) => sum + Object.keys(row.results).length, 0)
  const lines = [
    `single-leader replication in ${modes.length} acknowledgement modes; in each: ${settings(shared(modes))}.`,
    `Every behaviour within these bounds was examined: ${bounds(modes[0].finding.config)}`,
    '',
    ...table,
    '',
    'violated n: as expected of this mode; its shortest counterexample has n steps.  UNEXPECTED: not what is recorded.',
    ...verdict(unmet, total),
  ]
  const first = modes.find(({ finding }) => finding.counterexamples.length > 0)
  if (first !== undefined) lines.push('', ...firstCounterexample(first))
  return `${lines.join('\n')}\n`
}

/** The settings that all modes have in common. */
function shared(modes: readonly Mode[]): Config {
  const [first, ...others] = modes.map(({ finding }) => finding.overrides)
  return Object.fromEntries(
    Object.entries(first).filter(([knob, value]) => others.every(other => String(other[knob]) === String(value))),
  )
}

function cell({ row, finding }: Mode, name: string): string {
  const property = finding.properties.find(candidate => candidate.name === name)!
  const expected = row.results[name]
  const text = property.verdict === 'violated' ? `violated ${property.depth}` : property.verdict
  const met = expected === undefined || mismatches({ ...row, results: { [name]: expected } }, finding).length === 0
  return met ? text : `${text} UNEXPECTED`
}

function verdict(
  unmet: readonly { readonly mode: Mode; readonly mismatch: Mismatch }[],
  total: number,
): readonly string[] {
  if (unmet.length === 0) return [`All ${grouped(total)} expectations are met.`]
  return [
    `${counted(unmet.length, 'expectation')} of ${grouped(total)} not met:`,
    ...unmet.map(
      ({ mode, mismatch }) =>
        `  ${mode.row.id}  ${mismatch.property}: expected ${mismatch.expected}, got ${mismatch.got}`,
    ),
  ]
}

function firstCounterexample({ row, finding }: Mode): readonly string[] {
  const [found] = finding.counterexamples
  const property = finding.properties.find(({ name }) => name === found.trace.property) as PropertyFinding
  const [head, ...rest] = counterexampleLines(found, property)
  return [`${row.title.replace('; ', ' ')} (${settings(finding.overrides)}):`, head, ...rest]
}
