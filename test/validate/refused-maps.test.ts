// Maps that must be refused before they meet a record, each with the place of its fault and what to do.
import { describe, expect, it } from 'vitest'
import { readMapping } from '../../src/validate/map/mapping.ts'
import { refusals } from './maps.ts'

describe('a map is refused before it meets a record', () => {
  it.each<[string, object, object]>([
    [
      'an unknown event type',
      { rules: [{ emit: { type: 'promot', node: 'a', epoch: 1 } }] },
      { code: 'E-MAP-TYPE', pointer: '/rules/0/emit/type', hint: 'Did you mean promote?' },
    ],
    [
      'an unknown field',
      { rules: [{ emit: { type: 'crash', node: 'a', raeson: 'x' } }] },
      { code: 'E-MAP-FIELD', pointer: '/rules/0/emit/raeson', hint: expect.stringContaining('Did you mean reason?') },
    ],
    [
      'an unknown common field',
      { common: { nod: 'a' } },
      { code: 'E-MAP-FIELD', pointer: '/common/nod', hint: 'Did you mean node?' },
    ],
    [
      'an unknown observation',
      { rules: [{ emit: { type: 'state', node: 'a', obs: { role: 'leader', comit: 1 } } }] },
      { code: 'E-MAP-FIELD', pointer: '/rules/0/emit/obs/comit', hint: 'Did you mean commit?' },
    ],
    [
      'an unknown header field',
      { header: { initial: {} } },
      { code: 'E-MAP-FIELD', pointer: '/header/initial', hint: 'Did you mean init?' },
    ],
    [
      'a required field that is never emitted',
      { rules: [{ emit: [{ type: 'note' }, { type: 'ship', node: 'a' }] }] },
      { code: 'E-MAP-REQUIRED', pointer: '/rules/0/emit/1', message: expect.stringContaining('must have to') },
    ],
    [
      'an unknown table',
      { tables: { role: {} }, rules: [{ emit: { type: 'note', 'x-r': { get: '$/r', table: 'roel' } } }] },
      { code: 'E-MAP-TABLE', hint: 'Did you mean role?' },
    ],
    [
      'an unknown memory',
      { memory: { nth: { of: {} } }, rules: [{ when: { '#nht': 1 }, emit: { type: 'note' } }] },
      { code: 'E-MAP-MEMORY', hint: 'Did you mean nth?' },
    ],
    [
      'an unknown memory that is recalled',
      { rules: [{ emit: { type: 'note', 'x-v': { recall: 'nth' } } }] },
      { code: 'E-MAP-MEMORY', hint: expect.stringContaining('known to rules') },
    ],
    [
      'a rule after one that takes every record',
      {
        rules: [
          { name: 'all', emit: { type: 'note' } },
          { when: { '/a': 1 }, drop: 'x' },
        ],
      },
      { code: 'E-MAP-UNREACHABLE', pointer: '/rules/1', message: 'No record reaches this rule: all takes them all.' },
    ],
    [
      'a rule with the conditions of an earlier one',
      {
        rules: [
          { when: { '/a': 1, '/b': 2 }, drop: 'x' },
          { when: { '/b': 2, '/a': 1 }, drop: 'y' },
        ],
      },
      { code: 'E-MAP-UNREACHABLE', pointer: '/rules/1' },
    ],
    ['a rule that does nothing', { rules: [{ when: {} }] }, { code: 'E-MAP-RULE', pointer: '/rules/0' }],
    [
      'a rule that does both',
      { rules: [{ emit: { type: 'note' }, drop: 'x' }] },
      { code: 'E-MAP-RULE', pointer: '/rules/0' },
    ],
    [
      'a regular expression that is none',
      { select: { '/a': { matches: '(' } } },
      { code: 'E-MAP-REGEX', pointer: '/select/~1a/matches' },
    ],
    [
      'a pattern that is none',
      { input: { kind: 'text', patterns: { p: '(?<a>' } } },
      { code: 'E-MAP-REGEX', pointer: '/input/patterns/p' },
    ],
    [
      'a group that no pattern has',
      { input: { kind: 'text', patterns: { p: '(?<client>.)' } }, common: { 'x-c': '$/clint' } },
      { code: 'E-MAP-POINTER', hint: 'Did you mean client?' },
    ],
    [
      'a column that the map does not name',
      { input: { kind: 'csv', columns: ['node', 'v'] }, select: { '/nod': 'a' } },
      { code: 'E-MAP-POINTER', hint: 'Did you mean node?' },
    ],
    [
      'a condition without a slash',
      { select: { 'event.name': 'x' } },
      { code: 'E-MAP-POINTER', hint: 'JSON pointers begin with a slash: /event/name' },
    ],
    [
      'a misspelt part of an expression',
      { rules: [{ emit: { type: 'note', 'x-v': { get: '$/v', defualt: 1 } } }] },
      { code: 'E-MAP-EXPRESSION', pointer: '/rules/0/emit/x-v/defualt', hint: 'Did you mean default?' },
    ],
    [
      'a get of something that is no reference',
      { rules: [{ emit: { type: 'note', 'x-v': { get: '/v' } } }] },
      { code: 'E-MAP-EXPRESSION', hint: 'To point into the record, write $/v' },
    ],
    [
      'a form that is none',
      { rules: [{ emit: { type: 'note', 'x-v': { get: '$/v', as: 'intger' } } }] },
      { code: 'E-MAP-EXPRESSION', hint: expect.stringContaining('Did you mean integer?') },
    ],
    [
      'a range of one',
      { rules: [{ emit: { type: 'note', 'x-v': { range: [1] } } }] },
      { code: 'E-MAP-EXPRESSION', message: expect.stringContaining('two expressions') },
    ],
    [
      'an element where there is none',
      { rules: [{ emit: { type: 'note', 'x-v': '@/v' } }] },
      { code: 'E-MAP-POINTER', pointer: '/rules/0/emit/x-v', message: expect.stringContaining('no forEach or list') },
    ],
    [
      'memory in a selection',
      { memory: { nth: { of: {} } }, select: { '#nth': 1 } },
      { code: 'E-MAP-MEMORY', pointer: '/select/#nth' },
    ],
    [
      'an unknown part of the map',
      { ruels: [] },
      { code: 'E-MAP-SCHEMA', pointer: '/ruels', hint: 'Did you mean rules?' },
    ],
    [
      'another version',
      { map: 'repltrace-map/2' },
      { code: 'E-MAP-SCHEMA', pointer: '/map', message: expect.stringContaining('repltrace-map/1') },
    ],
    [
      'an unknown kind of input',
      { input: { kind: 'xml' } },
      { code: 'E-MAP-SCHEMA', pointer: expect.stringMatching('/input'), message: expect.stringContaining('xml') },
    ],
    [
      'a test that is none',
      { select: { '/a': { exist: true } } },
      { code: 'E-MAP-SCHEMA', pointer: '/select/~1a/exist', hint: 'Did you mean exists?' },
    ],
  ])('for %s', (_, parts, problem) => {
    expect(refusals(parts)).toContainEqual(expect.objectContaining(problem))
  })

  it('with the line of the fault in the file', () => {
    const [problem] = refusals({ rules: [{ emit: { type: 'crash', node: 'a', raeson: 'x' } }] })
    expect(problem).toMatchObject({ file: 'my.map.json', line: 11, column: 9, text: '        "raeson": "x"' })
  })

  it('with a common fault once, although every rule shares it', () => {
    const rules = [{ when: { '/a': 1 }, emit: { type: 'note' } }, { emit: { type: 'note' } }]
    expect(refusals({ common: { 'x-v': { get: 'v' } }, rules })).toHaveLength(1)
  })

  it('with every fault at once', () => {
    const rules = [{ emit: { type: 'promot' } }, { emit: { type: 'crash' } }]
    expect(refusals({ rules, common: { nod: 1 } }).map(({ code }) => code)).toEqual([
      'E-MAP-UNREACHABLE',
      'E-MAP-FIELD',
      'E-MAP-TYPE',
      'E-MAP-REQUIRED',
    ])
  })

  it('when it is not JSON, with the place', () => {
    const result = readMapping('{\n  "map": "repltrace-map/1"\n  "rules": []\n}', 'my.map.json')
    expect(result).toMatchObject({ problems: [{ code: 'E-MAP-JSON', line: 3, message: 'Not JSON: comma expected.' }] })
  })
})
