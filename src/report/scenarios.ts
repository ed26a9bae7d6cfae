// The report of recorded expectations: a line per row, and for each row not met what differs.
import { type ExpectedRow, expectedText, type Mismatch } from './expectations.ts'
import type { CheckFinding } from './findings.ts'
import { columns, counted, grouped, settings } from './words.ts'

export interface Scenario {
  readonly file: string
  readonly row: ExpectedRow
  readonly finding: CheckFinding
  readonly mismatches: readonly Mismatch[]
}

/** The report as text, ending in a newline. */
export function scenariosText(scenarios: readonly Scenario[]): string {
  const lines: string[] = []
  for (const file of new Set(scenarios.map(scenario => scenario.file))) {
    const own = scenarios.filter(scenario => scenario.file === file)
    lines.push(
      file,
      ...columns(
        own.map(({ row, mismatches }) => [
          '',
          mismatches.length === 0 ? 'met' : 'NOT MET',
          row.id,
          row.title,
          summary(row),
        ]),
      ),
      '',
    )
  }
  const unmet = scenarios.filter(({ mismatches }) => mismatches.length > 0)
  for (const { row, mismatches } of unmet) {
    lines.push(`${row.id} is not met (${settings(row.set)}):`)
    for (const { property, expected, got } of mismatches) lines.push(`  ${property}: expected ${expected}; got ${got}`)
    lines.push('')
  }
  const states = scenarios.reduce((sum, { finding }) => sum + finding.distinctCount, 0)
  lines.push(
    `${grouped(scenarios.length - unmet.length)} of ${counted(scenarios.length, 'row')} met, ${counted(states, 'distinct state')} explored.`,
  )
  return `${lines.join('\n')}\n`
}

function summary({ results }: ExpectedRow): string {
  const violated = Object.entries(results)
    .filter(([, { verdict }]) => verdict === 'violated')
    .map(([name, { steps }]) => `${name} in ${steps}`)
  const holds = Object.values(results).filter(({ verdict }) => verdict === 'holds')
  const parts = violated.length === 0 ? [] : [`violated: ${violated.join(', ')}`]
  if (holds.length > 0) parts.push(`${holds.length} ${expectedText(holds[0])}`)
  return parts.join('; ')
}

/** The report as a JSON document, ending in a newline. */
export function scenariosJson(scenarios: readonly Scenario[]): string {
  const document = {
    format: 'primacy-scenarios',
    version: 1,
    met: scenarios.every(({ mismatches }) => mismatches.length === 0),
    rows: scenarios.map(({ file, row, finding, mismatches }) => ({
      file,
      id: row.id,
      met: mismatches.length === 0,
      mismatches,
      distinct: finding.distinctCount,
      transitions: finding.transitionCount,
      depth: finding.depth,
    })),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
