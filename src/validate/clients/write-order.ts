// Session guarantees (Terry et al., "Session guarantees for weakly consistent replicated data", 1994) of the registers of
// a history: each asks for an order of the writes of a key in which what a session saw or wrote earlier does not come
// after what it sees or writes later. An order exists iff these demands have no cycle.
import type { Budget } from './budget.ts'
import type { Obligation } from './obligations.ts'
import { described, type Operation } from '../order/operations.ts'
import type { Initial } from './registers.ts'
import type { AnyValue } from '../format/repltrace.ts'
import type { Verdict, Witness } from '../format/rule.ts'
import { canonical } from '../format/values.ts'

export const SESSION_GUARANTEES = ['MonotonicReads', 'MonotonicWrites', 'ReadYourWrites', 'WritesFollowReads'] as const
export type SessionGuarantee = (typeof SESSION_GUARANTEES)[number]

/** One write before another, because of what an operation saw. */
interface Demand {
  readonly before: number
  readonly after: number
  readonly because: readonly Operation[]
}

export interface OrderFinding {
  readonly verdict: Verdict
  /** Why; null where it holds. */
  readonly witness: Witness | null
}

export const SPENT: Witness = { message: 'The search for it ended with its budget.', lines: [] }

/** Reads with several possible writers, up to which choices are tried. */
const DEEPEST = 2000

/** More demands than this are not worth their memory. */
const MOST_PAIRS = 4_000_000

/** The writer of what was there at first. */
const INITIAL = 0

/**
 * The writes of one key, and who may have written what each of its operations saw. Invariant: `candidates` of a reader
 * are the places of writes plus one, the likeliest first.
 */
export class WriteOrder {
  /** A read whose value nobody can have written. */
  readonly unwritten: Operation | null
  private readonly writes: readonly Obligation[]
  private readonly readers: readonly { readonly reader: Obligation; readonly candidates: readonly number[] }[]
  private readonly places: ReadonlyMap<Obligation, number>
  private readonly sessions: readonly (readonly InSession[])[]

  constructor(obligations: readonly Obligation[], initial: Initial) {
    this.writes = obligations.filter(({ effect }) => effect.kind === 'write' || effect.kind === 'cas')
    const readers = obligations.filter(
      ({ effect, binding }) => effect.kind === 'read' || (effect.kind === 'cas' && binding),
    )
    this.places = new Map(this.writes.map((write, place) => [write, place + 1]))
    this.sessions = sessionsOf([...new Set([...readers, ...this.writes.filter(({ binding }) => binding)])])
    this.readers = readers.map(reader => ({ reader, candidates: this.candidatesOf(reader, initial) }))
    this.unwritten = this.readers.find(({ candidates }) => candidates.length === 0)?.reader.operation ?? null
  }

  /** Whether some order of the writes meets all of these guarantees at once. */
  judge(guarantees: readonly SessionGuarantee[], budget: Budget): OrderFinding {
    if (this.unwritten !== null)
      return { verdict: 'violated', witness: witnessOf('nothing wrote what was read', [this.unwritten]) }
    const chosen = new Map(
      this.readers.map(({ reader, candidates }) => [reader, candidates.length === 1 ? candidates[0] : null]),
    )
    const forced = this.cycle(guarantees, chosen, budget)
    if (forced === 'spent') return { verdict: 'unknown', witness: SPENT }
    if (forced !== null) return { verdict: 'violated', witness: this.explain(forced) }
    const open = this.readers.filter(({ candidates }) => candidates.length > 1)
    const verdict = this.assign(open, 0, guarantees, chosen, budget)
    const operations = open.map(({ reader }) => reader.operation)
    if (verdict === 'unknown') return { verdict, witness: SPENT }
    const message = 'every choice of who wrote what was read leads to a cycle'
    return { verdict, witness: verdict === 'violated' ? witnessOf(message, operations) : null }
  }

