// Between numbers and places in domains: reading a cell as what it stands for, and finding the place of a value that
// is to be stored, compared or looked up.
import { RecordDomain, Optional } from '../../lang/record.ts'
import { bool, Ids, OneOf, Range } from '../../lang/scalars.ts'
import type { Value } from '../../lang/value.ts'
import { after, binary, both, choose, constant, constantOf, type Expr, mayFault, require, truth } from '../ir/ir.ts'
import { type Meaning, number, type NumberMeaning, type Type } from './meaning.ts'

/** What a place in a domain stands for. */
export function fromPlace(place: Expr, domain: Value<any>): NumberMeaning {
  if (domain instanceof Range) return number(binary('add', place, constant(domain.low)))
  if (domain === bool) return number(place, 'bool')
  return number(place, domain)
}

/** A member of a domain, known to the compiler. */
export function memberOf(domain: Value<any>, place: number): Meaning {
  return fromPlace(constant(place), domain)
}

/** A place that may be outside the domain (when a number is), or null when the value can never be a member. */
export function placeIn(domain: Value<any>, meaning: Meaning, doubts: Expr[] | null = null): Expr | null {
  if (meaning.kind === 'decision') return eitherPlace(domain, meaning, doubts)
  if (domain instanceof Optional) {
    if (meaning.kind === 'null') return constant(0)
    if (meaning.kind === 'number' && isSame(meaning.type, domain)) return meaning.expr
    const inner = checkedPlace(domain.item, meaning, doubts)
    return inner === null ? null : binary('add', inner, constant(1))
  }
  if (domain instanceof RecordDomain && meaning.kind === 'object') return recordPlace(domain, meaning.fields, doubts)
  if (domain instanceof OneOf && meaning.kind === 'text') {
    const place = domain.placeOf(meaning.text)
    return place < 0 ? null : constant(place)
  }
  if (meaning.kind !== 'number') return null
  const { expr, type } = meaning
  if (type === 'int') {
    if (domain instanceof Range) return binary('sub', expr, constant(domain.low))
    return domain instanceof Ids ? binary('sub', expr, constant(1)) : null
  }
  if (type === 'bool') return domain === bool ? expr : null
  if (type instanceof Optional && isSame(type.item, domain))
    return required(binary('sub', expr, constant(1)), domain, doubts)
  if (isSame(type, domain)) return expr
  return domain instanceof Range && type instanceof Ids
    ? binary('sub', binary('add', expr, constant(1)), constant(domain.low))
    : null
}

function eitherPlace(
  domain: Value<any>,
  { condition, then, otherwise }: Extract<Meaning, { kind: 'decision' }>,
  doubts: Expr[] | null,
): Expr | null {
  const [thenDoubts, otherDoubts]: [Expr[], Expr[]] = [[], []]
  const a = placeIn(domain, then, doubts === null ? null : thenDoubts)
  const b = placeIn(domain, otherwise, doubts === null ? null : otherDoubts)
  const all = (parts: readonly Expr[]): Expr => parts.reduceRight<Expr>((rest, doubt) => both(doubt, rest), truth(true))
  if (thenDoubts.length + otherDoubts.length > 0) doubts?.push(choose(condition, all(thenDoubts), all(otherDoubts)))
  return a === null || b === null ? null : choose(condition, a, b)
}

/** Like `placeIn`, with a fault unless the place is one; with `doubts`, what must hold for it to be one goes there. */
export function checkedPlace(domain: Value<any>, meaning: Meaning, doubts: Expr[] | null = null): Expr | null {
  const place = placeIn(domain, meaning, doubts)
  if (place === null || isCertain(domain, meaning)) return place
  return required(place, domain, doubts)
}

function required(place: Expr, domain: Value<any>, doubts: Expr[] | null): Expr {
  const known = constantOf(place)
  if (known !== null && known >= 0 && known < domain.size) return place
  // One unsigned comparison says both that it is not negative and that it is below the size.
  const isPlace = binary('below', place, constant(domain.size))
  if (doubts === null) return require(isPlace, place)
  doubts.push(isPlace)
  return place
}

/**
 * Whether `found`, asked of the place of a value, holds. A value that is only looked for or compared with may be
 * outside the domain: then it is nowhere, which is no fault.
 */
export function sought(domain: Value<any>, meaning: Meaning, found: (place: Expr) => Expr): Expr | null {
  const doubts: Expr[] = []
  const place = placeIn(domain, meaning, doubts)
  if (place === null) return null
  const holds = doubts.reduceRight<Expr>((rest, doubt) => both(doubt, rest), found(place))
  // The value is made before it is looked for: a fault in one part of it is one, though another part is in doubt.
  return doubts.length > 0 && mayFault(place) ? after(place, holds) : holds
}

