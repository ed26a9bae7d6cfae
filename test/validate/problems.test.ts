// Every code of an input problem, provoked: the line it is found in, what it points at, and what it says.
import { describe, expect, it } from 'vitest'
import replication from '../../spec/single-leader.ts'
import { type CheckModel, modelFaults } from '../../src/validate/format/model-faults.ts'
import { INPUT_CODES, type InputCode } from '../../src/validate/format/problems.ts'
import { readForeignTrace } from '../../src/validate/format/read.ts'
import { codesOf, document, HEADER, pointedAt, problemsOf, stream } from './traces.ts'

interface Provoked {
  readonly code: InputCode
  readonly text: string
  readonly line: number
  /** What stands at its column; null when the whole line is meant. */
  readonly at: string | null
  /** A part of the message or the hint. */
  readonly says: string
  readonly strict?: boolean
}

const checkModel: CheckModel = model => modelFaults(model, replication, ['async', 'sync-all'])

const append = { type: 'append', node: 'n1', index: 1 }

const PROVOKED: readonly Provoked[] = [
  { code: 'E-EMPTY', text: '', line: 1, at: null, says: 'begins with {"type":"header"' },
  { code: 'E-EMPTY', text: '\n \n', line: 1, at: null, says: 'empty' },
  { code: 'E-JSON', text: 'nope', line: 1, at: 'ope', says: "unexpected token 'o'" },
  { code: 'E-JSON', text: stream({}, '{"type": oops}', append), line: 2, at: 'oops', says: 'not JSON' },
  { code: 'E-JSON', text: stream({}, '{"type":"app', append), line: 2, at: '', says: 'unterminated string' },
  { code: 'E-JSON', text: '{"header": {},\n  "events": [1,]}', line: 2, at: ']', says: 'The document is not JSON' },
  { code: 'E-NO-HEADER', text: JSON.stringify(append), line: 1, at: null, says: 'first line is not a header' },
  { code: 'E-NO-HEADER', text: '{"tag":"trace"}\n{"tag":"trace"}', line: 1, at: null, says: 'mapping file' },
  { code: 'E-NO-HEADER', text: '{"events":[]}', line: 1, at: '{"events"', says: 'no header' },
  { code: 'E-HEADER', text: stream({}, append, { type: 'header' }), line: 3, at: '"header"', says: 'first line' },
  { code: 'E-FORMAT', text: stream({ format: 'other' }, append), line: 1, at: '"other"', says: 'not "repltrace"' },
  { code: 'E-FORMAT', text: '{"format":"primacy-trace","version":1}', line: 1, at: '"primacy', says: 'primacy replay' },
  { code: 'E-VERSION', text: stream({ version: '2.0' }, append), line: 1, at: '"2.0"', says: '1.x' },
  {
    code: 'E-PRESET',
    text: stream({ model: { preset: 'asinc' } }, append),
    line: 1,
    at: '"asinc"',
    says: 'Did you mean async? Presets are async, sync-all.',
  },
  {
    code: 'E-KNOB',
    text: stream({ model: { preset: 'async', acck: 'any' } }, append),
    line: 1,
    at: '"acck"',
    says: 'Did you mean ack?',
  },
  {
    code: 'E-SETTING',
    text: stream({ model: { ack: 'anny' } }, append),
    line: 1,
    at: '"anny"',
    says: 'Did you mean any? Left out, it is ',
  },
  {
    code: 'E-SETTING',
    text: document({ model: { poll: 'often' } }, append),
    line: 14,
    at: '"often"',
    says: 'poll is a whole number from 0. Left out, it is ',
  },
  {
    code: 'E-TYPE',
    text: stream({}, { type: 'appnd', node: 'n1' }),
    line: 2,
    at: '"appnd"',
    says: 'Did you mean append?',
  },
  { code: 'E-FIELD', text: stream({}, { ...append, epch: 1 }), line: 2, at: '"epch"', says: 'Did you mean epoch?' },
  {
    code: 'E-FIELD',
    text: stream({}, { ...append, obs: { lst: 1 } }),
    line: 2,
    at: '"lst"',
    says: 'Did you mean last?',
  },
  { code: 'E-FIELD', text: stream({ clcok: {} }), line: 1, at: '"clcok"', says: 'Did you mean clock?' },
  { code: 'E-FIELD', text: '{"header":{},\n"events":[],\n"x":1}', line: 3, at: '"x"', says: 'header and events' },
  {
    code: 'E-MISSING',
    text: stream({}, { type: 'append', node: 'n1' }),
    line: 2,
    at: null,
    says: 'needs the field index',
  },
  { code: 'E-MISSING', text: stream({}, { node: 'n1' }), line: 2, at: null, says: 'type is missing' },
  {
    code: 'E-MISSING',
    text: stream({ nodes: undefined }),
    line: 1,
    at: null,
    says: 'The header needs the field nodes',
  },
  { code: 'E-MISSING', text: '{"header":{}}', line: 1, at: '{"header', says: 'needs the field events' },
  {
    code: 'E-KIND',
    text: stream({}, { ...append, epoch: '3' }),
    line: 2,
    at: '"3"',
    says: 'a whole number from 0, but is "3"',
  },
  { code: 'E-KIND', text: stream({}, { ...append, epoch: -1 }), line: 2, at: '-1', says: 'a whole number from 0' },
  { code: 'E-KIND', text: stream({}, { ...append, ts: 17 }), line: 2, at: '17', says: 'a time as text' },
  {
    code: 'E-KIND',
    text: stream({}, { ...append, index: [1] }),
    line: 2,
    at: '[1]',
    says: 'a position, or [first, last]',
  },
  {
    code: 'E-KIND',
    text: stream({}, { ...append, obs: { at: 'befor' } }),
    line: 2,
    at: '"befor"',
    says: 'mean before?',
  },
  { code: 'E-KIND', text: stream({}, { ...append, obs: { last: {} } }), line: 2, at: '{}', says: '{"ge": n}' },
  { code: 'E-KIND', text: stream({}, '7'), line: 2, at: null, says: 'must be an object' },
  { code: 'E-KIND', text: stream({}, { type: 3 }), line: 2, at: '3', says: 'the name of a type' },
  { code: 'E-KIND', text: stream({ nodes: ['n1', 'n1'] }), line: 1, at: '["n1"', says: 'without repetitions' },
  { code: 'E-KIND', text: stream({}, { type: 'end', count: '0' }), line: 2, at: '"0"', says: 'a whole number' },
  { code: 'E-NODE', text: stream({}, { ...append, node: 'n3' }), line: 2, at: '"n3"', says: 'It lists n1, n2.' },
  { code: 'E-NODE', text: stream({ init: { leader: 'n9' } }), line: 1, at: '"n9"', says: 'no node "n9"' },
  { code: 'E-NODE', text: stream({}, { type: 'ship', node: 'n1', to: 'm2' }), line: 2, at: '"m2"', says: 'mean n2?' },
  { code: 'E-NODE', text: stream({}, { ...append, vc: { n1: 1, n4: 1 } }), line: 2, at: '"n4"', says: 'no node "n4"' },
  {
    code: 'E-NODE',
    text: stream({}, { type: 'partition', between: [['n1'], ['n2', 'n5']] }),
    line: 2,
    at: '"n5"',
    says: 'no node "n5"',
  },
  {
    code: 'E-NODE',
    text: stream({}, { type: 'elect', epoch: 1, to: 'n1', voters: ['n1', 'n7'] }),
    line: 2,
    at: '"n7"',
    says: 'no node "n7"',
  },
  {
    code: 'E-CLIENT',
    text: stream({}, { type: 'invoke', client: 'c2', op: 'a', f: 'read' }),
    line: 2,
    at: '"c2"',
    says: 'Did you mean c1?',
  },
  {
    code: 'E-SEQ',
    text: stream({}, { ...append, seq: 2 }, { ...append, seq: 2 }),
    line: 3,
    at: '2',
    says: 'line 2 has',
  },
  {
    code: 'E-SEQ',
    text: stream({}, { ...append, seq: 3 }, { ...append, seq: 2 }),
    line: 3,
    at: '2',
    says: 'goes back',
  },
  {
    code: 'E-ID',
    text: stream({}, { ...append, id: 'a' }, { ...append, id: 'a' }),
    line: 3,
    at: '"a"',
    says: 'line 2',
  },
  {
    code: 'E-CAUSE',
    text: stream({}, { ...append, causes: ['b'] }),
    line: 2,
    at: '"b"',
    says: 'No event has the id b',
  },
  {
    code: 'E-CAUSE-ORDER',
    text: stream({ clock: { order: 'total' } }, { ...append, causes: ['b'] }, { ...append, id: 'b' }),
    line: 2,
    at: '"b"',
    says: 'in line 3',
  },
  {
    code: 'E-CYCLE',
    text: stream(
      {},
      { ...append, causes: ['b'] },
      { ...append, node: 'n2', id: 'b', causes: ['c'] },
      { ...append, id: 'c' },
    ),
    line: 2,
    at: '["b"]',
    says: 'line 2 comes before line 4 comes before line 3, which comes before line 2',
  },
  {
    code: 'E-CYCLE',
    text: stream({}, { ...append, id: 'a', causes: ['a'] }),
    line: 2,
    at: '["a"]',
    says: 'its own cause',
  },
  {
    code: 'E-VC',
    text: stream({}, { ...append, vc: { n1: 4 } }, append, { ...append, vc: { n1: 4 } }),
    line: 4,
    at: '4',
    says: 'The clock of n1 in line 4 has 4 for n1; it should be at least 5, for it was 4 in line 2',
  },
  {
    code: 'E-VC',
    text: stream({}, { ...append, seq: 4, vc: { n1: 4 } }, { ...append, seq: 7, vc: { n1: 6 } }),
    line: 3,
    at: '6',
    says: 'at least 7, for it was 4 in line 2, at seq 4; seq is now 7',
  },
  {
    code: 'E-VC',
    text: stream({}, { ...append, seq: 4, vc: { n1: 3 } }),
    line: 2,
    at: '3',
    says: 'should be at least 4',
  },
  { code: 'E-VC', text: stream({}, { ...append, vc: { n2: 3 } }), line: 2, at: '{"n2"', says: 'has 0 for n1' },
  {
    code: 'E-VC',
    text: stream({}, { ...append, vc: { n1: 1, n2: 5 } }, { ...append, vc: { n1: 2, n2: 4 } }),
    line: 3,
    at: '4',
    says: 'has 4 for n2; it should be at least 5, for it was 5 in line 2',
  },
  { code: 'E-NO-VC', text: stream({ clock: { order: 'vector' } }, append, append), line: 2, at: null, says: 'no vc' },
  { code: 'E-NO-TS', text: stream({ clock: { order: 'interval' } }, append, append), line: 2, at: null, says: 'no ts' },
  { code: 'E-TS', text: stream({}, { ...append, ts: ['10', '9'] }), line: 2, at: '["10"', says: 'before it begins' },
  { code: 'E-RANGE', text: stream({}, { ...append, index: [4, 3] }), line: 2, at: '[4,3]', says: '[3, 4]?' },
  {
    code: 'E-RANGE',
    text: stream({}, { ...append, obs: { last: { ge: 4, le: 3 } } }),
    line: 2,
    at: '{"ge"',
    says: 'at most 3',
  },
  { code: 'E-NIL', text: stream({}, { type: 'read', node: 'n1', value: null }), line: 2, at: 'null', says: '"absent"' },
  {
    code: 'E-NIL',
    text: stream({}, { type: 'ok', client: 'c1', op: 'a', f: 'read', value: null }),
    line: 2,
    at: 'null',
    says: '"unknown"',
  },
  {
    code: 'E-CLIENT-ORDER',
    text: stream({ clock: { order: 'client' } }, append),
    line: 2,
    at: '"append"',
    says: 'server',
  },
  {
    code: 'E-COMPLETE',
    text: stream({ complete: { append: 'none' } }, append, append),
    line: 2,
    at: '"append"',
    says: 'none',
  },
  {
    code: 'E-AFTER-END',
    text: stream({}, { type: 'end', count: 0 }, { type: 'note' }),
    line: 3,
    at: null,
    says: 'last',
  },
  {
    code: 'E-COUNT',
    text: stream({}, append, { type: 'end', count: 2 }),
    line: 3,
    at: '2',
    says: 'there is 1 line of',
  },
  { code: 'E-IMPLICIT', text: stream({}), line: 1, at: null, says: '"order":"node"', strict: true },
]

