// Why no way through a trace went on: for the event that nothing could take, each action it may stand for with every
// guard and what it needed, the claims that were false, the states that were possible, what could have happened instead,
// and which earlier events made it so. Data first; the words are the report's.
import { type NamedCell, namedCells } from '../../compile/ir/cells.ts'
import type { Cells } from '../../lang/container.ts'
import type { Step } from '../../lang/machine.ts'
import { stepLabel } from '../../trace/record.ts'
import type { Aspect, Attempt, Claim } from './binding.ts'
import type { Conformance, Position, Refusal } from './conformance.ts'
import { type GuardValue, guardsOf } from './evaluation.ts'
import type { Left } from './fixings.ts'
import { type EventPlace, type ForeignTrace, placeOf } from '../format/foreign-trace.ts'
import { regionOf } from './regions.ts'
import type { Shift } from './labels.ts'
import type { Subject } from './model.ts'
import { isTrue } from './outcomes.ts'
import { falseCells, reachOf } from './refused.ts'

/** A fact of the state in the trace's words. */
export interface Fact {
  /** `log[n2].length`. */
  readonly path: string
  readonly value: string
}

interface GuardFinding {
  /** Where the guard stands in the specification's text. */
  readonly offset: number
  readonly holds: boolean
  /** What its false parts read; of a guard that holds, nothing. */
  readonly have: readonly Fact[]
  /** Numbers that a false part compared. */
  readonly compared: readonly string[]
}

interface ClaimFinding {
  readonly field: string
  readonly aspect: Aspect
  readonly node: string
  /** In the trace's numbers. */
  readonly need: string
  readonly have: string
}

/** One action that the event may stand for, as far as it got. */
export interface CandidateFinding {
  /** `ship(follower: n2, leader: n1)`. */
  readonly step: string
  readonly guards: readonly GuardFinding[]
  /** What the first false guard read, where the model is too large to show all guards; null where they are shown. */
  readonly read: readonly Fact[] | null
  /** False claims, when every guard held. */
  readonly claims: readonly ClaimFinding[]
}

interface NodeRange {
  readonly node: string
  readonly roles: readonly string[]
  /** Least and greatest over the possible states, in the trace's numbers. */
  readonly epoch: readonly [number, number]
  readonly last: readonly [number, number]
  readonly synced: readonly [number, number]
}

/** An earlier event on which the refusal depends. */
interface Reason extends EventPlace {
  readonly event: number
  /** What it changed of what the false guards read. */
  readonly changed: readonly Fact[]
}

export interface RejectionFinding extends EventPlace {
  readonly event: number
  /** Events matched before it, and of each node the line of its last one. */
  readonly takenCount: number
  readonly lastLines: ReadonlyMap<string, number>
  /** How many other events were refused after equally long prefixes. */
  readonly rivals: readonly number[]
  /** Whether the reasons alone refuse the event, in every order and whatever nobody recorded. */
  readonly isSettled: boolean
  /** Why the event contradicts the trace itself, whatever the state. */
  readonly contradiction: string | null
  readonly candidates: readonly CandidateFinding[]
  readonly stateCount: number
  readonly states: readonly NodeRange[]
  /** What the model could have done instead, the event's own node first. */
  readonly expected: readonly string[]
  readonly reasons: readonly Reason[]
}

const MAX_CANDIDATES = 4
const MAX_EXPECTED = 5
const MAX_FACTS = 6
const MAX_REASONS = 6
const ROLES = ['down', 'follower', 'leader']

/** Explains the refusals that came furthest. */
export function explainRejection(
  trace: ForeignTrace,
  subject: Subject,
  conformance: Conformance & { readonly furthest: readonly Refusal[] },
): RejectionFinding {
  return new Explanation(trace, subject, conformance).finding()
}

class Explanation {
  private readonly trace: ForeignTrace
  private readonly subject: Subject
  private readonly conformance: Conformance
  private readonly furthest: readonly Refusal[]
  private readonly because: readonly Left[] | null

