// Functions of a specification, put in place of their calls.
import type { Expression, FunctionSyntax, Node, SyntaxStatement } from './parse.ts'
import { merge } from './convert.ts'
import { evaluate, fail, forbidden, integer, named, pick, truthOf } from './expressions.ts'
import { binary, choose, constant, constantOf, type Expr, isSimple, mayFault } from '../ir/ir.ts'
import { type Meaning, number } from './meaning.ts'
import { awaitAll, bind } from './patterns.ts'
import { type Lowering, Scope } from './scope.ts'

/** Calls inside calls beyond this are taken for recursion. */
const MAX_DEPTH = 64

let depth = 0

/** The value of a function for given arguments, its body put in place of the call. */
export function inline(
  callee: Extract<Meaning, { kind: 'function' }>,
  args: readonly Meaning[],
  node: Node,
  scope: Scope,
  lowering: Lowering,
): Meaning {
  checkCall(callee.node, args.length, depth, node, scope)
  depth++
  try {
    const inner = new Scope(callee.scope.source, callee.scope)
    const lets: { readonly local: number; readonly value: Expr }[] = []
    bindAll(callee.node, args, inner, lowering, lets)
    const { body } = callee.node
    const result =
      body.type === 'BlockStatement'
        ? block(body.body, inner, lowering, () => {
            throw fail(callee.node, inner, 'This function does not return a value on every way.', RETURNS)
          })
        : evaluate(body, inner, lowering)
    return wrap(result, lets)
  } finally {
    depth--
  }
}

/** Refuses a call that would never end, or that gives too little. */
export function checkCall(callee: FunctionSyntax, given: number, calls: number, node: Node, scope: Scope): void {
  if (calls > MAX_DEPTH)
    throw fail(
      node,
      scope,
      'This function calls itself.',
      'Recursion is outside the language: loop over a domain instead.',
    )
  const wanted = callee.params.length
  if (given < wanted)
    throw fail(node, scope, `This function needs ${wanted} arguments and is given ${given}.`, 'Give it all of them.')
}

function bindAll(
  node: FunctionSyntax,
  args: readonly Meaning[],
  scope: Scope,
  lowering: Lowering,
  lets: { local: number; value: Expr }[],
): void {
  node.params.forEach((parameter, index) => {
    bind(parameter, args[index], scope, meaning => kept(meaning, lowering, lets))
  })
}

/** A computed number gets a local, so that it is computed once and as of now. */
function kept(meaning: Meaning, lowering: Lowering, lets: { local: number; value: Expr }[]): Meaning {
  if (meaning.kind !== 'number' || isSimple(meaning.expr)) return meaning
  const local = lowering.local()
  lets.push({ local, value: meaning.expr })
  return number({ op: 'local', local }, meaning.type)
}

/** What a meaning stands for where the locals of a function are not set: everything computed in it sets them first. */
function wrap(meaning: Meaning, lets: readonly { readonly local: number; readonly value: Expr }[]): Meaning {
  const set = (expr: Expr): Expr =>
    lets.reduceRight<Expr>(
      (body, { local, value }) =>
        constantOf(body) === null || mayFault(value) ? { op: 'let', local, value, body } : body,
      expr,
    )
  if (lets.length === 0) return meaning
  switch (meaning.kind) {
    case 'number':
      return number(set(meaning.expr), meaning.type)
    case 'object':
      return { ...meaning, fields: new Map(Array.from(meaning.fields, ([name, field]) => [name, wrap(field, lets)])) }
    case 'decision': {
      const { condition, then, otherwise } = meaning
      return { ...meaning, condition: set(condition), then: wrap(then, lets), otherwise: wrap(otherwise, lets) }
    }
    case 'container': {
      const { place } = meaning
      return place.index === null ? meaning : { ...meaning, place: { ...place, index: set(place.index) } }
    }
    default:
      return meaning
  }
}

const KINDS = 'All of them give a number, a truth value, or a value of one domain.'
const RETURNS = 'End each way with  return value.'

/**
 * The value of a function body with statements: constants, then `if … return`, then `return`. `next` gives the value of
 * what follows the statements, for the ways through them that do not return.
 */
function block(statements: readonly SyntaxStatement[], scope: Scope, lowering: Lowering, next: () => Meaning): Meaning {
  const [first, ...others] = statements
  if (first === undefined) return next()
  awaitAll(statements, scope)
  const rest = (): Meaning => block(others, scope, lowering, next)
  if (first.type === 'ReturnStatement' && first.argument !== null) return evaluate(first.argument, scope, lowering)
  if (first.type === 'EmptyStatement') return rest()
  if (first.type === 'BlockStatement') return block(first.body, scope.inner(), lowering, rest)
  if (first.type === 'VariableDeclaration' && first.kind === 'const') {
    const lets: { local: number; value: Expr }[] = []
    for (const { id, init } of first.declarations) {
      if (init === null) throw fail(first, scope, 'A constant needs a value.')
      bind(id, evaluate(init, scope, lowering), scope, meaning => kept(meaning, lowering, lets))
    }
    return wrap(rest(), lets)
  }
  if (first.type === 'IfStatement') {
    const condition = truthOf(first.test, scope, lowering)
    const known = constantOf(condition)
    const branch = (taken: SyntaxStatement | null): Meaning =>
      taken === null ? rest() : block([taken], scope.inner(), lowering, rest)
    if (known !== null) return branch(known === 0 ? first.alternate : first.consequent)
    const merged = merge(condition, branch(first.consequent), branch(first.alternate))
    if (merged !== null) return merged
    throw fail(first, scope, 'The ways through this function return values of different kinds.', KINDS)
  }
  if (first.type === 'ExpressionStatement' && others.length === 0)
    throw fail(first, scope, 'This function does not return its last value.', 'Write  return  in front of it.')
  throw fail(
    first,
    scope,
    'This statement is outside what a function that gives a value may do.',
    'A function that gives a value has constants, if … return, and return.',
  )
}

/** `Math.floor` and the few others that a specification may use. */
export function math(node: Node, name: string, args: readonly Expression[], scope: Scope, lowering: Lowering): Meaning {
  if (name === 'random') throw forbidden(node, 'Math.random', scope)
  const [first] = args
  if (name === 'floor' && first?.type === 'BinaryExpression' && first.operator === '/') {
    const [a, b] = [first.left, first.right].map(side => integer(side, scope, lowering))
    return number(binary('div', a, b))
  }
  const numbers = args.map(argument => integer(argument, scope, lowering))
  if (name === 'floor' && numbers.length === 1) return number(numbers[0])
  if ((name === 'min' || name === 'max') && numbers.length > 0) {
    return number(numbers.reduce((best, next) => pick(name, best, next, lowering)))
  }
  if (name === 'abs' && numbers.length === 1) {
    return number(
      named(numbers[0], lowering, x => choose(binary('lt', x, constant(0)), binary('sub', constant(0), x), x)),
    )
  }
  throw fail(node, scope, `Math.${name} is outside the language.`, 'Math has floor, min, max and abs.')
}
