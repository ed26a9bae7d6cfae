// One trace, judged: by rules over what was observed, as a behaviour of the specification under a configuration, and as
// a history of clients where it is one. Every liberty taken on the way is counted, so that an acceptance says what it
// rests on.
import type { Config } from '../lang/spec.ts'
import { hasReaders, judgeBeside } from './clients/beside.ts'
import { toldOnce } from './clients/reconciliation.ts'
import { type ClientJudgement, endedClients, judgeClients } from './clients/clients.ts'
import { type Assumption, assumptions, completeness } from './format/completeness.ts'
import {
  conform,
  type Conformance,
  type Limits,
  type Position,
  type Refusal,
  takenCountOf,
  toItsEnd,
} from './match/conformance.ts'
import type { Coverage } from './companions/coverage-types.ts'
import type { Step } from '../lang/machine.ts'
import { coverageOf } from './companions/met.ts'
import type { ForeignTrace, InputProblem } from './format/foreign-trace.ts'
import type { Model } from './format/repltrace.ts'
import { EVENT_TYPES, type EventType } from './format/vocabulary.ts'
import type { MonitorFinding } from './monitor/judgement.ts'
import type { MappingStats } from './map/mapper.ts'
import type { Subject } from './match/model.ts'
import { Monitor } from './monitor/monitor.ts'
import { INFORMATIVE } from './monitor/monitor-rules.ts'
import { explainRejection, type RejectionFinding } from './match/rejection.ts'
import { type KnobRepair, knobsThatAdmit, lossesThatAdmit } from './match/knobs.ts'
import { type Repair, repairsOf } from './match/repairs.ts'
import type { Refused } from './match/tries.ts'
import { type Schedule, scheduleOf } from './order/schedule.ts'
import type { WaiverUse, Waivers } from './companions/waivers.ts'

export type TraceVerdict = 'accepted' | 'rejected' | 'unknown' | 'vacuous'

/** What an acceptance rests on beside the events: every number here is a liberty. */
interface Relaxations {
  /** Steps that no event recorded, by action. */
  readonly hidden: ReadonlyMap<string, number>
  /** Fields that nothing in the model answers to. */
  readonly unchecked: ReadonlyMap<string, number>
  /** Events that are no matter of the model, by type. */
  readonly ignored: ReadonlyMap<string, number>
  readonly gapCount: number
  /** Events that were not judged, as nothing was known of their node since it deviated. */
  readonly passedCount: number
  readonly waivers: readonly WaiverUse[]
}

/** How a trace was matched against the specification. */
export interface Match {
  readonly verdict: 'accepted' | 'rejected' | 'unknown'
  readonly config: Config
  /** Events matched, at most. */
  readonly takenCount: number
  readonly searchedCount: number
  /** How often an event was a step of the model or said something of its state; 0 when nothing was judged by it. */
  readonly comparedCount: number
  /** Steps taken, by action, in an accepted trace. */
  readonly actions: ReadonlyMap<string, number>
  readonly relaxations: Relaxations
  readonly rejection: RejectionFinding | null
  readonly repairs: readonly Repair[]
  readonly knobs: readonly KnobRepair[]
  /** Types of events of which some may be missing instead. */
  readonly losses: readonly KnobRepair[]
  /** What was met of the specification; null unless it was asked for. */
  readonly coverage: Coverage | null
}

export interface Validation {
  readonly file: string
  readonly verdict: TraceVerdict
  readonly eventCount: number
  /** Events by type. */
  readonly events: ReadonlyMap<string, number>
  readonly ended: boolean
  readonly assumptions: readonly Assumption[]
  /** Without those that `beside` decides, which tells of them. */
  readonly rules: readonly MonitorFinding[]
  /** Whether anything in the trace is a matter of the model: a step, or something seen of a node. */
  readonly isMatter: boolean
  /** Null when it is none, or no configuration was given. */
  readonly match: Match | null
  readonly clients: ClientJudgement | null
  /** What clients saw in a trace of servers, which decides nothing; null where none of them reads. */
  readonly beside: ClientJudgement | null
  readonly mapping: MappingStats | null
}

export interface ValidationOptions {
  /** What to hold the trace against; null judges by rules alone. */
  readonly subject: Subject | null
  readonly config: Config
  readonly limits: Omit<Limits, 'waive'>
  readonly waivers: Waivers | null
  readonly mapping: MappingStats | null
  /** Whether to count what was met of the specification. */
  readonly cover: boolean
  /** Whether to explain a rejection, and to look for repairs and knobs; that takes longer than to judge. */
  readonly diagnose: boolean
}

