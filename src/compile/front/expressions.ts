// Expressions: from syntax to meanings. Functions are inlined where they are called; what the configuration decides is
// decided here, so that a branch it rules out is never looked at.
import type { Expression, Node } from './parse.ts'
import { Optional, RecordDomain } from '../../lang/record.ts'
import { SequenceDomain } from '../../lang/sequence.ts'
import { Subsets } from '../../lang/set.ts'
import { suggestion } from '../../lang/spec.ts'
import { StateDomain } from '../../lang/state.ts'
import { TableDomain } from '../../lang/table.ts'
import { Value } from '../../lang/value.ts'
import { asInteger, checkedPlace, equalMeanings, fieldOf, fromPlace, merge } from './convert.ts'
import {
  type Binary,
  binary,
  both,
  choose,
  constant,
  constantOf,
  either,
  type Expr,
  isSimple,
  not,
  require,
  truth,
} from '../ir/ir.ts'
import { type Meaning, number, type Place } from './meaning.ts'
import { entry, read } from './places.ts'
import { meantBy, nameOf, startOf } from './mismatch.ts'
import { insteadOf, refusalOf } from './refusals.ts'
import { CompileError, type Lowering, type Scope } from './scope.ts'
import { inline, math } from './functions.ts'
import { callMethod } from './methods.ts'
import { callWord } from './words.ts'

export function fail(node: Node, scope: Scope, message: string, hint = ''): CompileError {
  return new CompileError(scope.source, node.start, message, hint)
}

/** The meaning of an expression. */
export function evaluate(node: Expression, scope: Scope, lowering: Lowering): Meaning {
  switch (node.type) {
    case 'Literal':
      return literal(node, scope)
    case 'Identifier': {
      const meaning = lookUp(node, scope)
      if (meaning === undefined) throw unknownName(node, node.name, scope)
      return meaning.kind === 'variable' ? number({ op: 'local', local: meaning.local }, meaning.type) : meaning
    }
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
    case 'ParenthesizedExpression':
      return evaluate(node.expression, scope, lowering)
    case 'ArrowFunctionExpression':
      return { kind: 'function', node, scope }
    case 'UnaryExpression': {
      if (node.operator === '!') return number(not(truthOf(node.argument, scope, lowering)), 'bool')
      if (node.operator === '-') return number(binary('sub', constant(0), integer(node.argument, scope, lowering)))
      throw fail(node, scope, `The operator ${node.operator} is outside the language.`, insteadOf(node.operator))
    }
    case 'LogicalExpression':
      return logical(node, scope, lowering)
    case 'BinaryExpression':
      return comparison(node, scope, lowering)
    case 'ConditionalExpression': {
      const condition = truthOf(node.test, scope, lowering)
      const known = constantOf(condition)
      if (known !== null) return evaluate(known === 0 ? node.alternate : node.consequent, scope, lowering)
      const [then, otherwise] = [node.consequent, node.alternate].map(branch => evaluate(branch, scope, lowering))
      const merged = merge(condition, then, otherwise)
      if (merged !== null) return merged
      if ([then, otherwise].every(isValue)) return { kind: 'decision', condition, then, otherwise }
      throw fail(
        node,
        scope,
        'The two branches are of different kinds.',
        'Both sides of ? : give a number, a truth value, or a value of one domain.',
      )
    }
    case 'ObjectExpression':
      return object(node, scope, lowering)
    case 'ArrayExpression': {
      const items = node.elements.map(item =>
        item === null ? null : constantOf(integer(item as Expression, scope, lowering)),
      )
      if (items.some(item => item === null))
        throw fail(
          node,
          scope,
          'A list holds constant numbers only.',
          'Lists are for configuration; a part of the state is a seq or a set.',
        )
      return { kind: 'list', items: items as readonly number[] }
    }
    case 'MemberExpression':
      return member(node, scope, lowering)
    case 'CallExpression':
      return call(node, scope, lowering)
    default:
      throw refused(node, scope)
  }
}

