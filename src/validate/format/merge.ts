// Several recordings of one system, made by a process each, as one: the events of one after those of another, and a header
// that promises no more than all of theirs. What orders the events is then the order at each node, whatever orders a file.
import type { Recorded } from './foreign-trace.ts'
import type { Event, Header } from './repltrace.ts'

/** One of several recordings; names in it may be declared by another. */
export interface Part {
  readonly file: string
  readonly header: Header
  readonly events: readonly Recorded[]
  readonly ended: boolean
}

export interface Merged {
  readonly header: Header
  /** Each says in `src` where it was taken from. */
  readonly events: readonly Event[]
  /** Whether every part was recorded to its end. */
  readonly ended: boolean
  /** What was given up, in sentences. */
  readonly notes: readonly string[]
}

/** Two headers that cannot both be true. */
export interface Conflict {
  /** `init.epoch`. */
  readonly field: string
  readonly said: readonly [
    { readonly file: string; readonly value: unknown },
    { readonly file: string; readonly value: unknown },
  ]
}

export function merge(parts: readonly Part[]): Merged | { readonly conflict: Conflict } {
  const agreed = agreedFields(parts)
  if ('conflict' in agreed) return agreed
  const { clock, note } = clockOf(parts)
  const header: Header = {
    type: 'header',
    format: 'repltrace',
    version: parts
      .map(part => part.header.version)
      .toSorted(byNumber)
      .at(-1)!,
    nodes: union(parts.map(part => part.header.nodes)),
    clock,
    ...agreed.fields,
  }
  if (parts.every(part => part.header.clients !== undefined))
    header.clients = union(parts.map(part => part.header.clients!))
  const complete = completeOf(parts)
  if (Object.keys(complete).length > 0) header.complete = complete
  const cutOff = parts.filter(({ ended }) => !ended).map(({ file }) => file)
  return {
    header,
    events: parts.flatMap(({ file, events }) =>
      events.map(({ event, line }) => (event.src === undefined ? { ...event, src: { file, line } } : event)),
    ),
    ended: cutOff.length === 0,
    notes: [...(note === null ? [] : [note]), ...cutOff.map(file => `${file} was cut off; so is the whole.`)],
  }
}

const byNumber = new Intl.Collator('en', { numeric: true }).compare

function union<T extends string>(lists: readonly (readonly T[])[]): T[] {
  return [...new Set(lists.flat())]
}

/** Fields in which all headers that have them must be of one mind; what only names the recording may differ. */
const AGREED = ['init', 'model', 'ops', 'granularity', 'index', 'privacy'] as const
const NAMING = ['id', 'system'] as const

function agreedFields(parts: readonly Part[]): { readonly fields: Fields } | { readonly conflict: Conflict } {
  const fields: { [field: string]: unknown } = {}
  for (const field of NAMING) {
    const values = parts.map(({ header }) => JSON.stringify(header[field]))
    if (new Set(values).size === 1 && parts[0].header[field] !== undefined) fields[field] = parts[0].header[field]
  }
  for (const field of AGREED) {
    const said = parts.flatMap(({ file, header }) =>
      header[field] === undefined ? [] : [{ file, value: header[field] }],
    )
    if (said.length === 0) continue
    const found = agreement(field, said)
    if ('conflict' in found) return found
    fields[field] = found.value
  }
  return { fields }
}

interface Fields {
  readonly [field: string]: unknown
}

interface Said {
  readonly file: string
  readonly value: unknown
}

/** What all say, each about the fields that it has; what is known goes before `unknown`. */
function agreement(
  field: string,
  said: readonly Said[],
): { readonly value: unknown } | { readonly conflict: Conflict } {
  const known = said.filter(({ value }) => value !== 'unknown')
  const [first] = known
  if (first === undefined) return { value: 'unknown' }
  if (!known.every(({ value }) => isObject(value))) {
    const other = known.find(({ value }) => JSON.stringify(value) !== JSON.stringify(first.value))
    return other === undefined ? { value: first.value } : { conflict: { field, said: [first, other] } }
  }
  const value: { [field: string]: unknown } = {}
  for (const part of union(known.map(({ value: of }) => Object.keys(of as Fields)))) {
    const having = known.filter(({ value: of }) => (of as Fields)[part] !== undefined)
    const found = agreement(
      `${field}.${part}`,
      having.map(({ file, value: of }) => ({ file, value: (of as Fields)[part] })),
    )
    if ('conflict' in found) return found
    value[part] = found.value
  }
  return { value }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Clock = NonNullable<Header['clock']>

/** Vector clocks and times order the events of all files if all have them; the order of its lines orders one file. */
function clockOf(parts: readonly Part[]): { readonly clock: Clock; readonly note: string | null } {
  const clocks = parts.map(({ header }) => header.clock ?? {})
  const orders = union([clocks.map(({ order = 'node' }) => order)])
  const [first] = clocks
  const isShared = orders.length === 1 && (first.order === 'vector' || first.order === 'interval')
  if (parts.length === 1) return { clock: first, note: null }
  if (!isShared) {
    const lost = orders.filter(order => order !== 'node')
    const note = `The order of lines says nothing across files: clock.order is node, no longer ${lost.join(' or ')}.`
    return { clock: { order: 'node' }, note: lost.length === 0 ? null : note }
  }
  const skew = clocks.reduce((most, { maxSkewNs = '0' }) => (BigInt(maxSkewNs) > most ? BigInt(maxSkewNs) : most), 0n)
  return { clock: { ...first, ...(skew === 0n ? {} : { maxSkewNs: String(skew) }) }, note: null }
}

/** All events of a type were recorded when every header that speaks of them says so. */
function completeOf(parts: readonly Part[]): NonNullable<Header['complete']> {
  const said = parts.flatMap(({ header }) => Object.entries(header.complete ?? {}))
  const types = union([said.map(([type]) => type)])
  return Object.fromEntries(
    types.map(type => {
      const values = new Set(said.filter(([of]) => of === type).map(([, value]) => value))
      return [type, values.size === 1 ? [...values][0] : 'some']
    }),
  )
}
