// Sets over a finite domain: one bit a member, eight members a cell. `set` is a part of the state, changed in place;
// `subsets` is the domain of all its values, for action parameters and for what is assigned as a whole.
import { Container, type Cells, showForeign, type Tracker } from './container.ts'
import { SpecFault } from './fault.ts'
import { decide, probes } from './probe.ts'
import { checkSize, type Json, Value } from './value.ts'

/** A set that may be read. */
export interface FrozenSet<T> extends Iterable<T> {
  readonly size: number
  has(member: T): boolean
  some(test: (member: T) => boolean): boolean
  every(test: (member: T) => boolean): boolean
  count(test: (member: T) => boolean): number
  /** The greatest number `measure` gives; the set must not be empty. */
  max(measure: (member: T) => number): number
  /** The least number `measure` gives; the set must not be empty. */
  min(measure: (member: T) => number): number
  subsetOf(other: FrozenSet<T>): boolean
}

/** A set that is part of the state. */
export interface StateSet<T> extends FrozenSet<T> {
  add(member: T): void
  delete(member: T): void
  /** Becomes an equal set; the two stay independent. */
  copyFrom(other: FrozenSet<T>): void
}

const WORD_BITS = 8

class FiniteSet<T> implements StateSet<T> {
  readonly domain: Value<T>
  readonly words: number[]

  constructor(domain: Value<T>) {
    this.domain = domain
    this.words = Array.from<number>({ length: Math.ceil(domain.size / WORD_BITS) }).fill(0)
  }

  get size(): number {
    let total = 0
    for (const word of this.words) for (let rest = word; rest !== 0; rest &= rest - 1) total++
    return total
  }
  has(member: T): boolean {
    return this.holds(this.domain.placeOf(member))
  }
  add(member: T): void {
    const place = this.place(member)
    this.words[place >> 3] |= 1 << (place & 7)
  }
  delete(member: T): void {
    const place = this.place(member)
    this.words[place >> 3] &= ~(1 << (place & 7))
  }
  copyFrom(other: FrozenSet<T>): void {
    const words = this.wordsOf(other)
    for (let index = 0; index < words.length; index++) this.words[index] = words[index]!
  }
  subsetOf(other: FrozenSet<T>): boolean {
    const words = this.wordsOf(other)
    return this.words.every((word, index) => (word & ~words[index]) === 0)
  }
  [Symbol.iterator](): Iterator<T> {
    return this.domain.members.filter((_, place) => this.holds(place))[Symbol.iterator]()
  }
  some(test: (member: T) => boolean): boolean {
    if (probes.current !== null) return decide(this, test, true, member => this.domain.label(member))
    const { words, domain } = this
    for (let word = 0; word < words.length; word++) {
      for (let rest = words[word], place = word * WORD_BITS; rest !== 0; rest >>= 1, place++) {
        if ((rest & 1) !== 0 && test(domain.members[place])) return true
      }
    }
    return false
  }
  every(test: (member: T) => boolean): boolean {
    if (probes.current !== null) return !decide(this, test, false, member => this.domain.label(member))
    return !this.some(member => !test(member))
  }
  count(test: (member: T) => boolean): number {
    let total = 0
    this.some(member => {
      if (test(member)) total++
      return false
    })
    return total
  }
  max(measure: (member: T) => number): number {
    return extreme(this, measure, Math.max, 'max')
  }
  min(measure: (member: T) => number): number {
    return extreme(this, measure, Math.min, 'min')
  }

  private holds(place: number): boolean {
    return place >= 0 && (this.words[place >> 3] & (1 << (place & 7))) !== 0
  }
  /** The words of a set over the same domain; a bit means another member in any other, whatever TypeScript says. */
  private wordsOf(other: FrozenSet<T>): readonly number[] {
    const { domain, words } = other as FiniteSet<T>
    if (domain === this.domain || domain.describe() === this.domain.describe()) return words
    throw new SpecFault(
      'bound',
      `A set over ${this.domain.describe()} met a set over ${domain.describe()}.`,
      'Sets are copied and compared over one domain; take members over one by one.',
    )
  }
  private place(member: T): number {
    const place = this.domain.placeOf(member)
    if (place >= 0) return place
    throw new SpecFault('bound', `${showForeign(member)} is not in ${this.domain.describe()}, the domain of this set.`)
  }
}

/** True of a set that changes in place, as opposed to a value of `subsets`. */
export function isStateSet(value: unknown): boolean {
  return value instanceof FiniteSet && !Object.isFrozen(value.words)
}