  constructor(
    trace: ForeignTrace,
    subject: Subject,
    conformance: Conformance & { readonly furthest: readonly Refusal[] },
  ) {
    this.trace = trace
    this.subject = subject
    this.conformance = conformance
    this.furthest = conformance.furthest
    this.because = conformance.verdict === 'rejected' ? conformance.because : null
  }

  finding(): RejectionFinding {
    const { position, event } = this.furthest[0]
    const same = this.furthest.filter(refusal => refusal.event === event)
    const candidates = this.candidates(same)
    return {
      event,
      ...placeOf(this.trace.events[event]),
      takenCount: position.takenCount,
      lastLines: this.lastLines(position),
      rivals: [...new Set(this.furthest.map(refusal => refusal.event))].filter(other => other !== event),
      contradiction: this.reading(position, event)?.contradiction ?? null,
      candidates,
      stateCount: new Set(same.map(({ position: { row } }) => row.join(','))).size,
      states: this.ranges(same.map(refusal => refusal.position)),
      expected: this.expected(position, event),
      isSettled: this.because !== null,
      reasons:
        this.because === null
          ? this.reasons(position, this.readCells(position, event))
          : this.settledReasons(position, this.because),
    }
  }

  /** The candidates of all possible states, the ones with the fewest false guards first, each once. */
  private candidates(refusals: readonly Refusal[]): readonly CandidateFinding[] {
    const found = new Map<string, CandidateFinding>()
    for (const { position, event } of refusals)
      for (const candidate of this.candidatesAt(position, event)) {
        const known = found.get(candidate.step)
        if (known === undefined || wrong(candidate) < wrong(known)) found.set(candidate.step, candidate)
      }
    // Of arguments that no state allows nothing is to be learnt, unless there are no others.
    const possible = [...found.values()].filter(candidate => !isRuledOut(candidate))
    return (possible.length > 0 ? possible : [...found.values()])
      .toSorted((a, b) => wrong(a) - wrong(b) || promise(b) - promise(a))
      .slice(0, MAX_CANDIDATES)
  }

  private candidatesAt(position: Position, event: number): readonly CandidateFinding[] {
    const reading = this.reading(position, event)
    if (reading === null) return []
    return reading.attempts.flatMap(attempt => this.candidateOf(attempt, position))
  }

  /** How far an attempt got: to a call whose guards are not all true, or to claims that are false. */
  private candidateOf(attempt: Attempt, position: Position): readonly CandidateFinding[] {
    const { claims } = attempt
    const before = claims.filter(claim => claim.at === 'before' && this.isFalse(claim, position, position.row))
    if (before.length > 0) return [this.falseClaims('', before, position, position.row)]
    const { row, first, disabled } = reachOf(attempt, position, this.subject)
    if (disabled !== null) return position.model.stepsOf(disabled).map(step => this.disabled(step, position, row))
    const label = first === null ? '' : this.conformance.labels.named(stepLabel(first))
    const after = claims.filter(claim => this.isFalse(claim, position, row))
    return [this.falseClaims(label, after, position, row)]
  }

  private disabled(step: Step, position: Position, row: Cells): CandidateFinding {
    const { model } = position
    const named = this.conformance.labels.named(stepLabel(step))
    const body = model.guardsOf(step)
    if (body === null) {
      const cells = model.falseGuardCells(step, row).slice(0, MAX_FACTS)
      return { step: named, guards: [], read: this.facts(cells, position, row), claims: [] }
    }
    const guards = guardsOf(body, row).map(guard => this.guardFinding(guard, position, row))
    return { step: named, guards, read: null, claims: [] }
  }

  private falseClaims(step: string, claims: readonly Claim[], position: Position, row: Cells): CandidateFinding {
    return { step, guards: [], read: null, claims: claims.map(claim => this.claimFinding(claim, position, row)) }
  }

  private reading(position: Position, event: number): ReturnType<Subject['binding']['read']> {
    const { binding, config } = this.subject
    const state = position.model.stateOf(position.row)
    return binding.read(this.trace.events[event].event, state, this.conformance.labels, position.shift, config)
  }

  private isFalse(claim: Claim, { model, shift }: Position, row: Cells): boolean {
    return !isTrue(claim, model, row, shift, this.subject)
  }

