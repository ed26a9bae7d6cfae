// What one matched trace met of a specification, for coverage that adds up over many: a step that was taken had every
// guard true; the candidates of a refused event had those false that its explanation shows.
import type { Conformance } from '../match/conformance.ts'
import { type CoverableAction, emptyCoverage, mergeCoverage } from './coverage.ts'
import type { Coverage } from './coverage-types.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Model } from '../match/model.ts'
import type { RejectionFinding } from '../match/rejection.ts'

/** The coverage of one trace, as far as it was matched. */
export function coverageOf(trace: ForeignTrace, found: Conformance, rejection: RejectionFinding | null): Coverage {
  const end = found.verdict === 'accepted' ? found.end : (found.furthest[0]?.position ?? null)
  const { spec } = found
  if (end === null) return emptyCoverage(spec, [])
  const coverage = emptyCoverage(spec, actionsOf(end.model))
  for (let at: typeof end.parent = end; at !== null; at = at.parent) {
    if (at.event >= 0) {
      const { type } = trace.events[at.event].event
      coverage.events[type] = (coverage.events[type] ?? 0) + 1
    }
    for (const { action } of at.steps) {
      coverage.actions[action]++
      for (const outcomes of Object.values(coverage.guards[action])) outcomes.held++
    }
  }
  for (const { step, guards } of rejection?.candidates ?? [])
    for (const [index, { holds }] of guards.entries()) {
      const outcomes = coverage.guards[step.replace(/\(.*/, '')]?.[index]
      if (outcomes !== undefined) outcomes[holds ? 'held' : 'failed']++
    }
  return { ...mergeCoverage(coverage, emptyCoverage(spec, [])), traces: 1 }
}

/** The actions with their guards; the configuration may fold some away, so the instance with most counts. */
export function actionsOf(model: Model): readonly CoverableAction[] {
  const counts = new Map<string, number>()
  const { smallest } = model
  for (const step of smallest.machine.steps) {
    const count = smallest.bodyOf(step).filter(({ op }) => op === 'guard').length
    counts.set(step.action, Math.max(counts.get(step.action) ?? 0, count))
  }
  return [...counts].map(([name, guardCount]) => ({ name, guardCount }))
}
