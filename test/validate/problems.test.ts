// Every code of an input problem, provoked: the line it is found in, what it points at, and what it says.
import { describe, expect, it } from 'vitest'
import { INPUT_CODES, type InputCode } from '../../src/validate/format/problems.ts'
import { readForeignTrace } from '../../src/validate/format/read.ts'
import { checkModel, PROVOKED } from './provoked.ts'
import { codesOf, document, HEADER, pointedAt, problemsOf, stream } from './traces.ts'

const append = { type: 'append', node: 'n1', index: 1 }

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

  it('asks of operations nothing where no history of clients is judged, nor what nobody knows', () => {
    const invoke = { type: 'invoke', client: 'c1', op: 'a', f: 'cas' }
    expect(codesOf(stream({}, { ...invoke, f: 'increment' }))).toEqual([])
    expect(codesOf(stream({ clock: { order: 'client' } }, invoke, { ...invoke, value: [null, 1] }))).toEqual([])
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
