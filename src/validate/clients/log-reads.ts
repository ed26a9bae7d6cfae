// Whether each read saw what the log holds at its position: a walk along the log, key by key. Writes whose position nobody
// learnt may stand wherever there is room for them, each once.
import { countHolding } from '../format/bisection.ts'
import type { Meaning } from './obligations.ts'
import { byKey, described, type Operation, placed, type Positioned } from '../order/operations.ts'
import type { AnyValue } from '../format/repltrace.ts'
import type { Witness } from '../format/rule.ts'
import { canonical } from '../format/values.ts'

export interface LogRules {
  readonly meaning: Meaning
  /** Whether positions count entries, so that between two of them only so many others fit. */
  readonly dense: boolean
}

/** Reads and compare-and-sets that found what the log before them does not explain. `log` is in the log's order. */
export function readsAt(
  operations: readonly Operation[],
  log: readonly Positioned[],
  rules: LogRules,
): readonly Witness[] {
  const room = new Room(log, rules.dense)
  const hidden = byKey(
    operations.filter(({ index, f, outcome }) => index === null && f !== 'read' && outcome !== 'fail'),
  )
  const witnesses: Witness[] = []
  for (const [key, ofKey] of byKey(log)) {
    const walk = new Walk(rules.meaning.initial(key), hidden.get(key) ?? [], room)
    for (const operation of ofKey) {
      if (operation.f === 'read' && operation.result === null && rules.meaning.nil === 'unknown') continue
      const before = walk.described()
      const { writer } = walk
      if (walk.take(operation)) continue
      const found = `${described(operation)} at ${placed(operation)}`
      const message = `${found} is not what the log holds there: ${before}.`
      const lines = [...(writer?.lines.slice(0, 1) ?? []), ...operation.lines.slice(-1)]
      witnesses.push({ message, lines })
    }
  }
  return witnesses
}

/** How many ways of using the hidden writes are told apart, and how many chains of them are tried for one read. */
const WAYS = 64
const CHAINS = 1000

/** Hidden writes that took effect: each does once at most. */
type Used = ReadonlySet<Operation>

/** One key along the log: the value so far, undefined while nobody knows it. */
class Walk {
  /** The last write that was passed. */
  writer: Operation | null = null
  private value: AnyValue | undefined
  /** The last position at which the value is known: what changes it stands behind. */
  private at = 0
  /** The ways in which hidden writes may have explained what was passed; the value is the same in all. */
  private ways: readonly Used[] = [new Set()]
  private readonly hidden: Hidden
  private readonly room: Room

  constructor(initial: AnyValue | undefined, hidden: readonly Operation[], room: Room) {
    this.value = initial
    this.hidden = new Hidden(hidden)
    this.room = room
  }

  /** Goes past an operation; false when it found what cannot be there. */
  take(operation: Positioned): boolean {
    const { f, argument, result } = operation
    if (f === 'read') return result === undefined || this.find(result, operation)
    const explained = f !== 'cas' || !isPair(argument) || this.find(argument[0], operation)
    if (f === 'write') this.value = argument
    else if (f === 'cas' && isPair(argument)) this.value = argument[1]
    else this.value = f === 'append' && argument !== undefined ? appended(this.value, argument) : undefined
    this.at = operation.index
    this.writer = operation
    return explained
  }

  described(): string {
    const value = this.value === undefined ? 'nobody knows what' : JSON.stringify(this.value)
    return this.writer === null ? `${value}, as at first` : `${value}, from ${described(this.writer)}`
  }

  /** Whether the value can be there, with hidden writes where they are needed. */
  private find(value: AnyValue, reader: Positioned): boolean {
    const upTo = reader.f === 'read' ? reader.index : reader.index - 1
    const known = this.value
    if (known !== undefined && canonical(known) !== canonical(value)) {
      const most = this.room.free(this.at, upTo)
      const explaining = this.ways.flatMap(used => this.hidden.chains(known, value, { reader, used, most }))
      if (explaining.length === 0) return false
      this.ways = fewest(explaining)
    }
    this.value = value
    this.at = Math.max(this.at, upTo)
    return true
  }
}

/**
 * The ways that use no more than another does. Where too many are left, one that uses what all of them use stands for them:
 * it allows more than each, so that what it cannot explain none of them can.
 */
