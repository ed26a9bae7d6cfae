// The words of the language, as the compiler understands them: declarations make the same domains that the native run
// makes; quantifiers unroll over the members of a domain, the slots of a sequence, or the members of a set.
import type { Expression, Node } from './parse.ts'
import type { Container } from '../lang/container.ts'
import { optional, record } from '../lang/record.ts'
import { bool, ids, Ids, oneOf, range, type Scalar } from '../lang/scalars.ts'
import { seq, SequenceDomain } from '../lang/sequence.ts'
import { set, SetDomain, Subsets, subsets } from '../lang/set.ts'
import { StateDomain } from '../lang/state.ts'
import { table } from '../lang/table.ts'
import { Value } from '../lang/value.ts'
import { asInteger, equalMeanings, fromPlace, memberOf, sought } from './convert.ts'
import { evaluate, fail, integer, named, pick, read } from './expressions.ts'
import { inline } from './functions.ts'
import {
  binary,
  bits,
  both,
  choose,
  constant,
  constantOf,
  either,
  type Expr,
  not,
  ONE,
  require,
  truth,
  ZERO,
} from './ir.ts'
import { type Meaning, number, type Place } from './meaning.ts'
import type { Lowering, Scope } from './scope.ts'

/** What a specification may import from primacy, types apart. */
export const WORDS: readonly string[] = [
  'bool',
  'equal',
  'guard',
  'ids',
  'model',
  'oneOf',
  'optional',
  'range',
  'record',
  'seq',
  'set',
  'spec',
  'subsets',
  'table',
]

/** What `import … from 'primacy'` brings; `bool` is a domain, the rest are called. */
export function importedWord(name: string): Meaning | undefined {
  if (!WORDS.includes(name)) return undefined
  return name === 'bool' ? { kind: 'domain', domain: bool } : { kind: 'word', name }
}

/** Calls a word that is not a method. */
export function callWord(
  name: string,
  args: readonly Expression[],
  node: Node,
  scope: Scope,
  lowering: Lowering,
): Meaning {
  const meaning = (index: number): Meaning => {
    const argument = args[index]
    if (argument === undefined) throw fail(node, scope, `${name} needs ${index + 1} arguments.`)
    return evaluate(argument, scope, lowering)
  }
  const known = (index: number): number => {
    const value = constantOf(integer(args[index] ?? (node as Expression), scope, lowering))
    if (value === null)
      throw fail(
        args[index],
        scope,
        `${name} needs a constant here.`,
        'Declarations may use the configuration, not the state.',
      )
    return value
  }
  const domain = (index: number): Value<any> | Container<any> => {
    const given = meaning(index)
    if (given.kind !== 'domain') throw fail(args[index], scope, `${name} needs a domain here.`)
    return given.domain
  }
  const declared = (made: Value<any> | Container<any>): Meaning => ({ kind: 'domain', domain: made })
  switch (name) {
    case 'ids':
      return declared(ids(textOf(meaning(0), args[0], scope), known(1)))
    case 'range':
      return declared(range(known(0), known(1)))
    case 'oneOf':
      return declared(
        oneOf(...(args.map((argument, index) => textOf(meaning(index), argument, scope)) as [string, ...string[]])),
      )
    case 'optional':
      return declared(optional(domain(0) as Value<any>))
    case 'subsets':
      return declared(subsets(domain(0) as Value<any>))
    case 'set':
      return declared(set(domain(0) as Value<any>))
    case 'seq':
      return declared(seq(domain(0) as Value<any>, known(1)))
    case 'table':
      return declared(table(domain(0) as Scalar<any>, domain(1)))
    case 'record':
      return declared(record(domainsOf(meaning(0), args[0], scope) as { [name: string]: Value<any> }))
    case 'model':
      return model(new StateDomain(domainsOf(meaning(0), args[0], scope)))
    case 'action':
      return {
        kind: 'action',
        parameters: domainsOf(meaning(0), args[0], scope) as { [name: string]: Value<any> },
        body: meaning(1),
      }
    case 'invariant':
    case 'transition':
    case 'infinitelyOften':
    case 'eventuallyAlways':
    case 'leadsTo':
      return { kind: 'property', word: name, holds: meaning(0) }
    case 'equal': {
      const same = equalParts(meaning(0), meaning(1))
      if (same === null)
        throw fail(
          node,
          scope,
          'These two can never be equal.',
          'equal compares two values, sequences or sets of one domain.',
        )
      return number(same, 'bool')
    }
    case 'guard':
      throw fail(
        node,
        scope,
        'A guard is a statement of an action, not part of an expression.',
        'Write it on a line of its own.',
      )
    default:
      throw fail(node, scope, `${name} is not a word of the language.`)
  }
}

