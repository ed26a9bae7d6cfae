// Statements: the bodies of actions. Guards come first; after the first write there is none. A write goes to cells,
// and the engine packs what may have been written.
import type { Expression, Node, SyntaxStatement } from './parse.ts'
import { SequenceDomain } from '../lang/sequence.ts'
import { SetDomain } from '../lang/set.ts'
import { StateDomain } from '../lang/state.ts'
import { TableDomain } from '../lang/table.ts'
import { Value } from '../lang/value.ts'
import { asInteger, checkedPlace, placeIn } from './convert.ts'
import { apply, cellOf, entry, evaluate, fail, fieldHint, integer, read, refused, truthOf } from './expressions.ts'
import { checkCall } from './functions.ts'
import {
  type Binary,
  binary,
  both,
  type Cell,
  choose,
  constant,
  constantOf,
  type Expr,
  isSimple,
  not,
  ONE,
  settled,
  type Statement,
  ZERO,
} from './ir.ts'
import { type Meaning, number, type NumberMeaning, type Place } from './meaning.ts'
import { bind } from './patterns.ts'
import { insteadOf, isRefused } from './refusals.ts'
import { type Lowering, Scope } from './scope.ts'
import { checkArgument, elementsOf, wordOf } from './words.ts'

/** Thrown at a guard that no state can satisfy: what follows it does not matter. */
export const RULED_OUT = Symbol('ruled out')

/** Lowers statements in order. Returns true when they always end by returning. */
export function lowerAll(statements: readonly SyntaxStatement[], scope: Scope, lowering: Lowering): boolean {
  for (const [index, statement] of statements.entries()) {
    if (statement.type === 'IfStatement') {
      if (lowerIf(statement, statements.slice(index + 1), scope, lowering)) return true
      continue
    }
    if (statement.type === 'ReturnStatement') {
      if (statement.argument !== null)
        throw fail(statement, scope, 'An action gives no value.', 'Write to the state, or return alone to end here.')
      return true
    }
    lower(statement, scope, lowering)
  }
  return false
}

function emit(lowering: Lowering, statement: Statement): void {
  lowering.sink?.push(statement)
}

function lower(statement: SyntaxStatement, scope: Scope, lowering: Lowering): void {
  switch (statement.type) {
    case 'ExpressionStatement':
      lowerExpression(statement.expression, scope, lowering)
      return
    case 'VariableDeclaration':
      for (const { id, init } of statement.declarations) {
        if (init === null) throw fail(statement, scope, 'A name with a value is needed here.')
        const meaning = evaluate(init, scope, lowering)
        if (statement.kind === 'let' && id.type === 'Identifier' && meaning.kind === 'number')
          scope.define(id.name, variable(meaning, lowering))
        else bind(id, meaning, scope, given => asOfNow(given, lowering))
      }
      return
    case 'BlockStatement':
      if (lowerAll(statement.body, scope.inner(), lowering))
        throw fail(statement, scope, 'A return may only stand in an if.')
      return
    case 'ForOfStatement':
      lowerLoop(statement, scope, lowering)
      return
    case 'EmptyStatement':
      return
    default:
      throw refused(statement, scope)
  }
}

function variable({ expr, type }: NumberMeaning, lowering: Lowering): Meaning {
  const local = lowering.local()
  lowering.variables.add(local)
  emit(lowering, { op: 'let', local, value: expr })
  return { kind: 'variable', local, type }
}

/** A meaning that later writes do not change: what is computed for it is computed here. */
function asOfNow(meaning: Meaning, lowering: Lowering, reached: Expr = ONE): Meaning {
  // What is not reached is not computed: it might fault.
  const now = (expr: Expr): Expr => remembered(choose(reached, expr, ZERO), lowering)
  switch (meaning.kind) {
    case 'number':
      return number(constantOf(meaning.expr) === null ? now(meaning.expr) : meaning.expr, meaning.type)
    case 'object':
      return {
        ...meaning,
        fields: new Map(Array.from(meaning.fields, ([name, field]) => [name, asOfNow(field, lowering, reached)])),
      }
    case 'decision': {
      const condition = now(meaning.condition)
      const then = asOfNow(meaning.then, lowering, both(reached, condition))
      return {
        ...meaning,
        condition,
        then,
        otherwise: asOfNow(meaning.otherwise, lowering, both(reached, not(condition))),
      }
    }
    case 'container': {
      const { place } = meaning
      return place.index === null ? meaning : { ...meaning, place: { ...place, index: now(place.index) } }
    }
    default:
      return meaning
  }
}

