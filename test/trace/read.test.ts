import { describe, expect, it } from 'vitest'
import singleLeader from '../../spec/single-leader.ts'
import { findTrace } from '../find-trace.ts'
import { readTrace } from '../../src/trace/read.ts'
import { printTrace } from '../../src/trace/trace.ts'

const text = printTrace(findTrace(singleLeader, {}, 'NoLostAckedWrite'))
const json = JSON.parse(text) as { [key: string]: unknown }

function problem(changed: unknown) {
  const read = readTrace(typeof changed === 'string' ? changed : JSON.stringify(changed))
  if ('trace' in read) throw new Error('it was read')
  return read.problem
}

describe('reading a trace', () => {
  it('gives back what was printed', () => {
    const read = readTrace(text)
    expect('trace' in read && printTrace(read.trace)).toBe(text)
  })

  it('says where a text stops being JSON', () => {
    expect(problem(text.slice(0, 40))).toMatchObject({ message: expect.stringMatching(/^Not JSON/) as string, line: 3 })
    expect(problem(text.replace('"property"', 'property'))).toMatchObject({ line: 8, column: 3 })
    expect(problem('{"a": nope}')).toMatchObject({ message: expect.stringContaining('nope') as string, line: null })
    expect(problem('')).toMatchObject({ message: 'The file is empty.', line: 1, column: 1 })
  })

  it.each([
    ['another format', { ...json, format: 'other' }, '/format must be "primacy-trace"'],
    ['another version', { ...json, version: 2 }, '/version must be 1'],
    ['no steps', { ...json, steps: [] }, '/steps must NOT have fewer than 1 items'],
    ['an unknown key', { ...json, extra: 1 }, 'additional properties (extra)'],
    [
      'a step without a state',
      { ...json, steps: [{ action: 'init', args: {}, changes: [] }] },
      "/steps/0 must have required property 'state'",
    ],
    ['a list', [], 'the document must be object'],
  ])('refuses %s', (_, changed, message) => {
    expect(problem(changed).message).toContain(message)
  })
})
