import { describe, expect, it } from 'vitest'
import { assumptions, completeness } from '../../src/validate/format/completeness.ts'
import { readForeignTrace } from '../../src/validate/format/read.ts'
import { TraceReader } from '../../src/validate/format/stream.ts'
import { EVENT_TYPES } from '../../src/validate/format/vocabulary.ts'
import { codesOf, document, problemsOf, stream } from './traces.ts'

const append = { type: 'append', node: 'n1', index: 1 }
const all = Object.fromEntries(EVENT_TYPES.map(type => [type, 'some']))
const init = { leader: 'n1', epoch: 1, last: 0 }

function assumed(text: string) {
  const read = readForeignTrace('a', text)
  if ('problems' in read) throw new Error(read.problems[0].message)
  return Object.fromEntries(assumptions(read.trace).map(({ field, value }) => [field, value]))
}

describe('what a header leaves unsaid', () => {
  it('takes types that occur to be complete, and others to be unrecorded', () => {
    const found = assumed(stream({}, append, { type: 'note' }))
    expect(found).toMatchObject({ 'complete.append': 'all', 'complete.ship': 'none', 'clock.order': 'node' })
    expect(found).toMatchObject({ 'init.leader': null, 'init.epoch': 0, 'init.last': 0 })
    expect(Object.keys(found).filter(field => /state|gap|note/.test(field))).toEqual([])
  })

  it('says what was said, else what is taken for granted', () => {
    const { header } = JSON.parse(document({ complete: { ship: 'some' } })) as { header: never }
    const occurring = new Set(['append' as const, 'ship' as const])
    expect((['ship', 'append', 'flush'] as const).map(type => completeness(header, occurring, type))).toEqual([
      'some',
      'all',
      'none',
    ])
  })

  it('takes what null means for granted only where something is read', () => {
    expect(assumed(stream({}, append))).not.toHaveProperty('ops.nil')
    expect(assumed(stream({}, { type: 'read', node: 'n1', value: 4 }))).toMatchObject({ 'ops.nil': 'absent' })
    expect(assumed(stream({}, { type: 'ok', client: 'c1', op: 'a', f: 'read', value: 4 }))).toHaveProperty(['ops.nil'])
    const invoke = { type: 'invoke', client: 'c1', op: 'a', f: 'read' }
    expect(assumed(stream({}, invoke, { type: 'ok', client: 'c1', op: 'a', value: 4 }))).toHaveProperty(['ops.nil'])
  })

  it('takes clocks to agree where only times order the events', () => {
    expect(assumed(stream({ clock: { order: 'interval' } }))).toMatchObject({ 'clock.maxSkewNs': '0' })
    expect(assumed(stream({ clock: { order: 'interval', maxSkewNs: '5' } }))).not.toHaveProperty(['clock.maxSkewNs'])
  })

  it('takes nothing for granted when all is said', () => {
    expect(assumed(stream({ clock: { order: 'total' }, complete: all, init }, append))).toEqual({})
  })

  it('is told by a reader of lines as far as it has read', () => {
    const reader = new TraceReader('-')
    const [header, first] = stream({}, append).split('\n')
    expect(reader.assumptions()).toEqual([])
    reader.take(header)
    const before = reader.assumptions()
    reader.take(first)
    const value = (list: typeof before) => list.find(({ field }) => field === 'complete.append')?.value
    expect([value(before), value(reader.assumptions())]).toEqual(['none', 'all'])
  })
})

describe('strictly read', () => {
  it('refuses a header that leaves something unsaid, and shows what to say', () => {
    const problems = problemsOf(stream({}, append), { strict: true })
    expect(problems.map(({ message }) => message)).toEqual([
      'The header does not say clock.order.',
      'The header does not say how completely 28 types of events were recorded.',
      'The header does not say init.leader, init.epoch, init.last.',
    ])
    expect(problems[1].hint).toMatch(/^What would be assumed: "complete":\{.*"append":"all".*\}\. /)
    expect(problems[2].hint).toContain('"init":{"leader":null,"epoch":0,"last":0}')
  })

  it.each([stream, document])('accepts a header that says all', write => {
    const header = { clock: { order: 'total' }, complete: all, init }
    expect(codesOf(write(header, append), { strict: true })).toEqual([])
    expect(problemsOf(write({ ...header, init: {} }, append), { strict: true }).map(({ code }) => code)).toEqual([
      'E-IMPLICIT',
    ])
  })
})
