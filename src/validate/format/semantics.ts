// What the schema cannot say: that names are declared, that numbers go forward, and that the header's promises are kept.
// Events come one at a time, each of the right shape; memory grows with nodes and ids, not with events.
import { suggestion } from '../../lang/spec.ts'
import { Causes } from './causes.ts'
import { Counters } from './counters.ts'
import { NullReads } from './null-reads.ts'
import { operationFault } from './operation-faults.ts'
import { below } from './pointer.ts'
import type { Fault, InputCode, Origin, Problems } from './problems.ts'
import type { Event, Header, Observation } from './repltrace.ts'
import { shown } from './schema-problems.ts'
import type { EventType } from './vocabulary.ts'

/** What a history of clients may hold: their events, and what says nothing of a server. */
const CLIENT_TYPES: ReadonlySet<EventType> = new Set<EventType>([
  'invoke',
  'ok',
  'fail',
  'info',
  'partition',
  'heal',
  'gap',
  'note',
])

/** Types that need no place in the order of events: facts about links and about the recording. */
const UNORDERED_TYPES: ReadonlySet<EventType> = new Set<EventType>(['partition', 'heal', 'gap', 'note'])

/** Of an event that is nobody's. */
const UNCOUNTED = { inOrder: true, fault: null }

const BOUNDED = ['epoch', 'last', 'lastEpoch', 'commit', 'applied', 'synced'] as const

/** The fields that name nodes and clients; which types have them is the schema's matter. */
interface Names {
  readonly node?: string
  readonly client?: string
  readonly from?: string
  readonly to?: string
  readonly of?: string
  readonly voters?: readonly string[]
  readonly members?: readonly string[]
  readonly between?: readonly (readonly string[])[]
}

export class Semantics {
  readonly #header: Header
  readonly #problems: Problems
  readonly #nodes: ReadonlySet<string>
  readonly #clients: ReadonlySet<string> | null
  readonly #counters = new Counters()
  readonly #causes: Causes
  readonly #nullReads = new NullReads()
  readonly #contradicted = new Set<EventType>()
  readonly #isPart: boolean

  /** Names that a part uses may be declared in another, as may what its events come after. */
  constructor(header: Header, origin: Origin, problems: Problems, isPart: boolean) {
    this.#header = header
    this.#isPart = isPart
    this.#problems = problems
    this.#nodes = new Set(header.nodes)
    this.#clients = header.clients === undefined ? null : new Set(header.clients)
    this.#causes = new Causes(problems, header.clock?.order === 'total' && !isPart)
    const leader = header.init?.leader
    if (typeof leader === 'string' && leader !== 'unknown') this.#node(leader, '/init/leader', origin)
  }

  event(event: Event, origin: Origin): void {
    const { node, client } = event as Names
    const actor = node ?? client
    this.#names(event, origin)
    if (event.vc !== undefined) for (const name in event.vc) this.#party(name, '/vc', 'key', origin)
    const { inOrder, fault } = actor === undefined ? UNCOUNTED : this.#counters.take(event, actor, origin.line)
    if (fault !== null) this.#problems.add(fault, origin)
    this.#causes.add(event, actor, origin, inOrder)
    this.#ranges(event, origin)
    this.#promises(event, origin)
  }

