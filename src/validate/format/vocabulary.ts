// The schema of the format as the reader uses it: its shapes by name, and in words what each of its values must be.
import schema from '../../../traces/repltrace.schema.json' with { type: 'json' }
import { stepsOf } from './pointer.ts'
import type { Event } from './repltrace.ts'

export type EventType = Event['type']

/** As much of JSON Schema as the format uses. */
export interface Shape {
  readonly $ref?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly string[]
  readonly anyOf?: readonly Shape[]
  readonly items?: Shape
  readonly required?: readonly string[]
  readonly properties?: { readonly [field: string]: Shape }
  readonly additionalProperties?: boolean | Shape
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly minLength?: number
  readonly uniqueItems?: boolean
}

const { event, header, end, ...values } = schema.$defs
const valueShapes: { readonly [name: string]: Shape } = values

/** The values that shapes refer to. */
export const VALUE_SHAPES = values

const branches: readonly (Shape & { readonly title: string })[] = event.oneOf

export const EVENT_TYPES: readonly EventType[] = branches.map(({ title }) => title as EventType)

/** The shapes of a stream's first and last line, and of events by their type. */
export const HEADER_SHAPE: Shape = header
export const END_SHAPE: Shape = end
export const EVENT_SHAPES: ReadonlyMap<string, Shape> = new Map(branches.map(branch => [branch.title, branch]))

/** The fields of the header and of observations, and of events by their type. */
export const HEADER_FIELDS: readonly string[] = fieldsOf(HEADER_SHAPE)
export const OBSERVATION_FIELDS: readonly string[] = fieldsOf(values.observation)

export function fieldsOf({ properties = {} }: Shape): readonly string[] {
  return Object.keys(properties)
}

/** Fields of the recorder's own, which every object of the format may have. */
export function isOwnField(name: string): boolean {
  return name.startsWith('x-')
}

/** The shape of what a JSON pointer names; none for what no shape describes. */
export function shapeAt(shape: Shape, pointer: string): Shape | undefined {
  let at: Shape | undefined = shape
  for (const key of stepsOf(pointer)) at = at && within(resolved(at), key)
  return at && resolved(at)
}

function within(shape: Shape, key: string): Shape | undefined {
  const inside = shape.properties?.[key] ?? shape.items
  if (inside !== undefined) return inside
  if (typeof shape.additionalProperties === 'object') return shape.additionalProperties
  return shape.anyOf?.map(option => within(resolved(option), key)).find(found => found !== undefined)
}

/** A reference's own description is of the field, so it is kept. */
function resolved(shape: Shape): Shape {
  if (shape.$ref === undefined) return shape
  return { ...valueShapes[shape.$ref.replace('#/$defs/', '')], ...shape }
}

const WORDS: { readonly [name: string]: string } = {
  name: 'a name: text that is not empty',
  count: 'a whole number from 0',
  bigint: 'a whole number as text, such as "1700000000000"',
  instant: 'a time as text, such as "1700000000000", or [start, end]',
  range: 'a position, or [first, last]',
  entry: 'an object such as {"index": 4, "epoch": 1}',
  bounded: 'a whole number, {"ge": n}, {"le": n}, or null',
  observation: 'an object of what was seen, such as {"role": "leader", "last": 4}',
  source: 'an object such as {"file": "a.log", "line": 4}',
  model: 'an object of knobs and their values',
}

const TYPE_WORDS: { readonly [type: string]: string } = {
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  string: 'text',
  object: 'an object',
  null: 'null',
}

/** What a value of a shape must be, as the end of "must be …". */
export function kindOf(shape: Shape): string {
  const named = shape.$ref === undefined ? undefined : WORDS[shape.$ref.replace('#/$defs/', '')]
  if (named !== undefined) return named
  const whole = resolved(shape)
  if (whole.const !== undefined) return JSON.stringify(whole.const)
  if (whole.enum !== undefined) return listed(whole.enum.map(word => JSON.stringify(word)))
  if (whole.anyOf !== undefined) return listed(whole.anyOf.map(kindOf))
  if (whole.type === 'array') return listKind(whole)
  if (whole.type === 'integer' && whole.minimum !== undefined) return `a whole number from ${whole.minimum}`
  if (whole.type === 'string' && whole.minLength !== undefined) return 'text that is not empty'
  return listed([whole.type ?? []].flat().map(type => TYPE_WORDS[type] ?? 'a list'))
}

function listKind({ items, minItems, maxItems, uniqueItems }: Shape): string {
  const size = minItems !== undefined && minItems === maxItems ? ` of ${minItems}` : ''
  const each = items === undefined ? '' : `, each ${kindOf(items)}`
  return `a list${size}${uniqueItems === true ? ' without repetitions' : ''}${each}`
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
