// What the schema of traces says of events, as data: which types there are, which fields each has and must have. Maps
// are held to it before they are used, and the events that they make afterwards.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import schema from '../../traces/repltrace.schema.json' with { type: 'json' }

export interface EventType {
  readonly fields: readonly string[]
  readonly required: readonly string[]
}

const { event, header, end: _, ...values } = schema.$defs

export const EVENT_TYPES: ReadonlyMap<string, EventType> = new Map(
  event.oneOf.map(({ title, properties, required }) => [title, { fields: Object.keys(properties), required }]),
)

export const HEADER_FIELDS: readonly string[] = Object.keys(header.properties)

export const OBSERVATION_FIELDS: readonly string[] = Object.keys(values.observation.properties)

/** Fields of the recorder's own, which every object of the format may have. */
export function isOwnField(name: string): boolean {
  return name.startsWith('x-')
}

/** What is wrong with a value that should be an event; null when it is one. */
export function eventFault(value: object): string | null {
  const { type } = value as { readonly type?: unknown }
  return faultBy(String(type), value)
}

/** What is wrong with a value that should be a header; null when it is one. */
export function headerFault(value: object): string | null {
  return faultBy('header', value)
}

const SHAPES: ReadonlyMap<string, object> = new Map([header, ...event.oneOf].map(shape => [shape.title, shape]))

const ajv = new Ajv2020({ strictRequired: false, strictTypes: false, validateSchema: false })

/** Compiled one by one at first use: all types at once would take longer than mapping a short log. */
const validators = new Map<string, ValidateFunction>()

function faultBy(title: string, value: object): string | null {
  let validate = validators.get(title)
  if (validate === undefined) {
    const shape = SHAPES.get(title)
    if (shape === undefined) return `there is no type ${title}`
    validate = ajv.compile({ ...shape, $defs: values })
    validators.set(title, validate)
  }
  return validate(value) ? null : faultOf(validate.errors?.at(-1))
}

function faultOf(error: ErrorObject | undefined): string {
  if (error === undefined) return 'does not fit the schema'
  const place = error.instancePath === '' ? '' : `${error.instancePath} `
  const detail = error.params['additionalProperty'] ?? error.params['allowedValues'] ?? error.params['allowedValue']
  return `${place}${error.message ?? error.keyword}${detail === undefined ? '' : ` (${String(detail)})`}`
}
