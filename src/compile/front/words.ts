// The words of the language, as the compiler understands them: declarations make the same domains that the native run
// makes.
import type { Expression, Node } from './parse.ts'
import type { Container } from '../../lang/container.ts'
import { optional, record } from '../../lang/record.ts'
import { bool, ids, oneOf, range, type Scalar } from '../../lang/scalars.ts'
import { seq } from '../../lang/sequence.ts'
import { set, subsets } from '../../lang/set.ts'
import { StateDomain } from '../../lang/state.ts'
import { table } from '../../lang/table.ts'
import type { Value } from '../../lang/value.ts'
import { equalMeanings, sought } from './convert.ts'
import { evaluate, fail, integer } from './expressions.ts'
import { binary, both, constantOf, type Expr, ONE, ZERO } from '../ir/ir.ts'
import { type Meaning, number } from './meaning.ts'
import { itemOf, wordsOf } from './methods.ts'
import { read } from './places.ts'
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
  const item = itemOf(a)
  if (item !== null && item.describe() === itemOf(b)?.describe()) {
    const words = wordsOf(b, item)
    return wordsOf(a, item).reduce<Expr>((same, word, index) => both(same, binary('eq', word, words[index])), ONE)
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