/** An if; what follows it belongs to the branch that does not return. Returns true when the rest was lowered too. */
function lowerIf(
  statement: Extract<SyntaxStatement, { type: 'IfStatement' }>,
  rest: readonly SyntaxStatement[],
  scope: Scope,
  lowering: Lowering,
): boolean {
  const condition = truthOf(statement.test, scope, lowering)
  const known = constantOf(condition)
  const branch = (taken: SyntaxStatement | null): boolean => {
    if (taken === null) return false
    return lowerAll(taken.type === 'BlockStatement' ? taken.body : [taken], scope.inner(), lowering)
  }
  if (known !== null) return branch(known === 0 ? statement.alternate : statement.consequent)
  let returned: readonly boolean[] = []
  const sides = [statement.consequent, statement.alternate].map(side =>
    lowering.branch(() => {
      returned = [...returned, branch(side)]
    }),
  )
  if (!returned.some(Boolean)) {
    emit(lowering, { op: 'if', condition, then: sides[0], else: sides[1] })
    return false
  }
  const rests = returned.map((done, side) =>
    done ? sides[side] : [...sides[side], ...lowering.branch(() => lowerAll(rest, scope.inner(), lowering))],
  )
  emit(lowering, { op: 'if', condition, then: rests[0], else: rests[1] })
  return true
}

function lowerLoop(
  statement: Extract<SyntaxStatement, { type: 'ForOfStatement' }>,
  scope: Scope,
  lowering: Lowering,
): void {
  const { left, right, body } = statement
  const name = left.type === 'VariableDeclaration' ? (left.declarations[0]?.id ?? null) : null
  const over = evaluate(right, scope, lowering)
  const elements = elementsOf(over)
  if (name === null || elements === null)
    throw fail(statement, scope, 'A loop goes over a domain, a set or a sequence.', 'Write:  for (const n of Node) …')
  // A set is listed before the loop runs, as natively: what the body adds or removes does not change where it goes.
  const isSet = over.kind === 'container' && over.domain instanceof SetDomain
  const present = elements.map(element => (isSet ? remembered(element.present, lowering) : element.present))
  elements.forEach((element, index) => {
    const inner = scope.inner()
    const known = constantOf(present[index])
    if (known === 0) return
    const lowerBody = (): void => {
      bind(name, element.item, inner, given => asOfNow(given, lowering))
      if (lowerAll(body.type === 'BlockStatement' ? body.body : [body], inner, lowering))
        throw fail(statement, scope, 'A return may not stand in a loop.', 'Put what follows into an if.')
    }
    const statements = known === null ? lowering.branch(lowerBody) : lowering.collect(lowerBody)
    if (known === null) emit(lowering, { op: 'if', condition: present[index], then: statements, else: [] })
    else for (const each of statements) emit(lowering, each)
  })
}

function remembered(value: Expr, lowering: Lowering): Expr {
  if (isSimple(value) && !(value.op === 'local' && lowering.variables.has(value.local))) return value
  const local = lowering.local()
  emit(lowering, { op: 'let', local, value })
  return { op: 'local', local }
}

function lowerExpression(node: Expression, scope: Scope, lowering: Lowering): void {
  if (node.type === 'AssignmentExpression') return assign(node, scope, lowering)
  if (node.type === 'CallExpression') return lowerCall(node, scope, lowering)
  if (isRefused(node)) throw refused(node, scope)
  if (node.type === 'UnaryExpression')
    throw fail(node, scope, `The operator ${node.operator} is outside the language.`, insteadOf(node.operator))
  throw fail(
    node,
    scope,
    'This statement does nothing.',
    'An action writes to the state by assignment or by a method of a container.',
  )
}

function lowerCall(node: Extract<Expression, { type: 'CallExpression' }>, scope: Scope, lowering: Lowering): void {
  const args = node.arguments as readonly Expression[]
  const { callee } = node
  if (callee.type === 'MemberExpression' && !callee.computed) {
    if (callee.object.type === 'Identifier' && scope.find(callee.object.name) === undefined) {
      evaluate(node, scope, lowering) // says what is wrong with it
    }
    const given = evaluate(callee.object, scope, lowering)
    // A method may take several writes; where they go must not depend on those before.
    const base = given.kind === 'container' ? asOfNow(given, lowering) : given
    checkArgument((callee.property as { readonly name: string }).name, args, node, scope)
    if (base.kind === 'container')
      return mutate(
        base.domain,
        base.place,
        (callee.property as { readonly name: string }).name,
        args,
        node,
        scope,
        lowering,
      )
  }
  const meaning = evaluate(callee, scope, lowering)
  if (meaning.kind === 'word' && meaning.name === 'guard') return lowerGuard(node, args, scope, lowering)
  if (meaning.kind !== 'function') {
    apply(meaning, args, node, scope, lowering)
    throw fail(node, scope, 'This call does nothing.')
  }
  checkCall(meaning.node, args.length, lowering.depth, node, scope)
  const inner = new Scope(meaning.scope.source, meaning.scope)
  meaning.node.params.forEach((parameter, index) => {
    bind(parameter, evaluate(args[index], scope, lowering), inner, given => asOfNow(given, lowering))
  })
  lowering.depth++
  const { body } = meaning.node
  if (body.type !== 'BlockStatement') lowerExpression(body, inner, lowering)
  else if (lowerAll(body.body, inner, lowering))
    throw fail(node, scope, 'A function called as a statement may not return early.', 'Put what follows into an if.')
  lowering.depth--
}

