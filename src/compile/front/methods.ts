// Methods and properties of domains and containers. Quantifiers unroll over the members of a domain, the slots of a
// sequence, or the members of a set.
import type { Expression, Node } from './parse.ts'
import { Ids } from '../../lang/scalars.ts'
import { SequenceDomain } from '../../lang/sequence.ts'
import { SetDomain, Subsets } from '../../lang/set.ts'
import { Value } from '../../lang/value.ts'
import { asInteger, fromPlace, memberOf, sought } from './convert.ts'
import { evaluate, fail, integer, named, pick } from './expressions.ts'
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
  isSimple,
  not,
  ONE,
  require,
  truth,
  ZERO,
} from '../ir/ir.ts'
import { type Meaning, number } from './meaning.ts'
import { meantIn, startOf } from './mismatch.ts'
import { read } from './places.ts'
import type { Lowering, Scope } from './scope.ts'

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
    return Array.from({ length: domain.size }, (_, place) => ({
      present: ONE,
      item: memberOf(domain, place),
      index: place,
    }))
  }
  if (base.kind === 'container' && base.domain instanceof SequenceDomain) {
    const { domain, place } = base
    const length = read(place, 0, null, 1)
    return Array.from({ length: domain.max }, (_, index) => ({
      present: binary('lt', constant(index), length),
      item: fromPlace(read(place, 1 + index, null, 1), domain.item),
      index,
    }))
  }
  const item = itemOf(base)
  if (item === null) return null
  return Array.from({ length: item.size }, (_, member) => ({
    present: bitOf(wordOf(base, member >> 3), constant(member & 7)),
    item: memberOf(item, member),
    index: member,
  }))
}

function bitOf(word: Expr, bit: Expr): Expr {
  return binary('and', binary('shr', word, bit), ONE)
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
  if (base.kind === 'number' && base.type instanceof Subsets && !isSimple(base.expr)) {
    // A computed set is looked at member by member, and computed once.
    const local = lowering.local()
    const found = callMethod({ ...base, expr: { op: 'local', local } }, name, args, node, scope, lowering)
    if (found?.kind !== 'number') return found
    return number({ op: 'let', local, value: base.expr, body: found.expr }, found.type)
  }
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
  if (base.kind === 'container' && base.domain instanceof SequenceDomain && name === 'length')
    return number(read(base.place, 0, null, 1))
  const item = itemOf(base)
  if (item === null || name !== 'size') return null
  return number(wordsOf(base, item).reduce<Expr>((sum, word) => binary('add', sum, bits(word)), ZERO))
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
    const others = wordsOf(argument, item)
    const missing = wordsOf(base, item).map((word, index) =>
      binary('and', word, binary('xor', others[index], constant(0xff))),
    )
    return number(
      missing.reduce<Expr>((all, bit) => both(all, not(bit)), ONE),
      'bool',
    )
  }
  const found = sought(item, argument, place => {
    const known = constantOf(place)
    if (known !== null)
      return known >= 0 && known < item.size ? bitOf(wordOf(base, known >> 3), constant(known & 7)) : ZERO
    return named(place, lowering, at => both(binary('below', at, constant(item.size)), dynamicBit(base, at)))
  })
  if (found === null) {
    const hint = meantIn(item, argument)
    throw fail(node, scope, `${startOf(argument)} can not be a member of a set of ${item.describe()}.`, hint)
  }
  return number(found, 'bool')
}

/** Of what a set has members; null of what is no set. */
export function itemOf(meaning: Meaning): Value<any> | null {
  if (meaning.kind === 'number') return meaning.type instanceof Subsets ? meaning.type.item : null
  return meaning.kind === 'container' && meaning.domain instanceof SetDomain ? meaning.domain.item : null
}

/** Eight members at a time: the cells of a set in the state; of a value of `subsets`, whose place has a bit a member. */
export function wordsOf(set: Meaning, item: Value<any>): readonly Expr[] {
  return Array.from({ length: Math.ceil(item.size / 8) }, (_, word) => wordOf(set, word))
}

/** A cell of a container, or the bits of eight members of a value of `subsets`. */
export function wordOf(meaning: Meaning, word: number): Expr {
  if (meaning.kind === 'container') return read(meaning.place, word, null, 1)
  if (meaning.kind !== 'number' || !(meaning.type instanceof Subsets)) return ZERO
  const shifted = binary('shr', meaning.expr, constant(word * 8))
  return meaning.type.item.size <= 8 ? shifted : binary('and', shifted, constant(0xff))
}

/** The bit of a member whose place is computed and in the domain. */
function dynamicBit(base: Meaning, place: Expr): Expr {
  if (base.kind === 'number') return bitOf(base.expr, place)
  if (base.kind !== 'container') return ZERO
  const word = read(base.place, 0, binary('shr', place, constant(3)), base.domain.radices.length)
  return bitOf(word, binary('and', place, constant(7)))
}
