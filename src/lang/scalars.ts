// Scalars: truth values, bounded numbers, named constants, and ids.
import { SpecFault } from './fault.ts'
import { checkSize, type Json, Value } from './value.ts'

/** A value that may key a table: its members are property names. */
export abstract class Scalar<T> extends Value<T> {
  /** The member as a property name of a table. */
  keyAt(place: number): string | number {
    return this.valueAt(place) as string | number
  }
}

class Bool extends Value<boolean> {
  readonly size = 2
  valueAt(place: number): boolean {
    return place === 1
  }
  placeOf(value: unknown): number {
    return value === true ? 1 : value === false ? 0 : -1
  }
  describe(): string {
    return 'bool'
  }
  toJson(value: boolean): Json {
    return value
  }
  placeOfJson(json: Json | undefined): number {
    return this.placeOf(json)
  }
}

export class Range extends Scalar<number> {
  readonly low: number
  readonly high: number
  readonly size: number

  constructor(low: number, high: number) {
    super()
    this.low = low
    this.high = high
    if (!Number.isInteger(low) || !Number.isInteger(high)) {
      throw new SpecFault('declaration', `${this.describe()} needs whole numbers.`, 'Use Math.floor(a / b) to divide.')
    }
    this.size = checkSize(high - low + 1, this.describe())
  }
  valueAt(place: number): number {
    return place + this.low
  }
  placeOf(value: unknown): number {
    return Number.isInteger(value) && (value as number) >= this.low && (value as number) <= this.high
      ? (value as number) - this.low
      : -1
  }
  describe(): string {
    return `range(${this.low}, ${this.high})`
  }
  toJson(value: number): Json {
    return value
  }
  placeOfJson(json: Json | undefined): number {
    return this.placeOf(json)
  }
}

export class OneOf<T extends string> extends Scalar<T> {
  readonly names: readonly T[]
  readonly size: number

  constructor(names: readonly T[]) {
    super()
    this.names = names
    this.size = checkSize(names.length, this.describe())
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) throw new SpecFault('declaration', `${this.describe()} names '${twice}' twice.`)
  }
  valueAt(place: number): T {
    return this.names[place]
  }
  placeOf(value: unknown): number {
    return this.names.indexOf(value as T)
  }
  describe(): string {
    return `oneOf(${this.names.map(name => `'${name}'`).join(', ')})`
  }
  toJson(value: T): Json {
    return value
  }
  placeOfJson(json: Json | undefined): number {
    return this.placeOf(json)
  }
}

declare const idOf: unique symbol

/** An id: a number from 1 that only its own domain accepts. */
export type Id<Name extends string> = number & { readonly [idOf]: Name }

export class Ids<Name extends string> extends Scalar<Id<Name>> {
  readonly name: Name
  readonly size: number

  constructor(name: Name, size: number) {
    super()
    this.name = name
    this.size = Number.isInteger(size)
      ? checkSize(size, `ids('${name}', ${size})`)
      : checkSize(0, `ids('${name}', ${size})`)
  }
  /** The first id. */
  get first(): Id<Name> {
    return this.valueAt(0)
  }
  valueAt(place: number): Id<Name> {
    return (place + 1) as Id<Name>
  }
  placeOf(value: unknown): number {
    return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= this.size
      ? (value as number) - 1
      : -1
  }
  describe(): string {
    return `ids('${this.name}', ${this.size})`
  }
  toJson(value: Id<Name>): Json {
    return `${this.name.charAt(0)}${value}`
  }
  placeOfJson(json: Json | undefined): number {
    if (typeof json !== 'string' || !json.startsWith(this.name.charAt(0))) return -1
    const digits = json.slice(1)
    return /^[1-9]\d*$/.test(digits) ? this.placeOf(Number(digits)) : -1
  }
}

/** Truth values. */
export const bool: Value<boolean> = new Bool()

/** The whole numbers from `low` to `high`, both included. Leaving them is an error, never a wrap-around. */
export function range(low: number, high: number): Range {
  return new Range(low, high)
}

/** One of the given names; as a configuration default, the first is the default. */
export function oneOf<const T extends readonly [string, ...string[]]>(...names: T): OneOf<T[number]> {
  return new OneOf<T[number]>(names)
}

/** `size` interchangeable ids, printed by the first letter of `name` and a number: n1, n2, n3. */
export function ids<const Name extends string>(name: Name, size: number): Ids<Name> {
  return new Ids(name, size)
}