function fewest(ways: readonly Used[]): readonly Used[] {
  const kept: Used[] = []
  for (const used of ways.toSorted((a, b) => a.size - b.size))
    if (!kept.some(other => [...other].every(write => used.has(write)))) kept.push(used)
  if (kept.length <= WAYS) return kept
  return [new Set([...kept[0]].filter(write => kept.every(used => used.has(write))))]
}

interface Need {
  readonly reader: Positioned
  readonly used: Used
  /** How many positions there are for hidden writes. */
  readonly most: number
}

/** The writes of one key whose position nobody learnt, by what they leave behind. */
class Hidden {
  private readonly byResult = new Map<string, Operation[]>()

  constructor(operations: readonly Operation[]) {
    // The latest that can explain something is used first: the others may be needed by what was over earlier.
    for (const operation of operations.toSorted((a, b) => b.call - a.call)) {
      const name = resultName(operation)
      const known = this.byResult.get(name)
      if (known === undefined) this.byResult.set(name, [operation])
      else known.push(operation)
    }
  }

  /** What is used once some of them, no two leaving the same value behind, have led from one value to another. */
  chains(from: AnyValue, to: AnyValue, { reader, used, most }: Need): readonly Used[] {
    const found: Used[] = []
    let tried = 0
    const extend = (value: AnyValue, passed: readonly string[], taken: readonly Operation[]): void => {
      const name = canonical(value)
      if (passed.includes(name) || ++tried > CHAINS) return
      if (name === canonical(from)) {
        found.push(new Set([...used, ...taken]))
        return
      }
      if (taken.length >= most) return
      const seen = new Set<string>()
      for (const operation of this.leavingBehind(value)) {
        if (used.has(operation) || taken.includes(operation) || operation.call > reader.return) continue
        const same = `${operation.f} ${canonical(operation.argument ?? null)}`
        if (seen.has(same)) continue
        seen.add(same)
        const before = beforeIt(operation, value)
        if (before === ANYTHING) found.push(new Set([...used, ...taken, operation]))
        else extend(before, [...passed, name], [...taken, operation])
      }
    }
    extend(to, [], [])
    // Where there are too many to try, the read may well be explained, and by whatever is not needed elsewhere.
    return tried > CHAINS ? [used] : found
  }

  private leavingBehind(value: AnyValue): readonly Operation[] {
    const names = [canonical(value), ANY_RESULT]
    if (Array.isArray(value) && value.length > 0) names.push(itemName(value.at(-1)))
    return names.flatMap(name => this.byResult.get(name) ?? [])
  }
}

/** The name of what an operation leaves behind of which nobody knows what it does. */
const ANY_RESULT = '?'

function resultName({ f, argument }: Operation): string {
  if (argument === undefined) return ANY_RESULT
  if (f === 'write') return canonical(argument)
  if (f === 'append') return itemName(argument)
  return f === 'cas' && isPair(argument) ? canonical(argument[1]) : ANY_RESULT
}

/** The name of every list that ends in an item. */
function itemName(item: AnyValue): string {
  return `.. ${canonical(item)}`
}

const ANYTHING = Symbol('anything')

/** What must be there for an operation to leave a value behind that it can. */
function beforeIt({ f, argument }: Operation, value: AnyValue): AnyValue | typeof ANYTHING {
  if (f === 'append' && argument !== undefined && Array.isArray(value))
    return value.length === 1 ? null : value.slice(0, -1)
  return f === 'cas' && isPair(argument) ? argument[0] : ANYTHING
}

/** Positions that no known entry takes. */
class Room {
  private readonly taken: readonly number[]
  private readonly dense: boolean

  constructor(log: readonly Positioned[], dense: boolean) {
    this.taken = [...new Set(log.flatMap(({ f, index }) => (f === 'read' ? [] : [index])))]
    this.dense = dense
  }

  /** How many entries fit behind one position and up to another. */
  free(after: number, upTo: number): number {
    return this.dense ? upTo - after - (this.upTo(upTo) - this.upTo(after)) : Infinity
  }

  /** How many positions are taken up to one. */
  private upTo(index: number): number {
    return countHolding(this.taken.length, place => this.taken[place] <= index)
  }
}

function isPair(value: AnyValue | undefined): value is [AnyValue, AnyValue] {
  return Array.isArray(value) && value.length === 2
}

function appended(value: AnyValue | undefined, item: AnyValue): AnyValue | undefined {
  if (value === undefined) return undefined
  return value === null ? [item] : Array.isArray(value) ? [...value, item] : undefined
}
