// Refusals that no other order helps. Where a node's events say how its log ends, and nothing else can write that in
// between, the end is the same before its next event whatever the other nodes have done by then; an event that is refused
// for such settled values alone is refused in every order. It is found where a search first comes to a dead end, and
// spares it every other order. What a refusal depends on is learned from the refusal itself, as in Dechter's
// "Enhancement schemes for constraint processing: backjumping, learning, and cutset decomposition", 1990.
import { namedCells } from '../../compile/ir/cells.ts'
import type { Cells } from '../../lang/container.ts'
import type { Attempt, Call, Claim, Reading } from './binding.ts'
import type { Position } from './conformance.ts'
import { allOf, firstOf, type Fixings, flattened, type Left } from './fixings.ts'
import { FORGOTTEN } from './regions.ts'
import { type Interval, whyQuiet } from './quiet.ts'
import type { Labels } from './labels.ts'
import type { Model, Subject } from './model.ts'
import { falseFor, watchedReading } from './outcomes.ts'
import { Slice, type Sources } from './slice.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Event } from '../format/repltrace.ts'
import type { Schedule } from '../order/schedule.ts'
import type { Windows } from './windows.ts'
import { ANY_END, endOf, type Writers } from './writers.ts'

/** An event is looked at in so many dead ends: what refuses it may be settled in one and not in another. */
const MAX_TRIES = 4
/** So many ways of an event are followed. */
const MAX_WAYS = 256
/** Bodies are sliced of models with no larger a window: what follows a log through is unrolled, some of it twice over. */
const MAX_ENTRIES = 64
/** So many events are followed back at once. */
const MAX_DEPTH = 200

interface Context {
  readonly trace: ForeignTrace
  readonly subject: Subject
  readonly labels: Labels
  readonly schedule: Schedule
  readonly windows: Windows
  readonly writers: Writers
  /** The actions that may happen in hiding. */
  readonly hidden: ReadonlySet<string>
}

/** What an event that was taken is known to be in every order. */
interface Taken {
  /** Before it, in a model that has room for it. */
  readonly position: Position
  readonly after: Position
  /** What it stands for; null when it is no matter of the model. */
  readonly reading: Reading | null
  /** Why all orders read it the same; null when that is not known. */
  readonly same: Fixings | null
}

/** An event that every order refuses. */
export interface Refused {
  readonly event: number
  /** What refuses it, nearest first: what earlier events left, and where they left it. */
  readonly because: readonly Left[]
}

export class Settled {
  private readonly of: Context
  private readonly regions = new Map<Model, readonly (string | null)[]>()
  private readonly taken = new Map<number, Taken>()
  private readonly fixings = new Map<string, Fixings | null>()
  private readonly quiet = new Map<string, Fixings | null>()
  private readonly tries = new Map<number, number>()
  private path: Path | null = null
  private depth = 0
  private isCut = false

  constructor(of: Context) {
    this.of = of
  }

  /** Of the events that a dead end refused, one that is refused in every order; null when none is known to be. */
  among(end: Position, events: readonly number[]): Refused | null {
    this.path = new Path(end)
    for (const event of events) {
      const tries = this.tries.get(event) ?? 0
      if (tries >= MAX_TRIES) continue
      this.tries.set(event, tries + 1)
      this.isCut = false
      let why = this.whyRefused(event)
      if (why === null && this.isCut && tries === 0) {
        this.isCut = false
        // From the beginning on each event is known from those before it.
        for (const before of this.chainBefore(event)) this.takenAs(before)
        why = this.whyRefused(event)
      }
      if (why !== null) return { event, because: flattened(why) }
    }
    return null
  }

