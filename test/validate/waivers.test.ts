import { assert, constantFrom, integer, option, property, record } from 'fast-check'
import { compileFromFile } from 'json-schema-to-typescript'
import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { type Deviation, readWaivers, Waivers } from '../../src/validate/companions/waivers.ts'
import type { Waiver } from '../../src/validate/companions/waivers-types.ts'

const TODAY = '2026-03-01'

const receive: Event = { type: 'receive', node: 'n1', from: 'n2' }
const waiver: Waiver = { when: { type: 'receive', node: 'n1' }, reason: 'a known race', until: '2026-03-01' }

function file(...waivers: readonly object[]): string {
  return JSON.stringify({ format: 'primacy-waivers', version: 1, waivers }, null, 2)
}

function problems(...waivers: readonly object[]) {
  const words = { rules: ['NoLostAckedWrite'], actions: () => [{ name: 'receive', guardCount: 2 }] }
  const read = readWaivers('w.json', file(...waivers), TODAY, words)
  return 'problems' in read ? read.problems : []
}

describe('a waiver', () => {
  it('has types that follow from the schema', async () => {
    const types = await compileFromFile('traces/waivers.schema.json', {
      additionalProperties: false,
      bannerComment:
        '// Generated from traces/waivers.schema.json by its test; change the schema, then run the test with -u.',
      style: { semi: false, singleQuote: true, printWidth: 120, arrowParens: 'avoid' },
    })
    await expect(types).toMatchFileSnapshot('../../src/validate/companions/waivers-types.ts')
  })

  it('lets pass what it says, and counts it', () => {
    const waivers = new Waivers([waiver])
    expect(waivers.use({ event: receive, line: 7 })).toBe(waiver)
    expect(waivers.use({ event: { ...receive, node: 'n2' }, line: 8 })).toBe(null)
    expect(waivers.use({ event: { type: 'flush', node: 'n1', index: 1 }, line: 9 })).toBe(null)
    expect(waivers.use({ event: receive, line: 10 })).toBe(waiver)
    expect(waivers.uses).toEqual([{ waiver, lines: [7, 10] }])
  })

  it.each<[string, Waiver['when'], Partial<Deviation>, boolean]>([
    ['for any node', { type: 'receive' }, {}, true],
    ['in its lines', { type: 'receive', lines: [7, 9] }, { line: 9 }, true],
    ['outside its lines', { type: 'receive', lines: [7, 9] }, { line: 10 }, false],
    ['of its rule', { type: 'receive', rule: 'A' }, { rule: 'A' }, true],
    ['of another rule', { type: 'receive', rule: 'A' }, { rule: 'B' }, false],
    ['of no rule', { type: 'receive', rule: 'A' }, {}, false],
    [
      'of its guard',
      { type: 'receive', guard: { action: 'a', index: 1 } },
      { guards: () => [{ action: 'a', index: 1 }] },
      true,
    ],
    [
      'of another guard',
      { type: 'receive', guard: { action: 'a', index: 1 } },
      { guards: () => [{ action: 'a', index: 0 }] },
      false,
    ],
    [
      'of another action',
      { type: 'receive', guard: { action: 'a', index: 1 } },
      { guards: () => [{ action: 'b', index: 1 }] },
      false,
    ],
    ['of no guard', { type: 'receive', guard: { action: 'a', index: 1 } }, {}, false],
  ])('judges an event %s', (_, when, deviation, passes) => {
    const found = new Waivers([{ ...waiver, when }]).use({ event: receive, line: 8, ...deviation })
    expect(found !== null).toBe(passes)
  })

  it('is listed when nothing needed it, and the first of two is used', () => {
    const other: Waiver = { ...waiver, reason: 'the same again' }
    const waivers = new Waivers([waiver, other])
    waivers.use({ event: receive, line: 7 })
    expect(waivers.unused).toEqual([other])
  })

  it('lets less pass the more it says', () => {
    const when = record(
      {
        type: constantFrom('receive', 'flush'),
        node: constantFrom('n1', 'n2'),
        lines: constantFrom<[number, number]>([1, 4], [3, 6]),
        rule: constantFrom('A', 'B'),
      },
      { requiredKeys: ['type'] },
    )
    const deviation = record({ line: integer({ min: 1, max: 7 }), rule: option(constantFrom('A', 'B')) })
    assert(
      property(when, constantFrom('node', 'lines', 'rule'), deviation, (said, left, { line, rule }) => {
        const { [left]: _, ...less } = said
        const met = { event: receive, line, ...(rule === null ? {} : { rule }) }
        const passes = (list: typeof said): boolean => new Waivers([{ ...waiver, when: list }]).use(met) !== null
        expect(passes(said) && !passes(less)).toBe(false)
      }),
    )
  })
})

