// What a history of clients still guarantees when it is not linearizable: from the strongest down, each judged by itself.
// Sequential consistency is of all keys together; session guarantees are judged key by key.
import type { Budget } from './budget.ts'
import { contradictionIn } from './contradiction.ts'
import { type Meaning, type Obligation, obligationsOf } from './obligations.ts'
import { byKey, described, type Operation } from '../order/operations.ts'
import type { RuleFinding, Witness } from '../format/rule.ts'
import { Search } from './search.ts'
import { type OrderFinding, SESSION_GUARANTEES, SPENT, type SessionGuarantee, WriteOrder } from './write-order.ts'

const UNCLEAR: Witness = {
  message: 'It is not known what some of the operations do, or lists are among them.',
  lines: [],
}

/** How often the order of the writes of a key may be asked for. */
const QUESTIONS = 6

/** `ReadsWereWritten` is what eventual consistency asks of a finite history: whether writes arrive it cannot tell. */
export type Guarantee = 'Linearizable' | 'SequentiallyConsistent' | SessionGuarantee | 'ReadsWereWritten'

export interface Guarantees {
  /** From the strongest down, beginning below linearizability; `SessionGuarantees` is all four of them at once. */
  readonly findings: readonly RuleFinding[]
  /** The strongest that hold: one, or the session guarantees among which none is the strongest; none when none hold. */
  readonly strongest: readonly Guarantee[]
}

/** The guarantees below linearizability. */
export function judgeGuarantees(operations: readonly Operation[], meaning: Meaning, budget: Budget): Guarantees {
  const keys = [...byKey(operations).values()].map(ofKey => {
    const { obligations, plain, unclear } = obligationsOf(ofKey, meaning)
    const clear = unclear.length === 0
    const listed = obligations.some(({ effect }) => effect.kind === 'append')
    return {
      obligations,
      plain,
      clear,
      listed,
      search: new Search(obligations, { initial: meaning.initial, realTime: false }),
    }
  })
  // What is left is for sessions, which a search for sequential consistency must not starve.
  const share = Math.ceil(budget.left / 3)
  budget.interleave(
    keys.flatMap(({ search, clear }) => (clear ? [search] : [])),
    share,
  )
  const sequential = judgeTogether(keys, meaning, budget, share)
  const orders = keys.map(({ obligations, clear, listed, search }) => {
    if (clear && search.verdict === 'holds') return null
    return clear && !listed ? new WriteOrder(obligations, meaning.initial) : ('unclear' as const)
  })
  const each = Math.ceil(budget.left / QUESTIONS / Math.max(1, keys.length))
  const judge = (...guarantees: readonly SessionGuarantee[]): OrderFinding =>
    worst(orders.map(order => budget.lend(each, part => judgeOrder(order, guarantees, part))))
  const all = judge(...SESSION_GUARANTEES)
  const sessions = all.verdict === 'holds' ? null : eachOf(judge)
  const findings = [
    ruleFinding('SequentiallyConsistent', sequential),
    ruleFinding('SessionGuarantees', all),
    ...SESSION_GUARANTEES.map(name => ruleFinding(name, sessions?.[name] ?? all)),
    unwrittenReads(orders),
  ]
  return { findings, strongest: strongestOf(findings) }
}

interface Key {
  readonly obligations: readonly Obligation[]
  readonly plain: readonly Obligation[]
  /** Whether it is known what each operation does. */
  readonly clear: boolean
  readonly search: Search
}

