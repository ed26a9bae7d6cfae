// Tables: one value or container per key, for every key. Natively an array (numeric keys) or an object (names).
import { refusing } from './absent.ts'
import { Container, type Cells, showForeign, type Tracker } from './container.ts'
import { SpecFault } from './fault.ts'
import { Scalar } from './scalars.ts'
import { isStateSet } from './set.ts'
import { type Domain, type Json, type Of, Value } from './value.ts'

/** Entries that are values are assigned; entries that are containers are changed in place, never assigned. */
export type TableOf<K extends PropertyKey, D> =
  D extends Value<any> ? { [key in K]: Of<D> } : { readonly [key in K]: Of<D> }

type Slots = { [key: string | number]: any }

const absent = (name: string, self: object): SpecFault =>
  new SpecFault('index', `A table has no [${name}]: its keys are ${Object.keys(self).join(', ')}.`)

/** The prototypes of tables, by the kind of their keys. */
const NUMBERED = refusing(Array.prototype, absent)
const NAMED = refusing(Object.prototype, absent)

export class TableDomain extends Container<Slots> {
  readonly keys: Scalar<any>
  readonly item: Value<any> | Container<any>
  readonly radices: readonly number[]
  readonly names: readonly (string | number)[]
  private readonly itemWidth: number

  constructor(keys: Scalar<any>, item: Value<any> | Container<any>) {
    super()
    this.keys = keys
    this.item = item
    this.names = Array.from({ length: keys.size }, (_, place) => keys.keyAt(place))
    const radices = item instanceof Value ? [item.size] : item.radices
    this.itemWidth = radices.length
    this.radices = this.names.flatMap(() => radices)
  }
  create(): Slots {
    const slots: Slots = typeof this.names[0] === 'number' ? [] : {}
    for (const name of this.names) slots[name] = this.item instanceof Value ? this.item.valueAt(0) : this.item.create()
    Object.setPrototypeOf(slots, Array.isArray(slots) ? NUMBERED : NAMED)
    // Where nothing may be assigned, nothing can be: aliasing fails at once, also in code that no compiler has seen.
    return this.item instanceof Value ? Object.preventExtensions(slots) : Object.freeze(slots)
  }
  load(cells: Cells, at: number, into: Slots): void {
    const { item, names } = this
    let cell = at
    if (item instanceof Value) {
      for (let place = 0; place < names.length; place++) into[names[place]] = item.valueAt(cells[cell++])
      return
    }
    for (let place = 0; place < names.length; place++, cell += this.itemWidth)
      item.load(cells, cell, into[names[place]])
  }
  store(from: Slots, cells: Cells, at: number): boolean {
    const { item, names } = this
    let cell = at
    if (item instanceof Value) {
      for (let index = 0; index < names.length; index++) {
        const place = item.placeOf(from[names[index]])
        if (place < 0) return false
        cells[cell++] = place
      }
      return true
    }
    for (let index = 0; index < names.length; index++, cell += this.itemWidth) {
      if (!item.store(from[names[index]], cells, cell)) return false
    }
    return true
  }
  escape(from: Slots, path: string): string | null {
    for (let place = 0; place < this.names.length; place++) {
      const entry: unknown = from[this.names[place]]
      const at = this.path(path, place)
      if (this.item instanceof Value) {
        if (this.item.placeOf(entry) < 0)
          return `${at} became ${showForeign(entry)}, which is not in ${this.item.describe()}.`
        continue
      }
      const inner = this.item.escape(entry, at)
      if (inner !== null) return inner
    }
    return null
  }
  watch(target: Slots, at: number, path: string, tracker: Tracker): Slots {
    const watched: unknown[] = []
    // The proxy stands for an object with the table's keys: that of a frozen table could not answer with watched entries.
    return new Proxy<Slots>(Object.fromEntries(this.names.map(name => [name, undefined])), {
      get: (_, key) => {
        const place = this.place(key, path)
        if (place < 0) return Reflect.get(target, key) as unknown
        const entry: unknown = target[this.names[place]]
        const cell = at + place * this.itemWidth
        if (!(this.item instanceof Value))
          return (watched[place] ??= this.item.watch(entry, cell, this.path(path, place), tracker))
        tracker.read(cell, 1)
        return entry
      },
      set: (_, key, value: unknown) => {
        const place = this.place(key, path)
        const entryPath = place < 0 ? path : this.path(path, place)
        tracker.write(entryPath)
        checkAssignment(this.item, value, entryPath)
        return Reflect.set(target, key, value)
      },
    })
  }
  describe(): string {
    return `table(${this.keys.describe()}, ${this.item.describe()})`
  }
  toJson(value: Slots): Json {
    return Object.fromEntries(
      this.names.map((name, place) => [this.keys.label(this.keys.valueAt(place)), this.item.toJson(value[name])]),
    )
  }

  private path(path: string, place: number): string {
    return `${path}[${this.keys.label(this.keys.valueAt(place))}]`
  }
  /** The place of a key; -1 for symbols and methods every object has. */
  private place(key: PropertyKey, path: string): number {
    if (typeof key === 'symbol') return -1
    const place = this.names.findIndex(name => String(name) === key)
    if (place >= 0 || key in Object.prototype) return place
    throw new SpecFault('index', `${path}[${String(key)}] does not exist: its keys are ${this.keys.describe()}.`)
  }
}

/** Refuses what a table or a state may not be given: a container, or a value outside the entry's domain. */
export function checkAssignment(domain: Value<any> | Container<any>, value: unknown, path: string): void {
  if (!(domain instanceof Value) || isStateSet(value)) {
    throw new SpecFault(
      'alias',
      `${path} was assigned a whole container; two parts of a state may not share one.`,
      'Change it in place, or copy explicitly into a container of its own:  target.copyFrom(source)',
    )
  }
  if (domain.placeOf(value) < 0) {
    throw new SpecFault('bound', `${path} became ${showForeign(value)}, which is not in ${domain.describe()}.`)
  }
}

/** One entry for every key. Entries start as their domain's first member, or empty. */
export function table<K extends PropertyKey, D extends Domain<any>>(
  keys: Scalar<K>,
  item: D,
): Container<TableOf<K, D>> {
  if (!(keys instanceof Scalar)) {
    throw new SpecFault('declaration', 'A table is keyed by ids, range or oneOf.')
  }
  if (!(item instanceof Value) && !(item instanceof Container)) {
    throw new SpecFault('declaration', 'The entries of a table have no domain.', 'Write table(keys, domain).')
  }
  return new TableDomain(keys, item) as Container<any>
}