  /** Chooses a writer for each reader that has several, as long as there is no cycle. */
  private assign(
    open: WriteOrder['readers'],
    at: number,
    guarantees: readonly SessionGuarantee[],
    chosen: Map<Obligation, number | null>,
    budget: Budget,
  ): Verdict {
    if (at === open.length) return 'holds'
    if (at > DEEPEST) return 'unknown'
    const { reader, candidates } = open[at]
    let verdict: Verdict = 'violated'
    for (const candidate of candidates) {
      chosen.set(reader, candidate)
      const cycle = this.cycle(guarantees, chosen, budget)
      const below =
        cycle === 'spent'
          ? 'unknown'
          : cycle === null
            ? this.assign(open, at + 1, guarantees, chosen, budget)
            : 'violated'
      if (below === 'holds') return below
      if (below === 'unknown') verdict = 'unknown'
      if (budget.isSpent) break
    }
    chosen.set(reader, null)
    return verdict
  }

  private candidatesOf({ effect, operation, return: end }: Obligation, initial: Initial): readonly number[] {
    const value = canonical(effect.kind === 'cas' ? effect.from : (effect as { value: AnyValue }).value)
    const writers = this.writes.flatMap((write, place) => {
      const written = write.effect.kind === 'cas' ? write.effect.to : (write.effect as { value: AnyValue }).value
      const possible = canonical(written) === value && write.call <= end && write.operation !== operation
      return possible ? [place + 1] : []
    })
    const first = initial(effect.key)
    writers.sort((a, b) => this.writes[b - 1].call - this.writes[a - 1].call)
    return first === undefined || canonical(first) === value ? [...writers, INITIAL] : writers
  }

  /** A cycle of demands, none, or that the budget did not last. */
  private cycle(
    guarantees: readonly SessionGuarantee[],
    chosen: ReadonlyMap<Obligation, number | null>,
    budget: Budget,
  ): readonly Demand[] | 'spent' | null {
    if (this.pairCount(guarantees) > MOST_PAIRS) return 'spent'
    const demands = this.demands(guarantees, chosen)
    if (!budget.spend(1 + this.writes.length + demands.length)) return 'spent'
    return cycleIn(this.writes.length + 1, demands)
  }

  /** At most so many demands may follow from the order of sessions. */
  private pairCount(guarantees: readonly SessionGuarantee[]): number {
    const has = (guarantee: SessionGuarantee): boolean => guarantees.includes(guarantee)
    const isLinear =
      (has('MonotonicReads') || !has('WritesFollowReads')) && (has('MonotonicWrites') || !has('ReadYourWrites'))
    let count = 0
    for (const session of this.sessions)
      count += isLinear && session.every(({ afterAll }) => afterAll) ? session.length : session.length ** 2
    return count
  }

  private demands(
    guarantees: readonly SessionGuarantee[],
    chosen: ReadonlyMap<Obligation, number | null>,
  ): readonly Demand[] {
    const demands: Demand[] = []
    const demand = (before: number | null, after: number | null, ...because: readonly Operation[]): void => {
      if (before !== null && after !== null && before !== after && before !== INITIAL)
        demands.push({ before, after, because })
    }
    for (const [reader, writer] of chosen)
      if (reader.effect.kind === 'cas') demand(writer, this.places.get(reader)!, reader.operation)
    const has = (guarantee: SessionGuarantee): boolean => guarantees.includes(guarantee)
    const [reads, writes] = [has('MonotonicReads'), has('MonotonicWrites')]
    for (const session of this.sessions) {
      const saw: Touched[] = []
      const wrote: Touched[] = []
      for (const { operation, obligation, afterAll } of session) {
        // Where earlier reads (or writes) are in order among themselves, being after the last is being after all.
        const earlierReads = doneBefore(saw, operation, afterAll && (reads || !has('WritesFollowReads')))
        const earlierWrites = doneBefore(wrote, operation, afterAll && (writes || !has('ReadYourWrites')))
        const sees = chosen.get(obligation) ?? null
        const place = this.places.get(obligation) ?? null
        for (const earlier of earlierReads) {
          if (reads) demand(earlier.place, sees, earlier.operation, operation)
          if (has('WritesFollowReads')) demand(earlier.place, place, earlier.operation, operation)
        }
        for (const earlier of earlierWrites) {
          if (writes) demand(earlier.place, place, earlier.operation, operation)
          if (has('ReadYourWrites')) demand(earlier.place, sees, earlier.operation, operation)
        }
        if (sees !== null) saw.push({ place: sees, operation })
        if (place !== null) wrote.push({ place, operation })
      }
    }
    return demands
  }

