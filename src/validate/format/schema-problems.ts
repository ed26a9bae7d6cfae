// What the schema says against a line, in words. Ajv judges; what a value must be is told from the schema, because of a
// value with several kinds ajv reports each kind that it is not.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { suggestion } from '../../lang/spec.ts'
import { inexactIn } from './exact.ts'
import { below, stepsOf } from './pointer.ts'
import type { Fault } from './problems.ts'
import {
  END_SHAPE,
  EVENT_SHAPES,
  EVENT_TYPES,
  HEADER_SHAPE,
  kindOf,
  type Shape,
  shapeAt,
  VALUE_SHAPES,
} from './vocabulary.ts'

/** The schema itself is checked by a test, not in every run. */
const ajv = new Ajv2020({ allErrors: true, strictRequired: false, strictTypes: false, validateSchema: false })

/**
 * One validator a shape, compiled when the shape first occurs: 20 ms each, where all of them at once, behind a
 * `discriminator`, are half a second that a short trace would wait for. The map of shapes is the discriminator.
 */
const validators = new Map<Shape, ValidateFunction>()

function validatorOf(shape: Shape): ValidateFunction {
  const known = validators.get(shape)
  if (known !== undefined) return known
  const validator = ajv.compile({ ...shape, $defs: VALUE_SHAPES })
  validators.set(shape, validator)
  return validator
}

const NONE: readonly Fault[] = []

/** What is wrong with a header. */
export function headerShapeFaults(header: object): readonly Fault[] {
  return shapeFaults('the header', HEADER_SHAPE, header)
}

/** What is wrong with the end of a stream. */
export function endFaults(end: object): readonly Fault[] {
  return shapeFaults('the end', END_SHAPE, end)
}

const TYPE_HINT = 'The type says what happened: {"type":"append", …}.'

/** What is wrong with the shape of an event. */
export function eventFaults(event: unknown): readonly Fault[] {
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    return [fault('E-KIND', `An event must be an object, but this is ${shown(event)}.`, TYPE_HINT, '')]
  const { type } = event as { readonly type?: unknown }
  if (type === undefined) return [fault('E-MISSING', 'The field type is missing.', TYPE_HINT, '')]
  const shape = typeof type === 'string' ? EVENT_SHAPES.get(type) : undefined
  if (typeof type !== 'string' || shape === undefined) return [typeFault(type)]
  const validator = validatorOf(shape)
  if (validator(event)) return NONE
  return faultsOf({ whole: `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`, shape, line: event }, validator.errors ?? [])
}

function shapeFaults(whole: string, shape: Shape, line: object): readonly Fault[] {
  const validator = validatorOf(shape)
  return validator(line) ? NONE : faultsOf({ whole, shape, line }, validator.errors ?? [])
}

/** What is judged: how sentences call it, what it must be, and what it is. */
interface Judged {
  readonly whole: string
  readonly shape: Shape
  readonly line: object
}

function typeFault(type: unknown): Fault {
  if (typeof type !== 'string')
    return fault('E-KIND', `The field type must be the name of a type, but is ${shown(type)}.`, TYPE_HINT, '/type')
  return fault(
    'E-TYPE',
    `There is no type ${shown(type)}.`,
    `${suggestion(type, EVENT_TYPES)} What no type fits can be a note, with fields of your own that begin with x-.`,
    '/type',
  )
}

function faultsOf(judged: Judged, errors: readonly ErrorObject[]): readonly Fault[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath)
  const faults = new Map<string, Fault>()
  for (const error of errors) {
    // Below a choice, errors are about its options; the choice as a whole says it all.
    const choice = choices.find(at => error.instancePath === at || error.instancePath.startsWith(`${at}/`))
    const found = choice === undefined ? faultOf(judged, error) : wrongKind(judged, choice)
    faults.set(`${found.pointer} ${found.message}`, found)
  }
  return [...faults.values()]
}

function faultOf(judged: Judged, { keyword, instancePath, params }: ErrorObject): Fault {
  if (keyword === 'required') return missing(judged, instancePath, String(params['missingProperty']))
  if (keyword === 'additionalProperties')
    return unknownField(judged, instancePath, String(params['additionalProperty']))
  return wrongKind(judged, instancePath)
}

function missing(judged: Judged, path: string, field: string): Fault {
  const description = shapeAt(judged.shape, below(path, field))?.description ?? ''
  const message = `${subject(judged, path)} needs the field ${field}.`
  return fault('E-MISSING', message, description === '' ? '' : `${field}: ${description}`, path)
}

function unknownField(judged: Judged, path: string, field: string): Fault {
  const present = valueAt(judged.line, path) as object
  const fields = Object.keys(shapeAt(judged.shape, path)?.properties ?? {}).filter(known => !(known in present))
  return {
    code: 'E-FIELD',
    message: `${subject(judged, path)} has no field ${field}.`,
    hint: `${suggestion(field, fields)} Fields of your own begin with x-.`.trimStart(),
    pointer: below(path, field),
    on: 'key',
  }
}

const INEXACT_HINT = 'Numbers of 64 bits are text where the format has text; positions and epochs must be smaller.'

/** Where the schema has no words on a value. */
const KIND_HINT = 'What is not known is left out; traces/FORMAT.md lists the fields.'

function wrongKind(judged: Judged, path: string): Fault {
  const expected = shapeAt(judged.shape, path)
  const value = valueAt(judged.line, path)
  const rounded = inexactIn(value)
  if (rounded !== null) {
    const message = `${subject(judged, path)} is beyond 9,007,199,254,740,991 (2^53 - 1), the last whole number that is read as it is written.`
    return fault('E-KIND', message, INEXACT_HINT, rounded.reduce(below, path))
  }
  const kind = expected === undefined ? 'otherwise' : kindOf(expected)
  const hint =
    typeof value === 'string' && expected?.enum !== undefined
      ? suggestion(value, expected.enum)
      : (expected?.description ?? KIND_HINT)
  return fault('E-KIND', `${subject(judged, path)} must be ${kind}, but is ${shown(value)}.`, hint, path)
}

/** The whole, or the field of it that a pointer names. */
function subject({ whole }: Judged, path: string): string {
  return path === '' ? `${whole[0].toUpperCase()}${whole.slice(1)}` : `${stepsOf(path).join('.')} of ${whole}`
}

function valueAt(line: object, pointer: string): unknown {
  let at: unknown = line
  for (const key of stepsOf(pointer)) at = (at as { readonly [key: string]: unknown })[key]
  return at
}

const LONGEST = 60

/** A value of the input, cut where it is long. */
export function shown(value: unknown): string {
  let text: string
  try {
    text = JSON.stringify(value)
  } catch {
    // The parser takes any depth, the printer does not.
    text = 'deeply nested'
  }
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}

function fault(code: Fault['code'], message: string, hint: string, pointer: string): Fault {
  return { code, message, hint, pointer, on: 'value' }
}