const MODEL_WORDS = ['action', 'invariant', 'transition', 'infinitelyOften', 'eventuallyAlways', 'leadsTo']

function model(state: StateDomain): Meaning {
  const fields = new Map<string, Meaning>(MODEL_WORDS.map(word => [word, { kind: 'word', name: word }]))
  return { kind: 'object', fields: fields.set('state', { kind: 'domain', domain: state }) }
}

function textOf(meaning: Meaning, node: Node, scope: Scope): string {
  if (meaning.kind === 'text') return meaning.text
  throw fail(node, scope, 'A name in quotes is needed here.')
}

function domainsOf(meaning: Meaning, node: Node, scope: Scope): { [name: string]: Value<any> | Container<any> } {
  if (meaning.kind !== 'object') throw fail(node, scope, 'Fields with their domains are needed here.')
  return Object.fromEntries(
    Array.from(meaning.fields, ([name, field]) => {
      if (field.kind !== 'domain') throw fail(node, scope, `${name} is not a domain.`)
      return [name, field.domain]
    }),
  )
}

/** `equal(a, b)`; unused slots of sequences are zero, so containers are equal when their cells are. */
function equalParts(a: Meaning, b: Meaning): Expr | null {
  if (a.kind === 'container' && b.kind === 'container' && a.domain.describe() === b.domain.describe()) {
    return a.domain.radices.reduce<Expr>(
      (same, _, cell) => both(same, binary('eq', read(a.place, cell, null, 1), read(b.place, cell, null, 1))),
      ONE,
    )
  }
  if (a.kind === 'object' && b.kind === 'object') {
    if (a.fields.size !== b.fields.size) return ZERO
    return Array.from(a.fields).reduce<Expr | null>((same, [name, field]) => {
      const other = b.fields.get(name)
      const part = other === undefined ? null : equalParts(field, other)
      return same === null || part === null ? null : both(same, part)
    }, ONE)
  }
  const [x, y] = a.kind === 'number' ? [a, b] : [b, a]
  if (x.kind === 'number' && typeof x.type === 'object' && y.kind === 'object') {
    return sought(x.type, y, place => binary('eq', x.expr, place))
  }
  return equalMeanings(a, b)
}

/** One element a quantifier looks at, and whether it is there. */
interface Element {
  readonly present: Expr
  readonly item: Meaning
  readonly index: number
}

/** The elements of a domain or a container; null for what has none. */
export function elementsOf(base: Meaning): readonly Element[] | null {
  if (base.kind === 'domain' && base.domain instanceof Value) {
    const { domain } = base
    const item = (place: number): Meaning =>
      domain instanceof Subsets ? subsetAt(domain, place) : memberOf(domain, place)
    return Array.from({ length: domain.size }, (_, place) => ({ present: ONE, item: item(place), index: place }))
  }
  if (base.kind === 'subset')
    return base.places.map((place, index) => ({ present: ONE, item: memberOf(base.item, place), index }))
  if (base.kind === 'container' && base.domain instanceof SequenceDomain) {
    const { domain, place } = base
    const length = read(place, 0, null, 1)
    return Array.from({ length: domain.max }, (_, index) => ({
      present: binary('lt', constant(index), length),
      item: fromPlace(read(place, 1 + index, null, 1), domain.item),
      index,
    }))
  }
  if (base.kind === 'container' && base.domain instanceof SetDomain) {
    const { domain, place } = base
    return Array.from({ length: domain.item.size }, (_, member) => ({
      present: bitOf(place, member),
      item: memberOf(domain.item, member),
      index: member,
    }))
  }
  return null
}

