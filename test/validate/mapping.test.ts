// Applying maps: what becomes of each record, of each kind of log, and of records that fit no rule or no event.
import { describe, expect, it } from 'vitest'
import { mapStream, mapTrace } from '../../src/validate/map/mapped-trace.ts'
import { Mapper } from '../../src/validate/map/mapper.ts'
import { apply, events, problems, read } from './maps.ts'

async function* arriving(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

describe('a map', () => {
  it('refuses an operation of no kind that is judged, where it makes a history of clients', () => {
    const emit = { type: 'invoke', client: '$/c', op: '$/o', f: '$/f', value: '$/v' }
    const records = [
      { c: 'c1', o: 'a', f: 'read' },
      { c: 'c1', o: 'b', f: 'raed' },
      { c: 'c1', o: 'c', f: 'cas', v: 3 },
    ]
    const made = (order: string) =>
      problems(apply({ header: { nodes: [], clock: { order } }, rules: [{ name: 'asks', emit }] }, records))
    expect(made('client').map(({ line, code }) => `${line} ${code}`)).toEqual(['2 E-MAP-EVENT', '3 E-MAP-EVENT'])
    expect(made('client')[0]).toMatchObject({ hint: expect.stringContaining('Did you mean read?') as string })
    expect(made('total')).toEqual([])
  })

  it('says of a field that a record lacks that such records may be dropped', () => {
    const rules = [{ emit: { type: 'state', node: 'a', obs: { last: '$/head' } } }]
    const [missing] = problems(
      apply({ header: { nodes: ['a'] }, rules }, [{ head: 3 }, { head: 'x' }, {}]),
    ).toReversed()
    expect([missing.line, missing.hint]).toEqual([3, expect.stringContaining('drop such records by an earlier rule')])
  })

  it('says once that a log is of another kind, and each line of a log that is broken', () => {
    const rules = [{ emit: { type: 'note' } }]
    const lines = (text: string) =>
      problems(mapTrace(text, read({ rules }), { file: 'log' })).map(({ line, code }) => `${line} ${code}`)
    expect(lines('started\nstopped\n10:00 went on')).toEqual(['1 E-MAP-RECORD'])
    expect(lines('{}\noops\n{}\n[')).toEqual(['2 E-MAP-RECORD', '4 E-MAP-RECORD'])
  })

  it('says once what is wrong with many records in the same way', () => {
    const rules = [{ emit: { type: 'note', 'x-v': { get: '$/v', as: 'integer' } } }]
    const refused = problems(apply({ rules }, [{ v: 'x' }, { v: 'x' }, { v: 'y' }]))
    expect(refused.map(({ line }) => line)).toEqual([1, 3])
  })

  it('gives a record to the first rule that matches, and counts what each rule took', () => {
    const rules = [
      { name: 'ones', when: { '/v': 1 }, emit: { type: 'crash', node: 'a' } },
      {
        when: { '/v': { gt: 0 } },
        emit: [
          { type: 'restart', node: 'a' },
          { type: 'follow', node: 'a', from: 'b' },
        ],
      },
      { when: { '/v': 99 }, drop: 'never' },
      { when: { '/v': 0 }, drop: 'zero' },
    ]
    const result = apply({ select: { '/v': { exists: true } }, rules }, [{ v: 1 }, { v: 2 }, { v: 0 }, { w: 1 }])
    expect(events(result)).toEqual([
      { type: 'crash', node: 'a' },
      { type: 'restart', node: 'a' },
      { type: 'follow', node: 'a', from: 'b' },
    ])
    expect(result).toMatchObject({
      trace: { header: { nodes: ['a', 'b'] }, events: [{ line: 1 }, { line: 2 }, { line: 2 }], ended: true },
      stats: {
        records: 4,
        mapped: 2,
        dropped: { zero: 1 },
        notSelected: 1,
        unmatched: [],
        rules: [
          { name: 'ones', matched: 1 },
          { name: 'rule 2 (restart, follow)', matched: 1 },
          { name: 'rule 3 (drop)', matched: 0 },
          { name: 'rule 4 (drop)', matched: 1 },
        ],
      },
    })
  })

  it('joins common fields with those of a rule, and keeps from a type what it does not have', () => {
    const common = { node: '$/n', epoch: '$/e', obs: { epoch: '$/e', last: '$/l' } }
    const rules = [
      { when: { '/k': 1 }, emit: { type: 'append', index: 3, epoch: 9, obs: { at: 'before', last: '$/none' } } },
      { emit: { type: 'crash' } },
    ]
    expect(
      events(
        apply({ common, rules }, [
          { k: 1, n: 'a', e: 2, l: 3 },
          { n: 'a', e: 2, l: 3 },
        ]),
      ),
    ).toEqual([
      { type: 'append', node: 'a', index: 3, epoch: 9, obs: { epoch: 2, at: 'before' } },
      { type: 'crash', node: 'a', obs: { epoch: 2, last: 3 } },
    ])
  })

  it('makes an event for each element of a list', () => {
    const rules = [{ emit: { type: 'ack-received', forEach: '$/rows', node: '$/n', from: '@/f', index: '@/i' } }]
    const rows = [
      { f: 'b', i: 1 },
      { f: 'c', i: 2 },
    ]
    expect(events(apply({ rules }, [{ n: 'a', rows }, { n: 'a' }]))).toEqual([
      { type: 'ack-received', node: 'a', from: 'b', index: 1 },
      { type: 'ack-received', node: 'a', from: 'c', index: 2 },
    ])
  })

  it('makes the header of the first selected record, and collects names in their order', () => {
    const header = { id: '$/id', clients: 'collect', init: { leader: '$/l' } }
    const rules = [{ emit: { type: 'invoke', client: '$/c', op: '$/c', f: 'read', to: '$/n' } }]
    const records = [{ id: 'no' }, { ok: 1, id: 'run', l: 'n10', c: 'c2', n: 'n10' }, { ok: 1, c: 'c1', n: 'n9' }]
    expect(apply({ select: { '/ok': 1 }, header, rules }, records)).toMatchObject({
      trace: { header: { id: 'run', init: { leader: 'n10' }, nodes: ['n9', 'n10'], clients: ['c1', 'c2'] } },
    })
  })

  it('carries the record in its events only when asked', () => {
    expect(events(apply({}, [{ a: 1 }]))).toEqual([{ type: 'note' }])
    expect(events(apply({}, [{ a: 1 }], { raw: true }))).toEqual([{ type: 'note', src: { line: 1, raw: '{"a":1}' } }])
  })

  it('maps lines as they arrive as it maps the whole', async () => {
    const rules = [{ emit: { type: 'note', 'x-v': '$/v' } }]
    const lines = ['{"v":1}', '', '{"v":2}\r', '{"v":3}']
    const whole = mapTrace(lines.join('\n'), read({ rules }), { file: 'log' })
    expect(await mapStream(arriving(lines), read({ rules }), { file: 'log' })).toEqual(whole)
    expect(mapTrace(lines, read({ rules }), { file: 'log' })).toEqual(whole)
    expect(whole).toMatchObject({ trace: { events: [{ line: 1 }, { line: 3 }, { line: 4 }] } })
  })

  it('gives the events of a line at once, and the header as far as it is known', () => {
    const rules = [{ emit: { type: 'crash', node: '$/n' } }]
    const mapper = new Mapper(read({ rules }), { file: 'log' })
    expect(mapper.header()).toBeNull()
    expect(mapper.acceptLine('{"n":"b"}', 1)).toEqual([{ event: { type: 'crash', node: 'b' }, line: 1 }])
    expect(mapper.header()).toMatchObject({ nodes: ['b'] })
    mapper.acceptLine('{"n":"a"}', 2)
    expect(mapper.finish()).toMatchObject({ header: { nodes: ['a', 'b'] }, stats: { mapped: 2 } })
  })
})

describe('inputs', () => {
  const rules = [{ emit: { type: 'note', 'x-r': '$' } }]

  it('take elements of an array in a document, with their lines', () => {
    const text = '{\n "log": [\n  {"v": 1},\n  {"v": 2}\n ]\n}'
    const result = mapTrace(text, read({ input: { kind: 'json', records: '/log' }, rules }), { file: 'log' })
    expect(result).toMatchObject({
      trace: {
        events: [
          { line: 3, event: { 'x-r': { v: 1 } } },
          { line: 4, event: { 'x-r': { v: 2 } } },
        ],
      },
    })
  })

  it('take rows of a table, with the lines that they begin in', () => {
    const text = 'name,note\na,"two\nlines"\n\nb,one\n'
    const result = mapTrace(text, read({ input: { kind: 'csv' }, rules }), { file: 'log' })
    expect(result).toMatchObject({
      trace: {
        events: [
          { line: 2, event: { 'x-r': { name: 'a', note: 'two\nlines' } } },
          { line: 5, event: { 'x-r': { name: 'b', note: 'one' } } },
        ],
      },
    })
  })

  it('take rows with columns that the map names', () => {
    const input = { kind: 'csv', delimiter: ';', columns: ['n', 'v'] }
    const result = mapTrace('a;1\nb;2', read({ input, rules }), { file: 'log' })
    expect(result).toMatchObject({
      trace: { events: [{ line: 1, event: { 'x-r': { n: 'a', v: '1' } } }, { line: 2 }] },
    })
  })

  it('take the groups of the first pattern that matches the whole line', () => {
    const input = {
      kind: 'text',
      prefix: '(?<t>\\d+) ',
      patterns: { long: '(?<w>\\w+) (?<x>\\w+)', short: '(?<w>\\w+)' },
    }
    const result = mapTrace('1 a\n2 a b\n3 a b c', read({ input, rules }), { file: 'log' })
    expect(events(result)).toEqual([
      { type: 'note', 'x-r': { line: '1 a', pattern: 'short', t: '1', w: 'a' } },
      { type: 'note', 'x-r': { line: '2 a b', pattern: 'long', t: '2', w: 'a', x: 'b' } },
      { type: 'note', 'x-r': { line: '3 a b c' } },
    ])
  })

  it.each([
    ['ndjson', { kind: 'ndjson' }, '{"a":1}\n{"a":', 2, 'Not JSON'],
    ['json', { kind: 'json' }, '[{"a":1},\n{"a"}]', 2, 'Not JSON'],
    ['json without the array', { kind: 'json', records: '/log' }, '{"lag":[]}', 1, 'There is no array at /log'],
    ['csv', { kind: 'csv' }, 'a,b\n1,2\n1,2,3\n', 3, 'Not CSV'],
  ])('refuse what is no %s, with its line', (_, input, text, line, message) => {
    expect(problems(mapTrace(text, read({ input, rules }), { file: 'log' }))[0]).toMatchObject({
      code: 'E-MAP-RECORD',
      file: 'log',
      line,
      message: expect.stringContaining(message),
    })
  })
})

describe('records', () => {
  const rules = [{ when: { '/name': 'A' }, emit: { type: 'note' } }]
  const records = [{ name: 'A' }, { name: 'B', i: 1 }, { name: 'C' }, { name: 'B', i: 2 }]

  it('that no rule matches are an error by name', () => {
    expect(problems(apply({ rules, unmatchedName: '$/name' }, records))).toMatchObject([
      {
        code: 'E-MAP-UNMATCHED',
        line: 2,
        text: '{"name":"B","i":1}',
        message: 'No rule of my.map.json matches B: 2 records.',
      },
      { code: 'E-MAP-UNMATCHED', line: 3, message: 'No rule of my.map.json matches C: 1 record.' },
    ])
  })

  it.each(['warn', 'drop'] as const)('that no rule matches are still counted when waived by %s', unmatched => {
    expect(apply({ rules, unmatchedName: '$/name' }, records, { unmatched })).toMatchObject({
      stats: {
        mapped: 1,
        unmatched: [
          { name: 'B', count: 2, firstLine: 2, sample: '{"name":"B","i":1}' },
          { name: 'C', count: 1, firstLine: 3, sample: '{"name":"C"}' },
        ],
      },
    })
  })

  it('of text are named by their first words', () => {
    const input = { kind: 'text', patterns: { a: 'a' } }
    const log = 'a\n12:01 node7 lost the connection to node8 again\n12:02 node9 lost the connection to node1 again'
    const mapping = read({ input, rules: [{ when: { '/pattern': 'a' }, emit: { type: 'note' } }] })
    expect(mapTrace(log, mapping, { file: 'log', unmatched: 'warn' })).toMatchObject({
      stats: { unmatched: [{ name: 'lost the connection to', count: 2, firstLine: 2 }] },
    })
  })

  it('must make events of the format: the rule and the line are told', () => {
    const wrong = [{ name: 'the crash', emit: { type: 'crash', node: '$/n', seq: '$/s' } }]
    expect(problems(apply({ rules: wrong }, [{ n: 'a', s: 0 }, { s: 1 }, { n: 'a', s: 1 }]))).toMatchObject([
      {
        code: 'E-MAP-EVENT',
        line: 1,
        message: expect.stringMatching(
          /^the crash makes an event of type crash .*: seq of a crash must be a whole number from 1, but is 0\.$/,
        ),
      },
      { code: 'E-MAP-EVENT', line: 2, message: expect.stringContaining('A crash needs the field node.') },
    ])
  })

  it('must make a header of the format', () => {
    expect(problems(apply({ header: { clock: { order: '$/o' } } }, [{ o: 'odd' }]))).toMatchObject([
      { code: 'E-MAP-HEADER', line: 1, message: expect.stringContaining('clock.order of the header must be') },
    ])
  })

  it('must speak of the nodes that the header lists', () => {
    const crash = [{ emit: { type: 'crash', node: '$/n' } }]
    expect(problems(apply({ header: { nodes: ['a', 'b'] }, rules: crash }, [{ n: 'a' }, { n: 'c' }]))).toMatchObject([
      { code: 'E-MAP-NODE', line: 2, message: 'An event speaks of the node c, which the header does not list.' },
    ])
  })

  it('must be there', () => {
    expect(problems(apply({}, []))).toMatchObject([{ code: 'E-MAP-EMPTY', message: 'There is no record.' }])
    const select = { '/tag': 'raft' }
    expect(problems(apply({ select }, [{ tag: 'http' }]))).toMatchObject([
      { code: 'E-MAP-EMPTY', message: 'No record is one that the map selects.' },
    ])
  })
})
