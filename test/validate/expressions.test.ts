// What expressions yield and conditions hold of, and what of a record they refuse.
import { describe, expect, it } from 'vitest'
import { apply, events, problems, value } from './maps.ts'

function hash(given: unknown): unknown {
  return value({ hash: '$/v' }, { v: given })
}

describe('expressions', () => {
  const record = {
    cell: '',
    a: { 'b/c': [10, '20', null] },
    word: 'StateLeader',
    lsn: '1/A',
    rows: [{ k: 'x' }, { k: 'y' }, {}],
  }

  it.each([
    ['text that is no reference', '$5', '$5'],
    ['a number', 7, 7],
    ['null', null, null],
    ['the whole record', '$', record],
    ['a pointer with an escape and a position', '$/a/b~1c/0', 10],
    ['a null', '$/a/b~1c/2', null],
    ['nothing', '$/none', undefined],
    ['a constant that looks like a reference', { const: '$/a' }, '$/a'],
    ['an integer from text', { get: '$/a/b~1c/1', as: 'integer' }, 20],
    ['no integer from null', { get: '$/a/b~1c/2', as: 'integer' }, undefined],
    ['a default', { get: '$/none', default: '$/word' }, 'StateLeader'],
    ['a match in a text', { get: '$/word', match: '^State(.*)' }, 'Leader'],
    ['a number in a cell', { get: '$/a/b~1c/1', match: '.+', as: 'integer' }, 20],
    ['nothing in an empty cell', { get: '$/cell', match: '.+', as: 'integer' }, undefined],
    ['no match', { get: '$/word', match: '^Stale(.*)' }, undefined],
    ['a sum', { add: ['$/a/b~1c/0', '$/a/b~1c/1', 1] }, 31],
    ['no sum with nothing', { add: ['$/none', 1] }, undefined],
    ['joined text', { concat: ['$/word', '-', '$/a/b~1c/0'] }, 'StateLeader-10'],
    ['a range', { range: [3, { add: [3, 2] }] }, [3, 5]],
    ['a range of one', { range: [3, 3] }, 3],
    ['an empty range', { range: [4, 3] }, undefined],
    ['a log position', { lsn: '$/lsn' }, 2 ** 32 + 10],
    ['a list of a member', { list: '$/rows', of: '@/k' }, ['x', 'y']],
    ['a literal list without what is nothing', [1, '$/none', '$/word'], [1, 'StateLeader']],
    ['a literal object without what is nothing', { p: '$/none', q: '$/word' }, { q: 'StateLeader' }],
    ['nothing for an object of nothing', { p: '$/none' }, undefined],
    ['an empty object for itself', {}, {}],
  ])('yield %s', (_, expression, expected) => {
    expect(value(expression, record)).toEqual(expected)
  })

  it.each([
    ['logs/east.log', 'east'],
    ['east.log', 'east'],
    ['east/db.txt', undefined],
  ])('take a part of the name of the log, %s', (file, expected) => {
    const rules = [{ emit: { type: 'note', 'x-v': { fileName: '^(\\w+)[.]log$' } } }]
    expect(events(apply({ rules }, [{}], { file }))).toEqual([
      expected === undefined ? { type: 'note' } : { type: 'note', 'x-v': expected },
    ])
  })

  it.each([
    ['seconds', 1719889274.3017461, '1719889274301746100'],
    ['seconds', '12', '12000000000'],
    ['decimal', 42, '42'],
    ['decimal', '9223372036854775807', '9223372036854775807'],
    ['time', '2031-02-03 04:05:06,789', '1927857906789000000'],
    ['time', '2031-02-03T04:05:06.789012345Z', '1927857906789012345'],
    ['time', '03 Feb 2031 04:05:06.789', '1927857906789000000'],
    ['text', { a: 1 }, '{"a":1}'],
    ['boolean', 'true', true],
    ['number', '1.5', 1.5],
    ['json', '[1,{}]', [1, {}]],
  ])('read as %s %j', (as, given, expected) => {
    expect(value({ get: '$/v', as }, { v: given })).toEqual(expected)
  })

  it.each([
    ['an empty cell', '', 'add "match": ".+" beside "get"'],
    ['a number that JSON rounds', '9007199254740993', '9,007,199,254,740,991'],
    ['a word', '-', '"match" of those that can be read'],
  ])('say of %s that is no integer what to do', (_, given, says) => {
    const rules = [{ emit: { type: 'note', 'x-v': { get: '$/v', as: 'integer' } } }]
    const [{ message, hint }] = problems(apply({ rules }, [{ v: given }]))
    expect(message).toContain(`$/v is ${JSON.stringify(given)}, which cannot be read as integer.`)
    expect(hint).toContain(says)
  })

  it.each([
    ['integer', 'ten'],
    ['integer', 1.5],
    ['integer', ''],
    ['decimal', '1.5'],
    ['time', 'yesterday'],
    ['time', '03 Foo 2031 04:05:06'],
    ['json', '{'],
    ['boolean', 'yes'],
  ])('refuse a record when it cannot be read as %s: %j', (as, given) => {
    const rules = [{ emit: { type: 'note', 'x-v': { get: '$/v', as } } }]
    expect(problems(apply({ rules }, [{ v: given }]))).toMatchObject([
      { code: 'E-MAP-VALUE', line: 1, message: expect.stringContaining(`cannot be read as ${as}`) },
    ])
  })

  it('translate by a table, and refuse a word that it lacks', () => {
    const tables = { role: { L: 'leader' } }
    expect(value({ get: '$/r', table: 'role' }, { r: 'L' }, { tables })).toBe('leader')
    expect(value({ get: '$/r', table: 'role', default: 'follower' }, { r: 'X' }, { tables })).toBe('follower')
    const rules = [{ emit: { type: 'note', 'x-v': { get: '$/r', table: 'role' } } }]
    expect(problems(apply({ tables, rules }, [{ r: 'L' }, { r: 'X' }]))).toMatchObject([
      { code: 'E-MAP-VALUE', line: 2, message: 'There is no "X" in the table role.' },
    ])
  })

  it('tell values apart by a digest, which is the same for the same value', () => {
    expect(hash([1, 'a'])).toBe(hash([1, 'a']))
    expect(hash([1, 'a'])).not.toBe(hash([1, 'b']))
    expect(hash('1')).not.toBe(hash(1))
  })

  it('remember the last value and count records, apart by a value', () => {
    const memory = {
      epoch: { of: { '/e': { exists: true } }, keep: '$/e' },
      nth: { of: { '/ask': true }, by: '$/c' },
    }
    const rules = [{ emit: { type: 'note', 'x-e': { recall: 'epoch' }, 'x-n': { recall: 'nth' } } }]
    const records = [{ c: 1 }, { c: 1, ask: true }, { c: 2, ask: true, e: 5 }, { c: 1, ask: true }, { c: 1, e: 6 }]
    expect(events(apply({ memory, rules }, records))).toEqual([
      { type: 'note' },
      { type: 'note', 'x-n': 1 },
      { type: 'note', 'x-e': 5, 'x-n': 1 },
      { type: 'note', 'x-e': 5, 'x-n': 2 },
      { type: 'note', 'x-e': 6, 'x-n': 2 },
    ])
  })
})

