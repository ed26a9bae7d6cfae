// Random histories of one register, and a judge of them that is as plain as can be: it tries every order.
import { array, constantFrom, type Arbitrary, integer, nat, option, record } from 'fast-check'
import type { Event } from '../../src/validate/format/repltrace.ts'

/** A moment of a run: somebody begins, takes effect, or ends. */
interface Turn {
  readonly client: number
  readonly f: 'read' | 'write' | 'cas'
  readonly key: string
  readonly from: number
  readonly to: number
  readonly lost: boolean
  readonly result: number
}

function turns(keys: readonly string[], most: number): Arbitrary<readonly Turn[]> {
  const turn = record({
    client: nat(3),
    f: constantFrom('read' as const, 'write' as const, 'cas' as const),
    key: constantFrom(...keys),
    from: integer({ min: 0, max: 2 }),
    to: integer({ min: 0, max: 2 }),
    lost: constantFrom(true, false, false, false),
    result: nat(3),
  })
  return array(turn, { maxLength: most })
}

interface Pending {
  readonly op: string
  readonly turn: Turn
  effect: { readonly value: number | null; readonly happened: boolean } | null
}

/**
 * What clients of a correct register see: each turn of an idle client begins an operation; its next one takes effect, the
 * one after is told the outcome or, when it is lost, nothing. With `unique` every write has its own value and nothing is
 * lost.
 */
export function runs(keys: readonly string[] = ['x'], unique = false, most = 60): Arbitrary<readonly Event[]> {
  return turns(keys, most).map(all => {
    const registers = new Map<string, number>()
    const pending = new Map<number, Pending>()
    const positions = new Map<string, number>()
    const events: Event[] = []
    let fresh = 100
    let position = 0
    for (const [place, given] of all.entries()) {
      const known = pending.get(given.client)
      if (known === undefined) {
        const turn = unique ? { ...given, to: fresh++ } : given
        pending.set(given.client, { op: `o${place}`, turn, effect: null })
        events.push(invoked(`o${place}`, turn))
      } else if (known.effect === null) {
        const { f, key, from, to } = known.turn
        const value = registers.get(key) ?? null
        const happened = f !== 'cas' || value === from
        known.effect = { value, happened }
        if (f !== 'read' && happened) {
          registers.set(key, to)
          positions.set(known.op, ++position)
        } else positions.set(known.op, position)
      } else {
        pending.delete(given.client)
        const { op, turn, effect } = known
        const common = { client: `c${turn.client}`, op }
        if (given.lost && !unique) events.push({ type: 'info', ...common })
        else if (!effect.happened) events.push({ type: 'fail', ...common })
        else {
          const value = turn.f === 'read' ? { value: effect.value } : {}
          events.push({ type: 'ok', ...common, ...value, index: positions.get(op)! })
        }
      }
    }
    return events
  })
}

/** Histories that may be anything: reads return what they like. At most `most` operations. */
export function anyHistories(most = 6, keys: readonly string[] = ['x']): Arbitrary<readonly Event[]> {
  return turns(keys, most * 3).map(all => {
    const open = new Map<number, { readonly op: string; readonly turn: Turn }>()
    const events: Event[] = []
    let count = 0
    for (const turn of all) {
      const known = open.get(turn.client)
      if (known !== undefined) {
        open.delete(turn.client)
        const common = { client: `c${turn.client}`, op: known.op }
        if (turn.lost) events.push({ type: 'info', ...common })
        else if (known.turn.f === 'cas' && turn.result % 2 === 0) events.push({ type: 'fail', ...common })
        else {
          const value = known.turn.f === 'read' ? { value: turn.result === 3 ? null : turn.result } : {}
          events.push({ type: 'ok', ...common, ...value })
        }
      } else if (count < most) {
        open.set(turn.client, { op: `o${count++}`, turn })
        events.push(invoked(`o${count - 1}`, turn))
      }
    }
    return events
  })
}

function invoked(op: string, { client, f, key, from, to }: Turn): Event {
  const value = f === 'write' ? { value: to } : f === 'cas' ? { value: [from, to] } : {}
  return { type: 'invoke', client: `c${client}`, op, f, key, ...value }
}

export interface PlainRules {
  readonly realTime: boolean
  readonly compared: boolean
  /** What the registers may hold at first. */
  readonly initial: readonly (number | null)[]
}

/** A log of one register with some entries that nobody acknowledged, reads of it, and whether any placing explains them. */
export interface Log {
  readonly events: readonly Event[]
  readonly isExplicable: boolean
}

interface Entry {
  readonly f: 'write' | 'cas'
  readonly from: number
  readonly to: number
}