  private claimFinding(claim: Claim, { model, shift }: Position, row: Cells): ClaimFinding {
    const value = this.subject.binding.observe(model.stateOf(row), claim, shift) ?? 0
    const { labels } = this.conformance
    const said = (bound: number): string => {
      if (claim.aspect === 'role') return ROLES[bound] ?? String(bound)
      if (claim.aspect === 'epoch' || claim.aspect === 'lastEpoch' || claim.aspect === 'entryEpoch')
        return String(labels.epochAt(bound + shift.epochs, shift))
      return String(labels.indexAt(bound + shift.entries))
    }
    const need =
      claim.ge === claim.le
        ? said(claim.ge)
        : Math.abs(claim.ge) < Number.MAX_SAFE_INTEGER
          ? `at least ${said(claim.ge)}`
          : `at most ${said(claim.le)}`
    const { field, aspect } = claim
    return { field, aspect, node: labels.nodes[claim.node - 1], need, have: said(value) }
  }

  private facts(cells: readonly number[], { model, shift }: Position, row: Cells): readonly Fact[] {
    const names = namedCells(model.machine.instance.state)
    return cells.map(cell => this.fact(names[cell], row[cell], shift))
  }

  private guardFinding({ offset, holds, parts }: GuardValue, position: Position, row: Cells): GuardFinding {
    const falseParts = parts.filter(part => part.holds !== true)
    const cells = [...new Set(falseParts.flatMap(part => part.cells))].slice(0, MAX_FACTS)
    return {
      offset,
      holds,
      have: this.facts(cells, position, row),
      compared: falseParts.flatMap(({ compared }) =>
        compared === null ? [] : [`${compared.left} ${compared.sign} ${compared.right}`],
      ),
    }
  }

