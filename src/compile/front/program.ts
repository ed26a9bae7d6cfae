// From source text to a program: the specification's module is read, its configuration folded in, and every action
// instance and property lowered. The order of steps is that of the native machine, which is how the two stay one.
import type { FunctionSyntax, Expression } from './parse.ts'
import { excessOf } from '../../lang/instances.ts'
import type { Config } from '../../lang/spec.ts'
import { StateDomain } from '../../lang/state.ts'
import { memberOf } from './convert.ts'
import { evaluate, fail } from './expressions.ts'
import { inline } from './functions.ts'
import {
  type CompiledProperty,
  type CompiledStep,
  type CompileStep,
  constant,
  type Expr,
  MAX_STEPS,
  type Program,
  type Statement,
  truth,
} from '../ir/ir.ts'
import { type Meaning, number } from './meaning.ts'
import { declareConstants, hoist, loadModule, type ReadModule } from './modules.ts'
import { bind } from './patterns.ts'
import { CompileError, Lowering, Scope, type Source } from './scope.ts'
import { ArithmeticProblem, simplify } from '../ir/simplify.ts'
import { lowerAll, RULED_OUT } from './statements.ts'

/**
 * Compiles a specification under a configuration that has every knob.
 *
 * @throws CompileError for a construct outside the language, with its place.
 */
export function compile(source: Source, config: Config, readModule: ReadModule): Program {
  const parts = partsOf(source, config, readModule)
  const { contents, domain, node, scope } = parts
  const program: Program = {
    steps: parts.steps.map(({ lower }) => lower()),
    invariants: propertiesOf(contents.get('invariants'), 1, domain, node, scope),
    transitions: propertiesOf(contents.get('transitions'), 2, domain, node, scope),
    final: contents.has('final') ? propertyOf('final', contents.get('final') as Meaning, 1, domain, node, scope) : null,
  }
  return simplifiedIn(parts, program)
}

/**
 * Compiles each step when it is first asked for: who looks at a few of many waits for those only.
 *
 * @throws CompileError as `compile`; for what is wrong in one step, when it is asked for.
 */
export function compileSteps(source: Source, config: Config, readModule: ReadModule): CompileStep {
  const parts = partsOf(source, config, readModule)
  const compiled = { whole: [] as CompiledStep[], guards: [] as CompiledStep[] }
  return (index, part = 'whole') => {
    const step = parts.steps[index]
    const program = (): Program => {
      const lowered = step.lower()
      const steps = [part === 'whole' ? lowered : { ...lowered, body: upToLastGuard(lowered.body) }]
      return { steps, invariants: [], transitions: [], final: null }
    }
    return (compiled[part][index] ??= simplifiedIn({ ...parts, steps: [step] }, program()).steps[0])
  }
}

function upToLastGuard(body: readonly Statement[]): readonly Statement[] {
  return body.slice(0, body.findLastIndex(({ op }) => op === 'guard') + 1)
}

/** A specification under a configuration, its steps ready to be lowered. */
interface Parts {
  readonly contents: ReadonlyMap<string, Meaning>
  readonly domain: StateDomain
  readonly steps: readonly { readonly action: string; readonly lower: () => CompiledStep }[]
  /** The default export, for what has no place of its own. */
  readonly node: Expression
  readonly scope: Scope
}

function partsOf(source: Source, config: Config, readModule: ReadModule): Parts {
  const scope = new Scope(source, null)
  const node = loadModule(source, scope, readModule)
  if (node === null)
    throw new CompileError(
      source,
      0,
      'There is no specification as the default export.',
      "End with:  export default spec('name', { … }, ({ … }) => { … })",
    )
  const contents = instantiate(node, scope, config)
  const state = contents.get('state')
  if (state?.kind !== 'domain' || !(state.domain instanceof StateDomain))
    throw fail(node, scope, 'The specification returns no state.')
  const domain = state.domain
  checkInstances(objectOf(contents.get('actions')), node, scope)
  const steps = Array.from(objectOf(contents.get('actions')), ([action, meaning]) =>
    stepsOf(meaning, domain, node, scope).map(lower => ({ action, lower })),
  ).flat()
  return { contents, domain, steps, node, scope }
}

function simplifiedIn({ contents, domain, steps, node, scope }: Parts, program: Program): Program {
  try {
    return simplify(program, domain.radices)
  } catch (error) {
    if (!(error instanceof ArithmeticProblem)) throw error
    const name = error.property ?? steps[error.step ?? 0].action
    throw arithmeticError(error, name, contents, fail(node, scope, `${name} ${error.message}`, error.hint))
  }
}

/** The problem as an error at the action or property it is in; `elsewhere` when that has no place of its own. */
function arithmeticError(
  { message, hint }: ArithmeticProblem,
  name: string,
  contents: ReadonlyMap<string, Meaning>,
  elsewhere: CompileError,
): CompileError {
  const listed = ['actions', 'invariants', 'transitions'].map(part => objectOf(contents.get(part)).get(name))
  const given = [...listed, contents.get(name)].find(meaning => meaning !== undefined)
  const body = given?.kind === 'action' ? given.body : given?.kind === 'property' ? given.holds : undefined
  return body?.kind === 'function' ? fail(body.node, body.scope, `${name} ${message}`, hint) : elsewhere
}