/** What a name stands for; undefined when nothing declares it. */
export function lookUp(node: Node & { readonly name: string }, scope: Scope): Meaning | undefined {
  const meaning = scope.find(node.name)
  if (meaning?.kind !== 'pending') return meaning
  const { declaration, hides } = meaning
  const within = declaration.start <= node.start && node.start < declaration.end
  throw fail(
    node,
    scope,
    `${node.name} is used ${within ? 'in its own' : 'before its'} declaration.`,
    hides
      ? `Another ${node.name} further out is hidden by this one from the start of the block: give one of them another name.`
      : within
        ? 'It has no value there yet: give it one that does not depend on itself.'
        : 'It has no value there yet: declare it further up.',
  )
}

/** True for what may be a member of a domain, once it is known of which. */
function isValue({ kind }: Meaning): boolean {
  return kind === 'number' || kind === 'text' || kind === 'null' || kind === 'object' || kind === 'decision'
}

/** Names a construct that the language does not have. */
export function refused(node: Node, scope: Scope): CompileError {
  const { what, instead } = refusalOf(node)
  return fail(node, scope, `${what} is outside the language.`, instead)
}

const NAMES = 'A specification may use its own constants and functions, and what it imports from primacy.'

function unknownName(node: Node, name: string, scope: Scope): CompileError {
  const message = `${name} is not defined in the specification.`
  if (name === 'undefined')
    return fail(node, scope, message, 'A part of the state that may be missing is null: optional(…).')
  return fail(node, scope, message, suggestion(name, scope.all(), true) || NAMES)
}

function literal(node: Extract<Expression, { type: 'Literal' }>, scope: Scope): Meaning {
  const { value } = node
  if (typeof value === 'boolean') return number(truth(value), 'bool')
  if (typeof value === 'number' && Number.isInteger(value)) return number(constant(value))
  if (typeof value === 'string') return { kind: 'text', text: value }
  if (value === null && node.raw === 'null') return { kind: 'null' }
  throw fail(
    node,
    scope,
    `${node.raw ?? 'This literal'} is outside the language.`,
    'Numbers are whole; use Math.floor(a / b) to divide.',
  )
}

/** A truth value. */
export function truthOf(node: Expression, scope: Scope, lowering: Lowering): Expr {
  const meaning = evaluate(node, scope, lowering)
  if (meaning.kind === 'number' && meaning.type === 'bool') return meaning.expr
  throw fail(node, scope, 'A condition must be a truth value.', 'Compare explicitly: x !== 0, x !== null.')
}

/** A whole number. */
export function integer(node: Expression, scope: Scope, lowering: Lowering): Expr {
  const expr = asInteger(evaluate(node, scope, lowering))
  if (expr === null) throw fail(node, scope, 'A number is needed here.', 'Truth values become numbers by  b ? 1 : 0.')
  return expr
}

function logical(node: Extract<Expression, { type: 'LogicalExpression' }>, scope: Scope, lowering: Lowering): Meaning {
  if (node.operator === '??')
    throw fail(node, scope, 'The operator ?? is outside the language.', 'Write x === null ? y : x.')
  const left = truthOf(node.left, scope, lowering)
  const known = constantOf(left)
  const decided = node.operator === '&&' ? known === 0 : known !== null && known !== 0
  if (decided) return number(left, 'bool')
  const right = truthOf(node.right, scope, lowering)
  return number(node.operator === '&&' ? both(left, right) : either(left, right), 'bool')
}

const ARITHMETIC: { readonly [operator: string]: Binary } = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '%': 'rem',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
}

function comparison(
  node: Extract<Expression, { type: 'BinaryExpression' }>,
  scope: Scope,
  lowering: Lowering,
): Meaning {
  const { operator } = node
  if (operator === '===' || operator === '!==') {
    const [a, b] = [node.left, node.right].map(side => evaluate(side, scope, lowering))
    if ([a, b].some(isSubset) && [a, b].every(side => side.kind !== 'null'))
      throw fail(
        node,
        scope,
        `Sets are compared with equal(a, b), not with ${operator}.`,
        `${operator} on sets would compare identities.`,
      )
    if ([a, b].some(side => side.kind === 'object' || (side.kind === 'number' && side.type instanceof RecordDomain))) {
      throw fail(
        node,
        scope,
        `Records are compared with equal(a, b), not with ${operator}.`,
        `${operator} on records would compare identities.`,
      )
    }
    const same = equalMeanings(a, b)
    if (same === null) throw fail(node, scope, `${startOf(a)} and ${nameOf(b)} can never be equal.`, meantBy(a, b))
    return number(operator === '===' ? same : not(same), 'bool')
  }
  const kind = ARITHMETIC[operator]
  if (kind === undefined) {
    throw fail(node, scope, `The operator ${operator} is outside the language.`, insteadOf(operator))
  }
  const [a, b] = [node.left as Expression, node.right].map(side => integer(side, scope, lowering))
  return number(
    binary(kind, a, b),
    kind === 'add' || kind === 'sub' || kind === 'mul' || kind === 'rem' ? 'int' : 'bool',
  )
}