  /** A cell's name and value in the trace's words and numbers. */
  private fact({ name, label }: NamedCell, place: number, shift: Shift): Fact {
    const { entries, epochs } = shift
    const path = this.conformance.labels
      .named(name)
      .replace(/^(log\[.*\]\[)(\d+)\]$/, (_, head: string, index: string) => `${head}${shifted(index, entries)}]`)
    const value = this.conformance.labels.named(label(place))
    if (/\.length$|^(?:flushed|applied|visible)\[/.test(name)) return { path, value: shifted(value, entries) }
    if (name.startsWith('epoch['))
      return { path, value: String(this.conformance.labels.epochAt(Number(value) + epochs, shift)) }
    return { path, value }
  }

  private lastLines(position: Position): ReadonlyMap<string, number> {
    const lines = new Map<string, number>()
    for (
      let at: Position | null = position;
      at !== null && lines.size < this.trace.header.nodes.length;
      at = at.parent
    ) {
      if (at.event < 0) continue
      const { event, line } = this.trace.events[at.event]
      if (event.node !== undefined && !lines.has(event.node)) lines.set(event.node, line)
    }
    return lines
  }

  private ranges(positions: readonly Position[]): readonly NodeRange[] {
    const { labels } = this.conformance
    return labels.nodes.map((node, index) => {
      const observed = (aspect: Aspect): readonly number[] =>
        positions.map(({ model, row, shift }) => {
          const claim: Claim = { node: index + 1, aspect, position: 0, ge: 0, le: 0, at: 'after', field: '' }
          const value = this.subject.binding.observe(model.stateOf(row), claim, shift) ?? 0
          if (aspect === 'epoch') return labels.epochAt(value + shift.epochs, shift)
          return aspect === 'role' ? value : labels.indexAt(value + shift.entries)
        })
      return {
        node,
        roles: [...new Set(observed('role').map(role => ROLES[role]))],
        epoch: extremes(observed('epoch')),
        last: extremes(observed('last')),
        synced: extremes(observed('synced')),
      }
    })
  }

  private expected(position: Position, event: number): readonly string[] {
    const { model, row } = position
    const own = this.trace.events[event].event.node
    const number = own === undefined ? 0 : this.conformance.labels.nodeOf(own)
    const isOwn = (step: Step): boolean => Object.values(step.arguments).includes(number)
    const enabled = model.surveyed.filter(step => model.take(step, row) !== null)
    // Of steps that differ in a set only, such as the voters of an election, one stands for all.
    const labels = enabled
      .toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)))
      .map(step => this.conformance.labels.named(stepLabel(step)).replace(/, \w+: \{.*\}/, ''))
    return [...new Set(labels)].slice(0, MAX_EXPECTED)
  }

  /** Cells that the false guards and claims of the best candidate look at. */
  private readCells(position: Position, event: number): ReadonlySet<number> {
    const { model, row } = position
    const reading = this.reading(position, event)
    const cells = new Set<number>()
    for (const { calls, claims } of reading?.attempts ?? []) {
      for (const call of calls.slice(0, 1))
        for (const step of model.stepsOf(call)) for (const cell of falseCells(model, step, row)) cells.add(cell)
      if (cells.size > 0) continue
      const names = namedCells(model.machine.instance.state)
      for (const claim of claims.filter(own => this.isFalse(own, position, row)))
        for (const [cell, { name }] of names.entries()) if (concerns(claim, name)) cells.add(cell)
    }
    return cells
  }

  /** The last events that changed those cells, the latest first. Where the model was exchanged, the search ends. */
  private reasons(position: Position, cells: ReadonlySet<number>): readonly Reason[] {
    const reasons: Reason[] = []
    const open = new Set(cells)
    const names = namedCells(position.model.machine.instance.state)
    for (let at = position; at.parent !== null && open.size > 0 && reasons.length < MAX_REASONS; at = at.parent) {
      const { parent, row, model } = at
      if (parent.model !== model || parent.shift !== at.shift) break
      const changed = [...open].filter(cell => row[cell] !== parent.row[cell])
      if (changed.length === 0) continue
      for (const cell of changed) open.delete(cell)
      reasons.push({
        event: at.event,
        ...placeOf(this.trace.events[at.event]),
        changed: changed.slice(0, MAX_FACTS).map(cell => this.fact(names[cell], row[cell], at.shift)),
      })
    }
    return reasons
  }

  /** What the events left that refuse this one in every order, the latest first. */
  private settledReasons(position: Position, because: readonly Left[]): readonly Reason[] {
    const events = new Set(because.map(({ event }) => event))
    const reasons: Reason[] = []
    for (let at: Position | null = position; at !== null && reasons.length < events.size; at = at.parent) {
      const { event: own, row, model, shift } = at
      if (!events.has(own)) continue
      const regions = new Set(because.flatMap(({ event, region }) => (event === own ? [region] : [])))
      const changed = namedCells(model.machine.instance.state).flatMap((named, cell) =>
        regions.has(regionOf(named.name)) ? [this.fact(named, row[cell], shift)] : [],
      )
      reasons.push({ event: own, ...placeOf(this.trace.events[own]), changed })
    }
    return reasons
  }
}

const FIELDS: { readonly [aspect in Aspect]: readonly string[] } = {
  role: ['up', 'role'],
  epoch: ['epoch'],
  last: ['log'],
  lastEpoch: ['log'],
  entryEpoch: ['log'],
  commit: ['visible'],
  applied: ['applied'],
  synced: ['flushed'],
}

function concerns({ node, aspect }: Claim, cell: string): boolean {
  return FIELDS[aspect].some(field => cell === `${field}[n${node}]` || cell === `${field}[n${node}].length`)
}

function isRuledOut({ guards, read }: CandidateFinding): boolean {
  if (read?.length === 0) return true
  return guards.some(({ holds, have, compared }) => !holds && have.length === 0 && compared.length === 0)
}

function wrong({ guards, read, claims }: CandidateFinding): number {
  return guards.filter(({ holds }) => !holds).length + Number(read !== null) + claims.length
}

function shifted(text: string, by: number): string {
  return by === 0 ? text : String(Number(text) + by)
}

/** How many guards held before the first false one: the further, the closer the candidate was. */
function promise({ guards }: CandidateFinding): number {
  return guards.findIndex(({ holds }) => !holds)
}

function extremes(numbers: readonly number[]): readonly [number, number] {
  return [Math.min(...numbers), Math.max(...numbers)]
}
