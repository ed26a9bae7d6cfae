// Whether operations can be put into one order that registers can follow: the search of Wing and Gong ("Testing and
// verifying concurrent objects", 1993) with the just-in-time order and the set of entered configurations of Lowe ("Testing
// for linearizability", 2017). Resumable, so that many searches can share one budget.
import { Configurations } from './configurations.ts'
import type { Obligation } from './obligations.ts'
import type { Operation } from '../order/operations.ts'
import { type Effect, IMPOSSIBLE, type Initial, Registers } from './registers.ts'
import type { AnyValue } from '../format/repltrace.ts'
import type { Verdict } from '../format/rule.ts'

export interface SearchOptions {
  readonly initial: Initial
  /** Whether an operation that was over before another began comes before it. The order of each session always counts. */
  readonly realTime: boolean
  /** Effects that may take place any number of times, or never. */
  readonly free?: readonly FreeEffect[]
}

/** With real time, not before what was over before `call`, and not after what began after `return`. */
export interface FreeEffect {
  readonly effect: Effect
  readonly call: number
  readonly return: number
}

/** An order of operations that got as far as any, and what the registers held then. */
export interface Attempt {
  readonly order: readonly Operation[]
  readonly values: ReadonlyMap<string | null, AnyValue | undefined>
}

/** How many of the furthest attempts are kept. */
const ATTEMPTS = 4

/** Pseudo-candidates of a frame: the one whose time runs out first, then those from the list. */
const URGENT = -1
const END = -2

interface Frame {
  /** What took effect before; shared by all that went on from there, so that remembering an attempt costs nothing. */
  readonly below: Frame | null
  /** What took effect: an obligation, or a free effect, which are numbered from `count` + 1. */
  readonly chosen: number
  readonly state: number
  readonly reach: number
  readonly latest: number
  /** Observations are placed as soon as they can be: that forbids nothing, so there is nothing else to try. */
  readonly forced: boolean
}

/**
 * Obligations are numbered: the required ones by the time they had to be over, then the optional ones by their call.
 * Invariants: `first` is the least required number that is not placed; `waiting` counts the unplaced ones that come
 * before in the session; the list from `head` holds the unplaced ones by their call (without real time: those that wait
 * for nothing); `twin` is the optional obligation before with the same effect, which may as well go first.
 */
export class Search {
  verdict: Verdict = 'unknown'
  /** Effects tried. */
  nodes = 0
  private readonly obligations: readonly Obligation[]
  private readonly registers: Registers
  private readonly realTime: boolean
  private readonly effects: Int32Array
  private readonly free: readonly FreeEffect[]
  private readonly freeNumbers: readonly number[]
  private readonly count: number
  private readonly requiredCount: number
  private readonly placed: Uint8Array
  private readonly bits: Int32Array
  private readonly requiredWords: number
  private readonly waiting: Int32Array
  private readonly followers: readonly (readonly number[])[]
  private readonly twin: Int32Array
  private readonly next: Int32Array
  private readonly previous: Int32Array
  private readonly seen = new Configurations()
  private readonly key: Int32Array
  private top: Frame | null = null
  private state: number
  private first = 0
  /** The greatest required number that is placed. */
  private reach = -1
  /** The latest call of what is placed. */
  private latest = -Infinity
  /** Where to go on in the frame on top; null when its configuration was not entered yet. */
  private cursor: number | null = null
  private furthest = -1
  private attempts: { readonly top: Frame | null; readonly state: number }[] = []
  private readonly attemptStates = new Set<number>()

  constructor(obligations: readonly Obligation[], options: SearchOptions) {
    const { realTime, initial, free = [] } = options
    const required = obligations.filter(obligation => obligation.required).toSorted(byReturn)
    const optional = obligations.filter(obligation => !obligation.required).toSorted(byCall)
    this.obligations = [...required, ...optional]
    this.realTime = realTime
    this.count = this.obligations.length
    this.requiredCount = required.length
    this.free = free
    this.registers = new Registers(
      [...this.obligations, ...free].map(({ effect }) => effect),
      initial,
    )
    this.state = this.registers.start
    this.effects = Int32Array.from(this.obligations, ({ effect }) => this.registers.numberOf(effect))
    this.freeNumbers = free.map(({ effect }) => this.registers.numberOf(effect))
    this.placed = new Uint8Array(this.count)
    this.requiredWords = (required.length + 31) >> 5
    this.bits = new Int32Array(this.requiredWords + ((optional.length + 31) >> 5))
    this.key = new Int32Array(this.bits.length + 2)
    this.followers = followersOf(this.obligations)
    this.waiting = new Int32Array(this.count)
    for (const numbers of this.followers) for (const number of numbers) this.waiting[number] += 1
    this.twin = this.twins()
    this.next = new Int32Array(this.count + 1)
    this.previous = new Int32Array(this.count + 1)
    this.link()
  }

