import { assert, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { operationsOf } from '../../src/validate/order/operations.ts'
import { judgePositions, type PositionRules } from '../../src/validate/clients/reply-positions.ts'
import { obligationsOf } from '../../src/validate/clients/obligations.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'
import type { RuleFinding } from '../../src/validate/format/rule.ts'
import { Search } from '../../src/validate/clients/search.ts'
import { type HeaderParts, historyOf, traceOf } from './client-history.ts'
import { logs, runs } from './register-histories.ts'

const RULES: PositionRules = {
  meaning: { initial: () => null, nil: 'absent', failedCas: 'no-effect' },
  realTime: true,
  dense: true,
  unique: false,
  dedup: true,
  allRecorded: true,
}

function judge(text: string, rules: Partial<PositionRules> = {}, header: HeaderParts = {}): readonly RuleFinding[] {
  return judgePositions(operationsOf(historyOf(text, header)).operations, { ...RULES, ...rules })
}

/** The rules that are not met, and the lines that say so. */
function broken(text: string, rules: Partial<PositionRules> = {}): readonly (readonly [string, ...unknown[]])[] {
  return judge(text, rules).flatMap(({ rule, verdict, witnesses }) =>
    verdict === 'violated' ? [[rule, ...witnesses.map(({ lines }) => lines)] as const] : [],
  )
}

const inEpochs = (older: number, newer: number): string =>
  `a invoke write x=1\na ok @1:${older}\nb invoke write x=2\nb ok @2:${newer}`

const besideHidden = (index: number): string =>
  `a invoke write x=1\na ok @1\nc invoke write x=9\nc info\nb invoke read x\nb ok 9 @${index}`

/** Each value is read once, and either of two hidden writes explains it; the first is read thrice. */
function eitherWay(count: number): string {
  const values = Array.from({ length: count }, (_, at) => at + 1)
  const hidden = values.map(to => `w${to} invoke write x=${to}\nc${to} invoke cas x=[0,${to}]`)
  const told = [...values, 1, 1].map(
    (value, at) => `a invoke write x=0\na ok @${at * 2 + 1}\nb invoke read x\nb ok ${value} @${at * 2 + 2}`,
  )
  return [...hidden, ...told].join('\n')
}

describe('positions', () => {
  it('accepts a log whose order explains what everybody saw', () => {
    const text = `
      a invoke write x=1
      b invoke write x=2
      b ok @1:1
      a ok @1:2
      b invoke read x
      b ok 1 @1:2
      a invoke cas x=[1,3]
      a ok @2:3`
    expect(judge(text).map(({ verdict }) => verdict)).toEqual(Array(7).fill('holds'))
  })

  it('refuses two entries at one position of one epoch', () => {
    expect(broken('a invoke write x=1\na ok @1:1\nb invoke write x=2\nb ok @1:1')).toContainEqual([
      'PositionAgreement',
      [1, 2, 3, 4],
    ])
  })

  it('refuses an acknowledged write whose position a newer epoch took', () => {
    expect(broken(inEpochs(5, 5))).toContainEqual(['NoLostAckedWrite', [1, 2, 3, 4]])
    expect(broken(inEpochs(5, 4))).toContainEqual(['NoLostAckedWrite', [1, 2, 3, 4]])
    expect(broken(inEpochs(5, 6))).toEqual([])
  })

  it('does not ask for a write that nobody acknowledged', () => {
    expect(broken('a invoke write x=1\na info\nb invoke write x=2\nb ok @2:1')).toEqual([])
  })

  it('refuses a log in which what was over stands behind what began later', () => {
    expect(broken('a invoke write x=1\na ok @2\nb invoke write x=2\nb ok @1')).toEqual([
      ['RealTimeOrder', [1, 2, 3, 4]],
    ])
  })

  it('refuses a read of an older position than what was over before it began', () => {
    const text = 'a invoke write x=1\na ok @1\na invoke write x=2\na ok @2\nb invoke read x\nb ok 1 @1'
    expect(broken(text)).toEqual([['RealTimeOrder', [3, 4, 5, 6]]])
  })

  it('does not order reads of one position among each other', () => {
    expect(broken('a invoke write x=1\na ok @1\nb invoke read x\nb ok 1 @1\na invoke read x\na ok 1 @1')).toEqual([])
  })

  it('refuses a read of a value that the log does not hold at its position', () => {
    const text = 'a invoke write x=1\na ok @1\na invoke write x=2\na ok @2\nb invoke read x\nb ok 1 @2'
    expect(broken(text)).toEqual([['ReadsSeeTheirPosition', [3, 6]]])
  })

  it('refuses a compare-and-set that found what the log does not hold before it', () => {
    expect(broken('a invoke write x=1\na ok @1\nb invoke cas x=[7,8]\nb ok @2')).toEqual([
      ['ReadsSeeTheirPosition', [1, 4]],
    ])
  })

  it('explains a read by a write whose position nobody learnt, where there is room for it', () => {
    expect(broken(besideHidden(2))).toEqual([])
    expect(broken(besideHidden(1))).toEqual([['ReadsSeeTheirPosition', [1, 6]]])
    expect(broken(besideHidden(1), { dense: false })).toEqual([])
  })

  it('uses such a write once', () => {
    const text = `
      c invoke write x=9
      c info
      b invoke read x
      b ok 9 @2
      a invoke write x=1
      a ok @3
      b invoke read x
      b ok 9 @5`
    expect(broken(text)).toEqual([['ReadsSeeTheirPosition', [5, 8]]])
  })

  it('uses no more of such writes than a read needs', () => {
    const text = 'a invoke write x=1\nb invoke read x\nc invoke cas x=[1,1]\nb ok 1 @1'
    expect(broken(text)).toEqual([])
  })

  it('goes back to another of such writes where the one it used is needed later', () => {
    const text = `
      c invoke write x=2
      c info
      d invoke cas x=[1,2]
      d info
      a invoke write x=1
      a ok @1
      b invoke read x
      b ok 2 @2
      a invoke write x=7
      a ok @3
      b invoke read x
      b ok 2 @4`
    expect(broken(text)).toEqual([])
    // The other way around only one of the two can be used, and twice it cannot.
    expect(broken(`${text}\na invoke write x=1\na ok @5\nb invoke read x\nb ok 2 @6`)).toEqual([
      ['ReadsSeeTheirPosition', [13, 16]],
    ])
  })

  it('expects anything of a write whose value nobody recorded', () => {
    const text = 'c invoke write x\nc info\nd invoke increment x\nd info\nb invoke read x\nb ok 9 @1'
    expect(broken(text)).toEqual([])
    expect(broken(`${text}\nb invoke read x\nb ok 8 @2`)).toEqual([])
    expect(broken(`${text}\nb invoke read x\nb ok 8 @2\nb invoke read x\nb ok 9 @3`)).toEqual([
      ['ReadsSeeTheirPosition', [10]],
    ])
  })

  it('does not judge what too many chains of such writes may explain', () => {
    const values = Array.from({ length: 8 }, (_, value) => value)
    const swaps = values.flatMap(from => values.map(to => `h${from}${to} invoke cas x=[${from},${to}]`))
    expect(broken(`${swaps.join('\n')}\na invoke write x=9\na ok @1\nb invoke read x\nb ok 5 @99`)).toEqual([])
  })

  it('does not judge further where such writes may have been used in too many ways', () => {
    expect(broken(eitherWay(6))).not.toEqual([])
    expect(broken(eitherWay(7))).toEqual([])
  })

  it('says what placing hidden writes in every way says', () => {
    assert(
      property(logs(), ({ events, isExplicable }) => {
        const { operations } = operationsOf(traceOf(events))
        const { verdict } = judgePositions(operations, RULES).find(({ rule }) => rule === 'ReadsSeeTheirPosition')!
        expect(verdict).toBe(isExplicable ? 'holds' : 'violated')
      }),
      { numRuns: 2000 },
    )
  })

  it('cannot tell what others wrote where not everything was recorded', () => {
    const findings = judge('a invoke read x\na ok 1 @4', { allRecorded: false })
    expect(findings.find(({ rule }) => rule === 'ReadsSeeTheirPosition')).toMatchObject({ verdict: 'unknown' })
  })

  it('refuses sessions that go back', () => {
    const writes = 'a invoke write x=1\na ok @1\na invoke write x=2\na ok @2\n'
    expect(broken(`${writes}a invoke read x\na ok 1 @1`, { realTime: false })).toEqual([
      ['ReadYourWrites', [3, 4, 5, 6]],
    ])
    const reads = 'b invoke read x\nb ok 2 @2\nb invoke read x\nb ok 1 @1'
    expect(broken(`${writes}${reads}`, { realTime: false })).toEqual([['MonotonicReads', [5, 6, 7, 8]]])
  })

  it('does not judge real time that nobody recorded', () => {
    const findings = judge('a invoke write x=1\na ok @2\nb invoke write x=2\nb ok @1', { realTime: false })
    expect(findings.find(({ rule }) => rule === 'RealTimeOrder')).toMatchObject({ verdict: 'unknown' })
  })

  it('refuses what is in the log twice, where that is forbidden', () => {
    const retried: readonly Event[] = [
      { type: 'invoke', client: 'a', op: 'w', f: 'write', key: 'x', value: 1 },
      { type: 'reply', node: 'n', client: 'a', op: 'w', index: 1 },
      { type: 'info', client: 'a', op: 'w' },
      { type: 'invoke', client: 'a', op: 'w', f: 'write', key: 'x', value: 1, attempt: 2 },
      { type: 'ok', client: 'a', op: 'w', index: 2 },
    ]
    const { operations } = operationsOf(traceOf(retried))
    const verdict = (rules: Partial<PositionRules>) =>
      judgePositions(operations, { ...RULES, ...rules }).find(({ rule }) => rule === 'AppliedOnce')!.verdict
    expect(verdict({ dedup: true })).toBe('violated')
    expect(verdict({ dedup: false })).toBe('unknown')
    expect(verdict({ dedup: false, unique: true })).toBe('violated')
  })

  it('accepts whatever a log did', () => {
    assert(
      property(runs(['x', 'y']), events => {
        const { operations } = operationsOf(traceOf(events))
        const violated = judgePositions(operations, RULES).filter(({ verdict }) => verdict !== 'holds')
        expect(violated).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('agrees with the search where replies tell positions and values are written once', () => {
    assert(
      property(runs(['x'], true), nat(), nat(), (events, which, other) => {
        // One read returns what another read returned, from the position that the other had.
        const reads = events.flatMap((event, place) =>
          event.type === 'ok' && event.value !== undefined ? [place] : [],
        )
        const from = events[reads[which % reads.length] ?? -1]
        const changed = events.map((event, place): Event => {
          if (place !== reads[other % reads.length] || event.type !== 'ok' || from?.type !== 'ok') return event
          return { ...event, value: from.value ?? null, index: from.index ?? 0 }
        })
        const { operations } = operationsOf(traceOf(changed))
        const findings = judgePositions(operations, RULES).filter(({ rule }) => rule !== 'MonotonicReads')
        const ordering = findings.some(({ verdict }) => verdict === 'violated') ? 'violated' : 'holds'
        const { obligations } = obligationsOf(operations, RULES.meaning)
        const found = new Search(obligations, { initial: () => null, realTime: true }).run(1e6)
        expect(ordering).toBe(found)
      }),
      { numRuns: 500 },
    )
  })
})
