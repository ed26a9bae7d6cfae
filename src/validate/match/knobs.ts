// What would have to be otherwise around a rejected trace for it to go on: one knob of the configuration, or that not every
// event of one kind was recorded. It is a diagnosis, not advice: a knob that admits a trace may be the very guarantee
// that was promised.
import { OneOf } from '../../lang/scalars.ts'
import type { Config } from '../../lang/spec.ts'
import { completeness } from '../format/completeness.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { EventType } from '../format/vocabulary.ts'
import { conform, type Conformance, type Position } from './conformance.ts'
import { Model, type Subject } from './model.ts'
import { TotalSchedule } from '../order/schedule.ts'
import { continued, further, isWorth, matched, type Refused } from './tries.ts'

export interface KnobRepair {
  /** Of the configuration; `complete.receive` of the header. */
  readonly knob: string
  readonly value: string
  readonly furtherCount: number
  readonly complete: boolean
}

/** Knobs of which one other value takes the trace past where it was refused: from there, and then from the beginning. */
export function knobsThatAdmit(refused: Refused): readonly KnobRepair[] {
  const { trace, subject, schedule, refusal, limits } = refused
  const repairs: KnobRepair[] = []
  const { config } = subject
  const { model } = refusal.position
  for (const [knob, given] of Object.entries(subject.spec.defaults)) {
    if (subject.binding.bounds.includes(knob)) continue
    for (const value of alternatives(given, config[knob])) {
      if (limits.stop()) return repairs
      const changed: Subject = { ...subject, config: { ...config, [knob]: value } }
      const other = new Model(changed, trace.header.nodes.length, model.entries, model.epochs)
      // Under another knob a state may have another shape; then there is no shortcut.
      const sameShape = String(other.machine.radices) === String(model.machine.radices)
      const here: Position = { ...refusal.position, model: other, parent: null }
      if (sameShape && !isWorth(refused, further(refused, continued(refused, changed, here)))) continue
      const found = conform(trace, changed, schedule, limits)
      repairs.push(...admitting(refused, knob, String(value), found))
    }
  }
  return repairs.toSorted((a, b) => b.furtherCount - a.furtherCount)
}

/** Types of events of which a step that no event recorded takes the trace past where it was refused. */
export function lossesThatAdmit(refused: Refused): readonly KnobRepair[] {
  const { trace, subject, limits } = refused
  const { header } = trace
  const occurring = new Set(trace.events.map(({ event }) => event.type))
  const whole = Object.values(subject.binding.recordings).map(({ types }) =>
    types.filter(type => completeness(header, occurring, type) === 'all'),
  )
  const repairs: KnobRepair[] = []
  for (const types of distinct(whole)) {
    if (limits.stop()) break
    const complete = { ...header.complete, ...Object.fromEntries(types.map(type => [type, 'some' as const])) }
    const found = matchedAnew(refused, { ...trace, header: { ...header, complete } })
    const names = types.map(type => `complete.${type}`).join(', ')
    if (found !== null) repairs.push(...admitting(refused, names, 'some', found))
  }
  return repairs.toSorted((a, b) => b.furtherCount - a.furtherCount)
}

/** From the beginning, if it is any use from where it was refused: there, hidden steps of all kinds may stand. */
function matchedAnew(refused: Refused, changed: ForeignTrace): Conformance | null {
  const { subject, schedule, limits } = refused
  const here = matched(refused, changed)
  if (!(schedule instanceof TotalSchedule) || here === null || !isWorth(refused, further(refused, here))) return here
  return conform(changed, subject, schedule, limits)
}

function admitting(refused: Refused, knob: string, value: string, found: Conformance): readonly KnobRepair[] {
  const furtherCount = further(refused, found)
  if (!isWorth(refused, furtherCount)) return []
  const complete = refused.refusal.position.takenCount + furtherCount === refused.trace.events.length
  return [{ knob, value, furtherCount, complete }]
}

/** Lists that are not empty, each once. */
function distinct(lists: readonly (readonly EventType[])[]): readonly (readonly EventType[])[] {
  return [...new Map(lists.filter(types => types.length > 0).map(types => [types.join(' '), types])).values()]
}

function alternatives(given: unknown, current: Config[string]): readonly Config[string][] {
  if (given instanceof OneOf) return (given.names as readonly string[]).filter(name => name !== current)
  if (typeof given === 'boolean') return [!(current as boolean)]
  if (typeof given !== 'number') return []
  return [(current as number) - 1, (current as number) + 1].filter(value => value >= 0)
}