/** True when a value's type alone says that it is in the domain. */
function isCertain(domain: Value<any>, meaning: Meaning): boolean {
  return (
    meaning.kind === 'number' && meaning.type !== 'int' && (meaning.type === 'bool' || isSame(meaning.type, domain))
  )
}

function recordPlace(
  domain: RecordDomain<any>,
  fields: ReadonlyMap<string, Meaning>,
  doubts: Expr[] | null,
): Expr | null {
  let place: Expr = constant(0)
  if (fields.size !== domain.names.length) return null
  for (let index = domain.names.length - 1; index >= 0; index--) {
    const field = fields.get(domain.names[index])
    const part = field === undefined ? null : checkedPlace(domain.fields[index], field, doubts)
    if (part === null) return null
    place = binary('add', binary('mul', place, constant(domain.fields[index].size)), part)
  }
  return place
}

/** A field of a record that is known by its place. */
export function fieldOf(domain: RecordDomain<any>, place: Expr, name: string): NumberMeaning | null {
  let divisor = 1
  for (const [index, field] of domain.fields.entries()) {
    if (domain.names[index] === name) {
      const quotient = binary('div', place, constant(divisor))
      const last = index === domain.fields.length - 1
      return fromPlace(last ? quotient : binary('rem', quotient, constant(field.size)), field)
    }
    divisor *= field.size
  }
  return null
}

/** A number that stands for itself: ids count from 1. */
export function asInteger(meaning: Meaning): Expr | null {
  if (meaning.kind !== 'number') return null
  if (meaning.type === 'int') return meaning.expr
  return meaning.type instanceof Ids ? binary('add', meaning.expr, constant(1)) : null
}

/** `===`; null when the two can not be compared. */
export function equalMeanings(a: Meaning, b: Meaning): Expr | null {
  if (b.kind === 'decision') return equalMeanings(b, a)
  if (a.kind === 'decision') {
    const [then, otherwise] = [equalMeanings(a.then, b), equalMeanings(a.otherwise, b)]
    return then === null || otherwise === null ? null : choose(a.condition, then, otherwise)
  }
  if (a.kind === 'text' && b.kind === 'text') return truth(a.text === b.text)
  if (a.kind === 'null' && b.kind === 'null') return truth(true)
  const [x, y] = a.kind === 'number' ? [a, b] : [b, a]
  if (x.kind !== 'number') return null
  if (x.type === 'int' || x.type === 'bool') {
    if (y.kind === 'number' && y.type === x.type) return binary('eq', x.expr, y.expr)
    const integers = [asInteger(x), asInteger(y)] as const
    if (integers[0] !== null && integers[1] !== null) return binary('eq', integers[0], integers[1])
    return y.kind === 'number' && y.type instanceof Optional ? equalMeanings(y, x) : null
  }
  if (y.kind === 'null') {
    if (x.type instanceof Optional) return binary('eq', x.expr, constant(0))
    return mayFault(x.expr) ? after(x.expr, truth(false)) : truth(false)
  }
  if (y.kind === 'number' && y.type instanceof Optional && !(x.type instanceof Optional)) return equalMeanings(y, x)
  if (x.type instanceof Ids && y.kind === 'number' && y.type === 'int') return equalMeanings(y, x)
  return sought(x.type, y, place => binary('eq', x.expr, place))
}

/** `then` and `otherwise` as one number, when a condition decides between them. */
export function merge(condition: Expr, then: Meaning, otherwise: Meaning): Meaning | null {
  const known = constantOf(condition)
  if (known !== null) return known === 0 ? otherwise : then
  if (then.kind === 'number' && otherwise.kind === 'number') {
    if (isSame(then.type, otherwise.type)) return number(choose(condition, then.expr, otherwise.expr), then.type)
    const [a, b] = [asInteger(then), asInteger(otherwise)]
    if (a !== null && b !== null) return number(choose(condition, a, b))
  }
  const domain = [then, otherwise].find(side => side.kind === 'number' && typeof side.type === 'object')
  if (domain?.kind !== 'number' || typeof domain.type !== 'object') return null
  const common = then.kind === 'null' || otherwise.kind === 'null' ? optionalOf(domain.type) : domain.type
  const [a, b] = [placeIn(common, then), placeIn(common, otherwise)]
  return a === null || b === null ? null : number(choose(condition, a, b), common)
}

function optionalOf(domain: Value<any>): Value<any> {
  return domain instanceof Optional ? domain : new Optional(domain)
}

/** Domains are the same when they are written the same; the text names every id and every bound. */
function isSame(a: Type, b: Type): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && a.describe() === b.describe())
}
