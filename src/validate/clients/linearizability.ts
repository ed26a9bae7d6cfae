// Linearizability of registers, key by key: a history is linearizable iff its part for each key is (Herlihy and Wing, 1990,
// section 3.3), so that every key has a search of its own.
import type { Budget } from './budget.ts'
import { type Contradiction, contradictionIn } from './contradiction.ts'
import { type Meaning, obligationsOf } from './obligations.ts'
import { byKey, type Operation } from '../order/operations.ts'
import type { AnyValue } from '../format/repltrace.ts'
import type { Verdict } from '../format/rule.ts'
import { type Attempt, Search } from './search.ts'

/** Operations in an order that registers can follow, and what they hold after it. */
interface Prefix {
  /** For each operation its lines. */
  readonly lines: readonly (readonly number[])[]
  readonly value: AnyValue | undefined
}

export interface KeyFinding {
  readonly key: string | null
  readonly verdict: Verdict
  readonly operationCount: number
  /** Of them, those that had to be placed; the rest cannot decide anything. */
  readonly placedCount: number
  readonly nodes: number
  /** Where it is violated or unknown: the orders that went furthest. Where it holds: the order found. */
  readonly longest: readonly Prefix[]
  /** Where it is violated: the operation at whose end no order is left. */
  readonly stuckAt: Operation | null
  /** Where it is violated: few operations that alone cannot be explained. */
  readonly contradiction: Contradiction | null
  /** Where it is unknown: the reason. */
  readonly why: 'budget' | 'stopped' | 'unclear-operations' | 'no-real-time' | null
}

/** Judges each key. Without real time only the order of each session counts, and then nothing is known to hold. */
export function judgeLinearizability(
  operations: readonly Operation[],
  meaning: Meaning,
  realTime: boolean,
  budget: Budget,
): readonly KeyFinding[] {
  const keys = [...byKey(operations)].map(([key, ofKey]) => {
    const { obligations, plain, unclear } = obligationsOf(ofKey, meaning)
    return { key, ofKey, unclear, plain, search: new Search(obligations, { initial: meaning.initial, realTime }) }
  })
  const clear = keys.filter(({ unclear }) => unclear.length === 0)
  budget.interleave(
    clear.map(({ search }) => search),
    budget.left,
  )
  // Half of what is left explains what is violated; the rest is for whatever is judged next.
  const violated = keys.filter(({ search }) => search.verdict === 'violated').length
  const options = { meaning, realTime, nodes: Math.ceil(budget.left / 2 / Math.max(1, violated)) }
  return keys.map(({ key, ofKey, unclear, plain, search }) => {
    const verdict = search.verdict === 'holds' && !realTime ? 'unknown' : search.verdict
    const why =
      unclear.length > 0 ? 'unclear-operations' : budget.stopped ? 'stopped' : realTime ? 'budget' : 'no-real-time'
    return {
      key,
      verdict,
      operationCount: ofKey.length,
      placedCount: plain.length,
      nodes: search.nodes,
      longest: search.longest().map(attempt => prefixOf(key, attempt)),
      stuckAt: realTime ? search.stuckAt() : null,
      contradiction: verdict === 'violated' ? contradictionIn(plain, search, options, budget) : null,
      why: verdict === 'unknown' ? why : null,
    }
  })
}

function prefixOf(key: string | null, { order, values }: Attempt): Prefix {
  return { lines: order.map(({ lines }) => lines), value: values.get(key) }
}
