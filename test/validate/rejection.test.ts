// What an explanation shows of the guards of a refused event: all of them, as the specification has them, and of the steps
// that the event may stand for the closest first.
import { describe, expect, it } from 'vitest'
import type { Conformance } from '../../src/validate/match/conformance.ts'
import { type CandidateFinding, explainRejection } from '../../src/validate/match/rejection.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { judged, subjectOf } from './judging.ts'
import { traceOf } from './recorded.ts'

const append: Event = { type: 'append', node: 'n1', index: 1, epoch: 1, op: 'w' }
const promote: Event = { type: 'promote', node: 'n2', epoch: 2 }
const seen: Event = { type: 'state', node: 'n3', obs: {} }

function candidatesOf(event: Event, config: object): readonly CandidateFinding[] {
  const init = { leader: 'n1', epoch: 1, last: 0 }
  const trace = traceOf([append, seen, event, ...(event === promote ? [] : [promote])], {
    clock: { order: 'total' },
    init,
  })
  const subject = subjectOf({ ...config })
  const found: Conformance = judged(trace, subject)
  if (found.verdict !== 'rejected') throw new Error(`It is ${found.verdict}.`)
  return explainRejection(trace, subject, found).candidates
}

const falseCount = ({ guards }: CandidateFinding): number => guards.filter(({ holds }) => !holds).length

describe('the guards of a refused event', () => {
  const [acknowledged] = candidatesOf({ type: 'reply', node: 'n2', op: 'w', index: 1 }, { ack: 'any' })

  it('are in the order of the specification', () => {
    const offsets = acknowledged.guards.map(({ offset }) => offset)
    expect(offsets.length).toBeGreaterThan(4)
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b))
  })

  it('are all evaluated, also behind the first that is false', () => {
    const verdicts = acknowledged.guards.map(({ holds }) => holds)
    const first = verdicts.indexOf(false)
    expect(first).toBeGreaterThanOrEqual(0)
    expect(verdicts.slice(first + 1)).toContain(true)
    expect(verdicts.slice(first + 1)).toContain(false)
  })

  it('have what decides them where they are false, and nothing where they hold', () => {
    for (const { holds, have } of acknowledged.guards) expect(have.length > 0).toBe(!holds)
  })
})

describe('the steps that a refused event may stand for', () => {
  const found = candidatesOf(promote, {})

  it('are shown with the fewest false guards first', () => {
    expect(found.length).toBeGreaterThan(1)
    expect(found.map(falseCount)).toEqual(found.map(falseCount).toSorted((a, b) => a - b))
  })

  it('are those that some state allows', () => {
    expect(found.every(({ step }) => /voters: \{.*n2.*\}/.test(step))).toBe(true)
  })
})

describe('a refused event where a follower lags far behind', () => {
  const indices = Array.from({ length: 200 }, (_, at) => at + 1)
  const shipped = indices.flatMap((index): readonly Event[] => [
    { type: 'append', node: 'n1', index, epoch: 1, op: `w${index}` },
    ...(index < 200 ? ([{ type: 'receive', node: 'n2', from: 'n1', index, epoch: 1 }] as const) : []),
  ])
  const early: Event = { type: 'reply', node: 'n1', op: 'w200', index: 200 }
  const trace = traceOf([...shipped, early], {
    nodes: ['n1', 'n2', 'n3'],
    clock: { order: 'total' },
    init: { leader: 'n1', epoch: 1, last: 0 },
  })
  const subject = subjectOf({ ack: 'any' })

  it('is explained by what its false guard read, without lowering what is too large', () => {
    const found: Conformance = judged(trace, subject)
    if (found.verdict !== 'rejected') throw new Error(`It is ${found.verdict}.`)
    expect(found.furthest[0].position.model.entries).toBeGreaterThan(256)
    const { candidates, reasons } = explainRejection(trace, subject, found)
    expect(candidates).toMatchObject([{ step: 'acknowledge(leader: n1, position: 200)', guards: [] }])
    expect(candidates[0].read).toContainEqual({ path: 'upstream[n2]', value: 'n1' })
    expect(reasons.map(({ line }) => line)).toEqual([trace.events.at(-3)!.line])
  })
})