  /**
   * Why an event is refused right after the one before it in its chain. What is settled is the same there as at the dead
   * end, and there the logs have not yet grown apart.
   */
  private whyRefused(event: number): Fixings | null {
    const { trace, windows, schedule } = this.of
    const before = this.path!.after(schedule.previousOf(event))
    const position = windows.fit(before, trace.events[event].event, schedule)
    const { found: reading, cells } = this.read(position, event)
    if (reading === null) return null
    if (this.exclude(reading.certain)) return []
    const why: Why = from => this.whySettled(from, position.model, event)
    const isFalse = firstOf(
      reading.certain,
      claim =>
        this.whyFalse(claim, position, event, why) ??
        this.whyTooShort(claim, position, event) ??
        this.whyUnwritten(claim, position, event),
    )
    if (isFalse !== null) return isFalse
    const same = why(cells)
    if (same === null || reading.contradiction !== null) return same
    return allOf(reading.attempts, attempt => this.whyFails(attempt, position, why), same)
  }

  private read(position: Position, event: number): ReturnType<typeof watchedReading> {
    const { subject, labels, trace } = this.of
    return watchedReading(trace.events[event].event, position, position.row, labels, subject)
  }

  /** Whether two claims contradict each other, in a state that answers to both. */
  private exclude(claims: readonly Claim[]): boolean {
    const { known } = this.of.subject.binding
    return claims.some(
      (a, index) =>
        claims
          .slice(index + 1)
          .some(b => a.node === b.node && a.aspect === b.aspect && a.at === b.at && (a.ge > b.le || b.ge > a.le)) &&
        known.includes(a.aspect),
    )
  }

  /** Why a claim about what the event itself does not touch is false. */
  private whyFalse(claim: Claim, position: Position, event: number, why: Why): Fixings | null {
    const { subject, labels, trace, writers } = this.of
    const cells = falseFor(claim, position, position.row, this.of.subject)
    if (cells === null) return null
    const regions = this.regionsOf(position.model)
    const calls = claim.at === 'before' ? [] : subject.binding.touches(trace.events[event].event, labels)
    const isTouched = [...cells].some(cell => calls.some(call => writers.writesOf(call).has(regions[cell] ?? '')))
    return isTouched ? null : why(cells)
  }

  /**
   * Why a log does not reach as far as an event claims that it did before: an earlier event of the chain says where it
   * ended, and nothing that may have come in between lengthens it, although much may shorten it.
   */
  private whyTooShort({ aspect, node, at, ge }: Claim, { model, row, shift }: Position, event: number): Fixings | null {
    const { subject, labels, trace, writers } = this.of
    const end = endOf(node)
    const isMoved = subject.binding
      .touches(trace.events[event].event, labels)
      .some(call => writers.writesOf(call).has(end))
    if (aspect !== 'last' || (at === 'after' && isMoved) || writers.mayHide(end)) return null
    const last = writers.lastBefore(event, end)
    if (last < 0 || !writers.isUndisturbed(end, last, event)) return null
    const { after, reading } = this.takenAs(last)
    const told = reading?.certain.find(claim => claim.node === node && claim.aspect === aspect && claim.at === 'after')
    if (told === undefined || told.le + after.shift.entries >= ge + shift.entries) return null
    const [cell] = model.watched(row, state => subject.binding.lengthOf(state, node)).cells
    return [{ event: last, region: model.regions[cell], on: [] }]
  }

  /** Why no log reaches as far as an event claims: nobody had written so much by then, in whichever order. */
  private whyUnwritten({ aspect, ge }: Claim, { shift }: Position, event: number): Fixings | null {
    const { subject, labels, trace, schedule, writers } = this.of
    if (aspect !== 'last' || writers.mayHide(ANY_END)) return null
    const claimed = ge + shift.entries
    const isThere = (written: Event, number: number): boolean => {
      const upTo = subject.binding.writesUpTo(written, labels)
      return (
        upTo !== null &&
        upTo >= claimed &&
        schedule.placeOf(number) < schedule.firstAfter(event, schedule.chainOf(number))
      )
    }
    const isWritten =
      labels.start.entries >= claimed || trace.events.some((recorded, number) => isThere(recorded.event, number))
    return isWritten ? null : []
  }

