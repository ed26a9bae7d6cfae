import { type Arbitrary, assert, constantFrom, dictionary, nat, property, record, string } from 'fast-check'
import { compileFromFile } from 'json-schema-to-typescript'
import { describe, expect, it } from 'vitest'
import { emptyCoverage, mergeCoverage, missingCoverage, readCoverage } from '../../src/validate/companions/coverage.ts'
import type { Coverage } from '../../src/validate/companions/coverage-types.ts'
import { coverageText } from '../../src/report/coverage-text.ts'

const EMPTY = emptyCoverage('single-leader', [
  { name: 'write', guardCount: 1 },
  { name: 'crash', guardCount: 2 },
])

const name = string({ maxLength: 3 }).filter(text => text !== '__proto__')
const counts = dictionary(constantFrom('a', 'b', 'toString', 'constructor'), nat(9))
const coverage: Arbitrary<Coverage> = record({
  format: constantFrom('primacy-coverage' as const),
  version: constantFrom(1 as const),
  spec: constantFrom('s'),
  actions: counts,
  guards: dictionary(name, dictionary(constantFrom('0', '1', '10'), record({ held: nat(9), failed: nat(9) }))),
  events: counts,
  traces: nat(9),
})

describe('coverage', () => {
  it('has types that follow from the schema', async () => {
    const types = await compileFromFile('traces/coverage.schema.json', {
      additionalProperties: false,
      bannerComment:
        '// Generated from traces/coverage.schema.json by its test; change the schema, then run the test with -u.',
      style: { semi: false, singleQuote: true, printWidth: 120, arrowParens: 'avoid' },
    })
    await expect(types).toMatchFileSnapshot('../../src/validate/companions/coverage-types.ts')
  })

  it('begins with every action and guard at nothing', () => {
    expect(missingCoverage(EMPTY)).toEqual({
      actions: ['crash', 'write'],
      guards: [
        { action: 'crash', index: 0, never: 'evaluated' },
        { action: 'crash', index: 1, never: 'evaluated' },
        { action: 'write', index: 0, never: 'evaluated' },
      ],
    })
  })

  it('misses the sides of guards that no trace showed', () => {
    const guards = {
      crash: { 0: { held: 2, failed: 1 }, 1: { held: 1, failed: 0 } },
      write: { 0: { held: 0, failed: 3 } },
    }
    expect(missingCoverage({ ...EMPTY, actions: { crash: 1, write: 0 }, guards })).toEqual({
      actions: ['write'],
      guards: [
        { action: 'crash', index: 1, never: 'false' },
        { action: 'write', index: 0, never: 'true' },
      ],
    })
  })

  it('merges in any order and grouping to the same text', () => {
    assert(
      property(coverage, coverage, coverage, (a, b, c) => {
        expect(JSON.stringify(mergeCoverage(a, b))).toBe(JSON.stringify(mergeCoverage(b, a)))
        expect(JSON.stringify(mergeCoverage(mergeCoverage(a, b), c))).toBe(
          JSON.stringify(mergeCoverage(a, mergeCoverage(b, c))),
        )
      }),
    )
  })

  it('does not change by merging with nothing', () => {
    assert(
      property(coverage, a => {
        expect(mergeCoverage(a, emptyCoverage('s', []))).toEqual(a)
      }),
    )
  })

  it('misses nothing new by merging', () => {
    assert(
      property(coverage, coverage, (a, b) => {
        const names = new Set([...Object.keys(a.actions), ...Object.keys(b.actions)])
        const sum = mergeCoverage(a, b)
        for (const action of names) expect(sum.actions[action]).toBeGreaterThanOrEqual(own(a.actions, action))
        for (const missed of missingCoverage(sum).actions) expect(own(a.actions, missed)).toBe(0)
      }),
    )
  })

  it('does not add up over specifications', () => {
    expect(() => mergeCoverage(EMPTY, { ...EMPTY, spec: 'other' })).toThrow(RangeError)
  })

  it('is read back as it was printed', () => {
    assert(
      property(coverage, a => {
        expect(readCoverage('c.json', JSON.stringify(a), 's')).toEqual({ coverage: a })
      }),
    )
  })

  it.each([
    [
      'of another specification',
      { spec: 'quorum' },
      'E-SPEC',
      '/spec',
      'This is the coverage of quorum, not of single-leader.',
    ],
    ['of another version', { version: 2 }, 'E-KIND', '/version', 'version must be 1, but is 2.'],
    [
      'with a negative count',
      { actions: { write: -1 } },
      'E-KIND',
      '/actions/write',
      'actions.write must be >= 0, but is -1.',
    ],
    [
      'with a guard that is no number',
      { guards: { write: { x: {} } } },
      'E-FIELD',
      '/guards/write/x',
      'guards.write has no field x.',
    ],
    ['with a misspelt field', { trace: 1 }, 'E-FIELD', '/trace', 'The file has no field trace.'],
  ])('refuses a file %s', (_, change, code, pointer, message) => {
    const text = JSON.stringify({ ...EMPTY, ...change }, null, 2)
    const read = readCoverage('c.json', text, 'single-leader')
    expect(read).toMatchObject({ problem: { code, pointer, message, file: 'c.json' } })
    const [key] = Object.keys(change)
    expect('problem' in read && read.problem.line).toBeGreaterThan(1)
    expect('problem' in read && read.problem.text).toContain(pointer.split('/').at(-1) ?? key)
  })

  it('says where a file stops being JSON', () => {
    expect(readCoverage('c.json', '{"format": nope}', 's')).toMatchObject({
      problem: { code: 'E-JSON', line: 1, column: 13 },
    })
    expect(readCoverage('c.json', ' ', 's')).toMatchObject({ problem: { code: 'E-EMPTY' } })
  })
})

function own(record_: { readonly [name: string]: number }, key: string): number {
  return Object.hasOwn(record_, key) ? record_[key] : 0
}

const seen = (held: number, failed: number): { held: number; failed: number } => ({ held, failed })

describe('the text of coverage', () => {
  it('tells of each guard from which side it was seen', () => {
    const guards = { ship: { 0: seen(2, 1), 1: seen(2, 0), 2: seen(0, 1) }, stop: { 0: seen(1, 1) } }
    const met: Coverage = { ...EMPTY, actions: { ship: 1200, stop: 0, wait: 1 }, guards, events: {}, traces: 1 }
    expect(coverageText(met, 1).split('\n').slice(2)).toEqual([
      '  ship  1,200 times  3 guards: 2 never true; 1 never false',
      '  stop  never        1 guard, each true and false',
      '  wait  1 time',
      '',
    ])
  })
})
