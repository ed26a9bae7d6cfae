// Seeded errors: small changes of a trace that a good check should notice. How many it does notice says how much a
// recording proves; a trace in which everything may be hidden catches nothing. DeMillo, Lipton and Sayward, "Hints on
// test data selection", 1978.
import { actorName, doubled, exchanged, without } from './event-lists.ts'
import type { ForeignTrace, Recorded } from '../format/foreign-trace.ts'
import { Random } from './random.ts'
import type { Event } from '../format/repltrace.ts'

export const MUTATION_KINDS = ['drop', 'duplicate', 'swap', 'index', 'epoch', 'ok', 'durable', 'actor', 'op'] as const

export type MutationKind = (typeof MUTATION_KINDS)[number]

export interface Mutant {
  readonly kind: MutationKind
  readonly description: string
  /** The lines of the original that are wrong in the mutant. */
  readonly lines: readonly number[]
  readonly trace: ForeignTrace
}

export interface MutationOptions {
  /** The same seed gives the same mutants. */
  readonly seed: number
  /** At most so many of each kind. */
  readonly limit: number
  /** All when left out. */
  readonly kinds?: readonly MutationKind[]
}

/** Mutants of a trace, kind by kind, each made when it is asked for. None is the original. */
export function* mutantsOf(
  trace: ForeignTrace,
  { seed, limit, kinds = MUTATION_KINDS }: MutationOptions,
): Generator<Mutant, void, undefined> {
  for (const kind of kinds) {
    // A kind has numbers of its own, so that its mutants do not depend on which others were asked for.
    const random = new Random(seed + MUTATION_KINDS.indexOf(kind))
    let count = 0
    for (const at of random.shuffled([...trace.events.keys()])) {
      if (count === limit) break
      const change = changeAt(kind, trace, at, random)
      if (change === null) continue
      count++
      const { what, events, other = at } = change
      const lines = [...new Set([trace.events[at].line, trace.events[other].line])].toSorted((a, b) => a - b)
      const { type } = trace.events[at].event
      const description = `${type} of ${actorName(trace.events[at].event) || 'nobody'} in line ${trace.events[at].line}: ${what}`
      yield { kind, description, lines, trace: { ...trace, header: explicit(trace), events } }
    }
  }
}

/** What a mutation does at one event. */
interface Change {
  readonly what: string
  readonly events: readonly Recorded[]
  /** A second event that it changes. */
  readonly other?: number
}

/** Not steps of the system, so that no change of them is an error that could be noticed. */
const STEPLESS: ReadonlySet<Event['type']> = new Set<Event['type']>(['gap', 'note', 'partition', 'heal'])

/** The change of a kind at an event; null where it applies to nothing, or changes nothing that counts. */
function changeAt(kind: MutationKind, trace: ForeignTrace, at: number, random: Random): Change | null {
  const { events } = trace
  const { event } = events[at]
  if (STEPLESS.has(event.type)) return null
  switch (kind) {
    case 'drop':
      // An observation less, or twice the same, is true as well.
      return event.type === 'state' || isCause(trace, event) ? null : { what: 'left out', events: without(events, at) }
    case 'duplicate':
      return event.type === 'state' ? null : { what: 'twice', events: doubled(events, at) }
    case 'swap':
      return swapAt(events, at)
    case 'index':
      return countChange(events, at, POSITIONS, random)
    case 'epoch':
      return countChange(events, at, EPOCHS, random)
    case 'ok':
      return outcomeChange(events, at)
    case 'durable':
      return 'durable' in event && event.durable === true ? fieldChange(events, at, 'durable', false) : null
    case 'actor':
      return actorChange(trace, at, random)
    case 'op':
      return operationChange(trace, at, random)
  }
}

function fieldChange(events: readonly Recorded[], at: number, field: string, value: unknown): Change {
  const { event, line } = events[at]
  return {
    what: `${field} ${JSON.stringify(value)} instead of ${JSON.stringify(event[field as keyof Event])}`,
    events: events.with(at, { event: { ...event, [field]: value }, line }),
  }
}

/** Fields that say where something is in the log, of an event and of what was seen with it. */
const POSITIONS = { event: ['index', 'commit'], obs: ['last', 'commit', 'applied', 'synced'] } as const
const EPOCHS = { event: ['epoch'], obs: ['epoch', 'lastEpoch'] } as const

