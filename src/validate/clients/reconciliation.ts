// Session guarantees are judged twice where replies tell positions: by the log's order, and by values, which know no
// order but the best one that explains them. A reader wants one line of each. What positions refute is refuted, since the
// log's order is the order of writes; that they refute nothing says little, as other operations may tell no position, so
// that otherwise values decide.
import type { Guarantee, Guarantees } from './guarantees.ts'
import type { RuleFinding } from '../format/rule.ts'
import { SESSION_GUARANTEES } from './write-order.ts'

const SESSIONS: ReadonlySet<string> = new Set(SESSION_GUARANTEES)

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

/** What was found of clients: rules, and the strongest guarantees that hold; null when nothing was judged. */
interface Told {
  readonly findings: readonly RuleFinding[]
  readonly strongest: readonly Guarantee[] | null
}

/**
 * Rules over what servers recorded, and what clients saw beside them, each rule in one of the two. It stays with the
 * rules where they are against it, or where clients do not decide; a lost write is first a matter of logs.
 */
export function toldOnce<Rule extends RuleFinding, Clients extends Told>(
  rules: readonly Rule[],
  clients: Clients,
): { readonly rules: readonly Rule[]; readonly clients: Clients } {
  const verdicts = new Map(clients.findings.map(({ rule, verdict }) => [rule, verdict]))
  const kept = rules.filter(({ rule, verdict }) => {
    const theirs = verdicts.get(rule) ?? 'unknown'
    return verdict === 'violated' || theirs === 'unknown' || (theirs === 'holds' && !SESSIONS.has(rule))
  })
  const names = new Set(kept.map(({ rule }) => rule))
  const { strongest } = clients
  const both = reconciled(
    kept.filter(({ rule, verdict }) => verdict === 'violated' && verdicts.has(rule)),
    { findings: clients.findings, strongest: strongest ?? [] },
  )
  const findings = both.findings.filter(({ rule }) => !names.has(rule))
  return { rules: kept, clients: { ...clients, findings, strongest: strongest === null ? null : both.strongest } }
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
  const candidates = strongest.includes('SequentiallyConsistent') ? SESSION_GUARANTEES : strongest
  const kept = candidates.filter(name => guarantees.some(({ rule, verdict }) => rule === name && verdict === 'holds'))
  if (kept.length > 0) return kept
  return guarantees.some(({ rule, verdict }) => rule === 'ReadsWereWritten' && verdict === 'holds')
    ? ['ReadsWereWritten']
    : []
}