describe('conditions', () => {
  it.each([
    ['equality', 'a', { v: 'a' }, { v: 'b' }],
    ['equality with null', null, { v: null }, {}],
    ['a list', ['a', 1], { v: 1 }, { v: '1' }],
    ['existence', { exists: true }, { v: null }, {}],
    ['absence', { exists: false }, {}, { v: null }],
    ['a pattern', { matches: '^a.$' }, { v: 'ab' }, { v: 'abc' }],
    ['greater', { gt: 2 }, { v: '3' }, { v: 2 }],
    ['less', { lt: 2 }, { v: 1 }, { v: 'x' }],
    ['negation', { not: ['a', 'b'] }, { v: 'c' }, { v: 'a' }],
    ['the same as elsewhere', { same: '/w' }, { v: 4, w: 4 }, { v: 4, w: 5 }],
    ['all parts of one test', { gt: 1, lt: 3 }, { v: 2 }, { v: 3 }],
  ])('hold by %s', (_, test, yes, no) => {
    const rules = [{ when: { '/v': test }, emit: { type: 'note' } }, { drop: 'no' }]
    const result = apply({ rules }, [yes, no])
    expect(events(result)).toHaveLength(1)
    expect(result).toMatchObject({ stats: { mapped: 1, dropped: { no: 1 } } })
  })
})