  /** Goes on for about so many nodes; once the verdict is known there is nothing left to do. */
  run(nodes: number): Verdict {
    const limit = this.nodes + nodes
    while (this.verdict === 'unknown' && this.nodes < limit) {
      if (this.cursor === null) this.enter()
      else this.advance()
    }
    return this.verdict
  }

  /** The order found, when there is one; else the orders that went furthest, as far as it was searched. */
  longest(): readonly Attempt[] {
    const attempts = this.verdict === 'holds' ? [{ top: this.top, state: this.state }] : this.attempts
    return attempts.map(({ top, state }) => ({ order: this.orderOf(top), values: this.registers.valuesIn(state) }))
  }

  /** The operation that no order got past: with what went before it, it is where the history goes wrong. */
  stuckAt(): Operation | null {
    return this.verdict === 'violated' ? this.obligations[this.furthest].operation : null
  }

  private enter(): void {
    while (this.observe());
    if (this.first === this.requiredCount) this.verdict = 'holds'
    else if (this.seen.add(this.key, this.fillKey())) this.cursor = URGENT
    else this.retreat()
  }

  /** Places one observation that is possible now. */
  private observe(): boolean {
    const deadline = this.deadline()
    for (let at = this.next[this.count]; at !== this.count && this.callOf(at) < deadline; at = this.next[at]) {
      if (at >= this.requiredCount || this.waiting[at] > 0) continue
      const effect = this.effects[at]
      if (!this.registers.observes(effect)) continue
      this.nodes++
      if (this.registers.step(this.state, effect) !== this.state) continue
      this.place(at, this.state, true)
      return true
    }
    return false
  }

  /** Tries the next candidate of the configuration on top. */
  private advance(): void {
    const candidate = this.cursor!
    if (candidate === END) return this.fail()
    this.cursor = this.after(candidate)
    const at = candidate === URGENT ? this.first : candidate
    if (candidate === this.first || !this.isReady(at)) return
    this.nodes++
    const effect = at < this.count ? this.effects[at] : this.freeNumbers[at - this.count - 1]
    const state = this.registers.step(this.state, effect)
    // What need not take effect and would change nothing is of no use here.
    if (state === IMPOSSIBLE || (state === this.state && at >= this.requiredCount)) return
    this.place(at, state, false)
    this.cursor = null
  }

  private isReady(at: number): boolean {
    if (at > this.count) {
      const { call, return: end } = this.free[at - this.count - 1]
      return !this.realTime || (call < this.deadline() && end > this.latest)
    }
    if (this.waiting[at] > 0) return false
    if (at < this.requiredCount) return true
    const twin = this.twin[at]
    return twin === -1 || this.placed[twin] === 1 || this.waiting[twin] > 0
  }

  /** Candidates: the urgent one, those of the list that began before it had to be over, the free effects. */
  private after(candidate: number): number {
    if (candidate > this.count) return candidate - this.count < this.free.length ? candidate + 1 : END
    const at = this.next[candidate === URGENT ? this.count : candidate]
    if (at !== this.count && this.callOf(at) < this.deadline()) return at
    return this.free.length > 0 ? this.count + 1 : END
  }

  private deadline(): number {
    return this.realTime && this.first < this.requiredCount ? this.obligations[this.first].return : Infinity
  }

  private callOf(at: number): number {
    return this.realTime ? this.obligations[at].call : -Infinity
  }

  /** Nothing is left to try here. */
  private fail(): void {
    if (this.first >= this.furthest) this.remember()
    this.retreat()
  }

  /** Takes back what took effect last and had alternatives. */
  private retreat(): void {
    for (let frame = this.top; frame !== null; frame = this.top) {
      this.top = frame.below
      this.takeBack(frame)
      if (frame.forced) continue
      this.cursor = this.after(frame.chosen === this.first ? URGENT : frame.chosen)
      return
    }
    this.verdict = 'violated'
  }

  private place(at: number, state: number, forced: boolean): void {
    const { top: below, reach, latest } = this
    this.top = { below, chosen: at, state: this.state, reach, latest, forced }
    this.state = state
    if (at >= this.count) return
    this.placed[at] = 1
    this.latest = Math.max(this.latest, this.obligations[at].call)
    this.flip(at)
    this.next[this.previous[at]] = this.next[at]
    this.previous[this.next[at]] = this.previous[at]
    for (const follower of this.followers[at])
      if (--this.waiting[follower] === 0 && !this.realTime) this.insert(follower)
    if (at >= this.requiredCount) return
    this.reach = Math.max(this.reach, at)
    while (this.first < this.requiredCount && this.placed[this.first] === 1) this.first++
  }

