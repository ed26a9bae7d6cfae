// The verdict on a history of clients: by positions in the log where replies tell them, by search where they do not, and
// what had to be assumed on the way.
import { withAttempts } from './attempts.ts'
import { Budget, type Limits } from './budget.ts'
import type { ForeignTrace, InputProblem } from '../format/foreign-trace.ts'
import { type Guarantee, judgeGuarantees } from './guarantees.ts'
import { judgeLinearizability, type KeyFinding } from './linearizability.ts'
import type { Meaning } from './obligations.ts'
import { byKey, described, type Operation, operationsOf } from '../order/operations.ts'
import { reconciled } from './reconciliation.ts'
import { judgePositions } from './reply-positions.ts'
import { assumptionsOf, dedupOf, isComplete, meaningOf } from './client-header.ts'
import type { RuleFinding, Verdict, Witness } from '../format/rule.ts'

export interface ClientOptions extends Limits {
  /** What a failed compare-and-set says: nothing (the default), or that the register held another value. */
  readonly failedCas?: Meaning['failedCas']
}

interface KeyJudgement {
  readonly key: string | null
  readonly by: 'positions' | 'search'
  readonly verdict: Verdict
  readonly operationCount: number
  /** What the search found; null where positions decided. */
  readonly search: KeyFinding | null
}

export interface ClientJudgement {
  /** Whether the history is linearizable. */
  readonly verdict: Verdict
  /** Where the recording contradicts itself; nothing was judged then. */
  readonly problems: readonly InputProblem[]
  readonly operationCount: number
  readonly keys: readonly KeyJudgement[]
  /**
   * `Linearizable` first; then rules of positions, where there are any, and weaker guarantees, where it is violated. Each
   * rule stands there once.
   */
  readonly findings: readonly RuleFinding[]
  /** The strongest guarantees that are known to hold; null when nothing was judged. */
  readonly strongest: readonly Guarantee[] | null
  /** Visited by all searches. */
  readonly nodes: number
  /** Sentences: what the header left open, and how it was taken. */
  readonly assumed: readonly string[]
}

/** Position rules that together make the log's order a linearization. */
const ORDERING = new Set(['PositionAgreement', 'NoLostAckedWrite', 'ReadsSeeTheirPosition', 'RealTimeOrder'])

/** Judges what clients saw. The verdict is never `holds` for a recording that was cut off. */
export function judgeClients(trace: ForeignTrace, options: ClientOptions): ClientJudgement {
  const { header } = trace
  const { operations: recorded, problems, realTime } = operationsOf(trace)
  if (problems.length > 0) return unjudged(recorded.length, problems)

  const budget = new Budget(options)
  const meaning = meaningOf(header, options)
  const dedup = dedupOf(header)
  const rules = { meaning, realTime, dense: header.index !== 'sparse', unique: header.ops?.unique === true, dedup }
  const allRecorded = isComplete(header)
  const operations = withAttempts(recorded, dedup)
  const keys = byKey(operations)
  const searched = operations.filter(({ key }) => !keys.get(key)!.every(isPositioned))
  const found = new Map(
    judgeLinearizability(searched, meaning, realTime, budget).map(finding => [finding.key, finding]),
  )
  const judged = [...keys].map(([key, ofKey]): KeyJudgement => {
    const search = found.get(key) ?? null
    const verdict = search?.verdict ?? ordering(judgePositions(ofKey, { ...rules, allRecorded }))
    return {
      key,
      by: search === null ? 'positions' : 'search',
      verdict: verdict === 'violated' && !allRecorded ? 'unknown' : verdict,
      operationCount: ofKey.length,
      search,
    }
  })
  const positions = recorded.some(({ index }) => index !== null)
    ? judgePositions(recorded, { ...rules, allRecorded })
    : []
  const complete = worst([...judged.map(({ verdict }) => verdict), violatedOnly(ordering(positions))])
  const verdict = complete === 'holds' && !trace.ended ? 'unknown' : complete
  const weaker = verdict === 'violated' ? reconciled(positions, judgeGuarantees(operations, meaning, budget)) : null
  return {
    verdict,
    problems: [],
    operationCount: recorded.length,
    keys: judged,
    findings: [linearizable(verdict, judged, positions, trace.ended), ...(weaker?.findings ?? positions)],
    strongest: weaker?.strongest ?? (verdict === 'holds' ? ['Linearizable'] : []),
    nodes: options.budget - budget.left,
    assumed: assumptionsOf(trace, recorded, meaning),
  }
}

