// Statements: the bodies of actions. Guards come first; after the first write there is none. A write goes to cells,
// and the engine packs what may have been written.
import type { Expression, Node, SyntaxStatement } from './parse.ts'
import { SetDomain } from '../../lang/set.ts'
import { apply, evaluate, fail, refused, truthOf } from './expressions.ts'
import { checkCall } from './functions.ts'
import { constantOf } from '../ir/ir.ts'
import { type Meaning, number, type NumberMeaning } from './meaning.ts'
import { awaitAll, awaitNames, bind } from './patterns.ts'
import { insteadOf, isRefused } from './refusals.ts'
import { type Lowering, Scope } from './scope.ts'
import { checkArgument, elementsOf } from './methods.ts'
import { asOfNow, emit, remembered } from './snapshot.ts'
import { assign, mutate } from './writes.ts'

/** Thrown at a guard that no state can satisfy: what follows it does not matter. */
export const RULED_OUT = Symbol('ruled out')

/** Lowers statements in order. Returns true when they always end by returning. */
export function lowerAll(statements: readonly SyntaxStatement[], scope: Scope, lowering: Lowering): boolean {
  awaitAll(statements, scope)
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
    done ? sides[side] : [...sides[side], ...lowering.branch(() => lowerAll(rest, scope, lowering))],
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
  const head = scope.inner()
  if (name !== null) awaitNames(name, right, head)
  const given = evaluate(right, head, lowering)
  const over = given.kind === 'number' ? number(remembered(given.expr, lowering), given.type) : given
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
      bind(name, element.item, inner, item => asOfNow(item, lowering))
      if (lowerAll(body.type === 'BlockStatement' ? body.body : [body], inner.inner(), lowering))
        throw fail(statement, scope, 'A return may not stand in a loop.', 'Put what follows into an if.')
    }
    const statements = known === null ? lowering.branch(lowerBody) : lowering.collect(lowerBody)
    if (known === null) emit(lowering, { op: 'if', condition: present[index], then: statements, else: [] })
    else for (const each of statements) emit(lowering, each)
  })
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
    if (base.kind !== 'object') {
      evaluate(node, scope, lowering) // says what is wrong with it
      throw fail(node, scope, 'This call does nothing.', 'Only containers have methods that change something.')
    }
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
