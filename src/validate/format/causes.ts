// What events say came before them, by id. An id may be named before it occurs, since only the order at each node means
// anything unless the header says more; so that a cause is missing, or that causes go round, is known at the end.
import type { Event } from './repltrace.ts'
import type { Fault, Origin, Problems } from './problems.ts'

/** An event that has a part in the order of causes. */
interface Named {
  readonly origin: Origin
  readonly id: string | undefined
  readonly causes: readonly string[]
  /** The named event of the same node before this one, which came before it too. */
  readonly previous: Named | undefined
}

/** Memory: one record an id, and one more an event with id or causes after the first cause that names a later event. */
export class Causes {
  readonly #lines = new Map<string, number>()
  readonly #awaited = new Map<string, { readonly origin: Origin; readonly pointer: string }[]>()
  /** From the first cause that names a later event; before it, every event comes after its causes, so nothing goes round. */
  readonly #named: Named[] = []
  readonly #latest = new Map<string, Named>()
  readonly #problems: Problems
  readonly #ordered: boolean

  /** `ordered`: the order of the lines is the order of events. */
  constructor(problems: Problems, ordered: boolean) {
    this.#problems = problems
    this.#ordered = ordered
  }

  /** `inOrder`: the event counts as it should; one that does not may be a line written twice, which has been told. */
  add({ id, causes }: Event, actor: string | undefined, origin: Origin, inOrder: boolean): void {
    if (id === undefined && causes === undefined) return
    if (id !== undefined) this.#define(id, origin, inOrder)
    causes?.forEach((cause, index) => {
      if (cause === id || !this.#lines.has(cause)) this.#await(cause, { origin, pointer: `/causes/${index}` })
    })
    if (this.#awaited.size === 0 && this.#named.length === 0) return
    const named = {
      origin,
      id,
      causes: causes ?? [],
      previous: actor === undefined ? undefined : this.#latest.get(actor),
    }
    this.#named.push(named)
    if (actor !== undefined) this.#latest.set(actor, named)
  }

  /** What is only known when nothing more comes. `whole`: no event is missing that may have had the id of a cause. */
  finish(whole: boolean): void {
    if (whole) this.#reportUnknown()
    if (this.#problems.has('E-SEQ', 'E-VC', 'E-ID')) return
    const round = goingRound(this.#named)
    if (round.length > 0) this.#problems.add(cycle(round), round[0].origin)
  }

  #reportUnknown(): void {
    for (const [cause, places] of this.#awaited)
      if (!this.#lines.has(cause))
        for (const { origin, pointer } of places) this.#problems.add(unknown(cause, pointer), origin)
  }

  #define(id: string, origin: Origin, inOrder: boolean): void {
    const earlier = this.#lines.get(id)
    if (earlier === undefined) this.#lines.set(id, origin.line)
    else if (inOrder) this.#problems.add(repeated(id, earlier), origin)
    // Lines that are out of order are so by their causes, too.
    if (!this.#ordered || this.#problems.has('E-SEQ', 'E-VC')) return
    for (const place of this.#awaited.get(id) ?? [])
      this.#problems.add(later(id, place.pointer, origin.line), place.origin)
  }

  #await(cause: string, place: { readonly origin: Origin; readonly pointer: string }): void {
    const places = this.#awaited.get(cause)
    if (places === undefined) this.#awaited.set(cause, [place])
    else places.push(place)
  }
}

/** Events of which each comes before the next and the last before the first; empty when there are none. */
function goingRound(events: readonly Named[]): readonly Named[] {
  const byId = new Map(events.map(event => [event.id, event]))
  const before = (event: Named): readonly Named[] =>
    [event.previous, ...event.causes.map(cause => byId.get(cause))].filter(found => found !== undefined)
  const done = new Set<Named>()
  for (const start of events) {
    // Depth first without recursion, for chains may be long; `path` holds the events whose causes are being followed.
    const path: Named[] = []
    const onPath = new Set<Named>()
    const open: { readonly event: Named; readonly leave: boolean }[] = [{ event: start, leave: false }]
    for (let top = open.pop(); top !== undefined; top = open.pop()) {
      const { event, leave } = top
      if (leave) {
        onPath.delete(event)
        path.pop()
        done.add(event)
      } else if (onPath.has(event)) return fromFirstLine(path.slice(path.indexOf(event)).toReversed())
      else if (!done.has(event)) {
        path.push(event)
        onPath.add(event)
        open.push({ event, leave: true }, ...before(event).map(cause => ({ event: cause, leave: false })))
      }
    }
  }
  return []
}

/** The first line of a round comes after a later one, which it can only have named as a cause. */
function fromFirstLine(round: readonly Named[]): readonly Named[] {
  const first = Math.min(...round.map(({ origin }) => origin.line))
  const at = round.findIndex(({ origin }) => origin.line === first)
  return [...round.slice(at), ...round.slice(0, at)]
}

function fault(code: Fault['code'], message: string, hint: string, pointer: string): Fault {
  return { code, message, hint, pointer, on: 'value' }
}

function repeated(id: string, line: number): Fault {
  return fault('E-ID', `The id ${id} names the event of line ${line} already.`, 'An id names one event.', '/id')
}

function unknown(cause: string, pointer: string): Fault {
  return fault('E-CAUSE', `No event has the id ${cause}.`, 'A cause is the id of another event of this trace.', pointer)
}

function later(cause: string, pointer: string, line: number): Fault {
  return fault(
    'E-CAUSE-ORDER',
    `The cause ${cause} comes later, in line ${line}, but clock.order is total: the lines are in the order of events.`,
    'Put the cause first, or say "order": "node" when only the order at each node is known.',
    pointer,
  )
}

/** Of a longer round, as many lines are named. */
const LONGEST = 6

function cycle(round: readonly Named[]): Fault {
  const all = round.map(({ origin }) => `line ${origin.line}`)
  const lines = all.length > LONGEST ? [...all.slice(0, LONGEST - 2), '…', ...all.slice(-1)] : all
  return fault(
    'E-CYCLE',
    lines.length === 1
      ? 'The event is its own cause.'
      : `By causes and the order at each node, ${lines.join(' comes before ')}, which comes before ${lines[0]}.`,
    'A cause happened before its effect.',
    '/causes',
  )
}