/** What the specification's function returns for a configuration. */
function instantiate(node: Expression, scope: Scope, config: Config): ReadonlyMap<string, Meaning> {
  const build = node.type === 'CallExpression' ? node.arguments[2] : undefined
  if (node.type !== 'CallExpression' || build?.type !== 'ArrowFunctionExpression')
    throw fail(node, scope, 'The default export is not a call of spec(name, knobs, build).')
  const inner = scope.inner()
  const [parameter] = build.params
  const knobs = new Map(Object.entries(config).map(([knob, value]) => [knob, meaningOf(value)]))
  if (parameter !== undefined) bind(parameter, { kind: 'object', fields: knobs }, inner, meaning => meaning)
  if (build.body.type !== 'BlockStatement')
    throw fail(build, scope, 'The function of a specification has a body in braces.')
  hoist(build.body.body, inner)
  for (const statement of build.body.body) {
    if (statement.type !== 'ReturnStatement') declareConstants(statement, inner)
    else if (statement.argument !== null) return objectOf(evaluate(statement.argument, inner, new Lowering(null)))
  }
  throw fail(build, scope, 'The specification returns nothing.')
}

function meaningOf(value: Config[string]): Meaning {
  if (typeof value === 'number') return number(constant(value))
  if (typeof value === 'boolean') return number(truth(value), 'bool')
  return typeof value === 'string' ? { kind: 'text', text: value } : { kind: 'list', items: value }
}

function objectOf(meaning: Meaning | undefined): ReadonlyMap<string, Meaning> {
  return meaning?.kind === 'object' ? meaning.fields : new Map()
}

/** Refuses actions of more instances than the engine takes, before they are lowered. */
function checkInstances(actions: ReadonlyMap<string, Meaning>, node: Expression, scope: Scope): void {
  const parameters = Array.from(actions, ([name, action]) =>
    action.kind === 'action' ? ([name, action.parameters] as const) : ([name, {}] as const),
  )
  const excess = excessOf(parameters, MAX_STEPS)
  if (excess === null) return
  const action = actions.get(excess.action)
  const body = action?.kind === 'action' && action.body.kind === 'function' ? action.body : null
  const hint = `${excess.hint} Or explore with --engine native, which takes more and is slower.`
  throw fail(body?.node ?? node, body?.scope ?? scope, excess.message, hint)
}

function stepsOf(action: Meaning, state: StateDomain, node: Expression, scope: Scope): readonly (() => CompiledStep)[] {
  if (action.kind !== 'action' || action.body.kind !== 'function')
    throw fail(node, scope, 'Only actions may be listed under actions.')
  const body = action.body
  let choices: ReadonlyMap<string, Meaning>[] = [new Map()]
  for (const [name, domain] of Object.entries(action.parameters)) {
    choices = choices.flatMap(chosen =>
      Array.from({ length: domain.size }, (_, place) => new Map(chosen).set(name, memberOf(domain, place))),
    )
  }
  return choices.map(chosen => () => stepOf(body.node, body.scope, chosen, state))
}

function stepOf(
  node: FunctionSyntax,
  outer: Scope,
  chosen: ReadonlyMap<string, Meaning>,
  state: StateDomain,
): CompiledStep {
  const scope = outer.inner()
  const [target, given] = node.params
  if (target?.type === 'Identifier') scope.define(target.name, stateAt(state, 0, true))
  if (given !== undefined) bind(given, { kind: 'object', fields: chosen }, scope, meaning => meaning)
  const statements: Statement[] = []
  const lowering = new Lowering(statements)
  try {
    lowerAll(
      node.body.type === 'BlockStatement'
        ? node.body.body
        : [
            {
              type: 'ExpressionStatement',
              expression: node.body,
              start: node.body.start,
              end: node.body.end,
            },
          ],
      scope,
      lowering,
    )
  } catch (error) {
    if (error !== RULED_OUT) throw error
  }
  return { body: statements, localCount: lowering.localCount }
}

function stateAt(state: StateDomain, frame: 0 | 1, writable: boolean): Meaning {
  return {
    kind: 'container',
    domain: state,
    place: { frame, at: 0, index: null, reach: state.radices.length, writable },
  }
}

function propertiesOf(
  meaning: Meaning | undefined,
  states: number,
  state: StateDomain,
  node: Expression,
  scope: Scope,
): readonly CompiledProperty[] {
  return Array.from(objectOf(meaning), ([name, property]) => propertyOf(name, property, states, state, node, scope))
}

const COMPARE = 'Compare explicitly: x !== 0, x !== null.'

function propertyOf(
  name: string,
  property: Meaning,
  states: number,
  state: StateDomain,
  node: Expression,
  scope: Scope,
): CompiledProperty {
  if (property.kind !== 'property' || property.holds.kind !== 'function')
    throw fail(node, scope, `${name} is not a property.`)
  const lowering = new Lowering(null)
  const frames: readonly (0 | 1)[] = states === 2 ? [1, 0] : [0]
  const value = inline(
    property.holds,
    frames.map(frame => stateAt(state, frame, false)),
    property.holds.node,
    property.holds.scope,
    lowering,
  )
  if (value.kind !== 'number' || value.type !== 'bool')
    throw fail(property.holds.node, property.holds.scope, `${name} does not give a truth value.`, COMPARE)
  const holds: Expr = value.expr
  return { name, holds, localCount: lowering.localCount }
}
