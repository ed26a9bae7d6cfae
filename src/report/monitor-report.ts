// What a monitor found, as text and as JSON.
import type { MonitorFinding, MonitorWitness } from '../validate/monitor/judgement.ts'
import type { MonitorResult } from '../validate/monitor/monitor.ts'
import { INFORMATIVE } from '../validate/monitor/monitor-rules.ts'
import type { WaiverUse } from '../validate/companions/waivers.ts'
import type { Refused } from '../validate/format/foreign-trace.ts'
import { refusedDocument } from './problems-json.ts'
import { waiverLine } from './waiver-text.ts'
import { columns, counted, grouped } from './words.ts'

/** A violation as it is found; of rules that are no promise of replication, what was noticed. */
export function violationLine(rule: string, { message, lines }: MonitorWitness): string {
  const where = lines.length === 0 ? '' : `  (${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')})`
  return INFORMATIVE.has(rule) ? `Noticed by ${rule}: ${message}${where}` : `${rule} is violated: ${message}${where}`
}

/** A violation that is let pass, as it is found. */
export function waivedLine(rule: string, witness: MonitorWitness, why: string): string {
  return `Waived (${why}): ${violationLine(rule, witness)}`
}

/** The verdicts at the end, and how often known deviations were let pass. */
export function monitorText(file: string, result: MonitorResult, waivers: readonly WaiverUse[] = []): string {
  const { findings, eventCount, gapCount, evictedCount, lateCount } = result
  const rows = findings.map(finding => ['', verdictWord(finding), finding.rule, reason(finding)])
  const lines = [
    `${file}: ${counted(eventCount, 'event')}.`,
    '',
    ...columns(rows),
    '',
    ...(gapCount > 0 ? [`Events were lost in ${counted(gapCount, 'place')}.`] : []),
    ...(evictedCount > 0
      ? [`${grouped(evictedCount)} entries left the window before every node was known to have them.`]
      : []),
    ...waivers.map(waiverLine),
    ...(lateCount > 0 ? [`${grouped(lateCount)} events came later than the buffer waits.`] : []),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

/** Whether a rule is violated, and not only by what was let pass. */
export function isViolated({ rule, verdict, violationCount, waivedCount }: MonitorFinding): boolean {
  return verdict === 'violated' && violationCount > waivedCount && !INFORMATIVE.has(rule)
}

function verdictWord({ rule, verdict, violationCount, waivedCount }: MonitorFinding): string {
  if (waivedCount > 0 && waivedCount === violationCount) return 'waived'
  return verdict === 'violated' && INFORMATIVE.has(rule) ? 'noticed' : verdict
}

function reason({ verdict, violationCount, waivedCount, witnesses }: MonitorFinding): string {
  if (verdict === 'violated') {
    const some = waivedCount > 0 && waivedCount < violationCount
    return counted(violationCount, 'time') + (some ? `, ${grouped(waivedCount)} of them waived` : '')
  }
  return verdict === 'unknown' ? (witnesses[0]?.message ?? '') : ''
}

/** The same as one JSON document. */
export function monitorDocument(file: string, result: MonitorResult, waivers: readonly WaiverUse[] = []): string {
  const { findings, eventCount, gapCount, evictedCount, lateCount } = result
  const document = {
    format: 'primacy-monitor',
    version: 1,
    file,
    events: eventCount,
    gaps: gapCount,
    evicted: evictedCount,
    late: lateCount,
    waivers: waivers.map(({ waiver, lines }) => ({ reason: waiver.reason, until: waiver.until, lines })),
    rules: findings.map(({ rule, verdict, violationCount, waivedCount, witnesses }) => ({
      rule,
      verdict,
      informative: INFORMATIVE.has(rule),
      violationCount,
      waivedCount,
      witnesses,
    })),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** What is no trace, as one JSON document; there are no verdicts then. */
export function refusedMonitor(file: string, refused: Refused): string {
  return `${JSON.stringify({ format: 'primacy-monitor', version: 1, file, refused: [refusedDocument(refused)] }, null, 2)}\n`
}
