// Walks over an order: one linear extension of it, or its cuts. A cut is a set of events that contains with each event
// all that come before it, so it says how far each chain got; a search steps through cuts and undoes its steps.
import type { Order } from './order.ts'

/** A cut that moves one event at a time. */
export class Cut {
  readonly #order: Order
  /** For each chain how many of its events are in the cut. */
  readonly #reached: Int32Array
  /** For each event how many of its predecessors in other chains are not in the cut. */
  readonly #missing: Int32Array
  readonly #width: 1 | 2
  #size = 0

  constructor(order: Order) {
    this.#order = order
    this.#reached = new Int32Array(order.actors.length)
    this.#missing = missingAtFirst(order)
    const longest = order.actors.reduce((most, _, chain) => Math.max(most, lengthOf(order, chain)), 0)
    this.#width = longest <= 0xffff ? 1 : 2
  }

  /** How many events are in the cut. */
  get size(): number {
    return this.#size
  }

  /** The events that may come next, in the order of the chains. */
  enabled(): readonly number[] {
    const { members, actors } = this.#order
    const found: number[] = []
    for (let chain = 0; chain < actors.length; chain++) {
      if (this.#reached[chain] === lengthOf(this.#order, chain)) continue
      const event = members.items[members.start[chain] + this.#reached[chain]]
      if (this.#missing[event] === 0) found.push(event)
    }
    return found
  }

  has(event: number): boolean {
    return this.#order.placeOf[event] < this.#reached[this.#order.chainOf[event]]
  }

  /** Takes an enabled event in. */
  advance(event: number): void {
    const { chainOf, placeOf } = this.#order
    if (placeOf[event] !== this.#reached[chainOf[event]] || this.#missing[event] > 0)
      throw new RangeError(`event ${event} is not enabled`)
    this.#reached[chainOf[event]]++
    this.#size++
    for (const later of row(this.#order.later, event)) this.#missing[later]--
  }

  /** Takes an event out that nothing in the cut comes after. */
  retreat(event: number): void {
    const { chainOf, placeOf, later } = this.#order
    if (placeOf[event] !== this.#reached[chainOf[event]] - 1 || row(later, event).some(other => this.has(other)))
      throw new RangeError(`event ${event} is not last`)
    this.#reached[chainOf[event]]--
    this.#size--
    for (const other of row(later, event)) this.#missing[other]++
  }

  /** The same text for the same cut and no other: how far each chain got, in 16 or 32 bits. */
  key(): string {
    if (this.#width === 1) return String.fromCharCode(...this.#reached)
    return String.fromCharCode(...new Uint16Array(this.#reached.buffer))
  }
}

/**
 * All events, each after those that come before it; among those that may come next, the one that stands first in the
 * file. Ends early when the edges make a cycle.
 */
export function* linearExtension(order: Order): Generator<number, void, undefined> {
  const { previous, later, members, chainOf, placeOf } = order
  const missing = missingAtFirst(order).map((count, event) => (previous[event] < 0 ? count : count + 1))
  const next = new Least()
  for (let event = 0; event < missing.length; event++) if (missing[event] === 0) next.push(event)
  for (let event = next.pop(); event !== undefined; event = next.pop()) {
    yield event
    if (placeOf[event] + 1 < lengthOf(order, chainOf[event])) {
      const follower = members.items[members.start[chainOf[event]] + placeOf[event] + 1]
      if (--missing[follower] === 0) next.push(follower)
    }
    for (const other of row(later, event)) if (--missing[other] === 0) next.push(other)
  }
}

function missingAtFirst({ earlier: { start } }: Order): Int32Array {
  return start.subarray(0, -1).map((first, event) => start[event + 1] - first)
}

function lengthOf({ members }: Order, chain: number): number {
  return members.start[chain + 1] - members.start[chain]
}

function row({ start, items }: Order['later'], at: number): Int32Array {
  return items.subarray(start[at], start[at + 1])
}

/** A binary heap: no number is less than the one it hangs from. */
class Least {
  readonly #heap: number[] = []

  push(number: number): void {
    const heap = this.#heap
    let place = heap.push(number) - 1
    for (let above = (place - 1) >> 1; place > 0 && heap[above] > number; above = (place - 1) >> 1) {
      heap[place] = heap[above]
      place = above
    }
    heap[place] = number
  }

  pop(): number | undefined {
    const heap = this.#heap
    const least = heap[0]
    const moved = heap.pop()
    if (moved === undefined || heap.length === 0) return least
    let place = 0
    for (;;) {
      let below = 2 * place + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && heap[below + 1] < heap[below]) below++
      if (heap[below] >= moved) break
      heap[place] = heap[below]
      place = below
    }
    heap[place] = moved
    return least
  }
}
