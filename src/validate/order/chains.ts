// The actors of a trace and the chain of each one's events: by their numbers where they have them, else as they stand
// in the file. What one actor did is totally ordered in every kind of trace; everything else is added to this.
import type { ForeignTrace, Recorded } from '../format/foreign-trace.ts'
import type { Event } from '../format/repltrace.ts'

/** Who did something. Elections and fences without a node are a coordinator's, link faults the environment's. */
interface Actor {
  readonly kind: 'node' | 'client' | 'coordinator' | 'environment'
  /** Empty for a coordinator and the environment. */
  readonly name: string
}

/** Lists of numbers in one array: row `r` is `items[start[r]]` up to, not including, `items[start[r + 1]]`. */
export interface Rows {
  readonly start: Int32Array
  readonly items: Int32Array
}

/** Events are numbered from 0 as the trace has them, chains as they first occur. */
export interface Chains {
  readonly actors: readonly Actor[]
  /** For each event its chain. */
  readonly chainOf: Int32Array
  /** For each event its place in its chain, from 0. */
  readonly placeOf: Int32Array
  /** For each chain its events in order. */
  readonly members: Rows
}

/** Sorts the events of a trace that was read, so that its numbers contradict neither each other nor the file. */
export function chainsOf({ events: recorded, header }: ForeignTrace): Chains {
  const actors: Actor[] = []
  const events: number[][] = []
  const chainOf = new Int32Array(recorded.length)
  const known = {
    node: new Map<string, number>(),
    client: new Map<string, number>(),
    coordinator: new Map<string, number>(),
    environment: new Map<string, number>(),
  }
  for (const [number, { event }] of recorded.entries()) {
    const actor = actorOf(event)
    let chain = known[actor.kind].get(actor.name)
    if (chain === undefined) {
      chain = actors.push(actor) - 1
      known[actor.kind].set(actor.name, chain)
      events.push([])
    }
    chainOf[number] = chain
    events[chain].push(number)
  }
  if (header.clock?.order !== 'total') for (const chain of events) sortByNumbers(recorded, chain)
  const placeOf = new Int32Array(recorded.length)
  for (const chain of events) for (const [place, number] of chain.entries()) placeOf[number] = place
  return { actors, chainOf, placeOf, members: rowsOf(events) }
}

/** What a client did counts for the node that it names, as it was recorded there. */
function actorOf(event: Event): Actor {
  if (event.node !== undefined) return { kind: 'node', name: event.node }
  if (event.type === 'invoke' || event.type === 'ok' || event.type === 'fail' || event.type === 'info')
    return { kind: 'client', name: event.client }
  const decides = event.type === 'elect' || event.type === 'fence' || event.type === 'config'
  return { kind: decides ? 'coordinator' : 'environment', name: '' }
}

/** Where some events of an actor have no number, the file's order stands. */
function sortByNumbers(recorded: readonly Recorded[], chain: number[]): void {
  const seqOf = (number: number): number | undefined => recorded[number].event.seq
  if (chain.every(number => seqOf(number) !== undefined)) chain.sort((a, b) => seqOf(a)! - seqOf(b)! || a - b)
}

function rowsOf(lists: readonly (readonly number[])[]): Rows {
  const start = new Int32Array(lists.length + 1)
  for (const [row, list] of lists.entries()) start[row + 1] = start[row] + list.length
  const items = new Int32Array(start[lists.length])
  for (const [row, list] of lists.entries()) items.set(list, start[row])
  return { start, items }
}
