// How much a recording in which everything was observed reveals: single errors are seeded into behaviours of the
// specification, and nineteen of twenty are noticed by the reader, by the match, or as a gap. Not counted are errors that make
// one right recording into another, as when the last message that anybody received is left out: that they do is not the
// validator's to say but found by telling the recording anew, step by step.
import { expect, inject, it } from 'vitest'
import type { Config } from '../../src/lang/spec.ts'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import { MUTATION_KINDS, mutantsOf } from '../../src/validate/mutate/mutations.ts'
import { readForeignTrace } from '../../src/validate/format/read.ts'
import { chooser, recorded } from './behaviours.ts'
import { judged, subjectOf } from './judging.ts'
import { retelling } from './retold.ts'

const CONFIG: Config = { ack: 'any', poll: 2, elect: 'best', fence: 'stonith' }
const BOUNDS: Config = { nodes: 3, writes: 5, epochs: 4, crashes: 2, restarts: 2, reads: 1 }
const LENGTH = 40
const subject = subjectOf(CONFIG)
/** One more of everything than a walk may have: an event may stand twice. */
const isRight = retelling({ ...CONFIG, nodes: 3, writes: 6, epochs: 5, crashes: 3, restarts: 3, reads: 2 })

type Told = 'noticed' | 'passed' | 'unknown'

function told({ header, events }: ForeignTrace): Told {
  const lines = [header, ...events.map(({ event }) => event), { type: 'end', count: events.length }]
  const read = readForeignTrace('mutant', lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  if ('problems' in read) return 'noticed'
  const found = judged(read.trace, subject, 20_000)
  if (found.verdict === 'accepted') return found.gaps.length > 0 ? 'noticed' : 'passed'
  return found.verdict === 'rejected' ? 'noticed' : 'unknown'
}

it('notices nineteen of twenty errors in recordings in which everything was observed, and none that is no error', () => {
  const errors = MUTATION_KINDS.map(kind => ({ kind, count: 0, missed: [] as string[] }))
  const refused: string[] = []
  for (let walk = 1; walk <= 12; walk++) {
    const seed = inject('seed') + walk
    const trace = recorded({ ...BOUNDS, ...CONFIG }, LENGTH, chooser(seed))
    expect(isRight(trace)).toBe(true)
    for (const { kind, description, trace: mutant } of mutantsOf(trace, { seed, limit: 3 })) {
      const verdict = told(mutant)
      if (isRight(mutant)) {
        if (verdict !== 'passed') refused.push(`${kind}: ${description}`)
        continue
      }
      const ofKind = errors.find(of => of.kind === kind)!
      ofKind.count++
      if (verdict !== 'noticed') ofKind.missed.push(description)
    }
  }
  expect(refused).toEqual([])
  const count = errors.reduce((sum, of) => sum + of.count, 0)
  const missedCount = errors.reduce((sum, { missed }) => sum + missed.length, 0)
  expect(count).toBeGreaterThan(200)
  const shares = errors.map(of => `${of.kind}: ${of.count - of.missed.length} of ${of.count}`)
  const missed = errors.flatMap(of => of.missed.map(one => `missed ${of.kind}: ${one}`))
  expect((count - missedCount) / count >= 0.95 ? [] : [...shares, ...missed]).toEqual([])
})
