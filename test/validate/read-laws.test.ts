// Laws of reading: what is written is read back; what is corrupted is a problem of its line; nothing throws.
import {
  type Arbitrary,
  array,
  assert,
  bigInt,
  boolean,
  constant,
  constantFrom,
  integer,
  json as anyJson,
  jsonValue,
  nat,
  oneof,
  pre,
  property,
  record,
  string,
  stringMatching,
  tuple,
  uniqueArray,
} from 'fast-check'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import schema from '../../traces/repltrace.schema.json' with { type: 'json' }
import { parseJson } from '../../src/validate/format/syntax.ts'
import { offsetOf } from '../../src/validate/format/offsets.ts'
import { readForeignTrace } from '../../src/validate/format/read.ts'
import {
  type EventType,
  EVENT_TYPES,
  EVENT_SHAPES,
  type Shape,
  VALUE_SHAPES,
} from '../../src/validate/format/vocabulary.ts'
import { document, HEADER, problemsOf, stream } from './traces.ts'

type Fields = { readonly [field: string]: unknown }

const node = constantFrom(...HEADER.nodes)
const count = nat({ max: Number.MAX_SAFE_INTEGER })
const ordered = tuple(count, count).map(([a, b]) => [Math.min(a, b), Math.max(a, b)])
const time = bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })

/** Fields of which the schema does not say everything: the names of nodes, and what must be in order. */
const SEMANTIC: { readonly [field: string]: Arbitrary<unknown> } = {
  node,
  from: node,
  to: node,
  of: node,
  client: constant('c1'),
  voters: uniqueArray(node, { minLength: 1 }),
  members: uniqueArray(node, { minLength: 1 }),
  between: constant([['n1'], ['n2']]),
  index: oneof(count, ordered),
  ts: oneof(
    time.map(String),
    tuple(time, time).map(([a, b]) => (a < b ? [String(a), String(b)] : [String(b), String(a)])),
  ),
}

/** Left out: what relates events to each other, which a law about single events cannot promise. */
const RELATING = new Set(['seq', 'vc', 'id', 'causes'])

/** Values of a shape. */
function valueOf(shape: Shape): Arbitrary<unknown> {
  if (shape.$ref === '#/$defs/bounded')
    return oneof(
      count,
      constant(null),
      ordered.map(([ge, le]) => ({ ge, le })),
      count.map(le => ({ le })),
    )
  if (shape.$ref === '#/$defs/anyValue') return jsonValue().filter(value => value !== null)
  if (shape.$ref !== undefined)
    return valueOf((VALUE_SHAPES as { readonly [name: string]: Shape })[shape.$ref.replace('#/$defs/', '')])
  if (shape.const !== undefined) return constant(shape.const)
  if (shape.enum !== undefined) return constantFrom(...shape.enum)
  if (shape.anyOf !== undefined) return oneof(...shape.anyOf.map(valueOf))
  if (shape.type === 'boolean') return boolean()
  if (shape.type === 'integer') return count.map(value => Math.max(value, shape.minimum ?? 0))
  if (shape.type === 'string') return string({ unit: 'grapheme', minLength: shape.minLength ?? 0 })
  if (shape.type === 'null') return constant(null)
  if (shape.type === 'array')
    return array(valueOf(shape.items ?? {}), { minLength: shape.minItems ?? 0, maxLength: shape.maxItems ?? 5 })
  if (shape.type === 'object') {
    const values = Object.entries(shape.properties ?? {}).map(([field, value]) => [field, valueOf(value)] as const)
    return recordOf(shape, Object.fromEntries(values))
  }
  return oneof(string(), integer())
}

function recordOf(
  { required = [] }: Shape,
  fields: { readonly [field: string]: Arbitrary<unknown> },
): Arbitrary<Fields> {
  return record(fields, { requiredKeys: [...required] })
}

function eventOf(type: EventType): Arbitrary<Fields> {
  const shape = EVENT_SHAPES.get(type)!
  const fields = Object.entries(shape.properties ?? {}).filter(([field]) => !RELATING.has(field))
  const values = fields.map(([field, value]) => [field, SEMANTIC[field] ?? valueOf(value)] as const)
  return recordOf(shape, Object.fromEntries(values)).map(each => ({ ...each, type }))
}

const event = constantFrom(...EVENT_TYPES).chain(eventOf)
const events = array(event, { maxLength: 8 })
const numbered = events.map(list => list.map((each, index) => ({ ...each, seq: index + 1 })))
const header = { ops: { nil: 'unknown' } }

function eventsIn(text: string): readonly unknown[] {
  const read = readForeignTrace('a', text)
  if ('problems' in read) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  return read.trace.events.map(found => found.event)
}