/** Positions 1 to 5 whose entries are told or hidden, up to three hidden entries, and a read behind each position. */
export function logs(): Arbitrary<Log> {
  const value = integer({ min: 0, max: 2 })
  const entry = record({ f: constantFrom('write' as const, 'cas' as const), from: value, to: value })
  const place = record({ told: option(entry), read: option(value) })
  return record({ places: array(place, { maxLength: 5 }), hidden: array(entry, { maxLength: 3 }) }).map(
    ({ places, hidden }) => {
      const events: Event[] = []
      const take = (ended: object, client: string, turn: Pick<Turn, 'f' | 'from' | 'to'>): void => {
        const op = `o${events.length}`
        const { f, from, to } = turn
        const asked = f === 'write' ? { value: to } : f === 'cas' ? { value: [from, to] } : {}
        events.push({ type: 'invoke', client, op, f, key: 'x', ...asked }, { client, op, ...ended } as Event)
      }
      for (const [at, turn] of hidden.entries()) take({ type: 'info' }, `h${at}`, turn)
      for (const [at, { told, read }] of places.entries()) {
        const index = at + 1
        if (told !== null) take({ type: 'ok', index }, 'c', told)
        if (read !== null) take({ type: 'ok', index, value: read }, 'c', { f: 'read', from: 0, to: 0 })
      }
      return { events, isExplicable: isPlaced(places, hidden, null) }
    },
  )
}

/** Whether the rest of a log is explained with the hidden entries that are left, every one tried at every free position. */
function isPlaced(
  [place, ...rest]: readonly { readonly told: Entry | null; readonly read: number | null }[],
  hidden: readonly Entry[],
  value: number | null,
): boolean {
  if (place === undefined) return true
  const { told, read } = place
  const onward = (entry: Entry | null, left: readonly Entry[]): boolean => {
    if (entry?.f === 'cas' && entry.from !== value) return false
    const after = entry === null ? value : entry.to
    return (read === null || read === after) && isPlaced(rest, left, after)
  }
  if (told !== null) return onward(told, hidden)
  return (
    onward(null, hidden) ||
    hidden.some((entry, at) =>
      onward(
        entry,
        hidden.filter((_, other) => other !== at),
      ),
    )
  )
}

interface Plain {
  readonly client: string
  readonly f: string
  readonly key: string
  readonly argument: unknown
  readonly result: unknown
  readonly outcome: 'ok' | 'fail' | 'info'
  readonly begins: number
  readonly ends: number
}

/** Whether some order of the operations explains them, found by trying every one. */
export function isExplained(events: readonly Event[], rules: PlainRules): boolean {
  const operations = plain(events)
  return rules.initial.some(value => extend(operations, new Map(), value, rules))
}

function extend(
  rest: readonly Plain[],
  values: ReadonlyMap<string, unknown>,
  first: number | null,
  rules: PlainRules,
): boolean {
  if (rest.every(({ outcome }) => outcome === 'info')) return true
  return rest.some(next => {
    const blocked = rest.some(
      other => other !== next && other.ends < next.begins && (rules.realTime || other.client === next.client),
    )
    if (blocked) return false
    const others = rest.filter(other => other !== next)
    const value = values.has(next.key) ? values.get(next.key) : first
    const after = effects(next, value, rules.compared)
    return after.some(result => extend(others, new Map(values).set(next.key, result), first, rules))
  })
}

/** The values that the register may have after the operation. */
function effects({ f, argument, result, outcome }: Plain, value: unknown, compared: boolean): readonly unknown[] {
  const unchanged = outcome === 'info' ? [value] : []
  if (f === 'read') return outcome !== 'ok' || value === result ? [value] : []
  if (f === 'write') return [...unchanged, argument]
  const [from, to] = argument as [number, number]
  if (outcome === 'fail') return !compared || value !== from ? [value] : []
  return value === from ? [...unchanged, to] : unchanged
}

function plain(events: readonly Event[]): readonly Plain[] {
  const operations = new Map<string, Plain>()
  for (const [place, event] of events.entries()) {
    if (event.type === 'invoke') {
      const { client, f, key, value } = event
      const open = { result: undefined, outcome: 'info' as const, begins: place, ends: Infinity }
      operations.set(event.op, { client, f, key: key!, argument: value, ...open })
    } else if (event.type === 'ok' || event.type === 'fail')
      operations.set(event.op, {
        ...operations.get(event.op)!,
        outcome: event.type,
        ends: place,
        result: 'value' in event ? event.value : undefined,
      })
  }
  return [...operations.values()]
}