/** A constant set: the argument that stands at a place of `subsets`. */
export function subsetAt(domain: Subsets<any>, place: number): Meaning {
  const places = Array.from({ length: domain.item.size }, (_, member) => member).filter(member => (place >> member) & 1)
  return { kind: 'subset', item: domain.item, places }
}

function bitOf(place: Place, member: number): Expr {
  return binary('and', binary('shr', read(place, member >> 3, null, 1), constant(member & 7)), ONE)
}

/** What the methods of domains and containers are given. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ...['every', 'some', 'count', 'max', 'min'].map(name => [name, 'a function of the element'] as const),
  ['has', 'a member'],
  ['subsetOf', 'a set'],
  ['includes', 'a number'],
  ['push', 'an item'],
  ['truncate', 'a length'],
  ['add', 'a member'],
  ['delete', 'a member'],
  ['copyFrom', 'a container'],
])

/** Refuses a method that is given nothing. */
export function checkArgument(name: string, args: readonly Expression[], node: Node, scope: Scope): void {
  if (args[0] === undefined && METHODS.has(name)) {
    throw fail(node, scope, `${name} needs an argument: ${METHODS.get(name)}.`, 'Write it between the parentheses.')
  }
}

/** A property (`args` null) or a method of a domain or a container; null when it has none of that name. */
export function callMethod(
  base: Meaning,
  name: string,
  args: readonly Expression[] | null,
  node: Node,
  scope: Scope,
  lowering: Lowering,
): Meaning | null {
  if (args === null) return propertyOf(base, name)
  if (base.kind === 'list' && name === 'includes') {
    const item = integer(args[0], scope, lowering)
    return number(
      named(item, lowering, x =>
        base.items.reduce<Expr>((found, known) => either(found, binary('eq', x, constant(known))), ZERO),
      ),
      'bool',
    )
  }
  checkArgument(name, args, node, scope)
  if (name === 'has' || name === 'subsetOf')
    return setMethod(base, name, evaluate(args[0], scope, lowering), node, scope, lowering)
  const elements = elementsOf(base)
  if (elements === null || !['every', 'some', 'count', 'max', 'min'].includes(name)) return null
  const isSequence = base.kind === 'container' && base.domain instanceof SequenceDomain
  return quantifier(name, elements, isSequence, evaluate(args[0], scope, lowering), node, scope, lowering)
}

function propertyOf(base: Meaning, name: string): Meaning | null {
  if (base.kind === 'domain' && base.domain instanceof Ids && name === 'first') return memberOf(base.domain, 0)
  if (base.kind === 'list' && name === 'length') return number(constant(base.items.length))
  if (base.kind === 'subset' && name === 'size') return number(constant(base.places.length))
  if (base.kind !== 'container') return null
  if (base.domain instanceof SequenceDomain && name === 'length') return number(read(base.place, 0, null, 1))
  if (base.domain instanceof SetDomain && name === 'size') {
    return number(
      base.domain.radices.reduce<Expr>(
        (sum, _, word) => binary('add', sum, bits(read(base.place, word, null, 1))),
        ZERO,
      ),
    )
  }
  return null
}

function quantifier(
  name: string,
  elements: readonly Element[],
  isSequence: boolean,
  test: Meaning,
  node: Node,
  scope: Scope,
  lowering: Lowering,
): Meaning {
  if (test.kind !== 'function') throw fail(node, scope, `${name} needs a function of the element.`)
  const ask = ({ item, index }: Element): Meaning =>
    inline(test, [item, number(constant(index))], node, scope, lowering)
  if (name === 'max' || name === 'min') return extreme(name, elements, isSequence, ask, node, scope, lowering)
  const truthOfElement = (element: Element): Expr => {
    const answer = ask(element)
    if (answer.kind === 'number' && answer.type === 'bool') return answer.expr
    throw fail(node, scope, `${name} needs a function that gives a truth value.`)
  }
  if (name === 'count') {
    return number(
      elements.reduce<Expr>((sum, element) => binary('add', sum, both(element.present, truthOfElement(element))), ZERO),
    )
  }
  // From the last element to the first, so that each is asked only when those before it did not decide.
  const wanted = name === 'some'
  let result: Expr = truth(!wanted)
  for (const element of elements.toReversed()) {
    if (constantOf(element.present) === 0) continue
    const holds = truthOfElement(element)
    const decides = both(element.present, wanted ? holds : not(holds))
    result = choose(decides, truth(wanted), result)
  }
  return number(result, 'bool')
}