  /** Why an attempt fails, whichever steps its calls are. */
  private whyFails({ calls, claims }: Attempt, position: Position, why: Why): Fixings | null {
    if (this.exclude(claims)) return []
    const whyFalse = (at: Claim['at'], row: Cells, back: Back): Fixings | null =>
      firstOf(claims, claim => {
        const cells = claim.at === at ? falseFor(claim, position, row, this.of.subject) : null
        return cells === null ? null : why(back(cells))
      })
    const before = whyFalse('before', position.row, cells => cells)
    return before ?? followed(calls, position, why, (row, back) => whyFalse('after', row, back))
  }

  /** Why cells hold the same before an event in every order in which it comes next; null when that is not known. */
  private whySettled(cells: Iterable<number>, model: Model, event: number): Fixings | null {
    const regions = this.regionsOf(model)
    return allOf(new Set([...cells].map(cell => regions[cell])), region =>
      region === null ? null : this.whyRegionSettled(region, event),
    )
  }

  private whyRegionSettled(region: string, event: number): Fixings | null {
    if (region === FORGOTTEN) return []
    const { writers } = this.of
    const last = writers.lastBefore(event, region)
    if (!writers.isUndisturbed(region, last, event)) return null
    if (!writers.mayHide(region)) return last < 0 ? [] : this.fixedBy(last, region)
    return this.once(this.quiet, event, region, () => whyQuiet(region, this.interval(last, event)))
  }

  /** The time between two events of a chain. */
  private interval(from: number, to: number): Interval {
    const { writers, windows, hidden } = this.of
    const position = this.path!.after(from)
    return {
      position,
      regions: this.regionsOf(position.model),
      hiddenIn: region => writers.among(windows.hiddenSteps(position.model, hidden), region),
      whyHeld: region => {
        if (region === FORGOTTEN) return []
        if (writers.isBetween(from, to, region) || !writers.isUndisturbed(region, from, to)) return null
        if (from < 0) return []
        return writers.lastBefore(to, region) === from
          ? this.fixedBy(from, region)
          : this.whyRegionSettled(region, from)
      },
    }
  }

  /** Why an event leaves the same in a region in every order; null when that is not known. */
  private fixedBy(event: number, region: string): Fixings | null {
    return this.once(this.fixings, event, region, () => this.fixes(this.takenAs(event), event, region))
  }

  private once(
    known: Map<string, Fixings | null>,
    event: number,
    region: string,
    why: () => Fixings | null,
  ): Fixings | null {
    const key = `${event} ${region}`
    const before = known.get(key)
    if (before !== undefined) return before
    if (this.depth >= MAX_DEPTH) {
      this.isCut = true
      return null
    }
    this.depth++
    const found = why()
    this.depth--
    // What is not known for want of depth may be later.
    if (found !== null || !this.isCut) known.set(key, found)
    return found
  }

  private fixes({ position, after, reading, same }: Taken, event: number, region: string): Fixings | null {
    if (reading === null) return this.whyRegionSettled(region, event)
    if (reading.certain.some(claim => this.pins(claim, after, region))) return [{ event, region, on: [] }]
    if (same === null || reading.attempts.length !== 1) return null
    const [{ calls, claims }] = reading.attempts
    if (claims.some(claim => this.pins(claim, after, region))) return [{ event, region, on: same }]
    if (calls.every(call => !this.of.writers.writesOf(call).has(region)))
      return allOf([region], () => this.whyRegionSettled(region, event), same)
    const determined = this.whyDetermined(calls, position, event, region)
    return determined === null ? null : [{ event, region, on: [...same, ...determined] }]
  }

  /** Whether a claim says what a region is afterwards. */
  private pins(claim: Claim, { model, row, shift }: Position, region: string): boolean {
    if (claim.at !== 'after' || claim.ge !== claim.le) return false
    const { found, cells } = model.watched(row, state => this.of.subject.binding.observe(state, claim, shift))
    const [cell] = cells
    return found !== null && cells.size === 1 && this.regionsOf(model)[cell] === region
  }

