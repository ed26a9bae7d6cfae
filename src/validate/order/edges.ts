// Edges of the happens-before order beside the chains, with the reason of each. What follows from the chains and the
// other edges of a chain is left out, so that rules may add every pair they know of.
import type { Chains, Rows } from './chains.ts'

/** Why one event came before another. */
export type Reason = 'chain' | 'file' | 'message' | 'cause' | 'vector' | 'time' | 'client'

const REASONS: readonly Reason[] = ['chain', 'file', 'message', 'cause', 'vector', 'time', 'client']

/** Edges as they are found; duplicates are welcome. */
export class Edges {
  readonly #chains: Chains
  readonly #from: number[] = []
  readonly #to: number[] = []
  readonly #reason: number[] = []

  constructor(chains: Chains) {
    this.#chains = chains
  }

  /** An edge against its chain is kept: it makes a cycle. */
  add(from: number, to: number, reason: Reason): void {
    const { chainOf, placeOf } = this.#chains
    if (chainOf[from] === chainOf[to] && placeOf[from] < placeOf[to]) return
    this.#from.push(from)
    this.#to.push(to)
    this.#reason.push(REASONS.indexOf(reason))
  }

  /** For each event its predecessors, without those that follow by the chains; and the reasons, in the same order. */
  rows(): { readonly earlier: Rows; readonly reasonOf: (edge: number) => Reason } {
    const kept = this.#kept()
    const byTarget = grouped(
      kept.map(edge => this.#to[edge]),
      this.#chains.chainOf.length,
    )
    const edges = byTarget.items.map(position => kept[position])
    return {
      earlier: { start: byTarget.start, items: edges.map(edge => this.#from[edge]) },
      reasonOf: edge => REASONS[this.#reason[edges[edge]]],
    }
  }

  /** Into each event the latest edge from each chain, if it says more than the edges into the events before it. */
  #kept(): Int32Array {
    const { chainOf, placeOf, actors, members } = this.#chains
    const byTarget = grouped(this.#to, chainOf.length)
    const kept: number[] = []
    for (let chain = 0; chain < actors.length; chain++) {
      // For each chain the last place that is known to be before, and the edge that says so.
      const known = new Int32Array(actors.length).fill(-1)
      const latest = new Int32Array(actors.length).fill(-1)
      for (const event of members.items.subarray(members.start[chain], members.start[chain + 1])) {
        const edges = byTarget.items.subarray(byTarget.start[event], byTarget.start[event + 1])
        for (const edge of edges) {
          const from = this.#from[edge]
          if (placeOf[from] <= known[chainOf[from]]) continue
          known[chainOf[from]] = placeOf[from]
          latest[chainOf[from]] = edge
        }
        for (const edge of edges) if (latest[chainOf[this.#from[edge]]] === edge) kept.push(edge)
      }
    }
    return Int32Array.from(kept)
  }
}

/** For each event the events it is a predecessor of. */
export function reversed({ start, items }: Rows): Rows {
  const owner = new Int32Array(items.length)
  for (let row = 0; row + 1 < start.length; row++) owner.fill(row, start[row], start[row + 1])
  const edges = grouped(items, start.length - 1)
  return { start: edges.start, items: edges.items.map(edge => owner[edge]) }
}

/** The positions of each key, in order: a counting sort. */
function grouped(keys: ArrayLike<number>, keyCount: number): Rows {
  const start = new Int32Array(keyCount + 1)
  for (let position = 0; position < keys.length; position++) start[keys[position] + 1]++
  for (let key = 0; key < keyCount; key++) start[key + 1] += start[key]
  const next = start.slice(0, keyCount)
  const items = new Int32Array(keys.length)
  for (let position = 0; position < keys.length; position++) items[next[keys[position]]++] = position
  return { start, items }
}