/** One of the counts of an event is one off. */
function countChange(
  events: readonly Recorded[],
  at: number,
  fields: { readonly event: readonly string[]; readonly obs: readonly string[] },
  random: Random,
): Change | null {
  const { event } = events[at]
  const obs = 'obs' in event && event.obs !== undefined && event.obs.at !== 'stale' ? event.obs : {}
  const ofEvent = fields.event.filter(field => isCount(event[field as keyof Event]))
  const ofState = fields.obs.filter(field => isCount(obs[field]))
  const choice = random.below(Math.max(1, ofEvent.length + ofState.length))
  if (choice < ofEvent.length) {
    const field = ofEvent[choice]
    return fieldChange(events, at, field, oneOff(event[field as keyof Event], random))
  }
  const field = ofState[choice - ofEvent.length]
  return field === undefined ? null : fieldChange(events, at, 'obs', { ...obs, [field]: oneOff(obs[field], random) })
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' || (Array.isArray(value) && value.every(Number.isSafeInteger))
}

/** One more or one less, never below 0; of a batch both ends. */
function oneOff(value: unknown, random: Random): number | readonly number[] {
  const counts = Array.isArray(value) ? (value as readonly number[]) : [value as number]
  const by = Math.min(...counts) === 0 || random.below(2) === 1 ? 1 : -1
  return Array.isArray(value) ? counts.map(count => count + by) : counts[0] + by
}

/** Success becomes failure and the other way; also of what a client was told. */
function outcomeChange(events: readonly Recorded[], at: number): Change | null {
  const { event, line } = events[at]
  if ('ok' in event && typeof event.ok === 'boolean') return fieldChange(events, at, 'ok', !event.ok)
  if (event.type === 'fail')
    return { what: 'ok instead of fail', events: events.with(at, { event: { ...event, type: 'ok' }, line }) }
  if (event.type !== 'ok') return null
  const { index: _, epoch: __, from: ___, ...rest } = event
  return { what: 'fail instead of ok', events: events.with(at, { event: { ...rest, type: 'fail' }, line }) }
}

/** With the next event of the same actor. */
function swapAt(events: readonly Recorded[], at: number): Change | null {
  const actor = actorName(events[at].event)
  const other = events.findIndex(({ event }, position) => position > at && actorName(event) === actor)
  if (other < 0 || STEPLESS.has(events[other].event.type)) return null
  const swapped = exchanged(events, at, other)
  const same = [at, other].every(place => sameEvent(swapped[place].event, events[place].event))
  return same ? null : { what: `after the event in line ${events[other].line}`, events: swapped, other }
}

function sameEvent(a: Event, b: Event): boolean {
  return sortedText(a) === sortedText(b)
}

function sortedText(event: Event): string {
  return JSON.stringify(Object.entries(event).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** Another node or client did it. A vector clock would have to be another one too, so events with one are left. */
function actorChange(trace: ForeignTrace, at: number, random: Random): Change | null {
  const { events, header } = trace
  const { event } = events[at]
  if (event.vc !== undefined) return null
  const field = event.node === undefined ? 'client' : 'node'
  const names = field === 'node' ? header.nodes : (header.clients ?? clientsOf(events))
  const taken = new Set<unknown>([actorName(event), ...['from', 'to', 'of'].map(peer => event[peer as keyof Event])])
  const others = names.filter(name => !taken.has(name))
  if (actorName(event) === '' || others.length === 0) return null
  const change = fieldChange(events, at, field, others[random.below(others.length)])
  if (event.seq === undefined) return change
  // Its number counts at the old actor: the rest of that one closes up, and the new one counts it without a number.
  const { seq: _, ...unnumbered } = change.events[at].event
  return { ...change, events: without(events, at).toSpliced(at, 0, { ...events[at], event: unnumbered }) }
}

function clientsOf(events: readonly Recorded[]): readonly string[] {
  const names = events.flatMap(({ event }) =>
    'client' in event && typeof event.client === 'string' ? event.client : [],
  )
  return [...new Set(names)]
}

function operationChange({ events }: ForeignTrace, at: number, random: Random): Change | null {
  const own = operationOf(events[at].event)
  if (own === null) return null
  const names = new Set(events.map(({ event }) => operationOf(event)))
  const others = [...names].filter(name => name !== null && name !== own)
  return fieldChange(events, at, 'op', others.length === 0 ? `${own}'` : others[random.below(others.length)])
}

function operationOf(event: Event): string | null {
  return 'op' in event && typeof event.op === 'string' ? event.op : null
}

function isCause({ events }: ForeignTrace, { id }: Event): boolean {
  return id !== undefined && events.some(({ event }) => event.causes?.includes(id))
}

/** The header says how completely the types that occur were recorded; with its last event a type would else become one
 * of which nothing was recorded, and nothing could be missing. */
function explicit({ header, events }: ForeignTrace): ForeignTrace['header'] {
  const types = [...new Set(events.map(({ event }) => event.type))]
  return { ...header, complete: { ...Object.fromEntries(types.map(type => [type, 'all'])), ...header.complete } }
}
