// The state: named fields, each a value or a container, laid out over cells in the order they are declared.
import { refusing } from './absent.ts'
import { Container, type Cells, showForeign, type Tracker } from './container.ts'
import { SpecFault } from './fault.ts'
import type { FrozenSequence } from './sequence.ts'
import type { FrozenSet } from './set.ts'
import { checkAssignment } from './table.ts'
import { type Domain, type Json, type Of, Value } from './value.ts'

export type StateFields = { readonly [name: string]: Domain<any> }

type Flat<T> = { [K in keyof T]: T[K] }

/** Value fields are assigned; container fields are changed in place. */
export type StateOf<F extends StateFields> = Flat<
  { -readonly [K in keyof F as F[K] extends Value<any> ? K : never]: Of<F[K]> } & {
    readonly [K in keyof F as F[K] extends Value<any> ? never : K]: Of<F[K]>
  }
>

/** A part of the state that may only be read. */
export type Frozen<T> = T extends string | number | boolean | null
  ? T
  : T extends FrozenSequence<infer Item>
    ? FrozenSequence<Item>
    : T extends FrozenSet<infer Member>
      ? FrozenSet<Member>
      : { readonly [K in keyof T]: Frozen<T[K]> }

type Fields = { [name: string]: any }

interface Field {
  readonly name: string
  readonly domain: Value<any> | Container<any>
  readonly at: number
  readonly width: number
}

/** The prototype of states. */
const STATE = refusing(Object.prototype, (name, self) => {
  const fields = Object.keys(self).join(', ')
  return new SpecFault('index', `The state has no field ${name}.`, `Its fields are ${fields}.`)
})

export class StateDomain<F extends StateFields = StateFields> extends Container<StateOf<F>> {
  readonly fields: readonly Field[]
  readonly radices: readonly number[]

  constructor(declared: F) {
    super()
    const radices: number[] = []
    this.fields = Object.entries(declared).map(([name, domain]) => {
      if (!(domain instanceof Value) && !(domain instanceof Container)) {
        throw new SpecFault(
          'declaration',
          `${name} has no domain.`,
          'Declare it with bool, range, oneOf, ids, table, seq or set.',
        )
      }
      const own = domain instanceof Value ? [domain.size] : domain.radices
      const field = { name, domain, at: radices.length, width: own.length }
      radices.push(...own)
      return field
    })
    this.radices = radices
  }
  create(): StateOf<F> {
    const state: Fields = {}
    for (const { name, domain } of this.fields) {
      if (domain instanceof Value) state[name] = domain.valueAt(0)
      else Object.defineProperty(state, name, { value: domain.create(), enumerable: true, configurable: true })
    }
    Object.setPrototypeOf(state, STATE)
    return Object.preventExtensions(state) as StateOf<F>
  }
  load(cells: Cells, at: number, into: StateOf<F>): void {
    const target = into as Fields
    for (const field of this.fields) loadField(field, cells, at, target)
  }
  store(from: StateOf<F>, cells: Cells, at: number): boolean {
    const source = from as Fields
    for (const field of this.fields) {
      const { domain } = field
      if (domain instanceof Value) {
        const place = domain.placeOf(source[field.name])
        if (place < 0) return false
        cells[at + field.at] = place
      } else if (!domain.store(source[field.name], cells, at + field.at)) return false
    }
    return true
  }
  escape(from: StateOf<F>): string | null {
    const source = from as Fields
    for (const { name, domain } of this.fields) {
      const value: unknown = source[name]
      if (!(domain instanceof Value)) {
        const inner = domain.escape(value, name)
        if (inner !== null) return inner
      } else if (domain.placeOf(value) < 0)
        return `${name} became ${showForeign(value)}, which is not in ${domain.describe()}.`
    }
    return null
  }
  watch(target: StateOf<F>, at: number, _path: string, tracker: Tracker): StateOf<F> {
    const byName = new Map(this.fields.map(field => [field.name, field]))
    const watched: Fields = {} // a container stays where it is, so one proxy does for it
    const fields: Fields = target
    return new Proxy(fields, {
      get: (self, key) => {
        const field = typeof key === 'string' ? byName.get(key) : undefined
        if (field === undefined) return Reflect.get(self, key) as unknown
        const { name, domain } = field
        if (domain instanceof Container)
          return (watched[name] ??= domain.watch(self[name], at + field.at, name, tracker)) as unknown
        tracker.read(at + field.at, 1)
        return self[name] as unknown
      },
      set: (self, key, value: unknown) => {
        const field = typeof key === 'string' ? byName.get(key) : undefined
        if (field === undefined) throw new SpecFault('index', `The state has no field ${String(key)}.`)
        tracker.write(field.name)
        checkAssignment(field.domain, value, field.name)
        return Reflect.set(self, key, value)
      },
    }) as StateOf<F>
  }
  describe(): string {
    return `{ ${this.fields.map(({ name, domain }) => `${name}: ${domain.describe()}`).join(', ')} }`
  }
  toJson(value: StateOf<F>): { readonly [name: string]: Json } {
    const source = value as Fields
    return Object.fromEntries(this.fields.map(({ name, domain }) => [name, domain.toJson(source[name])]))
  }

  /** Takes `into`, which must equal `from`, to `to`: reloads only the fields in which they differ. Both are whole states. */
  change(from: Cells, to: Cells, into: StateOf<F>): void {
    for (const field of this.fields) {
      for (let cell = field.at; cell < field.at + field.width; cell++) {
        if (from[cell] === to[cell]) continue
        loadField(field, to, 0, into)
        break
      }
    }
  }
}

function loadField(field: Field, cells: Cells, at: number, into: Fields): void {
  const { domain } = field
  if (domain instanceof Value) into[field.name] = domain.valueAt(cells[at + field.at])
  else domain.load(cells, at + field.at, into[field.name])
}
