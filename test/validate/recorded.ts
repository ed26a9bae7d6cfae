// Traces for tests: written by hand, or recorded from random behaviours of nodes and clients whose real order is known.
import { type Arbitrary, array, constantFrom, integer, nat, record, tuple } from 'fast-check'
import type { ForeignTrace, Recorded } from '../../src/validate/format/foreign-trace.ts'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'

/** A trace of events in the lines 2, 3, …; nodes are those that occur. */
export function traceOf(events: readonly Event[], header: Partial<Header> = {}): ForeignTrace {
  const nodes = [...new Set(events.flatMap(({ node }) => node ?? []))].toSorted()
  return {
    file: 'trace.ndjson',
    header: { type: 'header', format: 'repltrace', version: '1.0', nodes, ...header },
    events: events.map((event, number) => ({ event, line: number + 2 })),
    ended: true,
  }
}

/** Events with their numbers at their nodes, from 1. */
export function numbered(events: readonly Event[]): readonly Event[] {
  const counts = new Map<string, number>()
  return events.map(event => {
    if (event.node === undefined || event.node === null) return event
    const seq = (counts.get(event.node) ?? 0) + 1
    counts.set(event.node, seq)
    return { ...event, seq }
  })
}

type Clock = NonNullable<NonNullable<Header['clock']>['order']>

/** A recording; its events are in their real order, which its file need not have kept. */
export interface Recording {
  readonly trace: ForeignTrace
  /** For each event of the trace its real rank. */
  readonly ranks: readonly number[]
}

interface Move {
  readonly node: number
  readonly what: 'ship' | 'receive' | 'ack' | 'heard' | 'flush'
  readonly to: number
  readonly content: number
  readonly pick: number
  readonly time: number
  readonly early: number
  readonly late: number
}

const NODES = ['n1', 'n2', 'n3'] as const

const move: Arbitrary<Move> = record({
  node: nat(2),
  what: constantFrom('ship', 'ship', 'receive', 'receive', 'ack', 'heard', 'flush'),
  to: integer({ min: 1, max: 2 }),
  content: nat(1),
  pick: nat(9),
  time: nat(4),
  early: nat(6),
  late: nat(6),
})

/** Random behaviours of three nodes over a network that loses and reorders, recorded under a clock. */
export function recordings(clock: Clock, length: number, named = false): Arbitrary<Recording> {
  return tuple(array(move, { maxLength: length }), array(nat(), { minLength: length, maxLength: length })).map(
    ([moves, shuffle]) => {
      const events = perform(moves, clock, named)
      // A file that keeps the order of each node, and none between nodes: merge by random keys that grow at each node.
      const ranks = clock === 'total' ? [...events.keys()] : mergeOrder(events, shuffle)
      const trace = traceOf(
        ranks.map(rank => events[rank]),
        { clock: { order: clock, unit: 'us', maxSkewNs: '12345' } },
      )
      return { trace, ranks }
    },
  )
}

/** A merge of the nodes' events, by keys that grow along each node. */
export function mergeOrder(events: readonly Event[], keys: readonly number[]): readonly number[] {
  const last = new Map<string, number>()
  const weights = events.map(({ node }, rank) => {
    const weight = (last.get(node ?? '') ?? 0) + ((keys[rank] ?? 0) % 7)
    last.set(node ?? '', weight)
    return weight
  })
  return [...events.keys()].toSorted((a, b) => weights[a] - weights[b] || a - b)
}

/** The events of a recording in such a merge; too few keys are used again from the first. */
export function merged(events: readonly Recorded[], keys: readonly number[]): readonly Recorded[] {
  const wide = events.map((_, index) => keys[index % keys.length])
  return mergeOrder(
    events.map(({ event }) => event),
    wide,
  ).map(index => events[index])
}

interface InFlight {
  readonly kind: 'ship' | 'ack'
  readonly from: string
  readonly to: string
  readonly content: number
  readonly id: string
  readonly vc: { readonly [node: string]: number }
}

function perform(moves: readonly Move[], clock: Clock, named: boolean): readonly Event[] {
  const network: InFlight[] = []
  const clocks = new Map<string, { [node: string]: number }>(NODES.map(node => [node, {}]))
  const events: Event[] = []
  let now = 1000
  for (const { node: at, what, to: offset, content, pick, time, early, late } of moves) {
    const node = NODES[at]
    const to = NODES[(at + offset) % NODES.length]
    now += time
    const kind = what === 'ship' || what === 'receive' ? 'ship' : 'ack'
    const isReceipt = what === 'receive' || what === 'heard'
    const inbox = network.filter(message => message.kind === kind && message.to === node)
    if (isReceipt && inbox.length === 0) continue
    const message = isReceipt ? inbox[pick % inbox.length] : null
    if (message !== null) network.splice(network.indexOf(message), 1)
    const own = clocks.get(node)!
    for (const [name, count] of Object.entries(message?.vc ?? {})) own[name] = Math.max(own[name] ?? 0, count)
    // Some events are hidden, so clocks have holes.
    own[node] = (own[node] ?? 0) + 1 + (pick === 9 ? 1 : 0)
    const id = `m${events.length}`
    const common = {
      ...(clock === 'vector' ? { vc: { ...own } } : {}),
      ...(clock === 'interval' ? { ts: [String(now - early), String(now + late)] as [string, string] } : {}),
    }
    const sent = { to, index: content, ...(named ? { msg: id } : {}) }
    const received = {
      from: message?.from ?? '',
      index: message?.content ?? 0,
      ...(named ? { msg: message?.id ?? '' } : {}),
    }
    if (what === 'ship') events.push({ type: 'ship', node, ...sent, ...common })
    else if (what === 'ack') events.push({ type: 'ack-sent', node, ...sent, ...common })
    else if (what === 'receive') events.push({ type: 'receive', node, ...received, ...common })
    else if (what === 'heard') events.push({ type: 'ack-received', node, ...received, ...common })
    else events.push({ type: 'flush', node, index: content, ...common })
    if (what === 'ship' || what === 'ack') network.push({ kind, from: node, to, content, id, vc: { ...own } })
  }
  return events
}
