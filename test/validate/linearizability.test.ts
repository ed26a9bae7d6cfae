import { assert, boolean, constantFrom, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../src/validate/clients/budget.ts'
import { judgeLinearizability, type KeyFinding } from '../../src/validate/clients/linearizability.ts'
import { type Meaning, obligationsOf } from '../../src/validate/clients/obligations.ts'
import { operationsOf } from '../../src/validate/order/operations.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { Search } from '../../src/validate/clients/search.ts'
import { historyOf, traceOf } from './client-history.ts'
import { anyHistories, isExplained, runs } from './register-histories.ts'

const ABSENT: Meaning = { initial: () => null, nil: 'absent', failedCas: 'no-effect' }

function judge(text: string, meaning: Partial<Meaning> = {}, budget = 1e6): readonly KeyFinding[] {
  const { operations } = operationsOf(historyOf(text))
  const limits = new Budget({ budget, stop: () => false })
  return judgeLinearizability(operations, { ...ABSENT, ...meaning }, true, limits)
}

function verdictOf(text: string, meaning: Partial<Meaning> = {}): string {
  return judge(text, meaning)[0].verdict
}

function search(events: readonly Event[], realTime: boolean, meaning: Meaning = ABSENT): string {
  const { operations } = operationsOf(traceOf(events))
  return new Search(obligationsOf(operations, meaning).obligations, { initial: meaning.initial, realTime }).run(1e6)
}

describe('linearizability', () => {
  it('accepts a read of what was written', () => {
    expect(verdictOf('a invoke write 1\na ok\nb invoke read\nb ok 1')).toBe('holds')
  })

  it('accepts either value of a read beside a write', () => {
    expect(verdictOf('a invoke write 1\nb invoke read\nb ok 1\na ok')).toBe('holds')
    expect(verdictOf('a invoke write 1\nb invoke read\nb ok null\na ok')).toBe('holds')
  })

  it('refuses a read of what was overwritten before it began', () => {
    expect(verdictOf('a invoke write 1\na ok\na invoke write 2\na ok\nb invoke read\nb ok 1')).toBe('violated')
  })

  it('refuses a read of what nobody wrote', () => {
    expect(verdictOf('a invoke read\na ok 1')).toBe('violated')
  })

  it('refuses two reads that see concurrent writes in different orders', () => {
    const text = `
      a invoke write 1
      b invoke write 2
      c invoke read
      c ok 1
      c invoke read
      c ok 2
      c invoke read
      c ok 1
      a ok
      b ok`
    expect(verdictOf(text)).toBe('violated')
  })

  it('lets an indeterminate write take effect long after, or never', () => {
    const write = 'a invoke write 1\na info\n'
    expect(verdictOf(`${write}b invoke read\nb ok null\nb invoke read\nb ok 1`)).toBe('holds')
    expect(verdictOf(`${write}b invoke read\nb ok null`)).toBe('holds')
    expect(verdictOf(`${write}b invoke read\nb ok 1\nb invoke read\nb ok null`)).toBe('violated')
  })

  it('does not let a write take effect before it was called', () => {
    expect(verdictOf('b invoke read\nb ok 1\na invoke write 1\na info')).toBe('violated')
  })

  it('lets an indeterminate compare-and-set have no effect, but not more than one', () => {
    const begin = 'a invoke write 0\na ok\nb invoke cas [0,1]\nb info\n'
    expect(verdictOf(`${begin}a invoke read\na ok 0\na invoke read\na ok 1`)).toBe('holds')
    expect(verdictOf(`${begin}a invoke write 0\na ok\na invoke read\na ok 0`)).toBe('holds')
    expect(verdictOf(`${begin}a invoke read\na ok 1\na invoke write 0\na ok\na invoke read\na ok 1`)).toBe('violated')
  })

  it('keeps an indeterminate write that only a compare-and-set needs', () => {
    expect(verdictOf('a invoke write 1\na info\nb invoke cas [1,2]\nb ok')).toBe('holds')
    expect(verdictOf('a invoke write 1\na info\nb invoke cas [1,2]\nb info\nc invoke read\nc ok 2')).toBe('holds')
    expect(verdictOf('b invoke cas [1,2]\nb info\nc invoke read\nc ok 2')).toBe('violated')
  })

  it('takes a failed compare-and-set to have compared only when told so', () => {
    const text = 'a invoke write 1\na ok\nb invoke cas [1,2]\nb fail'
    expect(verdictOf(text)).toBe('holds')
    expect(verdictOf(text, { failedCas: 'compared' })).toBe('violated')
    const other = 'a invoke write 1\na ok\nc invoke write 3\nc info\nb invoke cas [1,2]\nb fail'
    expect(verdictOf(other, { failedCas: 'compared' })).toBe('holds')
  })

  it('takes a null read for an absent key, or for nothing, as told', () => {
    const text = 'a invoke write 1\na ok\na invoke read\na ok null'
    expect(verdictOf(text, { nil: 'absent' })).toBe('violated')
    expect(verdictOf(text, { nil: 'unknown' })).toBe('holds')
  })

  it('begins with the initial value', () => {
    expect(verdictOf('a invoke read\na ok 7', { initial: () => 7 })).toBe('holds')
    expect(verdictOf('a invoke read\na ok null', { initial: () => 7 })).toBe('violated')
  })

  it('lets an unknown initial value be anything, but one thing', () => {
    expect(verdictOf('a invoke read\na ok 7', { initial: () => undefined })).toBe('holds')
    const twice = 'a invoke read\na ok 7\na invoke read\na ok 8'
    expect(verdictOf(twice, { initial: () => undefined })).toBe('violated')
    const differs = 'a invoke cas [7,1]\na fail\na invoke read\na ok 7'
    expect(verdictOf(differs, { initial: () => undefined, failedCas: 'compared' })).toBe('violated')
  })

  it('judges lists that are appended to', () => {
    const appends = 'a invoke append 1\na ok\nb invoke append 2\nb info\n'
    expect(verdictOf(`${appends}c invoke read\nc ok [1]\nc invoke read\nc ok [1,2]`)).toBe('holds')
    expect(verdictOf(`${appends}c invoke read\nc ok [2]`)).toBe('violated')
    expect(verdictOf(`${appends}c invoke read\nc ok [1,2]`, { initial: () => undefined })).toBe('holds')
    expect(verdictOf(`${appends}c invoke read\nc ok [9,1]`, { initial: () => undefined })).toBe('holds')
    expect(verdictOf(`${appends}c invoke read\nc ok [1,9]`, { initial: () => undefined })).toBe('violated')
  })

  it('says nothing of operations that it does not know', () => {
    expect(judge('a invoke increment 1\na ok\na invoke read\na ok 5')[0]).toMatchObject({
      verdict: 'unknown',
      why: 'unclear-operations',
    })
  })

  it('judges each key by itself', () => {
    const keys = judge('a invoke write x=1\na ok\nb invoke read y\nb ok 1\nb invoke read x\nb ok 1')
    expect(keys.map(({ key, verdict }) => [key, verdict])).toEqual([
      ['x', 'holds'],
      ['y', 'violated'],
    ])
  })

  it('says which operation no order gets past, and how far orders get', () => {
    const [finding] = judge(
      'a invoke write 1\na ok\nb invoke read\nb ok 1\nb invoke read\nb ok 2\nb invoke read\nb ok 1',
    )
    expect(finding.stuckAt!.lines).toEqual([5, 6])
    expect(finding.longest).toEqual([
      {
        lines: [
          [1, 2],
          [3, 4],
        ],
        value: 1,
      },
    ])
  })

  it('leaves of a contradiction only what it needs', () => {
    const noise = Array.from({ length: 20 }, (_, at) => `n${at} invoke write ${at + 10}\nn${at} ok\n`).join('')
    const text = `${noise}a invoke write 1\na ok\na invoke write 2\na ok\nb invoke read\nb ok 1\n`
    const { operations, lines, minimal } = judge(text)[0].contradiction!
    // The write that was read was over long before: whatever it wrote, it was not what was read.
    expect(operations.map(({ f, argument, result }) => [f, argument ?? result])).toEqual([
      ['write', 2],
      ['read', 1],
    ])
    expect(lines).toEqual([43, 44, 45, 46])
    expect(minimal).toBe(true)
  })

  it('gives up at the end of its budget, and when told to stop', () => {
    const text = Array.from({ length: 12 }, (_, at) => `w${at} invoke write ${at}\n`).join('')
    const reads = Array.from({ length: 12 }, (_, at) => `r${at} invoke read\nr${at} ok ${at}\n`).join('')
    const hard = `${text}${reads}r invoke read\nr ok 0\nr invoke read\nr ok 1\nr invoke read\nr ok 0`
    expect(judge(hard, {}, 10)[0]).toMatchObject({ verdict: 'unknown', why: 'budget' })
    const { operations } = operationsOf(historyOf(hard))
    const stopped = judgeLinearizability(operations, ABSENT, true, new Budget({ budget: 1e6, stop: () => true }))
    expect(stopped[0]).toMatchObject({ verdict: 'unknown', why: 'stopped', nodes: 0 })
  })

  it('accepts whatever a register did', () => {
    assert(
      property(runs(), constantFrom('no-effect' as const, 'compared' as const), (events, failedCas) => {
        expect(search(events, true, { ...ABSENT, failedCas })).toBe('holds')
      }),
      { numRuns: 500 },
    )
  })

  it('agrees with a judge that tries every order', () => {
    assert(
      property(anyHistories(), boolean(), boolean(), boolean(), (events, realTime, compared, unknown) => {
        const meaning: Meaning = {
          initial: () => (unknown ? undefined : null),
          nil: 'absent',
          failedCas: compared ? 'compared' : 'no-effect',
        }
        const initial = unknown ? [null, 0, 1, 2, 3] : [null]
        const expected = isExplained(events, { realTime, compared, initial }) ? 'holds' : 'violated'
        expect(search(events, realTime, meaning)).toBe(expected)
      }),
      { numRuns: 3000 },
    )
  })

  it('gives the same verdict for all keys at once as for each by itself', () => {
    assert(
      property(anyHistories(8, ['x', 'y']), events => {
        const { operations } = operationsOf(traceOf(events))
        const keys = judgeLinearizability(operations, ABSENT, true, new Budget({ budget: 1e6, stop: () => false }))
        const expected = keys.every(({ verdict }) => verdict === 'holds') ? 'holds' : 'violated'
        expect(search(events, true)).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('never refuses because less is known', () => {
    assert(
      property(anyHistories(8), nat(), (events, which) => {
        const ends = events.flatMap((event, place) => (event.type === 'ok' ? [place] : []))
        const hidden = ends[which % Math.max(1, ends.length)]
        const less = events.map((event, place): Event =>
          place === hidden && event.type === 'ok' ? { type: 'info', client: event.client, op: event.op } : event,
        )
        expect([search(events, true), search(less, true)]).not.toEqual(['holds', 'violated'])
      }),
      { numRuns: 1000 },
    )
  })

  it('finds contradictions that are contradictory, and nothing less', () => {
    assert(
      property(anyHistories(8), events => {
        const { operations } = operationsOf(traceOf(events))
        const [finding] = judgeLinearizability(operations, ABSENT, true, new Budget({ budget: 1e6, stop: () => false }))
        const core = new Set(finding?.contradiction?.operations.map(({ op }) => op))
        expect(core.size > 0).toBe(finding?.verdict === 'violated')
        // Without the reads that are not part of it, the history is as contradictory as it was.
        const reads = new Set(operations.flatMap(({ f, op }) => (f === 'read' && !core.has(op) ? [op] : [])))
        const less = events.filter(event => !('op' in event && reads.has(String(event.op))))
        expect(search(less, true)).toBe(finding?.verdict ?? 'holds')
      }),
      { numRuns: 2000 },
    )
  })
})