describe('problems of an input', () => {
  it.each(PROVOKED)('$code in line $line: $says', ({ code, text, line, at, says, strict = false }) => {
    const problem = problemsOf(text, { strict, checkModel }).find(found => found.code === code && found.line === line)
    expect(problem).toBeDefined()
    expect(`${problem!.message} ${problem!.hint}`).toContain(says)
    expect(pointedAt(problem!, at?.length)).toBe(at)
    expect(problem!.hint).not.toBe('')
  })

  it('provokes every code', () => {
    const provoked = new Set(PROVOKED.map(({ code }) => code))
    expect(Object.keys(INPUT_CODES).filter(code => !provoked.has(code as InputCode))).toEqual([])
  })

  it('says one thing once, where the header is what must change', () => {
    expect(codesOf(stream({ clock: { order: 'vector' } }, append, append))).toEqual(['2 E-NO-VC'])
    expect(codesOf(stream({ clock: { order: 'client' } }, append, append))).toEqual(['2 E-CLIENT-ORDER'])
    expect(codesOf('{"tag":"trace"}\n{"tag":"trace"}')).toEqual(['1 E-NO-HEADER'])
  })

  it('takes for no knob what a header says of clients, and what is for people', () => {
    const model = { preset: 'async', dedup: true, ack: 'any', poll: 2, 'x-tuned': 'by hand' }
    expect(codesOf(stream({ model }, append), { checkModel })).toEqual([])
  })

  it('says one sentence once, and counts how often it is true', () => {
    const read = readForeignTrace('t', stream({}, ...Array.from({ length: 9 }, () => ({ ...append, epch: 1 }))))
    expect(read).toMatchObject({ problems: [{ line: 2, code: 'E-FIELD' }], problemCount: 9 })
    expect(codesOf(stream({}, 'oops', append, 'oops'))).toEqual(['2 E-JSON', '4 E-JSON'])
  })

  it('does not blame events for a header that is wrong', () => {
    expect(codesOf(stream({ nodes: 3 }, { ...append, node: 'n3' }))).toEqual(['1 E-KIND'])
    expect(codesOf(stream({ version: '2.0' }, { type: 'novelty' }))).toEqual(['1 E-VERSION'])
  })

  it('takes neither a header nor an end for an event, nor an event for a header', () => {
    const events = JSON.stringify({ header: HEADER, events: [{ type: 'end', count: 0 }, HEADER] })
    expect(codesOf(events)).toEqual(['1 E-TYPE', '1 E-TYPE'])
    expect(codesOf(JSON.stringify({ header: append, events: [] }))).toContain('1 E-KIND')
    expect(codesOf(JSON.stringify({ header: [], events: [] }))).toEqual(['1 E-KIND'])
    expect(codesOf(JSON.stringify({ ...append, format: 'repltrace' }))).toContain('1 E-KIND')
  })

  it('says of a document of another kind only that it is one', () => {
    expect(codesOf(JSON.stringify({ format: 'primacy-trace', steps: [] }, null, 2))).toEqual(['2 E-FORMAT'])
    expect(codesOf(JSON.stringify({ data: [], tags: {} }, null, 2))).toEqual(['1 E-NO-HEADER'])
    expect(codesOf('{\n"a": 1}\n{\n"a": 2}')).toEqual(['3 E-JSON'])
  })

  it('does not fail of a value that is nested too deeply to be printed', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    expect(codesOf(stream({}, deep, `{"type":"append","node":"n1","index":${deep}}`))).toEqual(['2 E-KIND', '3 E-KIND'])
  })

  it('reports problems in the order of their places, though some are known only at the end', () => {
    const late = stream({}, { ...append, causes: ['b'] }, { ...append, node: 'n3' })
    expect(codesOf(late)).toEqual(['2 E-CAUSE', '3 E-NODE'])
    const unsorted = stream({}, { ...append, node: 'n3' }, { ...append, indx: 1, node: 5 })
    expect(codesOf(unsorted)).toEqual(['2 E-NODE', '3 E-KIND', '3 E-FIELD'])
  })

  it('reports the first twenty and counts the rest', () => {
    const many = Array.from({ length: 30 }, (_, at) => ({ type: 'append', node: `m${at}`, index: 1 }))
    const read = readForeignTrace('trace.ndjson', stream({}, { ...append, causes: ['b'] }, ...many))
    const { problems = [], problemCount = 0 } = 'problems' in read ? read : {}
    expect(problems.map(({ line }) => line)).toEqual(Array.from({ length: 20 }, (_, index) => index + 2))
    expect(problemCount).toBe(31)
  })

  it('counts the problems of a document that is one long line', () => {
    const events = Array.from({ length: 50_000 }, (_, at) => ({ type: 'append', node: `m${at}`, index: 1 }))
    const read = readForeignTrace('trace.json', JSON.stringify({ header: HEADER, events }))
    expect(read).toMatchObject({ problemCount: 50_000, problems: { length: 20 } })
  })

  it('has the place within a line of 5,000 characters, so that a frame can be cut around it', () => {
    const long = {
      type: 'append',
      node: 'n1',
      'x-a': 'é"'.repeat(1000),
      epoch: 'three',
      'x-b': 'b'.repeat(2000),
      index: 1,
    }
    const [problem] = problemsOf(stream({}, long))
    expect(problem.text.length).toBeGreaterThan(5000)
    expect(pointedAt(problem, 7)).toBe('"three"')
  })

  it('has places within a document, on its lines', () => {
    const [kind, node] = problemsOf(document({}, append, { ...append, epoch: 'x' }, { ...append, node: 'n3' }))
    expect(kind).toMatchObject({
      code: 'E-KIND',
      pointer: '/events/1/epoch',
      line: 24,
      column: 16,
      text: '      "epoch": "x"',
    })
    expect(node).toMatchObject({ code: 'E-NODE', pointer: '/events/2/node', line: 28, text: '      "node": "n3",' })
  })
})