function lowerGuard(node: Node, args: readonly Expression[], scope: Scope, lowering: Lowering): void {
  if (lowering.wrote !== null) {
    throw fail(
      node,
      scope,
      `A guard comes after the write to ${lowering.wrote}.`,
      'Guards come first: move it above the first write, or make the write conditional.',
    )
  }
  if (args[0] === undefined) throw fail(node, scope, 'A guard needs a condition.', 'Write  guard(s.up[n]).')
  const condition = truthOf(args[0], scope, lowering)
  if (constantOf(condition) === 1) return
  if (lowering.branches > 0) {
    throw fail(
      node,
      scope,
      'A guard stands where only some states get to.',
      'Make the condition part of it:  guard(!condition || …)  instead of an if,  guard(log.every(e => …))  instead of a loop.',
    )
  }
  emit(lowering, { op: 'guard', condition, offset: node.start })
  if (constantOf(condition) === 0) throw RULED_OUT
}

const COMPOUND: { readonly [operator: string]: Binary } = { '+=': 'add', '-=': 'sub', '*=': 'mul' }

function assign(node: Extract<Expression, { type: 'AssignmentExpression' }>, scope: Scope, lowering: Lowering): void {
  const { left, operator } = node
  const kind = COMPOUND[operator]
  if (operator !== '=' && kind === undefined)
    throw fail(node, scope, `The operator ${operator} is outside the language.`, 'Write x = x … explicitly.')
  const right = evaluate(node.right, scope, lowering)
  const value = (): Meaning => {
    if (kind === undefined) return right
    const [a, b] = [asInteger(evaluate(left as Expression, scope, lowering)), asInteger(right)]
    if (a === null || b === null) throw fail(node, scope, `${operator} is for numbers.`)
    return number(binary(kind, a, b))
  }
  if (left.type === 'Identifier') {
    const assigned = scope.find(left.name)
    const expr = assigned?.kind === 'variable' ? sameType(assigned.type, value()) : null
    if (assigned?.kind !== 'variable' || expr === null)
      throw fail(node, scope, `${left.name} can not be assigned.`, 'Declare it with let, inside the action.')
    emit(lowering, { op: 'let', local: assigned.local, value: expr })
    return
  }
  if (left.type !== 'MemberExpression') throw fail(node, scope, 'Only parts of the state are assigned.')
  const target = targetOf(left, scope, lowering)
  const place = checkableWith(target.domain, value())
  if (place === null) throw fail(node, scope, `This value can not be in ${target.domain.describe()}.`)
  store(target.cell, place, target.domain.size, scope, node, target.writable, lowering)
}

function sameType(type: unknown, meaning: Meaning): Expr | null {
  if (meaning.kind !== 'number') return null
  if (type === 'int') return asInteger(meaning)
  return type instanceof Value ? checkedPlace(type, meaning) : meaning.type === type ? meaning.expr : null
}

/** The place of a value to be stored, which the store itself will check. */
function checkableWith(domain: Value<any>, meaning: Meaning): Expr | null {
  return placeIn(domain, meaning)
}

interface Target {
  readonly cell: Cell
  readonly domain: Value<any>
  readonly writable: boolean
}

/** The cell that an assignment writes. */
function targetOf(node: Extract<Expression, { type: 'MemberExpression' }>, scope: Scope, lowering: Lowering): Target {
  const base = evaluate(node.object, scope, lowering)
  if (base.kind === 'number')
    throw fail(
      node,
      scope,
      'A record is a value; its fields can not be assigned.',
      'Assign a new record to the place that holds it.',
    )
  if (base.kind !== 'container') throw fail(node, scope, 'Only parts of the state are assigned.')
  const { domain, place } = base
  if (!node.computed && domain instanceof StateDomain) {
    const name = (node.property as { readonly name: string }).name
    const field = domain.fields.find(candidate => candidate.name === name)
    if (field === undefined) throw fail(node, scope, `The state has no field ${name}.`, fieldHint(domain, name))
    if (!(field.domain instanceof Value)) throw aliased(node, scope, name)
    return {
      cell: cellOf({ ...place, at: place.at + field.at }, 0, null, 1),
      domain: field.domain,
      writable: place.writable,
    }
  }
  if (domain instanceof TableDomain) {
    if (!(domain.item instanceof Value)) throw aliased(node, scope, 'An entry of this table')
    const index = checkedPlace(domain.keys, keyOf(node, scope, lowering))
    if (index === null)
      throw fail(node, scope, `This is no key of the table.`, `It is keyed by ${domain.keys.describe()}.`)
    return { cell: cellOf(entry(domain, place, index), 0, null, 1), domain: domain.item, writable: place.writable }
  }
  throw fail(node, scope, 'Items of a sequence are not assigned.', 'Use push and truncate.')
}