  /** Why all steps that calls may be leave the same in a region. */
  private whyDetermined(calls: readonly Call[], position: Position, event: number, region: string): Fixings | null {
    const { model } = position
    const regions = this.regionsOf(model)
    const cells = new Set([...regions.keys()].filter(cell => regions[cell] === region))
    const values = new Set<string>()
    const found = followed(
      calls,
      position,
      () => null,
      (row, back) => {
        values.add([...cells].map(cell => row[cell]).join(' '))
        return this.whySettled(back(cells), model, event)
      },
    )
    return values.size === 1 ? found : null
  }

  /** The events before one in its chain, from the first. */
  private chainBefore(event: number): readonly number[] {
    const { schedule } = this.of
    const chain: number[] = []
    for (let at = schedule.previousOf(event); at >= 0; at = schedule.previousOf(at)) chain.push(at)
    return chain.toReversed()
  }

  private takenAs(event: number): Taken {
    const known = this.taken.get(event)
    if (known !== undefined) return known
    const { trace, windows, schedule } = this.of
    const after = this.path!.after(event)
    const position = windows.fit(after.parent!, trace.events[event].event, schedule)
    const { found: reading, cells } = this.read(position, event)
    const taken = { position, after, reading, same: this.whySettled(cells, position.model, event) }
    if (taken.same !== null || !this.isCut) this.taken.set(event, taken)
    return taken
  }

  /** For each cell of a model its region; null of cells whose numbers depend on where the window is. */
  private regionsOf(model: Model): readonly (string | null)[] {
    const known = this.regions.get(model)
    if (known !== undefined) return known
    const { comparable } = this.of.subject.binding
    const made = namedCells(model.machine.instance.state).map(({ field }, cell) => {
      const region = model.regions[cell]
      if (region === FORGOTTEN) return FORGOTTEN
      return comparable.includes(field) && !region.endsWith('#') ? region : null
    })
    this.regions.set(model, made)
    return made
  }
}

/** The way to a position; it is followed back only as far as it is asked for. */
class Path {
  private readonly known = new Map<number, Position>()
  private next: Position | null

  constructor(end: Position) {
    this.next = end
  }

  /** The position after an event of the path; its beginning for -1. */
  after(event: number): Position {
    for (let known = this.known.get(event); ; known = this.known.get(event)) {
      if (known !== undefined) return known
      if (this.next === null) throw new Error(`Event ${event} was not taken on the way.`)
      this.known.set(this.next.event, this.next)
      this.next = this.next.parent
    }
  }
}

/** Why cells hold what they do in every order; null when that is not known. */
type Why = (cells: Sources) => Fixings | null

/** The cells of the state before some steps on which cells of the state after them depend. */
type Back = (cells: Sources) => Sources

/**
 * Why every way of taking calls one after the other comes to nothing: a guard is false for reasons that `why` knows, or
 * what `end` says of the state after them. Steps that are disabled for other reasons are followed as if they were not.
 */
function followed(
  calls: readonly Call[],
  { model, row: begin }: Position,
  why: Why,
  end: (row: Cells, back: Back) => Fixings | null,
): Fixings | null {
  let left = model.entries > MAX_ENTRIES ? 0 : MAX_WAYS
  const follow = (row: Cells, next: number, back: Back): Fixings | null => {
    if (next === calls.length) return end(row, back)
    return allOf(model.stepsOf(calls[next]), step => {
      if (left-- <= 0) return null
      const slice = new Slice(model.bodyOf(step), row)
      const isFalse = firstOf(slice.falseParts, cells => why(back(cells)))
      const after = slice.after()
      if (isFalse !== null || after === null) return isFalse
      return follow(after, next + 1, cells => back(new Set([...cells].flatMap(cell => [...slice.sourcesOf(cell)]))))
    })
  }
  return follow(begin, 0, cells => cells)
}
