// Rules over a whole trace: what is assumed of it, and how the system is set up, are known from its first event on.
import { describe, expect, it } from 'vitest'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'
import { validate } from '../../src/validate/validation.ts'
import type { Config } from '../../src/lang/spec.ts'
import { subjectOf } from './judging.ts'
import { traceOf } from './recorded.ts'
import { append, receive, reply } from './watched.ts'

const HEADER: Partial<Header> = {
  nodes: ['n1', 'n2', 'n3'],
  init: { leader: 'n1', epoch: 1, last: 0 },
  clock: { order: 'total' },
  complete: { truncate: 'all', 'catch-up': 'all' },
}

function verdicts(
  events: readonly Event[],
  config: Config | null,
  header: Partial<Header> = {},
): { readonly [rule: string]: string } {
  const judged = validate(traceOf(events, { ...HEADER, ...header }), {
    subject: config === null ? null : subjectOf(config),
    config: config ?? {},
    limits: { budget: 10_000, stop: () => false },
    waivers: null,
    mapping: null,
    cover: false,
    diagnose: false,
  })
  if ('problems' in judged) throw new Error(judged.problems[0].message)
  return Object.fromEntries(judged.validation.rules.map(({ rule, verdict }) => [rule, verdict]))
}

describe('a rule over a whole trace', () => {
  const early = [append('n1', 1, 1, 'w1'), reply('n1', 'w1', 1), receive('n2', 'n1', 1)]
  const copied = [append('n1', 1, 1, 'w1'), receive('n2', 'n1', 1), reply('n1', 'w1', 1)]

  it('is judged under the configuration that the trace is held against', () => {
    const any = { ack: 'any', ackCount: 1 }
    expect(verdicts(early, any)).toMatchObject({ AckedCopies: 'violated' })
    expect(verdicts(copied, any)).toMatchObject({ AckedCopies: 'holds' })
    expect(verdicts(copied, { ...any, ackCount: 2 })).toMatchObject({ AckedCopies: 'violated' })
    expect(verdicts(early, { ack: 'async' })).toMatchObject({ AckedCopies: 'holds' })
    expect(verdicts(early, null)).toMatchObject({ AckedCopies: 'unknown' })
    expect(verdicts(early, any, { model: { ack: 'async' } })).toMatchObject({ AckedCopies: 'violated' })
  })

  it('takes for recorded what is assumed to be', () => {
    expect(verdicts(copied, null)).toMatchObject({ SingleLeaderPerEpoch: 'holds', NoLostAckedWrite: 'holds' })
    const some: Partial<Header> = { complete: { ...HEADER.complete, promote: 'some' } }
    expect(verdicts(copied, null, some)).toMatchObject({ SingleLeaderPerEpoch: 'unknown', NoLostAckedWrite: 'unknown' })
  })
})
