// Clients in a trace that servers recorded as well: what they saw is told, and decides nothing.
import { describe, expect, it } from 'vitest'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'
import { validationText } from '../../src/report/validation-text.ts'
import { type Validation, validate } from '../../src/validate/validation.ts'
import { subjectOf } from './judging.ts'
import { traceOf } from './recorded.ts'
import { append, receive } from './watched.ts'

const HEADER: Partial<Header> = {
  nodes: ['n1', 'n2'],
  init: { leader: 'n1', epoch: 1, last: 0 },
  clock: { order: 'total' },
  complete: { invoke: 'all', ok: 'all', fail: 'all', info: 'all' },
  ops: { nil: 'absent' },
}

const written: readonly Event[] = [
  { type: 'invoke', client: 'c1', op: 'w1', f: 'write', key: 'x', value: 1 },
  append('n1', 1, 1, 'w1'),
  receive('n2', 'n1', 1),
  { type: 'ok', client: 'c1', op: 'w1' },
]

function answered(value: number | null): readonly Event[] {
  return [
    { type: 'invoke', client: 'c2', op: 'r1', f: 'read', key: 'x' },
    { type: 'ok', client: 'c2', op: 'r1', value },
  ]
}

function judged(events: readonly Event[], header: Partial<Header> = {}): Validation {
  const found = validate(traceOf(events, { ...HEADER, ...header }), {
    subject: subjectOf({ ack: 'any', ackCount: 1 }),
    config: { ack: 'any', ackCount: 1 },
    limits: { budget: 10_000, stop: () => false },
    waivers: null,
    mapping: null,
    cover: false,
    diagnose: false,
  })
  if ('problems' in found) throw new Error(found.problems[0].message)
  return found.validation
}

function textOf(validation: Validation): string {
  return validationText(validation, {}, () => ({ place: '', line: '' }))
}

function lineAbout(validation: Validation): string | undefined {
  return textOf(validation)
    .split('\n')
    .find(line => line.startsWith('What clients saw'))
}

describe('what clients saw in a trace of servers', () => {
  it('is linearizable, or not, and the verdict stays', () => {
    const fresh = judged([...written, ...answered(1)])
    expect([fresh.verdict, fresh.beside?.verdict]).toEqual(['accepted', 'holds'])
    expect(lineAbout(fresh)).toBe('What clients saw: linearizable over 1 key.')
    const stale = judged([...written, ...answered(null)])
    expect([stale.verdict, stale.beside?.verdict]).toEqual(['accepted', 'violated'])
    expect(stale.beside?.strongest).toEqual(['SequentiallyConsistent'])
    expect(lineAbout(stale)).toContain('no reason to reject it, as followers may answer reads')
  })

  it('is not judged when their recording contradicts itself, and the rest is', () => {
    const twice = judged([...written, ...answered(1), { type: 'ok', client: 'c2', op: 'r1', value: 1 }])
    expect([twice.verdict, twice.beside?.problems.map(({ code }) => code)]).toEqual(['accepted', ['E-OP-ENDED']])
    expect(lineAbout(twice)).toContain('What clients saw was not judged: r1 of c2')
  })

  it('is undecided where operations may be missing', () => {
    expect(judged([...written, ...answered(null)], { complete: { invoke: 'some' } }).beside?.verdict).toBe('unknown')
  })

  it('says why, where it is undecided', () => {
    const hiding = judged([...written, ...answered(null)], { complete: { invoke: 'some' } })
    expect(textOf(hiding)).toContain('  Not every operation was recorded; another may explain what these saw.\n')
  })

  it('is not judged where nobody knows in which order, and says so', () => {
    const ordered = judged([...written, ...answered(null)], { clock: { order: 'node' } })
    expect([ordered.verdict, ordered.beside?.verdict]).toEqual(['accepted', 'unknown'])
    expect(textOf(ordered).replaceAll('\n', ' ')).toContain(
      'What clients saw was not judged. Which of their operations came first is told only by clock.order "total"; here it is "node".',
    )
    expect(ordered.rules.map(({ rule }) => rule)).toContain('ReadYourWrites')
  })

  it('is nothing when they did not read', () => {
    expect(judged(written).beside).toBeNull()
  })
})

const where = (validation: Validation, name: string): string[] => [
  ...validation.rules.flatMap(({ rule, verdict }) => (rule === name ? [`rules: ${verdict}`] : [])),
  ...(validation.beside?.findings ?? []).flatMap(({ rule, verdict }) => (rule === name ? [`clients: ${verdict}`] : [])),
]
const own = (value: number | null): readonly Event[] => [
  { type: 'invoke', client: 'c1', op: 'r1', f: 'read', key: 'x' },
  { type: 'ok', client: 'c1', op: 'r1', value },
]

describe('a rule that clients and servers tell of', () => {
  it('is told once, by clients where the events of servers do not decide', () => {
    const stale = judged([...written, ...own(null)])
    expect(where(stale, 'ReadYourWrites')).toEqual(['clients: violated'])
    expect(where(stale, 'MonotonicReads')).toEqual(['clients: holds'])
    expect(stale.verdict).toBe('accepted')
    expect(where(judged([...written, ...own(1)]), 'ReadYourWrites')).toEqual([`rules: unknown`])
  })

  it('is told by positions where they are against it, and then nothing that includes it holds', () => {
    const placed: readonly Event[] = [
      ...written.slice(0, 3),
      { type: 'ok', client: 'c1', op: 'w1', index: 1 },
      { type: 'invoke', client: 'c1', op: 'w2', f: 'write', key: 'z', value: 1 },
      append('n1', 2, 1, 'w2'),
      receive('n2', 'n1', 2),
      { type: 'ok', client: 'c1', op: 'w2', index: 2 },
      { type: 'invoke', client: 'c1', op: 'r1', f: 'read', key: 'y' },
      { type: 'read', node: 'n2', client: 'c1', op: 'r1', index: 1 },
      { type: 'ok', client: 'c1', op: 'r1', value: null },
    ]
    const behind = judged([...placed, ...answered(null)])
    expect(where(behind, 'ReadYourWrites')).toEqual(['rules: violated'])
    expect([behind.verdict, behind.beside?.strongest]).toEqual([
      'rejected',
      ['MonotonicReads', 'MonotonicWrites', 'WritesFollowReads'],
    ])
  })

  it('is told by logs where it is about them', () => {
    const stale = judged([...written.slice(0, 3), { type: 'ok', client: 'c1', op: 'w1', index: 1 }, ...own(null)])
    expect(where(stale, 'NoLostAckedWrite')).toHaveLength(1)
    expect(where(stale, 'NoLostAckedWrite')[0]).toContain('rules: ')
  })
})
