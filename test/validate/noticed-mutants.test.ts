// How much a recording in which everything was observed reveals: single errors are seeded into behaviours of the
// specification, and at least three of four are noticed by the reader, by the match, or as a gap. What passes is mostly
// what could as well have happened: an entry received again, a read more or less, an answer that was a refusal.
import { expect, it } from 'vitest'
import type { Config } from '../../src/lang/spec.ts'
import type { ForeignTrace } from '../../src/validate/foreign-trace.ts'
import { killRate } from '../../src/validate/kill-rate.ts'
import { readForeignTrace } from '../../src/validate/read.ts'
import type { Verdict } from '../../src/validate/rule.ts'
import { chooser, recorded } from './behaviours.ts'
import { judged, subjectOf } from './judging.ts'

const CONFIG: Config = { ack: 'any', poll: 2, elect: 'best', fence: 'stonith' }
const BOUNDS: Config = { nodes: 3, writes: 5, epochs: 4, crashes: 2, restarts: 2, reads: 1 }
const subject = subjectOf(CONFIG)

function verdictOf({ header, events }: ForeignTrace): Verdict {
  const lines = [header, ...events.map(({ event }) => event), { type: 'end', count: events.length }]
  const read = readForeignTrace('mutant', lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  if ('problems' in read) return 'violated'
  const found = judged(read.trace, subject, 20_000)
  if (found.verdict === 'accepted') return found.gaps.length > 0 ? 'violated' : 'holds'
  return found.verdict === 'rejected' ? 'violated' : 'unknown'
}

it('notices at least three of four errors in recordings in which everything was observed', () => {
  const counts = Array.from({ length: 12 }, (_, seed) => seed + 1).flatMap(seed =>
    killRate(recorded({ ...BOUNDS, ...CONFIG }, 40, chooser(seed)), verdictOf, { seed, limit: 3 }),
  )
  const tried = counts.reduce((sum, { triedCount }) => sum + triedCount, 0)
  const caught = counts.reduce((sum, { caughtCount }) => sum + caughtCount, 0)
  expect(tried).toBeGreaterThan(200)
  expect(caught / tried).toBeGreaterThanOrEqual(0.75)
})
