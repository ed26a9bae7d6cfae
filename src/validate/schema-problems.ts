// What the schema says against a line, in words. Ajv judges; what a value must be is told from the schema, because of a
// value with several kinds ajv reports each kind that it is not.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { suggestion } from '../lang/spec.ts'
import type { Fault } from './problems.ts'
import { kindOf, LINE_SHAPES, type Shape, shapeAt, VALUE_SHAPES } from './vocabulary.ts'

/** The schema itself is checked by a test, not in every run. */
const ajv = new Ajv2020({ allErrors: true, strictRequired: false, strictTypes: false, validateSchema: false })

/**
 * One validator a type, compiled when the type first occurs: 20 ms each, where all of them at once, behind a
 * `discriminator`, are half a second that a short trace would wait for. This table is the discriminator.
 */
const validators = new Map<string, ValidateFunction>()

function validatorOf(type: string, shape: Shape): ValidateFunction {
  const known = validators.get(type)
  if (known !== undefined) return known
  const validator = ajv.compile({ ...shape, $defs: VALUE_SHAPES })
  validators.set(type, validator)
  return validator
}

const NONE: readonly Fault[] = []

/** What is wrong with a line as such: a header, an event or an end, whichever it says it is. */
export function schemaFaults(line: unknown): readonly Fault[] {
  if (typeof line !== 'object' || line === null || Array.isArray(line))
    return [fault('E-KIND', `A line must be an object, but this is ${shown(line)}.`, '', '')]
  const { type } = line as { readonly type?: unknown }
  if (type === undefined)
    return [fault('E-MISSING', 'The field type is missing.', 'It says what happened: {"type":"append", …}.', '')]
  const shape = typeof type === 'string' ? LINE_SHAPES.get(type) : undefined
  if (typeof type !== 'string' || shape === undefined) return [typeFault(type)]
  const validator = validatorOf(type, shape)
  return validator(line) ? NONE : faultsOf(type, shape, line, validator.errors ?? [])
}

function typeFault(type: unknown): Fault {
  const types = [...LINE_SHAPES.keys()]
  if (typeof type !== 'string')
    return fault('E-KIND', `The field type must be the name of a type, but is ${shown(type)}.`, '', '/type')
  return fault(
    'E-TYPE',
    `There is no type ${shown(type)}.`,
    `${suggestion(type, types)} What no type fits can be a note, with fields of your own that begin with x-.`,
    '/type',
  )
}

function faultsOf(type: string, shape: Shape, line: object, errors: readonly ErrorObject[]): readonly Fault[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath)
  const said = new Set<string>()
  return errors.flatMap(error => {
    const path = error.instancePath
    // Below a choice, errors are about its options; the choice as a whole says it all.
    const choice = choices.find(at => path === at || path.startsWith(`${at}/`))
    const found =
      choice === undefined && error.keyword === 'required'
        ? missing(type, shape, path, String(error.params['missingProperty']))
        : choice === undefined && error.keyword === 'additionalProperties'
          ? unknownField(type, shape, line, path, String(error.params['additionalProperty']))
          : wrongKind(type, shape, line, choice ?? path)
    const key = `${found.code} ${found.pointer} ${found.message}`
    return said.has(key) ? [] : [...said.add(key), found].slice(-1).map(() => found)
  })
}

function missing(type: string, shape: Shape, path: string, field: string): Fault {
  const description = shapeAt(shape, `${path}/${field}`)?.description ?? ''
  const message = `${subject(type, path)} needs the field ${field}.`
  return fault('E-MISSING', message, description === '' ? '' : `${field}: ${description}`, path)
}

function unknownField(type: string, shape: Shape, line: object, path: string, field: string): Fault {
  const present = valueAt(line, path) as object
  const fields = Object.keys(shapeAt(shape, path)?.properties ?? {}).filter(known => !(known in present))
  return {
    code: 'E-FIELD',
    message: `${subject(type, path)} has no field ${field}.`,
    hint: `${suggestion(field, fields)} Fields of your own begin with x-.`,
    pointer: `${path}/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    on: 'key',
  }
}

function wrongKind(type: string, shape: Shape, line: object, pointer: string): Fault {
  const expected = shapeAt(shape, pointer)
  const value = valueAt(line, pointer)
  const kind = expected === undefined ? 'otherwise' : kindOf(expected)
  const hint =
    typeof value === 'string' && expected?.enum !== undefined
      ? suggestion(value, expected.enum)
      : (expected?.description ?? '')
  return fault(
    'E-KIND',
    `${fieldName(pointer)} of ${named(type)} must be ${kind}, but is ${shown(value)}.`,
    hint,
    pointer,
  )
}

function subject(type: string, path: string): string {
  const whole = named(type)
  return path === '' ? `${whole[0].toUpperCase()}${whole.slice(1)}` : `${fieldName(path)} of ${whole}`
}

function named(type: string): string {
  if (type === 'header' || type === 'end') return `the ${type}`
  return `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`
}

/** A pointer as people write it. */
function fieldName(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')
}

function valueAt(line: object, pointer: string): unknown {
  let at: unknown = line
  for (const key of pointer.split('/').slice(1))
    at = (at as { readonly [key: string]: unknown })[key.replaceAll('~1', '/').replaceAll('~0', '~')]
  return at
}

const LONGEST = 60

/** A value of the input, cut where it is long. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}

function fault(code: Fault['code'], message: string, hint: string, pointer: string): Fault {
  return { code, message, hint, pointer, on: 'value' }
}