  /** `whole`: every event that there was has been taken. */
  finish(whole: boolean): void {
    if (!this.#isPart) this.#causes.finish(whole)
  }

  #names(names: Names, origin: Origin): void {
    if (names.node !== undefined) this.#node(names.node, '/node', origin)
    if (names.from !== undefined) this.#node(names.from, '/from', origin)
    if (names.to !== undefined) this.#node(names.to, '/to', origin)
    if (names.of !== undefined) this.#node(names.of, '/of', origin)
    if (names.client !== undefined) this.#client(names.client, origin)
    names.voters?.forEach((name, index) => this.#node(name, `/voters/${index}`, origin))
    names.members?.forEach((name, index) => this.#node(name, `/members/${index}`, origin))
    names.between?.forEach((side, index) =>
      side.forEach((name, place) => this.#party(name, `/between/${index}/${place}`, 'value', origin)),
    )
  }

  #node(name: string, pointer: string, origin: Origin, on: Fault['on'] = 'value'): void {
    if (this.#nodes.has(name) || this.#isPart) return
    this.#problems.add({ ...undeclared('E-NODE', 'node', name, this.#header.nodes, pointer), on }, origin)
  }

  #client(name: string, origin: Origin): void {
    if (this.#clients === null || this.#clients.has(name) || this.#isPart) return
    this.#problems.add(undeclared('E-CLIENT', 'client', name, [...this.#clients], '/client'), origin)
  }

  /** A node or a client; when clients are not listed, a name that is no node may be one. */
  #party(name: string, pointer: string, on: Fault['on'], origin: Origin): void {
    if (this.#nodes.has(name) || this.#clients === null || this.#clients.has(name)) return
    this.#node(name, on === 'key' ? below(pointer, name) : pointer, origin, on)
  }

  #ranges(event: Event, origin: Origin): void {
    const { index } = event as { readonly index?: number | readonly [number, number] }
    if (Array.isArray(index) && index[0] > index[1]) this.#add(origin, 'E-RANGE', '/index', ...reversedRange(index))
    const { ts, obs } = event
    if (Array.isArray(ts) && BigInt(ts[0]) > BigInt(ts[1])) this.#add(origin, 'E-TS', '/ts', ...reversedTime(ts))
    if (obs !== undefined) this.#bounds(obs, origin)
  }

  #bounds(obs: Observation, origin: Origin): void {
    for (const field of BOUNDED) {
      const seen = obs[field]
      if (typeof seen !== 'object' || seen === null) continue
      const { ge = 0, le = Infinity } = seen
      if (ge > le)
        this.#add(
          origin,
          'E-RANGE',
          `/obs/${field}`,
          `No number is at least ${ge} and at most ${le}.`,
          'ge is the lower bound, le the upper one.',
        )
    }
  }

  /** What the header says of events in general. */
  #promises(event: Event, origin: Origin): void {
    const { clock, complete, ops } = this.#header
    const { type } = event
    const order = clock?.order
    if (order === 'vector' && event.vc === undefined && !UNORDERED_TYPES.has(type))
      this.#add(
        origin,
        'E-NO-VC',
        '',
        'The event has no vc, but clock.order is vector.',
        'Give every event a vector clock, or say "order": "node".',
      )
    if (order === 'interval' && event.ts === undefined && !UNORDERED_TYPES.has(type))
      this.#add(
        origin,
        'E-NO-TS',
        '',
        'The event has no ts, but clock.order is interval.',
        'Give every event a time, or say "order": "node".',
      )
    if (order === 'client' && !CLIENT_TYPES.has(type))
      this.#add(
        origin,
        'E-CLIENT-ORDER',
        '/type',
        `${type} is an event of a server, but clock.order is client: a history of clients.`,
        'Leave out the events of servers, or say which order they have.',
      )
    const operation = order === 'client' ? operationFault(event) : null
    if (operation !== null) this.#problems.add(operation, origin)
    const readNull = ops?.nil === undefined ? this.#nullReads.take(event, origin) : null
    if (readNull !== null)
      this.#add(
        readNull,
        'E-NIL',
        '/value',
        'null was read, and the header does not say what that means.',
        'Say "ops": {"nil": "absent"} if the key had no value, or "unknown" if the value was not recorded.',
      )
    if (complete?.[type] === 'none' && !this.#contradicted.has(type)) {
      this.#contradicted.add(type)
      this.#add(
        origin,
        'E-COMPLETE',
        '/type',
        `complete.${type} is none, but here is one.`,
        `Say "${type}": "all" when every such event was recorded, "some" when some may be missing.`,
      )
    }
  }

  #add(origin: Origin, code: InputCode, pointer: string, message: string, hint: string): void {
    this.#problems.add({ code, message, hint, pointer, on: 'value' }, origin)
  }
}

function undeclared(code: InputCode, what: string, name: string, names: readonly string[], pointer: string): Fault {
  return {
    code,
    message: `The header lists no ${what} ${shown(name)}.`,
    hint: names.length === 0 ? `It lists none at all.` : `${suggestion(name, names)} It lists ${few(names)}.`,
    pointer,
    on: 'value',
  }
}

function few(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 7).join(', ')} and ${names.length - 7} more` : names.join(', ')
}

function reversedRange([first, last]: readonly number[]): [message: string, hint: string] {
  return [`The range begins at ${first} and ends at ${last}.`, `Both ends are meant: [${last}, ${first}]?`]
}

function reversedTime([start, end]: readonly string[]): [message: string, hint: string] {
  return [`The interval of ts begins at ${start} and ends at ${end}, before it begins.`, 'The start comes first.']
}