describe('a file of waivers', () => {
  it('is read when all is right, up to the last day', () => {
    const when = { type: 'receive', lines: [1, 1], rule: 'NoLostAckedWrite', guard: { action: 'receive', index: 1 } }
    const read = readWaivers('w.json', file(waiver, { ...waiver, when, resync: true }), TODAY)
    expect('waivers' in read && read.waivers.unused).toHaveLength(2)
    expect(problems(waiver, { ...waiver, when })).toEqual([])
  })

  it.each([
    [
      'expired',
      { until: '2026-02-28' },
      'E-EXPIRED',
      '/until',
      'This waiver ended on 2026-02-28; today is 2026-03-01.',
    ],
    ['on no day', { until: '2027-02-29' }, 'E-KIND', '/until', 'There is no day 2027-02-29.'],
    ['without a real date', { until: 'soon' }, 'E-KIND', '/until', 'waivers.1.until must match'],
    ['for no type', { when: { type: 'recieve' } }, 'E-TYPE', '/when/type', 'There is no type recieve.'],
    [
      'for no lines',
      { when: { type: 'receive', lines: [9, 7] } },
      'E-RANGE',
      '/when/lines',
      'The lines 9 to 7 are none.',
    ],
    [
      'for no rule',
      { when: { type: 'receive', rule: 'NoLostWrite' } },
      'E-RULE',
      '/when/rule',
      'There is no rule NoLostWrite.',
    ],
    [
      'for no action',
      { when: { type: 'receive', guard: { action: 'recv', index: 0 } } },
      'E-GUARD',
      '/when/guard/action',
      'There is no action recv.',
    ],
    [
      'for no guard',
      { when: { type: 'receive', guard: { action: 'receive', index: 2 } } },
      'E-GUARD',
      '/when/guard/index',
      'receive has 2 guards, the first being 0.',
    ],
    ['with a misspelt field', { reasons: 'x' }, 'E-FIELD', '/reasons', 'waivers.1 has no field reasons.'],
    [
      'with an empty reason',
      { reason: '' },
      'E-KIND',
      '/reason',
      'waivers.1.reason must NOT have fewer than 1 characters',
    ],
  ])('is refused when one is %s', (_, change, code, pointer, message) => {
    const [found, ...others] = problems(waiver, { ...waiver, ...change })
    expect(others).toEqual([])
    expect(found).toMatchObject({ code, pointer: `/waivers/1${pointer}`, file: 'w.json' })
    expect(found.message).toContain(message)
    expect(found.text).toContain(pointer.split('/').at(-1))
  })

  it('is refused with a suggestion for what is misspelt', () => {
    expect(problems({ ...waiver, when: { type: 'recieve' } })[0].hint).toBe('Did you mean receive?')
    expect(problems({ ...waiver, resink: true })[0].hint).toBe('Did you mean resync?')
    const { until, ...rest } = waiver
    expect(problems({ ...rest, untill: until })[0].hint).toContain(
      'There is untill, which is no field; did you mean until?',
    )
  })

  it('lists all that ended, each with its place', () => {
    const old = { ...waiver, until: '2025-12-31' }
    expect(problems(old, waiver, old).map(({ pointer }) => pointer)).toEqual(['/waivers/0/until', '/waivers/2/until'])
  })

  it('needs a reason and an end', () => {
    const { reason: _, ...rest } = waiver
    expect(problems(rest)[0]).toMatchObject({ code: 'E-MISSING', message: 'waivers.0 needs the field reason.' })
  })
})
