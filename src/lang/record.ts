// Records and optional values. Records are immutable: one frozen object per member, made when first asked for, so
// decoding a state allocates nothing that another state already has.
import { SpecFault } from './fault.ts'
import { checkSize, type Json, type Of, Value } from './value.ts'

type Fields = { readonly [name: string]: Value<any> }
type RecordOf<F extends Fields> = { readonly [K in keyof F]: Of<F[K]> }

export class RecordDomain<F extends Fields> extends Value<RecordOf<F>> {
  readonly names: readonly string[]
  readonly fields: readonly Value<any>[]
  readonly size: number
  private readonly made = new Map<number, RecordOf<F>>()

  constructor(fields: F) {
    super()
    this.names = Object.keys(fields)
    this.fields = Object.values(fields)
    this.size = checkSize(
      this.fields.reduce((product, field) => product * field.size, 1),
      this.describe(),
    )
  }
  valueAt(place: number): RecordOf<F> {
    const known = this.made.get(place)
    if (known !== undefined) return known
    const fields: Record<string, unknown> = {}
    let rest = place
    this.fields.forEach((field, index) => {
      fields[this.names[index]] = field.valueAt(rest % field.size)
      rest = Math.floor(rest / field.size)
    })
    const member = Object.freeze(fields) as RecordOf<F>
    this.made.set(place, member)
    return member
  }
  placeOf(value: unknown): number {
    if (typeof value !== 'object' || value === null) return -1
    let place = 0
    for (let index = this.fields.length - 1; index >= 0; index--) {
      const field = this.fields[index]
      const part = field.placeOf((value as Record<string, unknown>)[this.names[index]])
      if (part < 0) return -1
      place = place * field.size + part
    }
    return place
  }
  describe(): string {
    return `record({ ${this.names.map((name, index) => `${name}: ${this.fields[index].describe()}`).join(', ')} })`
  }
  toJson(value: RecordOf<F>): Json {
    return Object.fromEntries(this.names.map((name, index) => [name, this.fields[index].toJson(value[name])]))
  }
  placeOfJson(json: Json | undefined): number {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return -1
    const recorded = json as { readonly [name: string]: Json }
    if (Object.keys(recorded).length !== this.names.length) return -1
    let place = 0
    for (let index = this.fields.length - 1; index >= 0; index--) {
      const field = this.fields[index]
      const part = field.placeOfJson(recorded[this.names[index]])
      if (part < 0) return -1
      place = place * field.size + part
    }
    return place
  }
}

export class Optional<T> extends Value<T | null> {
  readonly item: Value<T>
  readonly size: number

  constructor(item: Value<T>) {
    super()
    this.item = item
    if (item.placeOf(null) >= 0) {
      throw new SpecFault(
        'declaration',
        `${this.describe()} would have null twice.`,
        'To tell two kinds of absence apart, name them: a record with a oneOf beside the value.',
      )
    }
    this.size = checkSize(item.size + 1, this.describe())
  }
  valueAt(place: number): T | null {
    return place === 0 ? null : this.item.valueAt(place - 1)
  }
  placeOf(value: unknown): number {
    if (value === null) return 0
    return this.item.placeOf(value) + 1 || -1
  }
  describe(): string {
    return `optional(${this.item.describe()})`
  }
  toJson(value: T | null): Json {
    return value === null ? null : this.item.toJson(value)
  }
  placeOfJson(json: Json | undefined): number {
    if (json === null) return 0
    return this.item.placeOfJson(json) + 1 || -1
  }
}

/** An immutable value with named fields; fields are values themselves. To change one, assign a new record. */
export function record<F extends Fields>(fields: F): Value<RecordOf<F>> {
  for (const [name, field] of Object.entries(fields)) {
    if (!(field instanceof Value)) {
      throw new SpecFault(
        'declaration',
        `The field ${name} of a record is not a value.`,
        'Records hold bool, range, oneOf, ids, optional, subsets and records; keep tables, sequences and sets beside them.',
      )
    }
  }
  return new RecordDomain(fields)
}

/** A value or `null`, printed as none. */
export function optional<T>(item: Value<T>): Value<T | null> {
  return new Optional(item)
}