/** Types that are steps of a node, as far as the model is concerned. */
const STEPS: ReadonlySet<EventType> = new Set<EventType>([
  'append',
  'receive',
  'flush',
  'apply',
  'commit',
  'reply',
  'crash',
  'restart',
  'promote',
  'demote',
  'follow',
  'truncate',
  'catch-up',
])

/** Judges a trace that was read without problems. The problem, if any, is a contradiction in its order. */
export function validate(
  trace: ForeignTrace,
  options: ValidationOptions,
): { readonly validation: Validation } | { readonly problems: readonly InputProblem[] } {
  const scheduled = scheduleOf(trace)
  if ('problem' in scheduled) return { problems: [scheduled.problem] }
  const isHistory = trace.header.clock?.order === 'client'
  const { budget, stop, within = toItsEnd } = options.limits
  const clients = isHistory ? (within(() => judgeClients(trace, { budget, stop })) ?? endedClients()) : null
  if (clients !== null && clients.problems.length > 0) return { problems: clients.problems }
  const isRead = !isHistory && hasReaders(trace)
  const beside = isRead ? (within(() => judgeBeside(trace, { budget, stop })) ?? endedClients()) : null
  const rules = isHistory ? [] : rulesOf(trace, options)
  const { subject } = options
  const isMatter = !isHistory && trace.events.some(({ event }) => STEPS.has(event.type) || event.obs !== undefined)
  const match = subject === null || !isMatter ? null : matchOf(trace, subject, scheduled.schedule, options)
  const events = new Map<string, number>()
  for (const { event } of trace.events) events.set(event.type, (events.get(event.type) ?? 0) + 1)
  const told = beside === null ? { rules, clients: beside } : toldOnce(rules, beside)
  return {
    validation: {
      file: trace.file,
      verdict: verdictOf(trace, match, clients, rules, options.waivers),
      eventCount: trace.events.length,
      events,
      ended: trace.ended,
      assumptions: assumptions(trace),
      rules: told.rules,
      isMatter,
      match,
      clients,
      beside: told.clients,
      mapping: options.mapping,
    },
  }
}

/** Of a whole trace it is known from the first event on which types occur in it, and how the system is set up. */
function rulesOf(trace: ForeignTrace, { subject, config }: ValidationOptions): readonly MonitorFinding[] {
  const { header, events } = trace
  const occurring = new Set(events.map(({ event }) => event.type))
  const complete = Object.fromEntries(EVENT_TYPES.map(type => [type, completeness(header, occurring, type)]))
  const model = subject === null ? header.model : modelOf(config)
  const monitor = new Monitor({ ...header, complete, ...(model === undefined ? {} : { model }) })
  for (const recorded of trace.events) monitor.accept(recorded)
  return monitor.finish(trace.ended).findings
}

function modelOf(config: Config): Model {
  const knobs = Object.entries(config).map(
    ([knob, value]) => [knob, typeof value === 'object' ? [...value] : value] as const,
  )
  return Object.fromEntries(knobs)
}

function matchOf(trace: ForeignTrace, subject: Subject, schedule: Schedule, options: ValidationOptions): Match {
  const { waivers, limits, config } = options
  const waive: Limits['waive'] = (recorded, guards) => {
    const waiver = waivers?.use({ ...recorded, guards }) ?? null
    return waiver === null ? 'no' : waiver.resync === true ? 'resync' : 'pass'
  }
  const found = conform(trace, subject, schedule, waivers === null ? limits : { ...limits, waive })
  const { within = toItsEnd } = limits
  const furthest = found.verdict === 'accepted' ? null : (found.furthest[0] ?? null)
  const rejection =
    found.verdict !== 'accepted' && furthest !== null && options.diagnose
      ? within(() => explainRejection(trace, subject, found))
      : null
  const tries = Math.ceil(DIAGNOSIS_ENTRIES / (furthest?.position.model.entries ?? 1))
  const few: Limits = { budget: Math.min(limits.budget, budgetOfTries(trace), tries), stop: limits.stop }
  const diagnosed = <T>(part: (refused: Refused) => readonly T[]): readonly T[] => {
    if (found.verdict !== 'rejected' || furthest === null || !options.diagnose) return []
    return within(() => part({ trace, subject, schedule, labels: found.labels, refusal: furthest, limits: few })) ?? []
  }
  return {
    verdict: found.verdict,
    config,
    takenCount: takenCountOf(found),
    searchedCount: found.searchedCount,
    comparedCount: found.comparedCount,
    actions: found.verdict === 'accepted' ? counted(found.end, () => true) : new Map(),
    relaxations: relaxationsOf(trace, subject, found, furthest, waivers),
    rejection,
    coverage: options.cover ? coverageOf(trace, found, rejection) : null,
    repairs: diagnosed(repairsOf),
    knobs: diagnosed(knobsThatAdmit),
    losses: diagnosed(lossesThatAdmit),
  }
}

