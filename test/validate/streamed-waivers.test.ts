// Known deviations in a stream: the events that a violation names are remembered, as far as a waiver may be for them.
import { describe, expect, it } from 'vitest'
import { StreamedWaivers } from '../../src/validate/companions/streamed-waivers.ts'
import { Waivers } from '../../src/validate/companions/waivers.ts'
import type { When } from '../../src/validate/companions/waivers-types.ts'
import { Monitor } from '../../src/validate/monitor/monitor.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { validate } from '../../src/validate/validation.ts'
import { traceOf } from './recorded.ts'
import { crash, headerWith, promote, reply } from './watched.ts'

const waiversFor = (when: When, limit = 10): StreamedWaivers =>
  new StreamedWaivers(new Waivers([{ when, reason: 'known', until: '2999-01-01' }]), limit)

const late = (op: string): Event => ({ ...reply('n1', op, 1), epoch: 1 })

describe('a waiver in a stream', () => {
  it('is for any event that the violation names, and for no other', () => {
    const waivers = waiversFor({ type: 'promote', node: 'n2' })
    waivers.saw({ event: promote('n2', 2), line: 3 })
    waivers.saw({ event: promote('n3', 3), line: 4 })
    expect(waivers.use('NoLateAck', [2, 3])?.reason).toBe('known')
    expect(waivers.use('NoLateAck', [2, 4])).toBeNull()
    expect(waivers.waivers.uses[0].lines).toEqual([3])
  })

  it('is for its rule alone, and never for a guard', () => {
    const waivers = waiversFor({ type: 'crash', rule: 'NoLateAck' })
    waivers.saw({ event: crash('n1'), line: 2 })
    expect(waivers.use('LogMatching', [2])).toBeNull()
    expect(waivers.use('NoLateAck', [2])).not.toBeNull()
    const guard = waiversFor({ type: 'crash', guard: { action: 'crash', index: 0 } })
    guard.saw({ event: crash('n1'), line: 2 })
    expect(guard.use('NoLateAck', [2])).toBeNull()
  })

  it('waives nothing of an event that was forgotten', () => {
    const waivers = waiversFor({ type: 'crash' }, 2)
    for (const line of [2, 3, 4]) waivers.saw({ event: crash('n1'), line })
    expect(waivers.use('NoLateAck', [2])).toBeNull()
    expect(waivers.use('NoLateAck', [3])).not.toBeNull()
  })

  it('leaves other violations of a rule, and counts each once', () => {
    const events = [promote('n2', 2), late('w1'), late('w1'), late('w2')]
    const told: string[] = []
    const monitor = new Monitor(headerWith(), {
      onViolation: (rule, { about }) => void told.push(`${rule} ${about}`),
      waive: (rule, { about }) => rule === 'NoLateAck' && about === 'w1',
    })
    events.forEach((event, at) => monitor.accept({ event, line: at + 2 }))
    const found = monitor.finish().findings.find(({ rule }) => rule === 'NoLateAck')!
    expect(found).toMatchObject({ verdict: 'violated', violationCount: 2, waivedCount: 1 })
    expect(found.witnesses.map(({ about }) => about)).toEqual(['w2'])
    expect(told.filter(line => line.startsWith('NoLateAck'))).toEqual(['NoLateAck w2'])
  })
})

const judged = (count: number): string => {
  const events = [promote('n2', 2), ...Array.from({ length: count }, (_, at) => late(`w${at}`))]
  const header = headerWith()
  const when = { type: 'reply', rule: 'NoLateAck' } as const
  const others = ['NoSplitBrainAck', 'NoLostAckedWrite', 'AckedCopies'].map(rule => ({ type: 'reply', rule }))
  const waivers = [when, ...others].map(each => ({ when: each, reason: 'known', until: '2999-01-01' }))
  const found = validate(traceOf(events, header), {
    subject: null,
    config: {},
    limits: { budget: 1000, stop: () => false },
    waivers: new Waivers(waivers),
    mapping: null,
    cover: false,
    diagnose: false,
  })
  return 'problems' in found ? found.problems[0].message : found.validation.verdict
}

describe('a waiver for a whole trace', () => {
  it('lets a rule pass only where it is for every violation, however many there are', () => {
    expect(judged(100)).toBe('accepted')
    expect(judged(101)).toBe('rejected')
  })
})
