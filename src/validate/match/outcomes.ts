// What becomes of a state when an event is taken in one of the ways that it may stand for.
import type { Cells } from '../../lang/container.ts'
import type { Step } from '../../lang/machine.ts'
import type { Attempt, Claim, Reading } from './binding.ts'
import type { Position } from './conformance.ts'
import type { Event } from '../format/repltrace.ts'
import type { Labels, Shift } from './labels.ts'
import type { Model, Subject } from './model.ts'

/** How an attempt may end. */
export interface Outcome {
  readonly row: Cells
  readonly steps: readonly Step[]
}

/** Where the event may end by any of its attempts; where it stays, when it is no matter of the model. */
export function outcomesIn(
  reading: Reading | null,
  position: Position,
  row: Cells,
  subject: Subject,
): readonly Outcome[] {
  if (reading === null) return [{ row, steps: [] }]
  return reading.attempts.flatMap(attempt => outcomesOf(attempt, position, row, subject))
}

/** The states in which an attempt may end; none when a call is not enabled or a claim is false. */
export function outcomesOf(
  attempt: Attempt,
  { model, shift }: Position,
  row: Cells,
  subject: Subject,
): readonly Outcome[] {
  const { calls, claims } = attempt
  const agrees = (at: Claim['at'], end: Cells): boolean =>
    claims.every(claim => claim.at !== at || isTrue(claim, model, end, shift, subject))
  if (!agrees('before', row)) return []
  // Mostly an event is one certain step: then the list of what it may be is the list of what it was.
  const only = calls.length === 1 ? model.stepsOf(calls[0]) : []
  if (only.length === 1) {
    const end = model.take(only[0], row)
    return end !== null && agrees('after', end) ? [{ row: end, steps: only }] : []
  }
  let outcomes: readonly Outcome[] = [{ row, steps: [] }]
  for (const call of calls) {
    const candidates = model.stepsOf(call)
    const next: Outcome[] = []
    for (const { row: from, steps } of outcomes)
      for (const step of candidates) {
        const to = model.take(step, from)
        if (to !== null) next.push({ row: to, steps: [...steps, step] })
      }
    outcomes = distinct(next)
  }
  return outcomes.filter(({ row: end }) => agrees('after', end))
}

/** A claim about what the window has forgotten is not held against the trace. */
export function isTrue(claim: Claim, model: Model, row: Cells, shift: Shift, { binding }: Subject): boolean {
  const value = binding.observe(model.stateOf(row), claim, shift)
  return value === null || (value >= claim.ge && value <= claim.le)
}

/** The cells for which a claim is false of a state; null when it is true. */
export function falseFor(
  claim: Claim,
  { model, shift }: Position,
  row: Cells,
  subject: Subject,
): ReadonlySet<number> | null {
  if (isTrue(claim, model, row, shift, subject)) return null
  return model.watched(row, state => subject.binding.observe(state, claim, shift)).cells
}

/** What an event may stand for in a state, and the cells on which that depends. */
export function watchedReading(
  event: Event,
  { model, shift }: Position,
  row: Cells,
  labels: Labels,
  { binding, config }: Subject,
): { readonly found: Reading | null; readonly cells: ReadonlySet<number> } {
  return model.watched(row, state => binding.read(event, state, labels, shift, config))
}

/** The outcomes without those that end like another. */
export function distinct<T extends Outcome>(outcomes: readonly T[]): readonly T[] {
  if (outcomes.length < 2) return outcomes
  const seen = new Set<string>()
  return outcomes.filter(({ row }) => {
    const key = rowKey(row)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** The same text for the same row and no other. */
export function rowKey({ buffer, byteOffset, byteLength }: Cells): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}
