// Pseudo-random numbers that are the same on every machine: mulberry32 by Tommy Ettinger, 2017, in the public domain.
// One 32-bit word of state; good enough to choose, not to keep secrets.

export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** A whole number from 0 up to, not including, `count`. */
  below(count: number): number {
    return Math.floor((this.#next() / 2 ** 32) * count)
  }

  /** The items in random order, each time the next one is asked for. */
  *shuffled<T>(items: readonly T[]): Generator<T, void, undefined> {
    const left = [...items]
    while (left.length > 0) {
      const place = this.below(left.length)
      yield left[place]
      left[place] = left[left.length - 1]
      left.pop()
    }
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}
