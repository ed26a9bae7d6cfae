import { describe, expect, it } from 'vitest'
import { type ClientJudgement, judgeClients } from '../../src/validate/clients/clients.ts'
import { type HeaderParts, historyOf, traceOf } from './client-history.ts'

function judge(text: string, header: HeaderParts = {}, ended = true): ClientJudgement {
  return judgeClients(historyOf(text, header, ended), { budget: 100_000, stop: () => false })
}

const STALE = 'a invoke write x=1\na ok\na invoke write x=2\na ok\nb invoke read x\nb ok x=1'

describe('judging clients', () => {
  it('decides by positions where every reply tells one, and by search elsewhere', () => {
    const { keys, verdict, strongest } = judge('a invoke write x=1\na ok @1\na invoke write y=1\na ok')
    expect(keys.map(({ key, by }) => [key, by])).toEqual([
      ['x', 'positions'],
      ['y', 'search'],
    ])
    expect([verdict, strongest]).toEqual(['holds', ['Linearizable']])
  })

  it('does not need a position of what took no effect', () => {
    const { keys } = judge('a invoke write x=1\na ok @1\na invoke write x=2\na fail\nb invoke read x\nb info')
    expect(keys).toMatchObject([{ by: 'positions', verdict: 'holds' }])
  })

  it('says what is against it, in few operations, and what is left', () => {
    const { verdict, findings, strongest } = judge(STALE)
    expect(verdict).toBe('violated')
    expect(findings[0]).toEqual({
      rule: 'Linearizable',
      verdict: 'violated',
      witnesses: [
        {
          message:
            'No order explains these operations of x, whatever the others did while they were open: write x=2 (a), read x=1 (b).',
          lines: [3, 4, 5, 6],
        },
      ],
    })
    expect(strongest).toEqual(['SequentiallyConsistent'])
  })

  it('refuses what only positions of several keys refute', () => {
    const { verdict, keys, findings } = judge('a invoke write x=1\na ok @2\nb invoke write y=1\nb ok @1')
    expect(keys.map(key => key.verdict)).toEqual(['holds', 'holds'])
    expect(verdict).toBe('violated')
    expect(findings[0].witnesses).toMatchObject([{ lines: [1, 2, 3, 4] }])
  })

  it('says of each guarantee once whether it holds, whatever can tell', () => {
    const verdictsOf = (text: string): string[] =>
      judge(text).findings.flatMap(({ rule, verdict }) =>
        /Monotonic|Your|Session|Sequential/.test(rule) ? [`${rule} ${verdict}`] : [],
      )
    const writes = 'a invoke write x=1\na ok @1\na invoke write x=2\na ok @2'
    // Positions refute what values also refute.
    const back = `${writes}\nb invoke read x\nb ok x=2 @2\nb invoke read x\nb ok x=1 @1`
    expect(verdictsOf(back).filter(line => line.startsWith('MonotonicReads'))).toEqual(['MonotonicReads violated'])
    expect(judge(back).strongest).not.toContain('MonotonicReads')
    // Values refute where some reads tell no position.
    const unplaced = `${writes}\nb invoke read x\nb ok x=1\nb invoke read x\nb ok x=2\nb invoke read x\nb ok x=1`
    expect(verdictsOf(unplaced).filter(line => line.startsWith('MonotonicReads'))).toEqual(['MonotonicReads violated'])
    // Another order would explain the values, but the log has its own.
    const reordered = 'a invoke write x=1\na ok @2\na invoke read x\na ok @1'
    expect(verdictsOf(reordered)).toEqual([
      'SequentiallyConsistent unknown',
      'SessionGuarantees violated',
      'MonotonicReads holds',
      'MonotonicWrites holds',
      'ReadYourWrites violated',
    ])
    expect(judge(reordered).strongest).toEqual(['MonotonicReads', 'MonotonicWrites', 'WritesFollowReads'])
  })

  it('never says that a recording holds that was cut off', () => {
    const text = 'a invoke write x=1\na ok'
    expect(judge(text).verdict).toBe('holds')
    expect(judge(text, {}, false).verdict).toBe('unknown')
    expect(judge(STALE, {}, false).verdict).toBe('violated')
  })

  it('never refuses what others may have written who were not recorded', () => {
    expect(judge('a invoke read x\na ok x=1').verdict).toBe('violated')
    expect(judge('a invoke read x\na ok x=1', { complete: { invoke: 'some' } }).verdict).toBe('unknown')
  })

  it('does not take the order of the file for real time', () => {
    expect(judge(STALE, { clock: { order: 'node' } }).verdict).toBe('unknown')
    expect(judge('a invoke read x\na ok x=1', { clock: { order: 'node' } }).verdict).toBe('violated')
  })

  it('takes nothing from a null read of which the header does not say what it means', () => {
    const text = 'a invoke write x=1\na ok\na invoke read x\na ok x=null'
    expect(judge(text).verdict).toBe('violated')
    const { verdict, assumed } = judge(text, { ops: {} })
    expect(verdict).toBe('holds')
    expect(assumed).toContain('Reads of null say nothing.')
  })

  it('judges nothing that contradicts itself', () => {
    const { problems, keys } = judge('a invoke write x=1\na ok\na ok')
    expect(problems).toMatchObject([{ code: 'E-OP-ENDED', line: 3 }])
    expect(keys).toEqual([])
  })

  it('begins with the values of the header', () => {
    const read = 'a invoke read x\na ok x=7'
    expect(judge(read).verdict).toBe('violated')
    expect(judge(read, { init: { values: { x: 7 } } }).verdict).toBe('holds')
    expect(judge(read, { init: { values: { y: 7 } } }).verdict).toBe('violated')
    expect(judge(read, { init: { values: 'unknown' } }).verdict).toBe('holds')
    expect(judge(read, { init: { last: 12 } }).verdict).toBe('holds')
    expect(judge('a invoke read\na ok 7', { init: { values: { register: 7 } } }).verdict).toBe('holds')
  })

  it('allows a retry what either kind of system allows, unless told which it is', () => {
    const events = [
      { type: 'invoke', client: 'a', op: 'w', f: 'write', key: 'x', value: 1 },
      { type: 'info', client: 'a', op: 'w' },
      { type: 'invoke', client: 'b', op: 'v', f: 'write', key: 'x', value: 2 },
      { type: 'ok', client: 'b', op: 'v' },
      { type: 'invoke', client: 'a', op: 'w', f: 'write', key: 'x', value: 1, attempt: 2 },
      { type: 'ok', client: 'a', op: 'w' },
      { type: 'invoke', client: 'b', op: 'r', f: 'read', key: 'x' },
      { type: 'ok', client: 'b', op: 'r', value: 2 },
    ] as const
    const verdict = (header: HeaderParts) =>
      judgeClients(traceOf(events, header), { budget: 1000, stop: () => false }).verdict
    expect(verdict({})).toBe('holds')
    expect(verdict({ model: { dedup: true } })).toBe('holds')
    expect(verdict({ model: { dedup: false } })).toBe('violated')
  })

  it('tells what it took for granted', () => {
    const text = 'a invoke write x=1\na info\nb invoke cas x=[1,2]\nb fail'
    expect(judge(text, {}, false).assumed).toEqual([
      'The order of the file is the order in real time.',
      'Every key was absent at first.',
      'A failed compare-and-set took no effect, for whatever reason.',
      '1 of 2 operations has no known outcome; it may take effect at any later time, or never.',
      'The recording was cut off; what follows may contradict it.',
    ])
    const other = judge(`${text}\na invoke read x\na ok x=null`, {
      clock: { order: 'node' },
      init: { values: 'unknown' },
      ops: { nil: 'unknown' },
    }).assumed
    expect(other.slice(0, 3)).toEqual([
      'Only the order of each session is known; nothing orders different clients.',
      'Any key may have had any value at first.',
      'Reads of null say nothing.',
    ])
  })

  it('says why, whatever the verdict', () => {
    const unknown = [
      judge(STALE, { clock: { order: 'node' } }),
      judge('a invoke read x\na ok x=1', { complete: { invoke: 'some' } }),
      judge('a invoke increment x=1\na ok'),
      judge('a invoke write x=1\na ok', {}, false),
      judgeClients(historyOf(STALE), { budget: 0, stop: () => false }),
    ]
    expect(unknown.map(({ findings }) => findings[0].witnesses.map(({ message }) => message))).toEqual([
      ['The header does not say what orders the events of different clients.'],
      ['Not every operation was recorded; another may explain what these saw.'],
      ['It is not known what some of the operations do.'],
      ['The recording was cut off; what is missing may contradict it.'],
      ['The search ended with its budget.'],
    ])
  })

  it('stops when told to', () => {
    const stopped = judgeClients(historyOf(STALE), { budget: 100_000, stop: () => true })
    expect(stopped).toMatchObject({ verdict: 'unknown', nodes: 0 })
    expect(stopped.keys[0].search).toMatchObject({ why: 'stopped' })
  })

  it('finishes easy keys although one is hard', () => {
    // Reads in an order that is impossible, among writes that may all have happened at any time.
    const writes = Array.from({ length: 14 }, (_, at) => `w${at} invoke write hard=${at}\n`).join('')
    const reads = [...Array(14).keys(), 0, 1, 0].map(at => `r invoke read hard\nr ok ${at}\n`).join('')
    const easy = Array.from({ length: 20 }, (_, at) => `e${at} invoke write e${at}=1\ne${at} ok\n`).join('')
    const { keys } = judgeClients(historyOf(writes + reads + easy), { budget: 10_000, stop: () => false })
    expect(keys[0].verdict).toBe('unknown')
    expect(keys.slice(1).every(({ verdict }) => verdict === 'holds')).toBe(true)
  })
})
