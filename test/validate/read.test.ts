import { describe, expect, it } from 'vitest'
import { encodingOf, isGzip } from '../../src/validate/format/encoding.ts'
import { readForeignTrace } from '../../src/validate/format/read.ts'
import { TraceReader } from '../../src/validate/format/stream.ts'
import { codesOf, document, HEADER, stream } from './traces.ts'

const append = { type: 'append', node: 'n1', index: 1 }
const ship = { type: 'ship', node: 'n1', to: 'n2', index: [1, 3], 'x-thread': 7 }
const END = { type: 'end', count: 2 }

function traceOf(text: string) {
  const read = readForeignTrace('a.ndjson', text)
  if ('problems' in read) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  return read.trace
}

describe('reading a trace', () => {
  it('reads a stream: the header, the events with their lines, the end', () => {
    expect(traceOf(stream({}, append, ship, END))).toEqual({
      file: 'a.ndjson',
      header: HEADER,
      events: [
        { event: append, line: 2 },
        { event: ship, line: 3 },
      ],
      ended: true,
    })
  })

  it('reads a document, whose events begin where they begin', () => {
    const text = document({}, append, ship)
    const { header, events, ended } = traceOf(text)
    expect([header, events.map(({ event }) => event), ended]).toEqual([HEADER, [append, ship], true])
    const lines = text.split('\n')
    expect(events.map(({ line }) => lines.slice(line - 1, line + 1).join(''))).toEqual([
      '    {      "type": "append",',
      '    {      "type": "ship",',
    ])
  })

  it('tells the encodings by their content', () => {
    expect(encodingOf(document({}))).toBe('document')
    expect(encodingOf(`\uFEFF ${JSON.stringify({ events: [] })}`)).toBe('document')
    expect(encodingOf(stream({}))).toBe('stream')
    expect(traceOf(JSON.stringify({ events: [append], header: HEADER })).events).toHaveLength(1)
  })

  it('knows gzip by its first two bytes', () => {
    expect(isGzip(new Uint8Array([0x1f, 0x8b, 8]))).toBe(true)
    expect(isGzip(new TextEncoder().encode('{"type"'))).toBe(false)
    expect(isGzip(new Uint8Array([0x1f]))).toBe(false)
  })

  it('takes a stream without an end as cut off, also in the middle of a line', () => {
    expect(traceOf(stream({}, append))).toMatchObject({ ended: false })
    const torn = traceOf(`${stream({}, append)}{"type":"append","no`)
    expect([torn.ended, torn.events.length]).toEqual([false, 1])
  })

  it('does not take for cut off what is wrong, or what follows', () => {
    expect(codesOf(`${stream({}, append)}{"type":append`)).toEqual(['3 E-JSON'])
    expect(codesOf(stream({}, '{"type":"append","no', END))).toContain('2 E-JSON')
    expect(codesOf(`${stream({}, append, { type: 'end', count: 1 })}{"ty`)).toEqual(['4 E-AFTER-END'])
    expect(codesOf('{"type":"head')).toEqual(['1 E-JSON'])
  })

  it('reads blank lines, carriage returns and a byte order mark', () => {
    const text = `\uFEFF${stream({}, append, '', ship, END).replaceAll('\n', '\r\n')}\r\n`
    expect(traceOf(text).events.map(({ line }) => line)).toEqual([2, 4])
    expect(traceOf(`\uFEFF${document({}, append, ship).replaceAll('\n', '\r\n')}`).events).toHaveLength(2)
  })

  it('reads every 1.x', () => {
    expect(traceOf(stream({ version: '1.7' })).header.version).toBe('1.7')
  })

  it('lets causes name later events where only the order at each node is known', () => {
    expect(codesOf(stream({}, { ...append, causes: ['b'] }, { ...append, node: 'n2', id: 'b' }))).toEqual([])
  })

  it('lets vector clocks and seq leave out numbers', () => {
    const first = { ...append, seq: 2, vc: { n1: 3 } }
    expect(codesOf(stream({}, first, { ...append, seq: 5, vc: { n1: 9, n2: 4 } }))).toEqual([])
  })

  it('lets a history of clients tell of faults and losses', () => {
    const lines = [{ type: 'invoke', client: 'c1', op: 'a', f: 'read' }, { type: 'partition' }, { type: 'note' }]
    expect(codesOf(stream({ clock: { order: 'client' } }, ...lines))).toEqual([])
  })

  it('lets null be read when the header says what that means, and be written always', () => {
    expect(codesOf(stream({ ops: { nil: 'absent' } }, { type: 'read', node: 'n1', value: null }))).toEqual([])
    expect(codesOf(stream({}, { type: 'ok', client: 'c1', op: 'a', f: 'write', value: null }))).toEqual([])
  })

  it('knows only the clients that are listed, or all when none are', () => {
    const invoke = { type: 'invoke', client: 'c7', op: 'a', f: 'read', vc: { c7: 1 } }
    expect(codesOf(stream({ clients: undefined }, invoke))).toEqual([])
    expect(codesOf(stream({ clients: [] }, invoke))).toEqual(['2 E-CLIENT', '2 E-NODE'])
  })
})

describe('reading line by line', () => {
  it('gives each event as its line comes', () => {
    const reader = new TraceReader('-')
    const [header, ...lines] = stream({}, append, ship, END).trimEnd().split('\n')
    expect(reader.header).toBeNull()
    expect(reader.take(header)).toBeNull()
    expect(reader.header).toEqual(HEADER)
    expect(lines.map(line => reader.take(line)?.line)).toEqual([2, 3, undefined])
    reader.finish()
    expect([reader.ended, reader.problemCount, [...reader.counts]]).toEqual([
      true,
      0,
      [
        ['append', 1],
        ['ship', 1],
      ],
    ])
  })

  it('goes on after a wrong line, and gives the events that are right', () => {
    const reader = new TraceReader('-')
    const lines = stream({}, append, { type: 'ship', node: 'n1' }, ship).trimEnd().split('\n')
    expect(lines.map(line => reader.take(line)?.event.type)).toEqual([undefined, 'append', undefined, 'ship'])
    expect(reader.problems.map(({ code, line }) => `${line} ${code}`)).toEqual(['3 E-MISSING'])
  })
})
