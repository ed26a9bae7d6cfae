// Values: domains whose members are immutable and finitely many. A value is stored as its place in the domain's
// enumeration, one cell whatever its shape, so equality of states is equality of cells.
import { SpecFault } from './fault.ts'
import { decide, probes } from './probe.ts'

/** JSON as traces hold it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export declare const typeOf: unique symbol

/** Anything that describes a part of the state; `T` is the TypeScript type of that part. */
export interface Domain<T> {
  readonly [typeOf]?: T
}

/** The TypeScript type of a domain: `type Node = Of<typeof Node>`. */
export type Of<D> = D extends Domain<infer T> ? T : never

/** A finite domain of immutable values, enumerated from 0 to `size - 1`. */
export abstract class Value<T> implements Domain<T>, Iterable<T> {
  declare readonly [typeOf]?: T
  /** How many members the domain has. */
  abstract readonly size: number
  /** The member at a place of the enumeration. */
  abstract valueAt(place: number): T
  /** The place of a member; -1 when the value is not in the domain. */
  abstract placeOf(value: unknown): number
  /** The domain as a specification writes it. */
  abstract describe(): string
  /** How a trace records a member. */
  abstract toJson(value: T): Json
  /** The place of a recorded member; -1 when it is none. */
  abstract placeOfJson(json: Json | undefined): number

  /** A member in words. */
  label(value: T): string {
    return formatJson(this.toJson(value))
  }

  /** Every member in order, made once: quantifiers run in the innermost loops of every specification. */
  get members(): readonly T[] {
    return (this.listed ??= Array.from({ length: this.size }, (_, place) => this.valueAt(place)))
  }
  private listed: readonly T[] | undefined;

  [Symbol.iterator](): Iterator<T> {
    return this.members[Symbol.iterator]()
  }

  /** True when `test` holds for every member. */
  every(test: (value: T) => boolean): boolean {
    if (probes.current !== null) return !decide(this, test, false, v => this.label(v))
    const { members } = this
    for (let place = 0; place < members.length; place++) if (!test(members[place])) return false
    return true
  }

  /** True when `test` holds for at least one member. */
  some(test: (value: T) => boolean): boolean {
    if (probes.current !== null) return decide(this, test, true, v => this.label(v))
    const { members } = this
    for (let place = 0; place < members.length; place++) if (test(members[place])) return true
    return false
  }

  /** How many members `test` holds for. */
  count(test: (value: T) => boolean): number {
    const { members } = this
    let total = 0
    for (let place = 0; place < members.length; place++) if (test(members[place])) total++
    return total
  }

  /** The greatest number `measure` gives for any member. */
  max(measure: (value: T) => number): number {
    return this.members.reduce((best, member) => Math.max(best, measure(member)), -Infinity)
  }

  /** The least number `measure` gives for any member. */
  min(measure: (value: T) => number): number {
    return this.members.reduce((best, member) => Math.min(best, measure(member)), Infinity)
  }
}

/** Cells hold places up to this many; a larger domain could not be stored exactly. */
const MAX_SIZE = 2 ** 31

export function checkSize(size: number, description: string): number {
  if (size >= 1 && size <= MAX_SIZE) return size
  const problem = size < 1 ? 'has no members' : `has ${size.toLocaleString('en')} members, more than a cell holds`
  throw new SpecFault('declaration', `${description} ${problem}.`, 'Every domain needs at least one member.')
}

/** JSON in the words of a report: no quotes around names, `(epoch 1, id 2)` for a record. */
export function formatJson(json: Json): string {
  if (json === null) return 'none'
  if (typeof json !== 'object') return String(json)
  if (isList(json)) return `[${json.map(formatJson).join(' ')}]`
  const fields = Object.entries(json).map(([name, field]) => `${name} ${formatJson(field)}`)
  return `(${fields.join(', ')})`
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json)
}