  private explain(cycle: readonly Demand[]): Witness {
    const names = cycle.map(({ before }) =>
      before === INITIAL ? 'the initial value' : described(this.writes[before - 1].operation),
    )
    const writers = cycle.flatMap(({ before }) => (before === INITIAL ? [] : [this.writes[before - 1].operation]))
    return witnessOf(`${names.join(' before ')} before ${names[0]}`, [
      ...writers,
      ...cycle.flatMap(({ because }) => because),
    ])
  }
}

/** A write that a session made or saw. */
interface Touched {
  readonly place: number
  readonly operation: Operation
}

function doneBefore(earlier: readonly Touched[], { begins }: Operation, onlyLast: boolean): readonly Touched[] {
  return onlyLast ? earlier.slice(-1) : earlier.filter(({ operation }) => operation.ends < begins)
}

interface InSession {
  readonly obligation: Obligation
  readonly operation: Operation
  /** Whether all that its session began earlier was over before it began. */
  readonly afterAll: boolean
}

function sessionsOf(obligations: readonly Obligation[]): readonly (readonly InSession[])[] {
  const sessions = new Map<string, InSession[]>()
  const latest = new Map<string, number>()
  for (const obligation of obligations.toSorted((a, b) => a.operation.begins - b.operation.begins)) {
    const { operation } = obligation
    const { session, begins, ends } = operation
    const end = latest.get(session) ?? -Infinity
    const member = { obligation, operation, afterAll: end < begins }
    latest.set(session, Math.max(end, ends))
    const known = sessions.get(session)
    if (known === undefined) sessions.set(session, [member])
    else known.push(member)
  }
  return [...sessions.values()]
}

/** A cycle in a graph, by a depth-first search without recursion: histories are long. */
function cycleIn(count: number, demands: readonly Demand[]): readonly Demand[] | null {
  const leaving: Demand[][] = Array.from({ length: count }, () => [])
  // Nothing comes before what was there at first.
  for (const demand of demands) leaving[demand.before].push(demand)
  for (const demand of demands)
    if (demand.after === INITIAL) return [demand, { before: INITIAL, after: demand.before, because: [] }]
  const state = new Uint8Array(count)
  for (let root = 1; root < count; root++) {
    if (state[root] !== 0) continue
    const path: Demand[] = []
    const stack: { readonly node: number; next: number }[] = [{ node: root, next: 0 }]
    state[root] = 1
    while (stack.length > 0) {
      const top = stack.at(-1)!
      const demand = leaving[top.node][top.next++]
      if (demand === undefined) {
        state[top.node] = 2
        stack.pop()
        path.pop()
      } else if (state[demand.after] === 1) {
        const from = path.findIndex(({ before }) => before === demand.after)
        return [...(from === -1 ? [] : path.slice(from)), demand]
      } else if (state[demand.after] === 0) {
        state[demand.after] = 1
        path.push(demand)
        stack.push({ node: demand.after, next: 0 })
      }
    }
  }
  return null
}

function witnessOf(message: string, operations: readonly Operation[]): Witness {
  const lines = [...new Set(operations.flatMap(operation => operation.lines))]
  return { message: `${message[0].toUpperCase()}${message.slice(1)}.`, lines: lines.toSorted((a, b) => a - b) }
}
