// What the schema of traces says of events, as data: which types there are, which fields each has and must have. Maps
// are held to it before they are used, and the events that they make afterwards.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import schema from '../../traces/repltrace.schema.json' with { type: 'json' }

export interface EventType {
  readonly fields: readonly string[]
  readonly required: readonly string[]
}

const BRANCHES = schema.$defs.event.oneOf

export const EVENT_TYPES: ReadonlyMap<string, EventType> = new Map(
  BRANCHES.map(({ title, properties, required }) => [title, { fields: Object.keys(properties), required }]),
)

export const HEADER_FIELDS: readonly string[] = Object.keys(schema.$defs.header.properties)

export const OBSERVATION_FIELDS: readonly string[] = Object.keys(schema.$defs.observation.properties)

/** Fields of the recorder's own, which every object of the format may have. */
export function isOwnField(name: string): boolean {
  return name.startsWith('x-')
}

/** What is wrong with a value that should be an event; null when it is one. */
export function eventFault(value: object): string | null {
  const { type } = value as { readonly type?: unknown }
  const branch = BRANCHES.find(({ title }) => title === type)
  return branch === undefined ? `there is no type ${String(type)}` : faultBy(branch, value)
}

/** What is wrong with a value that should be a header; null when it is one. */
export function headerFault(value: object): string | null {
  return faultBy(schema.$defs.header, value)
}

const ajv = new Ajv2020({ strictRequired: false, strictTypes: false, validateSchema: false })

/** Compiled one by one at first use: all types at once would take longer than mapping a short log. */
const validators = new Map<string, ValidateFunction>()

function faultBy(shape: { readonly title: string }, value: object): string | null {
  const validate = validators.get(shape.title) ?? ajv.compile({ ...shape, $defs: schema.$defs })
  validators.set(shape.title, validate)
  return validate(value) ? null : faultOf(validate.errors?.at(-1))
}

function faultOf(error: ErrorObject | undefined): string {
  if (error === undefined) return 'does not fit the schema'
  const place = error.instancePath === '' ? '' : `${error.instancePath} `
  const detail = error.params['additionalProperty'] ?? error.params['allowedValues'] ?? error.params['allowedValue']
  return `${place}${error.message ?? error.keyword}${detail === undefined ? '' : ` (${String(detail)})`}`
}