/**
 * Repairs and knobs are tried by the dozen; each may look at so many states, and entries of their windows. What matches takes
 * about one state an event; what does not may take all that it is given.
 */
const budgetOfTries = ({ events }: ForeignTrace): number => Math.min(200_000, 4000 + events.length * 4)
const DIAGNOSIS_ENTRIES = 12_800_000

function relaxationsOf(
  trace: ForeignTrace,
  { binding }: Subject,
  found: Conformance,
  furthest: Refusal | null,
  waivers: Waivers | null,
): Relaxations {
  const end = found.verdict === 'accepted' ? found.end : (furthest?.position ?? null)
  const isUnrecorded = ({ step, event, isHidden }: Taken): boolean =>
    isHidden || binding.recordings[step.action]?.impliedBy?.includes(trace.events[event].event.type) === true
  return {
    hidden: counted(end, isUnrecorded),
    unchecked: found.unchecked,
    ignored: found.ignored,
    gapCount: found.gaps.length,
    passedCount: passedCountOf(trace, end),
    waivers: waivers?.uses ?? [],
  }
}

function passedCountOf({ events }: ForeignTrace, end: Position | null): number {
  let count = 0
  for (let at = end; at !== null; at = at.parent) {
    const node = at.parent === null ? undefined : events[at.event]?.event.node
    if (node !== undefined && at.parent!.lapsed.includes(node)) count++
  }
  return count
}

/** A step on the way to a position, and with which event it was taken. */
interface Taken {
  readonly step: Step
  readonly event: number
  readonly isHidden: boolean
}

/** How often each action was taken on the way to a position, of the steps that are asked for. */
function counted(end: Position | null, isAsked: (taken: Taken) => boolean): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (let at = end; at !== null; at = at.parent)
    for (const [index, step] of at.steps.entries())
      if (isAsked({ step, event: at.event, isHidden: index < at.hiddenCount }))
        counts.set(step.action, (counts.get(step.action) ?? 0) + 1)
  return counts
}

/** The worst of what was found. Nothing consumed is no acceptance; a recording cut off is accepted so far. */
function verdictOf(
  trace: ForeignTrace,
  match: Match | null,
  clients: ClientJudgement | null,
  rules: readonly MonitorFinding[],
  waivers: Waivers | null,
): TraceVerdict {
  const violated = rules.some(
    finding => finding.verdict === 'violated' && !INFORMATIVE.has(finding.rule) && !isWaived(finding, trace, waivers),
  )
  if (match?.verdict === 'rejected' || clients?.verdict === 'violated' || violated) return 'rejected'
  if (match?.verdict === 'unknown' || clients?.verdict === 'unknown') return 'unknown'
  if (match !== null && match.comparedCount > 0) return 'accepted'
  if (clients !== null && clients.operationCount > 0) return 'accepted'
  return match === null && rules.some(({ verdict }) => verdict === 'holds') && hasFacts(trace) ? 'accepted' : 'vacuous'
}

function isWaived(
  { rule, witnesses, violationCount }: MonitorFinding,
  trace: ForeignTrace,
  waivers: Waivers | null,
): boolean {
  // Of more violations than are kept, nobody can say that all may pass.
  if (waivers === null || violationCount > witnesses.length) return false
  return witnesses.every(({ lines }) =>
    trace.events.some(recorded => lines.includes(recorded.line) && waivers.use({ ...recorded, rule }) !== null),
  )
}

function hasFacts({ events }: ForeignTrace): boolean {
  return events.some(({ event }) => event.type !== 'note' && event.type !== 'gap')
}