function extreme(
  name: 'max' | 'min',
  elements: readonly Element[],
  isSequence: boolean,
  ask: (element: Element) => Meaning,
  node: Node,
  scope: Scope,
  lowering: Lowering,
): Meaning {
  const measured = elements.map(element => {
    const measure = ask(element)
    const expr = measure.kind === 'number' ? asInteger(measure) : null
    if (expr === null) throw fail(node, scope, `${name} needs a function that gives a number.`)
    // Behind the test that there is any element; a sequence that has one has its first.
    const present = isSequence && element.index === 0 ? ONE : element.present
    return { present, expr, known: constantOf(expr) }
  })
  // Of measures that are known, such as those of a set's members, the best that is present comes first.
  if (measured.length > 0 && measured.every(({ known }) => known !== null)) {
    measured.sort((a, b) => (name === 'max' ? a.known! - b.known! : b.known! - a.known!))
    const best = measured.reduce<Expr>((worse, { present, expr }) => choose(present, expr, worse), measured[0].expr)
    return number(require(anyOf(elements), best))
  }
  let any = ZERO
  let best = ZERO
  for (const { present, expr } of measured) {
    const before = any
    best = named(best, lowering, known =>
      choose(present, choose(before, pick(name, known, expr, lowering), expr), known),
    )
    any = binary('or', any, present)
  }
  return number(require(anyOf(elements), best))
}

function anyOf(elements: readonly Element[]): Expr {
  return elements.reduce<Expr>((any, { present }) => binary('or', any, present), ZERO)
}

function setMethod(
  base: Meaning,
  name: string,
  argument: Meaning,
  node: Node,
  scope: Scope,
  lowering: Lowering,
): Meaning {
  const item = itemOf(base)
  if (item === null) throw fail(node, scope, `Only sets have ${name}.`)
  if (name === 'subsetOf') {
    const other = itemOf(argument)
    if (other === null || other.describe() !== item.describe())
      throw fail(node, scope, `This is no set of ${item.describe()}.`, 'Sets are compared over one domain.')
    const words = Math.ceil(item.size / 8)
    const missing = Array.from({ length: words }, (_, word) =>
      binary('and', wordOf(base, word), binary('xor', wordOf(argument, word), constant(0xff))),
    )
    return number(
      missing.reduce<Expr>((all, bit) => both(all, not(bit)), ONE),
      'bool',
    )
  }
  const found = sought(item, argument, place => {
    const known = constantOf(place)
    if (known !== null) return known >= 0 && known < item.size ? memberBit(base, known) : ZERO
    return named(place, lowering, at => both(binary('below', at, constant(item.size)), dynamicBit(base, at)))
  })
  if (found === null) throw fail(node, scope, `This can not be a member of a set of ${item.describe()}.`)
  return number(found, 'bool')
}

/** Of what a set has members; null of what is no set. */
function itemOf(meaning: Meaning): Value<any> | null {
  if (meaning.kind === 'subset') return meaning.item
  return meaning.kind === 'container' && meaning.domain instanceof SetDomain ? meaning.domain.item : null
}

/** The bits of a set's members, eight at a time. */
export function wordOf(meaning: Meaning, word: number): Expr {
  if (meaning.kind === 'subset')
    return constant(
      meaning.places.filter(place => place >> 3 === word).reduce((mask, place) => mask | (1 << (place & 7)), 0),
    )
  if (meaning.kind === 'container') return read(meaning.place, word, null, 1)
  return ZERO
}

function memberBit(base: Meaning, member: number): Expr {
  return base.kind === 'container'
    ? bitOf(base.place, member)
    : truth(base.kind === 'subset' && base.places.includes(member))
}

function dynamicBit(base: Meaning, place: Expr): Expr {
  if (base.kind === 'subset')
    return base.places.reduce<Expr>((found, member) => binary('or', found, binary('eq', place, constant(member))), ZERO)
  if (base.kind !== 'container') return ZERO
  const word = read(base.place, 0, binary('shr', place, constant(3)), base.domain.radices.length)
  return binary('and', binary('shr', word, binary('and', place, constant(7))), ONE)
}
