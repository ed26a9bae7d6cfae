// What a rejection says would admit a trace does admit it, from its first event on: a knob, or a kind of event of which one
// is missing. Errors are seeded into recordings, and every such claim that says "the rest" is tried.
import { expect, inject, it } from 'vitest'
import type { Config } from '../../src/lang/spec.ts'
import { knobsThatAdmit, lossesThatAdmit } from '../../src/validate/match/knobs.ts'
import { mutantsOf } from '../../src/validate/mutate/mutations.ts'
import { scheduleOf } from '../../src/validate/order/schedule.ts'
import type { Header } from '../../src/validate/format/repltrace.ts'
import { chooser, recorded } from './behaviours.ts'
import { judged, subjectOf } from './judging.ts'

const CONFIG: Config = { ack: 'any', poll: 2, elect: 'best', fence: 'stonith' }
const BOUNDS: Config = { nodes: 3, writes: 4, epochs: 3, crashes: 2, restarts: 2, reads: 1 }
const subject = subjectOf(CONFIG)

function valueOf(value: string): Config[string] {
  if (value === 'true' || value === 'false') return value === 'true'
  return /^\d+$/.test(value) ? Number(value) : value
}

it.each(['total', 'node'] as const)('admits what is rejected in %s order', order => {
  const wrong: string[] = []
  let claimCount = 0
  for (let walk = 1; walk <= 4; walk++) {
    const seed = inject('seed') + walk
    const trace = recorded({ ...BOUNDS, ...CONFIG }, 24, chooser(seed), order)
    for (const { kind, description, trace: mutant } of mutantsOf(trace, { seed, limit: 1 })) {
      const scheduled = scheduleOf(mutant)
      if ('problem' in scheduled) continue
      const found = judged(mutant, subject, 5000)
      if (found.verdict !== 'rejected') continue
      const { schedule, labels, furthest } = found
      const limits = { budget: 2000, stop: () => false }
      const refused = { trace: mutant, subject, schedule, labels, refusal: furthest[0], limits }
      const claims = [
        ...knobsThatAdmit(refused).map(({ knob, value, complete }) => ({
          claim: `${knob}=${value}`,
          complete,
          again: () => judged(mutant, subjectOf({ ...CONFIG, [knob]: valueOf(value) }), 50_000).verdict,
        })),
        ...lossesThatAdmit(refused).map(({ knob, value, complete }) => ({
          claim: `${knob}=${value}`,
          complete,
          again: () => judged({ ...mutant, header: lacking(mutant.header, knob) }, subject, 50_000).verdict,
        })),
      ]
      for (const { claim, complete, again } of claims) {
        if (!complete) continue
        claimCount++
        const verdict = again()
        if (verdict !== 'accepted') wrong.push(`${claim} of ${kind} (${description}, walk ${walk}): ${verdict}`)
      }
    }
  }
  expect(wrong).toEqual([])
  expect(claimCount).toBeGreaterThan(5)
})

/** The header with some of those events missing that a claim names. */
function lacking(header: Header, knob: string): Header {
  const types = knob.split(', ').map(name => name.slice('complete.'.length))
  return { ...header, complete: { ...header.complete, ...Object.fromEntries(types.map(type => [type, 'some'])) } }
}
