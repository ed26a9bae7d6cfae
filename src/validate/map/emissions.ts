// What a rule of a map makes of a record: events, their fields computed from it. The schema of traces says which fields
// there are and must be; a map that could never make a valid event is refused before it meets a record.
import { suggestion } from '../../lang/spec.ts'
import { assembled, type Evaluate, type ExpressionCompiler, isReference, operatorIn } from './expressions.ts'
import type { Path } from './map-source.ts'
import type { Emission, Expression } from './mapping-types.ts'
import { RecordFault, type Scope } from './scope.ts'
import { EVENT_SHAPES, EVENT_TYPES, fieldsOf, isOwnField, OBSERVATION_FIELDS } from '../format/vocabulary.ts'

type Fields = Readonly<Record<string, Expression>>

/** Makes the events of one emission; values that no schema has seen yet. */
export type Emit = (scope: Scope) => readonly unknown[]

/** Refuses common fields that no emitted type has. */
export function checkCommon(common: Fields, emissions: readonly Emission[], { source }: ExpressionCompiler): void {
  const known = new Set(emissions.flatMap(({ type }) => fieldsOf(EVENT_SHAPES.get(type) ?? {})))
  for (const name of Object.keys(common)) {
    if (known.has(name) || isOwnField(name)) continue
    source.refuse(
      'E-MAP-FIELD',
      ['common', name],
      `No event of this map has a field ${name}.`,
      suggestion(name, [...known]),
    )
  }
  checkObservation(common['obs'], ['common', 'obs'], source)
}

export function compileEmission(emission: Emission, path: Path, common: Fields, compiler: ExpressionCompiler): Emit {
  const { type, forEach, ...own } = emission as Emission & Fields
  checkFields(type, own, path, common, compiler.source)
  const inner = forEach === undefined ? compiler : compiler.inside()
  const make = assembled(compileFields(type, own, path, common, inner))
  if (forEach === undefined) return scope => [make(scope)]
  if (!isReference(forEach))
    compiler.source.refuse('E-MAP-EXPRESSION', [...path, 'forEach'], 'forEach takes a reference such as $/rows.')
  const elements = compiler.reference(forEach, [...path, 'forEach'])
  return scope => {
    const found = elements(scope)
    if (found === undefined || found === null) return []
    if (!Array.isArray(found)) throw new RecordFault(`${forEach} is not a list.`)
    return found.map(element => make({ ...scope, element }))
  }
}

/** The rule's own fields stand in place of common ones; what is observed of the node's state is joined part by part. */
function compileFields(
  type: string,
  own: Fields,
  path: Path,
  common: Fields,
  compiler: ExpressionCompiler,
): ReadonlyMap<string, Evaluate> {
  const fields = new Map<string, Evaluate>([['type', () => type]])
  const possible = fieldsOf(EVENT_SHAPES.get(type) ?? {})
  for (const [name, expression] of Object.entries(common)) {
    if (isOwnField(name) || possible.includes(name)) fields.set(name, compiler.compile(expression, ['common', name]))
  }
  for (const [name, expression] of Object.entries(own)) fields.set(name, compiler.compile(expression, [...path, name]))
  const shared = common['obs']
  const observed = own['obs']
  if (isPlain(shared) && isPlain(observed)) {
    const parts = [...compiler.parts(shared, ['common', 'obs']), ...compiler.parts(observed, [...path, 'obs'])]
    fields.set('obs', assembled(new Map(parts)))
  }
  return fields
}

function isPlain(expression: Expression | undefined): expression is Fields {
  if (typeof expression !== 'object' || expression === null || Array.isArray(expression)) return false
  return operatorIn(expression as Fields) === undefined
}

function checkFields(
  type: string,
  own: Fields,
  path: Path,
  common: Fields,
  source: ExpressionCompiler['source'],
): void {
  const shape = EVENT_SHAPES.get(type)
  if (shape === undefined) {
    const hint = suggestion(type, EVENT_TYPES)
    return source.refuse('E-MAP-TYPE', [...path, 'type'], `There is no event type ${type}.`, hint)
  }
  const known = fieldsOf(shape)
  for (const name of Object.keys(own)) {
    if (known.includes(name) || isOwnField(name)) continue
    const hint = `${suggestion(name, known)} Fields of your own begin with x-.`
    source.refuse('E-MAP-FIELD', [...path, name], `An event of type ${type} has no field ${name}.`, hint)
  }
  for (const name of shape.required ?? []) {
    if (name === 'type' || name in own || name in common) continue
    const message = `An event of type ${type} must have ${name}, and neither this rule nor common gives it.`
    source.refuse('E-MAP-REQUIRED', path, message, `Add "${name}" here or in common.`)
  }
  checkObservation(own['obs'], [...path, 'obs'], source)
}

function checkObservation(observed: Expression | undefined, path: Path, source: ExpressionCompiler['source']): void {
  if (!isPlain(observed)) return
  for (const name of Object.keys(observed)) {
    if (OBSERVATION_FIELDS.includes(name) || isOwnField(name)) continue
    const message = `What is observed of a node has no part ${name}.`
    source.refuse('E-MAP-FIELD', [...path, name], message, suggestion(name, OBSERVATION_FIELDS))
  }
}