/** The best measure of a non-empty collection. */
export function extreme<T>(
  items: { some(test: (item: T) => boolean): boolean },
  measure: (item: T) => number,
  better: (a: number, b: number) => number,
  name: string,
): number {
  let best: number | undefined
  items.some(item => {
    best = best === undefined ? measure(item) : better(best, measure(item))
    return false
  })
  if (best !== undefined) return best
  throw new SpecFault('index', `${name} of nothing: the collection is empty.`, 'Test its size or length first.')
}

const MUTATORS = new Set<PropertyKey>(['add', 'delete', 'copyFrom'])

export class SetDomain<T> extends Container<StateSet<T>> {
  readonly item: Value<T>
  readonly radices: readonly number[]

  constructor(item: Value<T>) {
    super()
    this.item = item
    this.radices = new FiniteSet(item).words.map((_, word) => 1 << Math.min(WORD_BITS, item.size - word * WORD_BITS))
  }
  create(): StateSet<T> {
    return new FiniteSet(this.item)
  }
  load(cells: Cells, at: number, into: StateSet<T>): void {
    const { words } = into as FiniteSet<T>
    for (let index = 0; index < words.length; index++) words[index] = cells[at + index]!
  }
  store(from: StateSet<T>, cells: Cells, at: number): boolean {
    const { words } = from as FiniteSet<T>
    for (let index = 0; index < words.length; index++) cells[at + index] = words[index]!
    return true
  }
  escape(): string | null {
    return null
  }
  watch(target: StateSet<T>, at: number, path: string, tracker: Tracker): StateSet<T> {
    return new Proxy(target, {
      get: (self, key, proxy) => {
        if (key === 'words' || key === 'size') tracker.read(at, this.radices.length)
        if (MUTATORS.has(key)) tracker.write(path)
        return Reflect.get(self, key, proxy) as unknown
      },
    })
  }
  describe(): string {
    return `set(${this.item.describe()})`
  }
  toJson(value: StateSet<T>): Json {
    return Array.from(value, member => this.item.toJson(member))
  }
}

/** Values of `subsets` over more members than this would be too many to enumerate. */
const MAX_SUBSET_MEMBERS = 16

export class Subsets<T> extends Value<FrozenSet<T>> {
  readonly item: Value<T>
  readonly size: number
  private readonly made: (FiniteSet<T> | undefined)[] = []

  constructor(item: Value<T>) {
    super()
    this.item = item
    if (item.size > MAX_SUBSET_MEMBERS) {
      throw new SpecFault(
        'declaration',
        `${this.describe()} has 2^${item.size} members.`,
        'Choose from a smaller domain.',
      )
    }
    this.size = checkSize(2 ** item.size, this.describe())
  }
  valueAt(place: number): FrozenSet<T> {
    const known = this.made[place]
    if (known !== undefined) return known
    const subset = new FiniteSet(this.item)
    subset.words.forEach((_, word) => (subset.words[word] = (place >> (word * WORD_BITS)) & 0xff))
    Object.freeze(subset.words)
    Object.freeze(subset)
    return (this.made[place] = subset)
  }
  placeOf(value: unknown): number {
    // Only an immutable set is a value: assigning a `set` of the state would share it.
    if (!(value instanceof FiniteSet) || isStateSet(value)) return -1
    const { domain, words } = value as FiniteSet<unknown>
    if (domain !== this.item && domain.describe() !== this.item.describe()) return -1
    return words.reduce((place, word, index) => place | (word << (index * WORD_BITS)), 0)
  }
  describe(): string {
    return `subsets(${this.item.describe()})`
  }
  toJson(value: FrozenSet<T>): Json {
    return Array.from(value, member => this.item.toJson(member))
  }
  override label(value: FrozenSet<T>): string {
    return `{${Array.from(value, member => this.item.label(member)).join(', ')}}`
  }
  placeOfJson(json: Json | undefined): number {
    if (!Array.isArray(json)) return -1
    let place = 0
    for (const member of json as readonly Json[]) {
      const at = this.item.placeOfJson(member)
      if (at < 0) return -1
      place |= 1 << at
    }
    return place
  }
}

/** A set of members of `item`, empty at first. */
export function set<T>(item: Value<T>): Container<StateSet<T>> {
  return new SetDomain(item)
}

/** Every subset of `item`, a value: the voters of an election, the nodes a partition cuts off. */
export function subsets<T>(item: Value<T>): Value<FrozenSet<T>> {
  return new Subsets(item)
}
