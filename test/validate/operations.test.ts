import { describe, expect, it } from 'vitest'
import { withAttempts } from '../../src/validate/clients/attempts.ts'
import { type Operation, operationsOf } from '../../src/validate/order/operations.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { type HeaderParts, historyOf, traceOf } from './client-history.ts'

function problemsOf(events: readonly Event[]): readonly (readonly [string, number | null])[] {
  return operationsOf(traceOf(events)).problems.map(({ code, line }) => [code, line])
}

const invoke = { type: 'invoke', client: 'a', op: 'w', f: 'write', value: 1 } as const
const ok = { type: 'ok', client: 'a', op: 'w' } as const
const info = { type: 'info', client: 'a', op: 'w' } as const
const fail = { type: 'fail', client: 'a', op: 'w' } as const

/** For each pair of operations by name, which was over before which began. */
function precedence(events: readonly Event[], header: HeaderParts): readonly string[] {
  const { operations } = operationsOf(traceOf(events, header))
  return operations.flatMap(a => operations.flatMap(b => (a.return < b.call ? [`${a.op}<${b.op}`] : [])))
}

const beside = (from: number, to: number): readonly Event[] => [
  { ...invoke, ts: '0' },
  { ...ok, ts: ['5', '10'] },
  { ...invoke, client: 'b', op: 'v', ts: [String(from), String(to)] },
  { ...ok, client: 'b', op: 'v', ts: '100' },
]

const attempts = (...endings: readonly Event[]): readonly Operation[] =>
  operationsOf(traceOf(endings.flatMap((ending, at): readonly Event[] => [{ ...invoke, attempt: at + 1 }, ending])))
    .operations
const outcomes = (operations: readonly Operation[]) =>
  operations.map(({ outcome, call, return: end }) => [outcome, call, end])

describe('operations', () => {
  it('are what clients asked, what they learnt, and where that is recorded', () => {
    const { operations, problems } = operationsOf(
      historyOf('a invoke write x=1\nb invoke read x\na ok @2:7\nb ok 1 @2:8'),
    )
    expect(problems).toEqual([])
    expect(operations).toMatchObject([
      {
        client: 'a',
        f: 'write',
        key: 'x',
        argument: 1,
        result: undefined,
        outcome: 'ok',
        epoch: 2,
        index: 7,
        lines: [1, 3],
      },
      {
        client: 'b',
        f: 'read',
        key: 'x',
        argument: undefined,
        result: 1,
        outcome: 'ok',
        epoch: 2,
        index: 8,
        lines: [2, 4],
      },
    ])
  })

  it('are open for ever when nobody learnt how they ended', () => {
    const { operations } = operationsOf(historyOf('a invoke write 1\na info\nb invoke write 2'))
    expect(operations.map(operation => [operation.outcome, operation.return])).toEqual([
      ['info', Infinity],
      ['info', Infinity],
    ])
  })

  it('may be learnt of later than the client waited', () => {
    const { operations, problems } = operationsOf(historyOf('a invoke write 1\na info\na ok'))
    expect(problems).toEqual([])
    expect(operations).toMatchObject([{ outcome: 'ok', lines: [1, 2, 3] }])
  })

  it('may use a name again once it is over', () => {
    expect(problemsOf([invoke, ok, invoke, ok])).toEqual([])
  })

  it('may not use a name while it is open, nor after nobody learnt its outcome', () => {
    expect(problemsOf([invoke, invoke])).toEqual([['E-OP-OPEN', 2]])
    expect(problemsOf([invoke, info, invoke])).toEqual([['E-OP-REUSED', 3]])
    expect(problemsOf([invoke, info, { ...invoke, attempt: 2 }, ok])).toEqual([])
    expect(problemsOf([invoke, { ...invoke, attempt: 2 }, ok])).toEqual([])
  })

  it('may not end before they began, twice, or as something else', () => {
    expect(problemsOf([ok])).toEqual([['E-OP-UNKNOWN', 1]])
    expect(problemsOf([invoke, { ...ok, client: 'b' }])).toEqual([['E-OP-UNKNOWN', 2]])
    expect(problemsOf([invoke, ok, fail])).toEqual([['E-OP-ENDED', 3]])
    expect(problemsOf([invoke, { ...ok, f: 'read' }])).toEqual([['E-OP-CHANGED', 2]])
  })

  it('say what to do about a name that is used again', () => {
    expect(operationsOf(traceOf([invoke, invoke])).problems[0].hint).toContain('"attempt": 2')
  })

  it('take positions from the servers that replied', () => {
    const reply: Event = { type: 'reply', node: 'n1', client: 'a', op: 'w', ok: true, index: [3, 4], epoch: 1 }
    const { operations } = operationsOf(traceOf([invoke, reply, info]))
    expect(operations).toMatchObject([{ outcome: 'info', index: 4, epoch: 1, lines: [1, 2, 3] }])
  })

  it('are seen by servers alone where clients recorded nothing', () => {
    const read: Event = { type: 'read', node: 'n1', client: 'a', key: 'x', value: 1, index: 2 }
    const reply: Event = { type: 'reply', node: 'n1', client: 'b', op: 'w', key: 'x', value: 1, index: 2, ok: true }
    expect(operationsOf(traceOf([read, reply])).operations).toMatchObject([
      { f: 'read', result: 1, outcome: 'ok', index: 2, call: 0, return: 1 },
      { f: 'write', argument: 1, outcome: 'ok', index: 2, call: -Infinity, return: 2 },
    ])
  })

  it('are ordered by the file only where the header says so', () => {
    const events: readonly Event[] = [invoke, ok, { ...invoke, op: 'v' }, { ...ok, op: 'v' }]
    expect(precedence(events, { clock: { order: 'client' } })).toEqual(['w<v'])
    expect(precedence(events, { clock: { order: 'total' } })).toEqual(['w<v'])
    expect(precedence(events, {})).toEqual(['w<v'])
    expect(precedence(events, { clock: { order: 'node' } })).toEqual([])
    expect(precedence(events, { clock: {} })).toEqual([])
  })

  it('are ordered by times only where these differ by more than the skew', () => {
    const order = 'interval'
    expect(precedence(beside(11, 12), { clock: { order } })).toEqual(['w<v'])
    expect(precedence(beside(10, 12), { clock: { order } })).toEqual([])
    expect(precedence(beside(15, 16), { clock: { order, maxSkewNs: '5' } })).toEqual([])
    expect(precedence(beside(16, 17), { clock: { order, maxSkewNs: '5' } })).toEqual(['w<v'])
    expect(precedence(beside(11, 12), { clock: { order, unit: 'us', maxSkewNs: '1000' } })).toEqual([])
    expect(precedence(beside(11, 12), { clock: { order, unit: 'us', maxSkewNs: '999' } })).toEqual(['w<v'])
  })
})

describe('retries', () => {
  it('are one operation where the system recognises them', () => {
    expect(outcomes(withAttempts(attempts(info, ok), true))).toEqual([['ok', 0, 2]])
  })

  it('are an operation each where it does not', () => {
    expect(outcomes(withAttempts(attempts(info, ok), false))).toEqual([
      ['info', 0, Infinity],
      ['ok', 1, 2],
    ])
  })

  it('may be either while nobody knows', () => {
    expect(outcomes(withAttempts(attempts(info, ok), undefined))).toEqual([
      ['ok', 0, 2],
      ['info', 1, Infinity],
    ])
  })

  it('may have succeeded before the attempt that failed', () => {
    expect(outcomes(withAttempts(attempts(info, fail), undefined))).toEqual([
      ['info', 0, Infinity],
      ['fail', 1, 2],
    ])
  })
})