  /** Undoes `place`, step by step backwards, so that links lead where they led. */
  private takeBack({ chosen, state, reach, latest }: Frame): void {
    this.state = state
    this.reach = reach
    this.latest = latest
    if (chosen >= this.count) return
    const followers = this.followers[chosen]
    for (let index = followers.length - 1; index >= 0; index--) {
      const follower = followers[index]
      if (this.waiting[follower]++ === 0 && !this.realTime) this.remove(follower)
    }
    this.next[this.previous[chosen]] = chosen
    this.previous[this.next[chosen]] = chosen
    this.flip(chosen)
    this.placed[chosen] = 0
    if (chosen < this.first) this.first = chosen
  }

  private flip(at: number): void {
    const bit = at < this.requiredCount ? at : this.requiredWords * 32 + at - this.requiredCount
    this.bits[bit >> 5] ^= 1 << (bit & 31)
  }

  private insert(at: number): void {
    const last = this.previous[this.count]
    this.next[last] = at
    this.previous[at] = last
    this.next[at] = this.count
    this.previous[this.count] = at
  }

  private remove(at: number): void {
    this.next[this.previous[at]] = this.next[at]
    this.previous[this.next[at]] = this.previous[at]
  }

  /** The configuration as numbers: all before `first` are placed, none after `reach` is. Returns how many. */
  private fillKey(): number {
    const { key, bits } = this
    key[0] = this.first
    key[1] = this.state
    let length = 2
    for (let word = this.first >> 5; word <= this.reach >> 5; word++) key[length++] = bits[word]
    for (let word = this.requiredWords; word < bits.length; word++) key[length++] = bits[word]
    return length
  }

  private remember(): void {
    if (this.first > this.furthest) {
      this.furthest = this.first
      this.attempts = []
      this.attemptStates.clear()
    }
    if (this.attempts.length === ATTEMPTS || this.attemptStates.has(this.state)) return
    this.attemptStates.add(this.state)
    this.attempts.push({ top: this.top, state: this.state })
  }

  private orderOf(top: Frame | null): readonly Operation[] {
    const order: Operation[] = []
    for (let frame = top; frame !== null; frame = frame.below)
      if (frame.chosen < this.count) order.push(this.obligations[frame.chosen].operation)
    return order.toReversed()
  }

  private twins(): Int32Array {
    const last = new Map<number, number>()
    const twin = new Int32Array(this.count).fill(-1)
    for (let at = this.requiredCount; at < this.count; at++) {
      const effect = this.effects[at]
      twin[at] = last.get(effect) ?? -1
      last.set(effect, at)
    }
    return twin
  }

  private link(): void {
    this.next[this.count] = this.count
    this.previous[this.count] = this.count
    const numbers = Array.from(this.obligations.keys())
    if (this.realTime) numbers.sort((a, b) => byCall(this.obligations[a], this.obligations[b]))
    for (const at of numbers) if (this.realTime || this.waiting[at] === 0) this.insert(at)
  }
}

function byCall(a: Obligation, b: Obligation): number {
  return compare(a.call, b.call) || a.operation.begins - b.operation.begins
}

function byReturn(a: Obligation, b: Obligation): number {
  return compare(a.return, b.return) || compare(a.operation.ends, b.operation.ends) || byCall(a, b)
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * For each obligation those that come directly after it in its session. A session may have several operations open at
 * once; one comes after another when that was over before it began.
 */
function followersOf(obligations: readonly Obligation[]): readonly (readonly number[])[] {
  const followers: number[][] = obligations.map(() => [])
  const sessions = new Map<string, number[]>()
  for (const [at, { operation }] of obligations.entries()) {
    const numbers = sessions.get(operation.session)
    if (numbers === undefined) sessions.set(operation.session, [at])
    else numbers.push(at)
  }
  for (const numbers of sessions.values()) {
    numbers.sort((a, b) => obligations[a].operation.begins - obligations[b].operation.begins)
    const binding = numbers.filter(at => obligations[at].binding)
    binding.sort((a, b) => obligations[a].operation.ends - obligations[b].operation.ends)
    let over = 0
    let latestCall = -1
    let direct: number[] = []
    for (const at of numbers) {
      const { begins } = obligations[at].operation
      for (; over < binding.length && obligations[binding[over]].operation.ends < begins; over++) {
        latestCall = Math.max(latestCall, obligations[binding[over]].operation.begins)
        direct.push(binding[over])
      }
      // One that was over before another of them began is followed through that other.
      direct = direct.filter(before => obligations[before].operation.ends >= latestCall)
      for (const before of direct) followers[before].push(at)
    }
  }
  return followers
}