describe('laws of reading', () => {
  it('reads back what was written, in either encoding', () => {
    assert(
      property(numbered, list => {
        const json = JSON.parse(JSON.stringify(list)) as unknown
        expect(eventsIn(stream(header, ...list))).toEqual(json)
        expect(eventsIn(document(header, ...list))).toEqual(json)
      }),
    )
  })

  it.each(EVENT_TYPES)('reads every %s that the schema allows', type => {
    assert(
      property(eventOf(type), each => {
        expect(problemsOf(stream(header, each))).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  /** A value that no field allows, except those that allow any. */
  const wrong = constantFrom<unknown>({ wrong: null }, [[]], -1.5)

  it('finds any field of any event that holds what it must not, in its line and at its place', () => {
    assert(
      property(numbered, event, nat(), nat(), wrong, (list, victim, where, which, value) => {
        const fields = Object.keys(victim).filter(field => !field.startsWith('x-') && field !== 'value')
        const field = fields[which % fields.length]
        const at = where % (list.length + 1)
        const problems = problemsOf(
          stream(header, ...list.slice(0, at), { ...victim, [field]: value }, ...list.slice(at)),
        )
        expect(problems.map(({ line }) => line)).toEqual(problems.map(() => at + 2))
        expect(problems[0].pointer).toMatch(new RegExp(`^/${field}\\b`))
      }),
    )
  })

  it('finds any required field that is missing, and any field that is unknown', () => {
    assert(
      property(event, nat(), stringMatching(/^[a-wyz]{1,9}$/), (victim, which, name) => {
        const { required = [], properties = {} } = EVENT_SHAPES.get(victim['type'] as string)!
        const field = required[which % required.length]
        const { [field]: _, ...rest } = victim
        expect(problemsOf(stream(header, rest)).map(({ line, code }) => [line, code])).toEqual([[2, 'E-MISSING']])
        pre(!(name in properties))
        const problems = problemsOf(stream(header, { ...victim, [name]: 1 }))
        expect(problems.map(({ line, code }) => [line, code])).toEqual([[2, 'E-FIELD']])
      }),
    )
  })

  it('judges shapes as the schema does, which others validate with', () => {
    const ajv = new Ajv2020({ discriminator: true, strictRequired: false, strictTypes: false })
    const validate = ajv.compile(schema)
    assert(
      property(
        event,
        nat(),
        wrong,
        constantFrom(...Object.keys(SEMANTIC), 'epoch', 'obs'),
        (each, which, value, field) => {
          const fields = Object.keys(each)
          const changed = { ...each, [which % 2 === 0 ? field : fields[which % fields.length]]: value }
          for (const candidate of [each, changed])
            expect(problemsOf(stream(header, candidate)).length === 0).toBe(
              validate({ header: HEADER, events: [candidate] }),
            )
        },
      ),
    )
  })

  it('never throws, whatever a line is', () => {
    assert(
      property(array(oneof(string(), anyJson())), boolean(), (lines, strict) => {
        for (const text of [lines.join('\n'), stream(header, ...lines), `{"header":${lines.join('\n')}`])
          expect(typeof readForeignTrace('a', text, { strict })).toBe('object')
      }),
    )
  })

  it('takes any beginning of JSON for torn, and for nothing else', () => {
    assert(
      property(event, nat(), constantFrom('}', ']', ',', 'x', '\u0001', '}}'), (each, cut, junk) => {
        const text = JSON.stringify(each)
        const beginning = text.slice(0, 1 + (cut % (text.length - 1)))
        expect(parseJson(beginning)).toMatchObject({ syntax: { torn: true, offset: beginning.length } })
        expect(parseJson(`${text}${junk}`)).toMatchObject({ syntax: { torn: false, offset: text.length } })
      }),
    )
  })

  it('points at every value and at every name of a field', () => {
    assert(
      property(jsonValue(), constantFrom(undefined, 1), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        for (const { pointer, name, inside } of within(value, '')) {
          const whole = JSON.stringify(inside)
          const beginning = typeof inside === 'object' && inside !== null ? whole[0] : whole
          expect(text.startsWith(beginning, offsetOf(text, 0, pointer, 'value'))).toBe(true)
          expect(text.startsWith(name ?? beginning, offsetOf(text, 0, pointer, 'key'))).toBe(true)
        }
      }),
    )
  })
})

interface Pointed {
  readonly pointer: string
  /** As JSON; null for elements of lists. */
  readonly name: string | null
  readonly inside: unknown
}

/** Every value within a value. */
function* within(value: unknown, at: string): Generator<Pointed> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inside] of Object.entries(value)) {
    const pointer = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    yield { pointer, name: Array.isArray(value) ? null : JSON.stringify(key), inside }
    yield* within(inside, pointer)
  }
}
