// What a monitor found, as text and as JSON.
import type { MonitorWitness } from '../validate/judgement.ts'
import type { MonitorResult } from '../validate/monitor.ts'
import { columns, counted, grouped } from './words.ts'

/** A violation as it is found. */
export function violationLine(rule: string, { message, lines }: MonitorWitness): string {
  const where = lines.length === 0 ? '' : `  (${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')})`
  return `${rule} is violated: ${message}${where}`
}

/** The verdicts at the end. */
export function monitorText(file: string, result: MonitorResult): string {
  const { findings, eventCount, gapCount, evictedCount, lateCount } = result
  const rows = findings.map(({ rule, verdict, violationCount, witnesses }) => [
    '',
    verdict,
    rule,
    verdict === 'violated'
      ? counted(violationCount, 'time')
      : verdict === 'unknown'
        ? (witnesses[0]?.message ?? '')
        : '',
  ])
  const lines = [
    `${file}: ${counted(eventCount, 'event')}.`,
    '',
    ...columns(rows),
    '',
    ...(gapCount > 0 ? [`Events were lost in ${counted(gapCount, 'place')}.`] : []),
    ...(evictedCount > 0
      ? [`${grouped(evictedCount)} entries left the window before every node was known to have them.`]
      : []),
    ...(lateCount > 0 ? [`${grouped(lateCount)} events came later than the buffer waits.`] : []),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

/** The same as one JSON document. */
export function monitorDocument(file: string, result: MonitorResult): string {
  const { findings, eventCount, gapCount, evictedCount, lateCount } = result
  const document = {
    format: 'primacy-monitor',
    version: 1,
    file,
    events: eventCount,
    gaps: gapCount,
    evicted: evictedCount,
    late: lateCount,
    rules: findings.map(({ rule, verdict, violationCount, witnesses }) => ({
      rule,
      verdict,
      violationCount,
      witnesses,
    })),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
