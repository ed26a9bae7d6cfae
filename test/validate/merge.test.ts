// Recordings of several processes as one: what the headers of all allow, and no more.
import { assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { merge, type Merged, type Part } from '../../src/validate/format/merge.ts'
import { readForeignTrace } from '../../src/validate/format/read.ts'
import type { Header } from '../../src/validate/format/repltrace.ts'
import { chooser, recorded } from './behaviours.ts'
import { judged, subjectsOf } from './judging.ts'
import { traceOf } from './recorded.ts'
import { append, crash, receive } from './watched.ts'

function part(file: string, header: Partial<Header>, ...events: Parameters<typeof traceOf>[0][number][]): Part {
  return { ...traceOf(events, header), file }
}

function mergedOf(...parts: readonly Part[]): Merged {
  const merged = merge(parts)
  if ('conflict' in merged) throw new Error(`They disagree about ${merged.conflict.field}.`)
  return merged
}

function headerOf(...headers: readonly Partial<Header>[]): Header {
  return mergedOf(
    ...headers.map((header, index) => part(`n${index + 1}.ndjson`, { nodes: [`n${index + 1}`], ...header })),
  ).header
}

describe('the header of merged recordings', () => {
  it('lists the nodes of all, and the clients if all do', () => {
    expect(headerOf({}, { nodes: ['n2', 'n1'] }, {}).nodes).toEqual(['n1', 'n2', 'n3'])
    expect(headerOf({ clients: ['c1'] }, { clients: ['c2'] }).clients).toEqual(['c1', 'c2'])
    expect(headerOf({ clients: ['c1'] }, {}).clients).toBeUndefined()
  })

  it('says what any of them says, part by part, and rather what is known', () => {
    const header = headerOf(
      { init: { leader: 'n1', last: 'unknown' } },
      { init: { epoch: 3, last: 4 } },
      { index: 'sparse' },
    )
    expect(header).toMatchObject({ init: { leader: 'n1', epoch: 3, last: 4 }, index: 'sparse' })
    expect(headerOf({ init: { epoch: 'unknown' } }, {}).init).toEqual({ epoch: 'unknown' })
  })

  it('cannot say two things', () => {
    const conflict = merge([
      part('a', { init: { leader: 'n1', epoch: 3 } }),
      part('b', { ops: { unique: true } }),
      part('c', { init: { epoch: 4 } }),
    ])
    expect(conflict).toEqual({
      conflict: {
        field: 'init.epoch',
        said: [
          { file: 'a', value: 3 },
          { file: 'c', value: 4 },
        ],
      },
    })
    const nobody = merge([part('a', { init: { leader: null } }), part('b', { init: { leader: 'n1' } })])
    expect(nobody).toMatchObject({ conflict: { field: 'init.leader' } })
  })

  it('names the recording as all of them do', () => {
    const acme = { name: 'acme', version: '1' }
    expect(headerOf({ system: acme, id: 'a' }, { system: acme, id: 'b' })).toMatchObject({ system: acme })
    expect(headerOf({ system: acme, id: 'a' }, { system: acme, id: 'b' }).id).toBeUndefined()
    expect(headerOf({ system: acme }, {}).system).toBeUndefined()
  })

  it('promises of a type what all that speak of it promise', () => {
    const complete = headerOf(
      { complete: { append: 'all', receive: 'none' } },
      { complete: { receive: 'all', crash: 'some' } },
    ).complete
    expect(complete).toEqual({ append: 'all', receive: 'some', crash: 'some' })
  })

  it('orders by what orders the events of several files', () => {
    expect(headerOf({ clock: { order: 'vector' } }, { clock: { order: 'vector' } }).clock).toEqual({ order: 'vector' })
    const times = ['5', '70'].map(maxSkewNs => ({ clock: { order: 'interval', maxSkewNs } as const }))
    expect(headerOf(...times).clock).toEqual({ order: 'interval', maxSkewNs: '70' })
    expect(headerOf({ clock: { order: 'total' } }).clock).toEqual({ order: 'total' })
  })

  it.each([
    ['total', 'total'],
    ['total', 'node'],
    ['vector', 'node'],
    ['interval', 'vector'],
  ] as const)('orders by no lines, nor by what only some events have: %s and %s', (...orders) => {
    const merged = mergedOf(...orders.map((order, index) => part(`${index}`, { nodes: ['n1'], clock: { order } })))
    expect(merged.header.clock).toEqual({ order: 'node' })
    expect(merged.notes).toHaveLength(1)
  })
})

describe('the events of merged recordings', () => {
  const first = part('a.ndjson', {}, append('n1', 1, 1, 'w1'), { ...crash('n1'), src: { file: 'n1.log', line: 77 } })
  const second = part('b.ndjson', {}, receive('n2', 'n1', 1))

  it('say where they were taken from', () => {
    const { events, ended, notes } = mergedOf(first, second)
    expect(events.map(event => event.src)).toEqual([
      { file: 'a.ndjson', line: 2 },
      { file: 'n1.log', line: 77 },
      { file: 'b.ndjson', line: 2 },
    ])
    expect([ended, notes]).toEqual([true, []])
  })

  it('are cut off where one recording is', () => {
    const { ended, notes } = mergedOf(first, { ...second, ended: false })
    expect([ended, notes]).toEqual([false, ['b.ndjson was cut off; so is the whole.']])
  })
})

const line = (value: object): string => `${JSON.stringify(value)}\n`

describe('a part', () => {
  const header = { type: 'header', format: 'repltrace', version: '1.0', nodes: ['n2'] }
  const named = { ...receive('n2', 'n1', 1), causes: ['sent'] }
  const text = line(header) + line(named) + line({ type: 'end', count: 1 })

  it('may name nodes and causes that other parts declare', () => {
    expect(readForeignTrace('n2.ndjson', text, { isPart: true })).toMatchObject({ trace: { ended: true } })
    const alone = readForeignTrace('n2.ndjson', text)
    expect('problems' in alone && alone.problems.map(({ code }) => code)).toEqual(['E-NODE', 'E-CAUSE'])
    const document = JSON.stringify({ header, events: [named] })
    expect(readForeignTrace('n2.json', document, { isPart: true })).toMatchObject({ trace: { ended: true } })
  })

  it('is held to everything else', () => {
    const twice = readForeignTrace('n2.ndjson', text + line(named), { isPart: true })
    expect('problems' in twice && twice.problems.map(({ code }) => code)).toEqual(['E-AFTER-END'])
  })
})

describe('a behaviour of which each node recorded its own events', () => {
  const subjects = subjectsOf({ async: { ack: 'async', fence: 'demote' }, any: { ack: 'any', elect: 'best', poll: 2 } })

  it.each(subjects)('is accepted when they are merged ($name)', ({ config, subject }) => {
    assert(
      property(integer(), integer({ min: 1, max: 15 }), (seed, length) => {
        const { header, events } = recorded(config, length, chooser(seed), 'node')
        const files = header.nodes.map(node => {
          const own = events.filter(({ event }) => event.node === node || (event.node === undefined && node === 'n1'))
          return { file: node, header: { ...header, nodes: [node] }, events: own, ended: true }
        })
        const merged = mergedOf(...files)
        const whole = traceOf(merged.events, merged.header)
        expect(judged(whole, subject, 20_000).verdict).not.toBe('rejected')
        expect(whole.header.nodes).toEqual(header.nodes)
        expect(whole.events).toHaveLength(events.length)
      }),
    )
  })
})
