// The bundled specification as what traces are held against, one subject a configuration: what is known of a subject's
// steps outlives a match, so tests share them.
import { resolve } from 'node:path'
import { readFileSync } from 'node:fs'
import { compileSteps } from '../../src/compile/front/program.ts'
import type { CompileStep } from '../../src/compile/ir/ir.ts'
import type { Machine } from '../../src/lang/machine.ts'
import type { Config } from '../../src/lang/spec.ts'
import { conform, type Conformance } from '../../src/validate/match/conformance.ts'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import type { Subject } from '../../src/validate/match/model.ts'
import { scheduleOf } from '../../src/validate/order/schedule.ts'
import { singleLeader } from '../../src/validate/match/single-leader.ts'
import spec from '../../spec/single-leader.ts'

const file = resolve('spec/single-leader.ts')
const text = readFileSync(file, 'utf8')

export function lowered(machine: Machine): CompileStep {
  return compileSteps({ file, text }, machine.instance.config, noModules)
}

function noModules(specifier: string): never {
  throw new Error(`${specifier} is imported.`)
}

/** A configuration without its bounds, which follow from a trace. */
export function subjectOf(config: Config): Subject {
  const knobs = Object.entries(config).filter(([knob]) => !singleLeader.bounds.includes(knob))
  return { spec, binding: singleLeader, config: Object.fromEntries(knobs), lower: lowered }
}

/** Configurations that differ in who acknowledges, who is fenced and what is done later. */
export const VARIED = {
  'asynchronous, fenced by nothing': { ack: 'async', fence: 'none' },
  'waiting for any follower, old leaders killed': { ack: 'any', fence: 'stonith', poll: 2 },
  'waiting for the first follower, old leaders demoted': { ack: 'first', fence: 'demote' },
  'waiting for every connected follower': { ack: 'allConnected', fence: 'stonith' },
  'suspecting leaders that are alive': { ack: 'any', detect: 'imperfect', suspicions: 2 },
  'flushing and applying later': { ack: 'any', followerFlush: 'lazy', followerApply: 'lazy' },
  'restarting in the role it had': { restartRole: 'keep', leaderFlush: false },
  'rejoining blindly': { ack: 'async', rejoin: 'blind', fence: 'demote' },
  'with links that are cut': { ack: 'any', cuts: 2, poll: 2 },
} as const

/** Bounds within which random behaviours are recorded. */
const BOUNDS: Config = { nodes: 3, writes: 4, epochs: 3, crashes: 2, restarts: 2, reads: 1 }

export interface NamedSubject {
  readonly name: string
  readonly config: Config
  readonly subject: Subject
}

/** Configurations to record behaviours under, and what to hold them against. */
export function subjectsOf(configurations: { readonly [name: string]: Config }): readonly NamedSubject[] {
  return Object.entries(configurations).map(([name, config]) => ({
    name,
    config: { ...BOUNDS, ...config },
    subject: subjectOf(config),
  }))
}

/** Matches a trace in the order that its header promises. */
export function judged(trace: ForeignTrace, subject: Subject, budget = 50_000): Conformance {
  const limits = { budget, stop: () => false }
  const scheduled = scheduleOf(trace)
  if ('problem' in scheduled) throw new Error(scheduled.problem.message)
  return conform(trace, subject, scheduled.schedule, limits)
}
