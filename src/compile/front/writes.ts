// Writes: assignments, and the methods that change a container.
import type { Expression, Node } from './parse.ts'
import { RecordDomain } from '../../lang/record.ts'
import { SequenceDomain } from '../../lang/sequence.ts'
import { SetDomain } from '../../lang/set.ts'
import { StateDomain } from '../../lang/state.ts'
import { TableDomain } from '../../lang/table.ts'
import { Value } from '../../lang/value.ts'
import { asInteger, checkedPlace, placeIn } from './convert.ts'
import { evaluate, fail, integer, lookUp, noField } from './expressions.ts'
import { type Binary, binary, type Cell, choose, constant, type Expr, ONE, settled, ZERO } from '../ir/ir.ts'
import { type Meaning, number, type Place } from './meaning.ts'
import { itemOf, wordOf } from './methods.ts'
import { meantIn, startOf } from './mismatch.ts'
import { cellOf, entry, read } from './places.ts'
import type { CompileError, Lowering, Scope } from './scope.ts'
import { asOfNow, emit, remembered } from './snapshot.ts'

const COMPOUND: { readonly [operator: string]: Binary } = { '+=': 'add', '-=': 'sub', '*=': 'mul' }

export function assign(
  node: Extract<Expression, { type: 'AssignmentExpression' }>,
  scope: Scope,
  lowering: Lowering,
): void {
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
    const assigned = lookUp(left, scope)
    const expr = assigned?.kind === 'variable' ? sameType(assigned.type, value()) : null
    if (assigned?.kind !== 'variable' || expr === null)
      throw fail(node, scope, `${left.name} can not be assigned.`, 'Declare it with let, inside the action.')
    emit(lowering, { op: 'let', local: assigned.local, value: expr })
    return
  }
  if (left.type !== 'MemberExpression') throw fail(node, scope, 'Only parts of the state are assigned.')
  const target = targetOf(left, scope, lowering)
  const given = value()
  const place = checkableWith(target.domain, given)
  if (place === null) throw misfit(given, target.domain, 'in', node, scope)
  store(target.cell, place, target.domain.size, scope, node, target.writable, lowering)
}

function sameType(type: unknown, meaning: Meaning): Expr | null {
  if (meaning.kind !== 'number') return null
  if (type === 'int') return asInteger(meaning)
  return type instanceof Value ? checkedPlace(type, meaning) : meaning.type === type ? meaning.expr : null
}

/** Refuses a value that can not be a member of a domain, of a part `as` whose values it would be one. */
function misfit(
  given: Meaning,
  domain: Value<any>,
  as: string,
  node: Node,
  scope: Scope,
  part: { describe(): string } = domain,
): CompileError {
  return fail(node, scope, `${startOf(given)} can not be ${as} ${part.describe()}.`, meantIn(domain, given))
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
  if (base.kind === 'number' && base.type instanceof RecordDomain)
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
    if (field === undefined) throw noField(node, name, domain, scope)
    if (!(field.domain instanceof Value)) throw aliased(node, scope, name)
    return {
      cell: cellOf({ ...place, at: place.at + field.at }, 0, null, 1),
      domain: field.domain,
      writable: place.writable,
    }
  }
  if (domain instanceof TableDomain) {
    if (!(domain.item instanceof Value)) throw aliased(node, scope, 'An entry of this table')
    const key = keyOf(node, scope, lowering)
    const index = checkedPlace(domain.keys, key)
    if (index === null)
      throw fail(node, scope, `${startOf(key)} is no key of the table.`, `It is keyed by ${domain.keys.describe()}.`)
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
  const written = node.type === 'AssignmentExpression' ? node.left : node.type === 'CallExpression' ? node.callee : node
  lowering.wrote ??= scope.source.text.slice(written.start, written.end)
  emit(lowering, { op: 'store', cell: settled(cell), value, size })
}

/** A method that changes a container. */
export function mutate(
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
      const item = evaluate(args[0], scope, lowering)
      const value = placeIn(domain.item, item)
      if (value === null) throw misfit(item, domain.item, 'an item of', node, scope, domain)
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
    const given = evaluate(args[0], scope, lowering)
    const member = checkedPlace(domain.item, given)
    if (member === null) throw misfit(given, domain.item, 'a member of', node, scope, domain)
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
        : domain instanceof SetDomain && itemOf(source)?.describe() === domain.item.describe()
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
