// Why a history is not linearizable, in few operations: a set of them that no order explains, whatever the others did while
// they were open. Found by letting go of parts of the history, largest first, for as long as it stays contradictory
// (after Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002).
import type { Budget } from './budget.ts'
import { type Meaning, type Obligation, withoutUnseen } from './obligations.ts'
import type { Operation } from '../order/operations.ts'
import { nameOf } from './registers.ts'
import { type FreeEffect, Search } from './search.ts'

export interface Contradiction {
  /** In the order of their calls. */
  readonly operations: readonly Operation[]
  /** Of their events, ascending. */
  readonly lines: readonly number[]
  /** False when the budget ended first, so that fewer may do. */
  readonly minimal: boolean
}

export interface ContradictionOptions {
  readonly meaning: Meaning
  readonly realTime: boolean
  /** Nodes that finding it may take. */
  readonly nodes: number
}

/** Nodes that one attempt to do without some operations may take; what takes longer is kept. */
const ATTEMPT_NODES = 20_000

/** How many operations are tried first: those that began last before no order was left. */
const FIRST_WINDOW = 8

/** Preparing an attempt costs about as much as a node for so many operations. */
const OPERATIONS_A_NODE = 4

/**
 * A small contradictory part of obligations, of which `search` found that no order places them. Letting go of one is to
 * allow more: what it observed is forgotten, what it wrote may be written while it was open, any number of times or not at
 * all. So what is left is contradictory by itself; and as what is allowed only grows, what was needed once stays needed.
 */
export function contradictionIn(
  obligations: readonly Obligation[],
  search: Search,
  options: ContradictionOptions,
  budget: Budget,
): Contradiction {
  const stuckAt = search.stuckAt()
  const all = (options.realTime && stuckAt !== null ? prefixOf(obligations, stuckAt) : obligations).toSorted(
    (a, b) => a.call - b.call || a.operation.begins - b.operation.begins,
  )
  const end = budget.left - options.nodes
  let minimal = true
  const isContradictory = (kept: readonly Obligation[]): boolean => {
    if (budget.left <= end || !budget.spend(Math.ceil(all.length / OPERATIONS_A_NODE))) {
      minimal = false
      return false
    }
    const attempt = withOthersReleased(all, kept, options)
    budget.run(attempt, Math.min(ATTEMPT_NODES, budget.left - end))
    if (attempt.verdict === 'unknown') minimal = false
    return attempt.verdict === 'violated'
  }
  const kept = reduce(window(all, isContradictory), isContradictory)
  const operations = kept.map(({ operation }) => operation)
  const lines = new Set(operations.flatMap(operation => operation.lines))
  return { operations, lines: [...lines].toSorted((a, b) => a - b), minimal }
}

/** The history up to the moment at which no order was left: what was not over by then may not have happened. */
function prefixOf(obligations: readonly Obligation[], stuckAt: Operation): readonly Obligation[] {
  const end = obligations.find(({ operation }) => operation === stuckAt)!.return
  return obligations.flatMap(obligation => {
    if (obligation.call > end) return []
    if (obligation.return <= end) return [obligation]
    if (obligation.effect.kind === 'read' || obligation.effect.kind === 'differs') return []
    return [{ ...obligation, return: Infinity, required: false, binding: false }]
  })
}

/** The last obligations, in twice as many until they contradict each other. Small attempts cost little. */
function window(
  all: readonly Obligation[],
  isContradictory: (kept: readonly Obligation[]) => boolean,
): readonly Obligation[] {
  for (let size = FIRST_WINDOW; size < all.length; size *= 2) {
    const last = all.slice(-size)
    if (isContradictory(last)) return last
  }
  return all
}

function reduce(
  found: readonly Obligation[],
  isContradictory: (kept: readonly Obligation[]) => boolean,
): readonly Obligation[] {
  let kept = found
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length;) {
      const without = kept.toSpliced(at, size)
      if (isContradictory(without)) kept = without
      else at += size
    }
  }
  return kept
}

function withOthersReleased(
  all: readonly Obligation[],
  kept: readonly Obligation[],
  { meaning, realTime }: ContradictionOptions,
): Search {
  const keeping = new Set(kept)
  const released = all.flatMap(obligation => {
    const { kind } = obligation.effect
    if (keeping.has(obligation) || kind === 'read' || kind === 'differs') return []
    return [{ ...obligation, required: false, binding: false }]
  })
  const useful = new Set(withoutUnseen([...kept, ...released]))
  const others = released.filter(obligation => useful.has(obligation))
  const appends = others.filter(({ effect }) => effect.kind === 'append').map(obligation => onceAtAnyTime(obligation))
  const free = distinct(
    others.filter(({ effect }) => effect.kind !== 'append'),
    kept,
  )
  return new Search([...kept, ...appends], { initial: meaning.initial, realTime, free })
}

/** Appends that could take place any number of times would have no end. */
function onceAtAnyTime(obligation: Obligation): Obligation {
  const session = `${obligation.operation.session} (released)`
  return { ...obligation, operation: { ...obligation.operation, session }, return: Infinity }
}

/**
 * Effects without those that can take place only when another, equal one can: only which of the kept obligations were over
 * before they began and began after they were over makes a difference.
 */
function distinct(effects: readonly FreeEffect[], kept: readonly Obligation[]): readonly FreeEffect[] {
  const calls = kept.map(({ call }) => call).toSorted((a, b) => a - b)
  const returns = kept.map(obligation => obligation.return).toSorted((a, b) => a - b)
  const widest = new Map<string, FreeEffect>()
  for (const { effect, call, return: end } of effects) {
    const rounded = {
      effect,
      call: returns.findLast(other => other <= call) ?? -Infinity,
      return: calls.find(other => other >= end) ?? Infinity,
    }
    widest.set(`${nameOf(effect)} ${rounded.call} ${rounded.return}`, rounded)
  }
  return [...widest.values()]
}
