// Laws of maps: names do not matter, the order of rules that share no record does not matter, and no record is forgotten.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { mapStream, mapTrace } from '../../src/validate/map/mapped-trace.ts'
import type { Mapped, MappingStats } from '../../src/validate/map/mapper.ts'
import { apply, events, read } from './maps.ts'

const words = ['a', 'b', 'c', 'd', 'e']
const word = fc.constantFrom(...words)
const record = fc.record({ kind: word, node: word, n: fc.nat(9) }, { requiredKeys: ['kind', 'node'] })
const records = fc.array(record, { minLength: 1, maxLength: 12 })

function stats(result: Mapped): MappingStats {
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.stats
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

async function* arriving(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

it('renaming the words of a table and of the records alike changes nothing', () => {
  fc.assert(
    fc.property(
      records,
      fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 5, maxLength: 5 }),
      (given, names) => {
        const renamed = new Map(words.map((old, at) => [old, names[at]]))
        const parts = (name: (old: string) => string) => ({
          tables: { role: Object.fromEntries(words.map(old => [name(old), old])) },
          rules: [{ emit: { type: 'note', 'x-role': { get: '$/kind', table: 'role' }, 'x-n': '$/n' } }],
        })
        const after = given.map(each => ({ ...each, kind: renamed.get(each.kind)! }))
        expect(
          events(
            apply(
              parts(old => renamed.get(old)!),
              after,
            ),
          ),
        ).toEqual(
          events(
            apply(
              parts(old => old),
              given,
            ),
          ),
        )
      },
    ),
  )
})

it('the order of rules that share no record does not matter', () => {
  const rules = words.map(kind => ({
    name: kind,
    when: { '/kind': kind },
    ...(kind === 'e' ? { drop: 'e' } : { emit: { type: 'crash', node: '$/node', reason: kind } }),
  }))
  fc.assert(
    fc.property(records, fc.shuffledSubarray(rules, { minLength: 5 }), (given, shuffled) => {
      const one = apply({ rules }, given)
      const other = apply({ rules: shuffled }, given)
      expect(events(other)).toEqual(events(one))
      expect(new Set(stats(other).rules)).toEqual(new Set(stats(one).rules))
    }),
  )
})

it('every record is mapped, dropped, not selected or unmatched, and each rule counts what it took', () => {
  const test = fc.oneof(word, fc.array(word), fc.record({ not: word }), fc.record({ exists: fc.boolean() }))
  const conditions = fc
    .tuple(fc.constantFrom('/kind', '/node', '/n'), test)
    .map(([pointer, holds]) => ({ [pointer]: holds }))
  const unique = { minLength: 1, maxLength: 5, selector: (when: object) => JSON.stringify(when) }
  fc.assert(
    fc.property(
      records,
      conditions,
      fc.uniqueArray(conditions, unique),
      fc.boolean(),
      (given, select, whens, drops) => {
        const rules = whens.map((when, at) => ({
          when,
          ...(drops && at === 0 ? { drop: 'x' } : { emit: { type: 'note' } }),
        }))
        const result = apply({ select, rules, unmatchedName: '$/kind' }, given, { unmatched: 'warn' })
        fc.pre(!('problems' in result))
        const { records: all, mapped, dropped, notSelected, unmatched, rules: counts } = stats(result)
        const droppedCount = sum(Object.values(dropped))
        expect(all).toBe(given.length)
        expect(mapped + droppedCount + notSelected + sum(unmatched.map(({ count }) => count))).toBe(all)
        expect(sum(counts.map(({ matched }) => matched))).toBe(mapped + droppedCount)
      },
    ),
  )
})

it('a log that arrives line by line is mapped as the whole', async () => {
  const mapping = read({ rules: [{ emit: { type: 'crash', node: '$/node', 'x-n': '$/n' } }] })
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          record.map(each => JSON.stringify(each)),
          fc.constant(''),
        ),
      ),
      async lines => {
        const whole = mapTrace(lines.join('\n'), mapping, { file: 'log' })
        expect(await mapStream(arriving(lines), mapping, { file: 'log' })).toEqual(whole)
      },
    ),
  )
})

it('positions of a log keep their order and their distances', () => {
  const part = fc.nat(2 ** 32 - 1)
  fc.assert(
    fc.property(fc.nat(2 ** 21 - 1), part, (high, low) => {
      const text = `${high.toString(16)}/${low.toString(16).toUpperCase()}`
      const rules = [{ emit: { type: 'note', 'x-at': { lsn: '$/at' } } }]
      expect(events(apply({ rules }, [{ at: text }]))).toEqual([{ type: 'note', 'x-at': high * 2 ** 32 + low }])
    }),
  )
})
