// Whether each read saw what the log holds at its position: a walk along the log, key by key. Writes whose position nobody
// learnt may stand wherever there is room for them, each once.
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

/** One key along the log: the value so far, undefined while nobody knows it. */
class Walk {
  /** The last write that was passed. */
  writer: Operation | null = null
  private value: AnyValue | undefined
  private at = 0
  private readonly hidden: Operation[]
  private readonly room: Room

  constructor(initial: AnyValue | undefined, hidden: readonly Operation[], room: Room) {
    this.value = initial
    // The latest that can explain something is used first: the others may be needed by what was over earlier.
    this.hidden = hidden.toSorted((a, b) => b.call - a.call)
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
    const used = this.reach(value, reader, [])
    if (used === null || !this.room.fit(used.length, this.at, reader.f === 'read' ? reader.index : reader.index - 1))
      return false
    for (const operation of used) this.hidden.splice(this.hidden.indexOf(operation), 1)
    this.value = value
    if (used.length > 0) this.at = reader.f === 'read' ? reader.index : reader.index - 1
    return true
  }

  /** Hidden writes that lead from the value so far to another; null when none do. */
  private reach(value: AnyValue, reader: Positioned, used: readonly Operation[]): readonly Operation[] | null {
    if (this.value === undefined || canonical(this.value) === canonical(value)) return used
    for (const operation of this.hidden) {
      if (used.includes(operation) || operation.call > reader.return) continue
      const { f, argument } = operation
      const all = [...used, operation]
      if (f === 'write' && argument !== undefined && canonical(argument) === canonical(value)) return all
      const from =
        f === 'cas' && isPair(argument) && canonical(argument[1]) === canonical(value) ? argument[0] : undefined
      const shorter = f === 'append' && argument !== undefined ? withoutLast(value, argument) : from
      const found = shorter === undefined ? null : this.reach(shorter, reader, all)
      if (found !== null) return found
    }
    return null
  }
}

/** Positions that no known entry takes. */
class Room {
  private readonly taken: readonly number[]
  private readonly dense: boolean

  constructor(log: readonly Positioned[], dense: boolean) {
    this.taken = [...new Set(log.flatMap(({ f, index }) => (f === 'read' ? [] : [index])))]
    this.dense = dense
  }

  /** Whether so many entries fit behind one position and up to another. */
  fit(count: number, after: number, upTo: number): boolean {
    if (count === 0 || !this.dense) return true
    return upTo - after - (this.upTo(upTo) - this.upTo(after)) >= count
  }

  /** How many positions are taken up to one. */
  private upTo(index: number): number {
    let low = 0
    let high = this.taken.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.taken[middle] <= index) low = middle + 1
      else high = middle
    }
    return low
  }
}

function isPair(value: AnyValue | undefined): value is [AnyValue, AnyValue] {
  return Array.isArray(value) && value.length === 2
}

function appended(value: AnyValue | undefined, item: AnyValue): AnyValue | undefined {
  if (value === undefined) return undefined
  return value === null ? [item] : Array.isArray(value) ? [...value, item] : undefined
}

/** What a list was before an item was appended; undefined when that was not its last. */
function withoutLast(list: AnyValue, item: AnyValue): AnyValue | undefined {
  if (!Array.isArray(list) || list.length === 0 || canonical(list.at(-1) as AnyValue) !== canonical(item))
    return undefined
  return list.length === 1 ? null : list.slice(0, -1)
}
