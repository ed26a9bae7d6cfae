// Laws of domains and schemas, over generated ones of every kind.
import {
  type Arbitrary,
  array,
  assert,
  constantFrom,
  integer,
  letrec,
  oneof,
  property,
  record as object,
} from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exploreAll } from '../../src/explore/native.ts'
import {
  bool,
  guard,
  ids,
  model,
  oneOf,
  optional,
  range,
  record,
  seq,
  set,
  spec,
  subsets,
  table,
} from '../../src/index.ts'
import type { Container } from '../../src/lang/container.ts'
import { Machine } from '../../src/lang/machine.ts'
import type { Action } from '../../src/lang/model.ts'
import type { Scalar } from '../../src/lang/scalars.ts'
import type { FrozenSequence } from '../../src/lang/sequence.ts'
import { instantiate } from '../../src/lang/spec.ts'
import type { Json, Value } from '../../src/lang/value.ts'

/** Domains in which the members do not matter. */
type Anything = string | number | boolean | null | object

const keys: Arbitrary<Scalar<string | number>> = oneof(
  object({ low: integer({ min: -3, max: 3 }), more: integer({ min: 0, max: 3 }) }).map(({ low, more }) =>
    range(low, low + more),
  ),
  constantFrom(oneOf('leader'), oneOf('follower', 'leader'), oneOf('1', '0', 'constructor')),
  integer({ min: 1, max: 4 }).map(size => ids('node', size)),
)

const { value } = letrec<{ value: Value<Anything>; plain: Value<Anything> }>(tie => ({
  plain: oneof(
    { depthSize: 'small', withCrossShrink: true },
    constantFrom(bool as Value<Anything>),
    keys as Arbitrary<Value<Anything>>,
    keys.map(domain => subsets<Anything>(domain)),
    object({ a: tie('value'), b: tie('value') }).map(fields => record(fields)),
  ),
  value: oneof(
    { depthSize: 'small' },
    tie('plain'),
    tie('plain').map(item => optional(item)),
  ),
}))

const container: Arbitrary<Container<unknown>> = letrec<{ container: Container<unknown> }>(tie => ({
  container: oneof(
    { depthSize: 'small', withCrossShrink: true },
    object({ item: value, max: integer({ min: 0, max: 3 }) }).map(({ item, max }) => seq(item, max)),
    value.filter(({ size }) => size <= 40).map(item => set(item)),
    object({ of: keys, item: oneof(value, tie('container')) }).map(({ of, item }) => table(of, item)),
  ),
})).container

function parsed(json: Json): Json {
  return JSON.parse(JSON.stringify(json)) as Json
}

/** Up to 300 places, spread over the whole domain. */
function places(size: number): readonly number[] {
  const shown = Math.min(size, 300)
  return Array.from({ length: shown }, (_, index) => Math.floor((index * size) / shown))
}

describe('a value', () => {
  it('is found again at its place', () => {
    assert(
      property(value, domain => {
        const all = places(domain.size)
        expect(all.map(place => domain.placeOf(domain.valueAt(place)))).toEqual(all)
      }),
    )
  })

  it('comes back from JSON', () => {
    assert(
      property(value, domain => {
        const all = places(domain.size)
        expect(all.map(place => domain.placeOfJson(parsed(domain.toJson(domain.valueAt(place)))))).toEqual(all)
      }),
    )
  })

  it('is in no domain when its own does not know it', () => {
    assert(
      property(
        value,
        constantFrom(undefined, Number.NaN, 0.5, 1e9, -1e9, 'foreign', Symbol('s'), [], {}),
        (domain, foreign) => {
          expect(domain.placeOf(foreign)).toBe(-1)
        },
      ),
    )
  })
})