/** Sequential consistency of all keys at once: each of them by itself is not enough. */
function judgeTogether(keys: readonly Key[], meaning: Meaning, budget: Budget, share: number): OrderFinding {
  const explain = (plain: readonly Obligation[], search: Search): OrderFinding => {
    const options = { meaning, realTime: false, nodes: Math.ceil(budget.left / 4) }
    const { operations, lines } = contradictionIn(plain, search, options, budget)
    const names = operations.map(operation => described(operation)).join(', ')
    const message = `No order that keeps each session's explains these operations, whatever the others did: ${names}.`
    return { verdict: 'violated', witness: { message, lines } }
  }
  const violated = keys.find(({ clear, search }) => clear && search.verdict === 'violated')
  if (violated !== undefined) return explain(violated.plain, violated.search)
  if (keys.some(({ clear }) => !clear)) return { verdict: 'unknown', witness: UNCLEAR }
  if (keys.some(({ search }) => search.verdict === 'unknown')) return { verdict: 'unknown', witness: SPENT }
  if (keys.length < 2) return { verdict: 'holds', witness: null }
  const all = keys.flatMap(({ obligations }) => obligations)
  const whole = new Search(all, { initial: meaning.initial, realTime: false })
  budget.run(whole, share)
  if (whole.verdict === 'violated')
    return explain(
      keys.flatMap(({ plain }) => plain),
      whole,
    )
  return { verdict: whole.verdict, witness: whole.verdict === 'unknown' ? SPENT : null }
}

/** Null is a key that is sequentially consistent, which implies every session guarantee of it. */
function judgeOrder(
  order: WriteOrder | 'unclear' | null,
  guarantees: readonly SessionGuarantee[],
  budget: Budget,
): OrderFinding {
  if (order === null) return { verdict: 'holds', witness: null }
  return order === 'unclear' ? { verdict: 'unknown', witness: UNCLEAR } : order.judge(guarantees, budget)
}

/**
 * Each session guarantee by itself. Fewer guarantees ask for less, so what holds with another holds alone; asking for more
 * is the cheaper question. Whether writes keep an order is seen by those who read in order: where reads go back anyway, a
 * cycle of reads and writes tells nothing of the writes, unless they are in a cycle by themselves.
 */
function eachOf(judge: (...guarantees: readonly SessionGuarantee[]) => OrderFinding): {
  readonly [G in SessionGuarantee]: OrderFinding
} {
  const reads = judge('MonotonicReads')
  const ofWrites = (guarantee: SessionGuarantee): OrderFinding => {
    if (reads.verdict === 'holds') return judge('MonotonicReads', guarantee)
    const alone = judge(guarantee)
    if (alone.verdict === 'violated') return alone
    const message = 'Reads go back, or may, so that nobody can tell the order of writes by them.'
    return { verdict: 'unknown', witness: { message, lines: [] } }
  }
  const withWrites = judge('MonotonicWrites', 'ReadYourWrites')
  return {
    MonotonicReads: reads,
    MonotonicWrites: ofWrites('MonotonicWrites'),
    ReadYourWrites: withWrites.verdict === 'holds' ? withWrites : judge('ReadYourWrites'),
    WritesFollowReads: ofWrites('WritesFollowReads'),
  }
}

function worst(findings: readonly OrderFinding[]): OrderFinding {
  const violated = findings.find(({ verdict }) => verdict === 'violated')
  return violated ?? findings.find(({ verdict }) => verdict === 'unknown') ?? { verdict: 'holds', witness: null }
}

function ruleFinding(rule: string, { verdict, witness }: OrderFinding): RuleFinding {
  return { rule, verdict, witnesses: witness === null ? [] : [witness] }
}

function unwrittenReads(orders: readonly (WriteOrder | 'unclear' | null)[]): RuleFinding {
  const reads = orders.flatMap(order => (order === null || order === 'unclear' ? [] : (order.unwritten ?? [])))
  const witnesses = reads.map(read => ({ message: `Nothing wrote what ${described(read)} saw.`, lines: read.lines }))
  const unclear = orders.includes('unclear')
  if (reads.length > 0) return { rule: 'ReadsWereWritten', verdict: 'violated', witnesses }
  return ruleFinding('ReadsWereWritten', { verdict: unclear ? 'unknown' : 'holds', witness: unclear ? UNCLEAR : null })
}

function strongestOf(findings: readonly RuleFinding[]): readonly Guarantee[] {
  const holds = (name: Guarantee): boolean => findings.some(({ rule, verdict }) => rule === name && verdict === 'holds')
  if (holds('SequentiallyConsistent')) return ['SequentiallyConsistent']
  const sessions = SESSION_GUARANTEES.filter(holds)
  if (sessions.length > 0) return sessions
  return holds('ReadsWereWritten') ? ['ReadsWereWritten'] : []
}
