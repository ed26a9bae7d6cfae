// Sequences: bounded lists of values, such as a log. Cells are the length, then one cell a slot.
import { refusing } from './absent.ts'
import { Container, type Cells, showForeign, type Tracker } from './container.ts'
import { SpecFault } from './fault.ts'
import { decide, probes } from './probe.ts'
import { extreme } from './set.ts'
import type { Value } from './value.ts'
import { formatJson, type Json } from './value.ts'

/** A sequence that may be read. Indices start at 0. */
export interface FrozenSequence<T> extends Iterable<T> {
  readonly length: number
  readonly [index: number]: T
  some(test: (item: T, index: number) => boolean): boolean
  every(test: (item: T, index: number) => boolean): boolean
  count(test: (item: T, index: number) => boolean): number
  /** The greatest number `measure` gives; the sequence must not be empty. */
  max(measure: (item: T) => number): number
  /** The least number `measure` gives; the sequence must not be empty. */
  min(measure: (item: T) => number): number
}

/** A sequence that is part of the state. */
export interface StateSequence<T> extends FrozenSequence<T> {
  push(item: T): void
  /** Keeps the first `length` items; a greater length changes nothing. */
  truncate(length: number): void
  /** Becomes an equal sequence; the two stay independent. */
  copyFrom(other: FrozenSequence<T>): void
}

/** Of an array, what a sequence builds on; `some` and `every` are its own. */
interface Items<T> extends Iterable<T> {
  length: number
  [index: number]: T
  push(item: T): number
}
const Items = Array as unknown as new <T>() => Items<T>

class Sequence<T> extends Items<T> {
  static get [Symbol.species](): ArrayConstructor {
    return Array
  }
  some(test: (item: T, index: number) => boolean): boolean {
    if (probes.current !== null) return decide(this, test, true, showItem)
    for (let index = 0; index < this.length; index++) if (test(this[index], index)) return true
    return false
  }
  every(test: (item: T, index: number) => boolean): boolean {
    if (probes.current !== null) return !decide(this, test, false, showItem)
    for (let index = 0; index < this.length; index++) if (!test(this[index], index)) return false
    return true
  }
  count(test: (item: T, index: number) => boolean): number {
    let total = 0
    for (let index = 0; index < this.length; index++) if (test(this[index], index)) total++
    return total
  }
  max(measure: (item: T) => number): number {
    return extreme(this, measure, Math.max, 'max')
  }
  min(measure: (item: T) => number): number {
    return extreme(this, measure, Math.min, 'min')
  }
  truncate(length: number): void {
    if (length < this.length) this.length = Math.max(0, length)
  }
  copyFrom(other: FrozenSequence<T>): void {
    // Item by item, emptying nothing first: the other may be this one.
    for (let index = 0; index < other.length; index++) this[index] = other[index]
    this.length = other.length
  }
}

// Of an array's methods, push and iteration are a sequence's own, so that they are found before the proxy.
const { push, values } = Array.prototype
Object.assign(Sequence.prototype, { push, [Symbol.iterator]: values })
Object.setPrototypeOf(
  Sequence.prototype,
  refusing(Array.prototype, (name, self) => {
    const { length } = self as { readonly length: number }
    const isIndex = indexOf(name) !== null
    const message = isIndex
      ? `The item [${name}] does not exist: the length is ${length}.`
      : `A sequence has no ${name}.`
    return new SpecFault('index', message)
  }),
)

function showItem(item: unknown): string {
  return formatJson(item as Json)
}

export class SequenceDomain<T> extends Container<StateSequence<T>> {
  readonly item: Value<T>
  readonly max: number
  readonly radices: readonly number[]

  constructor(item: Value<T>, max: number) {
    super()
    if (!Number.isInteger(max) || max < 0) {
      throw new SpecFault('declaration', `A sequence needs a maximal length; ${max} is none.`, 'Write seq(item, max).')
    }
    this.item = item
    this.max = max
    this.radices = [max + 1, ...Array.from({ length: max }, () => item.size)]
  }
  create(): StateSequence<T> {
    return new Sequence<T>()
  }
  load(cells: Cells, at: number, into: StateSequence<T>): void {
    const target = into as Sequence<T>
    const length = cells[at]
    if (target.length > length) target.length = length
    for (let index = 0; index < length; index++) target[index] = this.item.valueAt(cells[at + 1 + index])
  }
  store(from: StateSequence<T>, cells: Cells, at: number): boolean {
    const { length } = from
    if (length > this.max) return false
    cells[at] = length
    for (let index = 0; index < length; index++) {
      const place = this.item.placeOf(from[index])
      if (place < 0) return false
      cells[at + 1 + index] = place
    }
    for (let index = length; index < this.max; index++) cells[at + 1 + index] = 0
    return true
  }
  escape(from: StateSequence<T>, path: string): string | null {
    if (from.length > this.max) {
      return `${path} grew to ${from.length} entries; ${this.describe()} allows ${this.max}.`
    }
    for (let index = 0; index < from.length; index++) {
      if (this.item.placeOf(from[index]) < 0) return this.foreign(path, index, from[index])
    }
    return null
  }
  watch(target: StateSequence<T>, at: number, path: string, tracker: Tracker): StateSequence<T> {
    return new Proxy(target as Sequence<T>, {
      get: (self, key, proxy) => {
        if (key === 'length') tracker.read(at, 1)
        const index = indexOf(key)
        if (index !== null) {
          tracker.read(at, 1)
          if (!(index in self))
            throw new SpecFault('index', `${path}[${index}] does not exist: the length is ${self.length}.`)
          tracker.read(at + 1 + index, 1)
        }
        return Reflect.get(self, key, proxy) as unknown
      },
      set: (self, key, value: unknown) => {
        tracker.write(path)
        const index = indexOf(key)
        if (index !== null && index >= this.max)
          throw new SpecFault('bound', `${path} grew to ${index + 1} entries; ${this.describe()} allows ${this.max}.`)
        if (index !== null && this.item.placeOf(value) < 0)
          throw new SpecFault('bound', this.foreign(path, index, value))
        return Reflect.set(self, key, value)
      },
    })
  }
  describe(): string {
    return `seq(${this.item.describe()}, ${this.max})`
  }
  toJson(value: StateSequence<T>): Json {
    return Array.from(value, item => this.item.toJson(item))
  }

  private foreign(path: string, index: number, value: unknown): string {
    return `${path}[${index}] became ${showForeign(value)}, which is not in ${this.item.describe()}.`
  }
}

/** The number a property key stands for, also when it is no index of any array (-1, NaN); null for names. */
function indexOf(key: PropertyKey): number | null {
  return typeof key === 'string' && String(Number(key)) === key ? Number(key) : null
}

/** A list of at most `max` values, empty at first: a log, a queue. */
export function seq<T>(item: Value<T>, max: number): Container<StateSequence<T>> {
  return new SequenceDomain(item, max)
}
