// Session guarantees are judged twice where replies tell positions: by the log's order, and by values, which know no
// order but the best one that explains them. A reader wants one line of each. What positions refute is refuted, since the
// log's order is the order of writes; that they refute nothing says little, as other operations may tell no position, so
// that otherwise values decide.
import type { Guarantee, Guarantees } from './guarantees.ts'
import type { RuleFinding } from '../format/rule.ts'

const NOT_BY_THE_LOG = 'Some order explains the values, but not the order of the log, as positions show.'

/** Every rule once: those of positions first, then the guarantees, from the strongest down. */
export function reconciled(positions: readonly RuleFinding[], weaker: Guarantees): Guarantees {
  const shared = new Set(weaker.findings.map(({ rule }) => rule))
  const refuting = new Map(
    positions.flatMap(finding =>
      shared.has(finding.rule) && finding.verdict === 'violated' ? [[finding.rule, finding] as const] : [],
    ),
  )
  const guarantees = weaker.findings.map(finding => refuting.get(finding.rule) ?? together(finding, refuting))
  const findings = [...positions.filter(({ rule }) => !shared.has(rule)), ...guarantees]
  return { findings, strongest: refuting.size === 0 ? weaker.strongest : left(weaker.strongest, guarantees) }
}

/** What includes a refuted guarantee does not hold either. */
function together(finding: RuleFinding, refuting: ReadonlyMap<string, RuleFinding>): RuleFinding {
  const { rule, verdict } = finding
  const [first] = refuting.values()
  if (first === undefined || verdict === 'violated') return finding
  if (rule === 'SessionGuarantees') return { rule, verdict: 'violated', witnesses: first.witnesses }
  if (rule !== 'SequentiallyConsistent') return finding
  return { rule, verdict: 'unknown', witnesses: [{ message: NOT_BY_THE_LOG, lines: [] }] }
}

/** Without sequential consistency, the guarantees that it includes and nothing refutes. */
function left(strongest: readonly Guarantee[], guarantees: readonly RuleFinding[]): readonly Guarantee[] {
  const included: readonly Guarantee[] = ['MonotonicReads', 'MonotonicWrites', 'ReadYourWrites', 'WritesFollowReads']
  const candidates = strongest.includes('SequentiallyConsistent') ? included : strongest
  const kept = candidates.filter(name => guarantees.some(({ rule, verdict }) => rule === name && verdict === 'holds'))
  if (kept.length > 0) return kept
  return guarantees.some(({ rule, verdict }) => rule === 'ReadsWereWritten' && verdict === 'holds')
    ? ['ReadsWereWritten']
    : []
}
