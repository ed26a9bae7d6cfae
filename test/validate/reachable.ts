// The slow, obvious twin of the order: every pair, closed transitively; and every cut, by trying all sets.
import type { Order } from '../../src/validate/order/order.ts'

export type Pair = readonly [earlier: number, later: number]

/** For each event the set of events before it. */
export function closure(count: number, pairs: Iterable<Pair>): boolean[][] {
  const before = Array.from({ length: count }, () => Array.from({ length: count }, () => false))
  for (const [earlier, later] of pairs) before[earlier][later] = true
  for (let via = 0; via < count; via++)
    for (let from = 0; from < count; from++)
      if (before[from][via]) for (let to = 0; to < count; to++) if (before[via][to]) before[from][to] = true
  return before
}

/** The edges of an order, chains included. */
export function* pairsOf({ previous, earlier }: Order): Generator<Pair> {
  for (const [event, before] of previous.entries()) {
    if (before >= 0) yield [before, event]
    for (const other of earlier.items.subarray(earlier.start[event], earlier.start[event + 1])) yield [other, event]
  }
}

export function closureOf(order: Order): boolean[][] {
  return closure(order.previous.length, pairsOf(order))
}

/** All sets of events that contain with each event those before it, as sorted texts. */
export function cutsOf(count: number, pairs: readonly Pair[]): ReadonlySet<string> {
  const cuts = new Set<string>()
  for (let set = 0; set < 2 ** count; set++) {
    const has = (event: number): boolean => ((set >> event) & 1) === 1
    if (pairs.every(([earlier, later]) => !has(later) || has(earlier)))
      cuts.add(
        Array.from({ length: count }, (_, event) => event)
          .filter(has)
          .join(' '),
      )
  }
  return cuts
}