/** True of a value of `subsets`, also where none may be. */
function isSubset(meaning: Meaning): boolean {
  if (meaning.kind !== 'number') return false
  const domain = meaning.type instanceof Optional ? meaning.type.item : meaning.type
  return domain instanceof Subsets
}

function object(node: Extract<Expression, { type: 'ObjectExpression' }>, scope: Scope, lowering: Lowering): Meaning {
  const fields = new Map<string, Meaning>()
  for (const property of node.properties) {
    if (property.type !== 'Property' || property.computed)
      throw fail(property, scope, 'Objects have plain fields only.', 'Write each field by name; there is no spread.')
    const { key } = property
    const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : null
    if (name === null) throw fail(property, scope, 'A field needs a name.')
    fields.set(name, evaluate(property.value, scope, lowering))
  }
  return { kind: 'object', fields }
}

function member(node: Extract<Expression, { type: 'MemberExpression' }>, scope: Scope, lowering: Lowering): Meaning {
  if (node.object.type === 'Identifier' && scope.find(node.object.name) === undefined)
    throw unknownName(node.object, node.object.name, scope)
  const base = evaluate(node.object, scope, lowering)
  if (node.computed) return element(node, base, evaluate(node.property, scope, lowering), scope)
  const name = (node.property as { readonly name: string }).name
  if (base.kind === 'object') {
    const field = base.fields.get(name)
    if (field !== undefined) return field
  }
  if (base.kind === 'number' && base.type instanceof RecordDomain) {
    const field = fieldOf(base.type, base.expr, name)
    if (field !== null) return field
  }
  if (base.kind === 'container' && base.domain instanceof TableDomain) {
    return element(node, base, { kind: 'text', text: name }, scope)
  }
  if (base.kind === 'container') {
    const found = part(base.domain, base.place, name)
    if (found !== null) return found
  }
  const property = callMethod(base, name, null, node, scope, lowering)
  if (property !== null) return property
  if (base.kind === 'container' && base.domain instanceof StateDomain) throw noField(node, name, base.domain, scope)
  if (base.kind === 'number' && base.type instanceof RecordDomain)
    throw fail(node, scope, `The record has no field ${name}.`, fieldHint(name, base.type.names))
  if (base.kind === 'object')
    throw fail(node, scope, `There is no ${name} here.`, fieldHint(name, [...base.fields.keys()]))
  throw fail(node, scope, `There is no ${name} here.`, 'Sequences have length, sets have size, ids have first.')
}

/** A field of the state that there is not. */
export function noField(node: Node, name: string, { fields }: StateDomain, scope: Scope): CompileError {
  const names = fields.map(field => field.name)
  return fail(node, scope, `The state has no field ${name}.`, fieldHint(name, names))
}

/** The field that was meant, perhaps. */
function fieldHint(name: string, names: readonly string[]): string {
  return suggestion(name, names, true) || `Its fields are ${names.join(', ')}.`
}

/** A field of the state. */
function part(domain: unknown, place: Place, name: string): Meaning | null {
  if (!(domain instanceof StateDomain)) return null
  const field = domain.fields.find(candidate => candidate.name === name)
  if (field === undefined) return null
  const at = { ...place, at: place.at + field.at, reach: field.width }
  if (field.domain instanceof Value) return fromPlace(read(at, 0, null, 1), field.domain)
  return { kind: 'container', domain: field.domain, place: at }
}

