// The happens-before order of a recorded trace: what its clock promises, message by message, and nothing more. It is a
// graph over event numbers in typed arrays; whoever needs one sequence takes linearExtension, whoever needs all walks
// cuts. File order counts only where the header says that it is total. Lamport, "Time, clocks, and the ordering of
// events in a distributed system", 1978.
import { type Chains, chainsOf, type Rows } from './chains.ts'
import { linearExtension } from './cut.ts'
import { Edges, type Reason, reversed } from './edges.ts'
import type { ForeignTrace, InputProblem } from '../format/foreign-trace.ts'
import { type Links, linkMessages } from './links.ts'
import type { InputCode } from '../format/problems.ts'
import { orderByRealTime } from './real-time.ts'
import { orderByTime } from './times.ts'
import { orderByVectors } from './vectors.ts'

/** An event comes after its predecessor in its chain, after `earlier`, and after all that these come after. */
export interface Order extends Chains {
  /** For each event the one before it in its chain, or -1. */
  readonly previous: Int32Array
  /** For each event its predecessors in other chains, as far as they do not follow from the rest. */
  readonly earlier: Rows
  /** Why the predecessor at a position of `earlier.items` comes before its event. */
  readonly reasonOf: (edge: number) => Reason
  /** The same edges the other way: for each event those that wait for it. */
  readonly later: Rows
  readonly links: Links
}

export interface OrderOptions {
  /** Whether the network may deliver a message more than once; then a receipt says less. False when left out. */
  readonly copies?: boolean
}

/** Orders the events of a trace that was read; the problem is that some would have to come before themselves. */
export function orderEvents(
  trace: ForeignTrace,
  { copies = false }: OrderOptions = {},
): { readonly order: Order } | { readonly problem: InputProblem } {
  const chains = chainsOf(trace)
  const edges = new Edges(chains)
  const links = linkMessages(trace, chains, copies)
  for (let receipt = 0; receipt < trace.events.length; receipt++)
    if (links.sender[receipt] >= 0) edges.add(links.sender[receipt], receipt, 'message')
  for (const [cause, event] of causesOf(trace)) edges.add(cause, event, 'cause')
  addClock(trace, chains, edges)
  const { earlier, reasonOf } = edges.rows()
  const order: Order = { ...chains, previous: previousOf(chains), earlier, reasonOf, later: reversed(earlier), links }
  let count = 0
  for (const _ of linearExtension(order)) count++
  return count === trace.events.length ? { order } : { problem: cycleProblem(trace, order) }
}

/**
 * Whether the lines of a trace are its order, and nothing in it contradicts that; then no more needs to be known of it.
 * A receipt is linked to an earlier send only, and numbers are not asked, so that only causes could.
 */
export function isOrderedByLine(trace: ForeignTrace): boolean {
  return trace.header.clock?.order === 'total' && causesOf(trace).every(([cause, event]) => cause < event)
}

/** What the header's clock says beyond chains and messages. */
function addClock(trace: ForeignTrace, chains: Chains, edges: Edges): void {
  const kind = trace.header.clock?.order ?? 'node'
  switch (kind) {
    case 'total':
      for (let event = 1; event < trace.events.length; event++) edges.add(event - 1, event, 'file')
      return
    case 'node':
      return
    case 'vector':
      return orderByVectors(trace, chains, (earlier, later) => edges.add(earlier, later, 'vector'))
    case 'interval':
      return orderByTime(trace, chains, (earlier, later) => edges.add(earlier, later, 'time'))
    case 'client':
      return orderByRealTime(trace, chains, (earlier, later) => edges.add(earlier, later, 'client'))
  }
}

/** Pairs of an event and one that it names as its cause. */
function causesOf({ events }: ForeignTrace): readonly (readonly [cause: number, event: number])[] {
  if (!events.some(({ event }) => event.causes !== undefined)) return []
  const named = new Map(events.map(({ event }, number) => [event.id, number]))
  return events.flatMap(({ event }, number) =>
    (event.causes ?? []).flatMap(id => {
      const cause = named.get(id)
      return cause === undefined ? [] : [[cause, number] as const]
    }),
  )
}

function previousOf({ chainOf, placeOf, members }: Chains): Int32Array {
  return chainOf.map((chain, event) =>
    placeOf[event] === 0 ? -1 : members.items[members.start[chain] + placeOf[event] - 1],
  )
}

const BECAUSE: { readonly [reason in Reason]: string } = {
  chain: 'the same actor, in this order',
  file: 'the order of the file',
  message: 'it received the message',
  cause: 'it names it as a cause',
  vector: 'its vector clock counts it',
  time: 'its time is later by more than the skew',
  client: 'it was invoked after the completion',
}

function cycleProblem(trace: ForeignTrace, order: Order): InputProblem {
  const cycle = cycleOf(order)
  const steps = cycle.map(({ event, reason }, place) => {
    const next = cycle[(place + 1) % cycle.length].event
    const { name, kind } = order.actors[order.chainOf[next]]
    const what = `${trace.events[next].event.type} of ${name || `the ${kind}`}`
    return `line ${trace.events[event].line} before line ${trace.events[next].line} (${what}: ${BECAUSE[reason]})`
  })
  const { event, line } = trace.events[cycle[0].event]
  return {
    code: 'E-CYCLE' satisfies InputCode,
    message: `These events would each have to happen before the next, round in a circle: ${steps.join('; ')}.`,
    file: trace.file,
    line,
    column: null,
    pointer: null,
    text: event.src?.raw ?? JSON.stringify(event),
    hint: 'One of these lines has a wrong number, message or time, or the clock promises more order than was recorded.',
  }
}

interface CycleStep {
  readonly event: number
  /** Why this event comes before the next one of the cycle. */
  readonly reason: Reason
}

/** A shortest cycle through one of the events that no linear extension reaches; it starts with its first event. */
function cycleOf(order: Order): readonly CycleStep[] {
  const stuck = new Uint8Array(order.chainOf.length).fill(1)
  for (const event of linearExtension(order)) stuck[event] = 0
  // Each stuck event has a stuck predecessor, so walking back returns to where it was.
  let event = stuck.indexOf(1)
  for (const seen = new Set<number>(); !seen.has(event);) {
    seen.add(event)
    event = predecessorsOf(order, event).find(({ event: before }) => stuck[before] === 1)!.event
  }
  const steps = shortestWay(order, event)
  const first = steps.reduce((least, step, place) => (step.event < steps[least].event ? place : least), 0)
  return [...steps.slice(first), ...steps.slice(0, first)]
}

/** Breadth first against the edges, from an event back to itself. */
function shortestWay(order: Order, end: number): readonly CycleStep[] {
  const next = new Map<number, CycleStep>()
  const queue = [end]
  for (let at = 0; !next.has(end); at++) {
    for (const { event, reason } of predecessorsOf(order, queue[at])) {
      if (next.has(event)) continue
      next.set(event, { event: queue[at], reason })
      queue.push(event)
    }
  }
  const steps: CycleStep[] = []
  let event = end
  do {
    const step = next.get(event)!
    steps.push({ event, reason: step.reason })
    event = step.event
  } while (event !== end)
  return steps
}

function predecessorsOf({ previous, earlier, reasonOf }: Order, event: number): readonly CycleStep[] {
  const steps: CycleStep[] = previous[event] < 0 ? [] : [{ event: previous[event], reason: 'chain' }]
  for (let edge = earlier.start[event]; edge < earlier.start[event + 1]; edge++)
    steps.push({ event: earlier.items[edge], reason: reasonOf(edge) })
  return steps
}