describe('a state', () => {
  const schema = array(oneof(value, container), { minLength: 1, maxLength: 4 }).map(
    domains => model(Object.fromEntries(domains.map((domain, index) => [`field${index}`, domain]))).state,
  )
  const seeds = array(integer({ min: 0, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 40 })

  it('is decoded and encoded to the same cells', () => {
    assert(
      property(schema, seeds, (domain, choices) => {
        const { radices } = domain
        const any = Uint32Array.from(radices, (radix, cell) => choices[cell % choices.length] % radix)
        // What lies beyond the end of a sequence is arbitrary here, as in a row used before; once encoded it is zero.
        const [state, again] = [domain.create(), domain.create()]
        const [cells, recoded] = [new Uint32Array(radices.length).fill(9), new Uint32Array(radices.length).fill(9)]
        domain.load(any, 0, state)
        expect(domain.store(state, cells, 0)).toBe(true)
        domain.load(cells, 0, again)
        expect(domain.store(again, recoded, 0)).toBe(true)
        expect(recoded).toEqual(cells)
        expect(domain.toJson(again)).toEqual(domain.toJson(state))
        expect(cells.every((place, cell) => place === any[cell] || place === 0)).toBe(true)
      }),
    )
  })

  it('has other cells than every state that differs from it in JSON', () => {
    assert(
      property(schema, seeds, seeds, (domain, one, other) => {
        const [a, b] = [one, other].map(choices => {
          const any = Uint32Array.from(domain.radices, (radix, cell) => choices[cell % choices.length] % radix)
          const [state, cells] = [domain.create(), new Uint32Array(any.length)]
          domain.load(any, 0, state)
          domain.store(state, cells, 0)
          return { cells: cells.join(), json: JSON.stringify(domain.toJson(state)) }
        })
        expect(a.cells === b.cells).toBe(a.json === b.json)
      }),
    )
  })
})

/** One field with actions that take it anywhere in its domain, and how many values that makes. */
interface Roaming {
  readonly domain: Value<Anything> | Container<unknown>
  readonly count: number
  readonly actions: (
    name: string,
  ) => readonly { readonly parameters: Action['parameters']; readonly body: Action['body'] }[]
}

interface Fields {
  [name: string]: unknown
}

const small = value.filter(({ size }) => size <= 6)
const roaming: Arbitrary<Roaming> = oneof(
  small.map(domain => ({
    domain,
    count: domain.size,
    actions: (name: string) => [
      { parameters: { to: domain }, body: (s: Fields, { to }: Fields) => void (s[name] = to) },
    ],
  })),
  object({ of: keys, item: small })
    .filter(({ of, item }) => item.size ** of.size <= 64)
    .map(({ of, item }) => ({
      domain: table(of, item) as Container<unknown>,
      count: item.size ** of.size,
      actions: (name: string) => [
        {
          parameters: { key: of, to: item },
          body: (s: Fields, { key, to }: Fields) => void ((s[name] as Fields)[key as string] = to),
        },
      ],
    })),
  object({ item: small, max: integer({ min: 0, max: 2 }) }).map(({ item, max }) => ({
    domain: seq(item, max) as Container<unknown>,
    count: Array.from({ length: max + 1 }, (_, length) => item.size ** length).reduce((sum, n) => sum + n, 0),
    actions: (name: string) => [
      {
        parameters: { item },
        body: (s: Fields, { item: pushed }: Fields) => {
          const sequence = s[name] as FrozenSequence<unknown> & { push(item: unknown): void }
          guard(sequence.length < max)
          sequence.push(pushed)
        },
      },
    ],
  })),
  small.map(item => ({
    domain: set(item) as Container<unknown>,
    count: 2 ** item.size,
    actions: (name: string) => [
      {
        parameters: { member: item },
        body: (s: Fields, { member }: Fields) => (s[name] as Set<unknown>).add(member),
      },
    ],
  })),
)

it('an exploration reaches every state of a schema whose fields roam freely, each once and none outside', () => {
  assert(
    property(
      array(roaming, { minLength: 1, maxLength: 3 }).filter(
        fields => fields.reduce((product, { count }) => product * count, 1) <= 1000,
      ),
      fields => {
        const roam = spec('roam', {}, () => {
          const { state, action } = model(
            Object.fromEntries(fields.map(({ domain }, index) => [`field${index}`, domain])),
          )
          const actions = fields.flatMap((field, index) =>
            field.actions(`field${index}`).map(({ parameters, body }) => action(parameters, body)),
          )
          const named = Object.fromEntries(actions.map((taken, index) => [`action${index}`, taken]))
          return { state, init: action({}, () => {}), actions: named }
        })
        const found = exploreAll(new Machine(instantiate(roam)), [])
        expect(found.distinctCount).toBe(fields.reduce((product, { count }) => product * count, 1))
      },
    ),
    { numRuns: 60 },
  )
})