/** What is known when judging was ended from outside. */
export function endedClients(): ClientJudgement {
  return unjudgedFor(reasonFor('stopped'))
}

/** Nothing was judged, for a reason, which is a sentence. */
export function unjudgedFor(message: string): ClientJudgement {
  const witnesses = [{ message, lines: [] }]
  return { ...unjudged(0, []), findings: [{ rule: 'Linearizable', verdict: 'unknown', witnesses }] }
}

function unjudged(operationCount: number, problems: readonly InputProblem[]): ClientJudgement {
  const nothing = { keys: [], findings: [], strongest: null, nodes: 0, assumed: [] }
  return { verdict: 'unknown', problems, operationCount, ...nothing }
}

function linearizable(
  verdict: Verdict,
  keys: readonly KeyJudgement[],
  positions: readonly RuleFinding[],
  ended: boolean,
): RuleFinding {
  if (verdict === 'holds') return { rule: 'Linearizable', verdict, witnesses: [] }
  if (verdict === 'violated') {
    const byPosition = positions.filter(finding => ORDERING.has(finding.rule) && finding.verdict === 'violated')
    const witnesses = [...keys.flatMap(key => against(key)), ...byPosition.flatMap(finding => finding.witnesses)]
    return { rule: 'Linearizable', verdict, witnesses }
  }
  const reasons = new Set(keys.flatMap(key => (key.verdict === 'unknown' ? [reasonOf(key)] : [])))
  if (!ended) reasons.add('The recording was cut off; what is missing may contradict it.')
  return { rule: 'Linearizable', verdict, witnesses: [...reasons].map(message => ({ message, lines: [] })) }
}

function against({ key, verdict, search }: KeyJudgement): readonly Witness[] {
  if (verdict !== 'violated' || search === null || search.contradiction === null) return []
  const { operations, lines } = search.contradiction
  const names = operations.map(operation => described(operation)).join(', ')
  const of = key === null ? '' : ` of ${key}`
  const message = `No order explains these operations${of}, whatever the others did while they were open: ${names}.`
  return [{ message, lines }]
}

function reasonOf({ search }: KeyJudgement): string {
  const why = search?.why ?? null
  if (why !== null) return reasonFor(why)
  return search?.verdict === 'violated'
    ? 'Not every operation was recorded; another may explain what these saw.'
    : 'Rules of positions are unknown.'
}

function reasonFor(why: NonNullable<KeyFinding['why']>): string {
  switch (why) {
    case 'budget':
      return 'The search ended with its budget.'
    case 'stopped':
      return 'The search was stopped.'
    case 'unclear-operations':
      return 'It is not known what some of the operations do.'
    case 'no-real-time':
      return 'The header does not say what orders the events of different clients.'
  }
}

function ordering(findings: readonly RuleFinding[]): Verdict {
  return worst(findings.flatMap(({ rule, verdict }) => (ORDERING.has(rule) ? [verdict] : [])))
}

function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes('violated') ? 'violated' : verdicts.includes('unknown') ? 'unknown' : 'holds'
}

/** Positions of some operations can refute, but say nothing for operations that have none. */
function violatedOnly(verdict: Verdict): Verdict {
  return verdict === 'violated' ? verdict : 'holds'
}

/** Whether the log's order can judge an operation: what took no effect, and reads without an answer, need no position. */
function isPositioned({ f, outcome, index }: Operation): boolean {
  return index !== null || outcome === 'fail' || (f === 'read' && outcome === 'info')
}
