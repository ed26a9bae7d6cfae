import { describe, expect, it } from 'vitest'
import { excerptOf } from '../../src/report/excerpt.ts'

describe('an excerpt of a line', () => {
  it('is the line where it is short', () => {
    expect(excerptOf('{"a":1}', 6)).toEqual({ text: '{"a":1}', at: 5 })
    expect(excerptOf('{"a":1}', null)).toEqual({ text: '{"a":1}', at: 0 })
  })

  it('is cut around the column, which still points at what it pointed at', () => {
    const line = `${'a'.repeat(500)}X${'b'.repeat(500)}`
    const { text, at } = excerptOf(line, 501)
    expect([text.length, text[at], text.startsWith('…a'), text.endsWith('b…')]).toEqual([122, 'X', true, true])
    const end = excerptOf(line, line.length)
    expect([end.text[end.at], end.text.endsWith('b')]).toEqual(['b', true])
  })

  it('has nothing that a terminal would obey', () => {
    expect(excerptOf('a\t\u001B[31mX\u0000', 8)).toEqual({ text: 'a ·[31mX·', at: 7 })
  })
})