/** The key in `table[key]`, or in `table.name`. */
function keyOf(node: Extract<Expression, { type: 'MemberExpression' }>, scope: Scope, lowering: Lowering): Meaning {
  if (node.computed) return evaluate(node.property, scope, lowering)
  return { kind: 'text', text: (node.property as { readonly name: string }).name }
}

function aliased(node: Node, scope: Scope, what: string) {
  return fail(
    node,
    scope,
    `${what} is a container and can not be assigned: two parts of a state may not share one.`,
    'Change it in place, or copy explicitly:  target.copyFrom(source)',
  )
}

function store(
  cell: Cell,
  value: Expr,
  size: number,
  scope: Scope,
  node: Node,
  writable: boolean,
  lowering: Lowering,
): void {
  if (!writable) throw fail(node, scope, 'A property may only read.', 'Change the state in actions.')
  lowering.wrote ??= scope.source.text.slice(node.start, node.end).split(/[=(]/)[0].trim()
  emit(lowering, { op: 'store', cell: settled(cell), value, size })
}

/** A method that changes a container. */
function mutate(
  domain: unknown,
  place: Place,
  name: string,
  args: readonly Expression[],
  node: Node,
  scope: Scope,
  lowering: Lowering,
): void {
  const write = (cell: Cell, value: Expr, size: number): void =>
    store(cell, value, size, scope, node, place.writable, lowering)
  if (domain instanceof SequenceDomain) {
    const length = read(place, 0, null, 1)
    if (name === 'push') {
      const value = placeIn(domain.item, evaluate(args[0], scope, lowering))
      if (value === null) throw fail(node, scope, `This can not be an item of ${domain.describe()}.`)
      const at = remembered(length, lowering)
      const slot = remembered(value, lowering)
      emit(lowering, { op: 'require', condition: binary('lt', at, constant(domain.max)) })
      if (domain.max === 0) return
      write(cellOf(place, 1, at, domain.max), slot, domain.item.size)
      write(cellOf(place, 0, null, 1), binary('add', at, ONE), domain.max + 1)
      return
    }
    if (name === 'truncate') {
      const wanted = remembered(integer(args[0], scope, lowering), lowering)
      const kept = remembered(clamped(wanted, length), lowering)
      for (let slot = 0; slot < domain.max; slot++) {
        write(
          cellOf(place, 1 + slot, null, 1),
          choose(binary('lt', constant(slot), kept), read(place, 1 + slot, null, 1), ZERO),
          domain.item.size,
        )
      }
      write(cellOf(place, 0, null, 1), kept, domain.max + 1)
      return
    }
  }
  if (domain instanceof SetDomain && (name === 'add' || name === 'delete')) {
    const member = checkedPlace(domain.item, evaluate(args[0], scope, lowering))
    if (member === null) throw fail(node, scope, `This can not be a member of ${domain.describe()}.`)
    const at = remembered(member, lowering)
    const word = binary('shr', at, constant(3))
    const bit = binary('shl', ONE, binary('and', at, constant(7)))
    const old = read(place, 0, word, domain.radices.length)
    const changed = name === 'add' ? binary('or', old, bit) : binary('and', old, binary('xor', bit, constant(0xff)))
    write(cellOf(place, 0, word, domain.radices.length), changed, 256)
    return
  }
  if (name === 'copyFrom' && (domain instanceof SetDomain || domain instanceof SequenceDomain)) {
    const source = asOfNow(evaluate(args[0], scope, lowering), lowering)
    const fits =
      source.kind === 'container'
        ? source.domain.describe() === domain.describe()
        : source.kind === 'subset' && domain instanceof SetDomain
    if (!fits) throw fail(node, scope, 'copyFrom copies from a container of the same domain.')
    domain.radices.forEach((radix, cell) => write(cellOf(place, cell, null, 1), wordOf(source, cell), radix))
    return
  }
  throw fail(
    node,
    scope,
    `There is no ${name}() here that changes the state.`,
    'Sequences have push, truncate and copyFrom; sets have add, delete and copyFrom.',
  )
}

/** `wanted` between 0 and `length`. */
function clamped(wanted: Expr, length: Expr): Expr {
  return choose(binary('lt', wanted, length), choose(binary('lt', wanted, ZERO), ZERO, wanted), length)
}