/** `table[key]`, `sequence[index]`. */
function element(node: Node, base: Meaning, key: Meaning, scope: Scope): Meaning {
  if (base.kind === 'container' && base.domain instanceof TableDomain) {
    const index = checkedPlace(base.domain.keys, key)
    if (index === null)
      throw fail(
        node,
        scope,
        `${startOf(key)} is no key of the table.`,
        `It is keyed by ${base.domain.keys.describe()}.`,
      )
    const place = entry(base.domain, base.place, index)
    if (base.domain.item instanceof Value) return fromPlace(read(place, 0, null, 1), base.domain.item)
    return { kind: 'container', domain: base.domain.item, place }
  }
  if (base.kind === 'container' && base.domain instanceof SequenceDomain) {
    const index = asInteger(key)
    if (index === null) throw fail(node, scope, 'A sequence is indexed by a number from 0.')
    const length = read(base.place, 0, null, 1)
    const item = read(base.place, 1, index, base.domain.max)
    return fromPlace(require(binary('below', index, length), item), base.domain.item)
  }
  throw fail(node, scope, 'Only tables and sequences have elements.')
}

function call(node: Extract<Expression, { type: 'CallExpression' }>, scope: Scope, lowering: Lowering): Meaning {
  const args = node.arguments.map(argument => {
    if (argument.type === 'SpreadElement')
      throw fail(argument, scope, 'Spread arguments are outside the language.', 'Give them one by one.')
    return argument
  })
  const { callee } = node
  if (callee.type === 'MemberExpression' && !callee.computed) {
    const name = (callee.property as { readonly name: string }).name
    if (callee.object.type === 'Identifier' && callee.object.name === 'Math' && scope.find('Math') === undefined)
      return math(node, name, args, scope, lowering)
    if (callee.object.type === 'Identifier' && scope.find(callee.object.name) === undefined)
      throw forbidden(node, `${callee.object.name}.${name}`, scope)
    const base = evaluate(callee.object, scope, lowering)
    if (base.kind === 'object' && base.fields.has(name))
      return apply(base.fields.get(name) as Meaning, args, node, scope, lowering)
    const result = callMethod(base, name, args, node, scope, lowering)
    if (result !== null) return result
    throw fail(
      callee,
      scope,
      `There is no ${name}() here.`,
      base.kind === 'text' || base.kind === 'number'
        ? 'Values have no methods: names and ids are compared with ===, numbers also with <.'
        : 'Domains and containers have every, some, count, max, min; sets also has and subsetOf. To do something for each, write  for (const n of Node) …',
    )
  }
  if (callee.type === 'Identifier' && scope.find(callee.name) === undefined) throw forbidden(node, callee.name, scope)
  return apply(evaluate(callee, scope, lowering), args, node, scope, lowering)
}

export function forbidden(node: Node, name: string, scope: Scope): CompileError {
  const [first] = name.split('.')
  if (!(first in globalThis)) return unknownName(node, first, scope)
  return fail(
    node,
    scope,
    `This calls ${name}, which a specification may not use.`,
    'A step must follow from the state and its arguments, or its trace could not be replayed. To explore several outcomes, make them a parameter of the action.',
  )
}

/** The lesser or the greater of two numbers. */
export function pick(name: 'min' | 'max', a: Expr, b: Expr, lowering: Lowering): Expr {
  return named(a, lowering, x => named(b, lowering, y => choose(binary(name === 'min' ? 'le' : 'ge', x, y), x, y)))
}

/** Evaluates `value` once, however often `body` uses it. */
export function named(value: Expr, lowering: Lowering, body: (name: Expr) => Expr): Expr {
  if (isSimple(value)) return body(value)
  const local = lowering.local()
  return { op: 'let', local, value, body: body({ op: 'local', local }) }
}

/** Calls a word of the language or a function of the specification. */
export function apply(
  callee: Meaning,
  args: readonly Expression[],
  node: Node,
  scope: Scope,
  lowering: Lowering,
): Meaning {
  if (callee.kind === 'word') return callWord(callee.name, args, node, scope, lowering)
  if (callee.kind !== 'function') throw fail(node, scope, 'This is not a function.')
  return inline(
    callee,
    args.map(argument => evaluate(argument, scope, lowering)),
    node,
    scope,
    lowering,
  )
}
