// How nodes count their events: by seq, and by vector clocks. Both may leave out numbers, because events may be hidden
// or lost, but neither ever goes back, and a clock counts at least the events that seq counts.
import { below } from './pointer.ts'
import type { Fault } from './problems.ts'
import type { Event } from './repltrace.ts'

interface Clock {
  readonly counts: { readonly [node: string]: number }
  readonly seq: number | undefined
  readonly line: number
}

/** How an event counts. */
interface Counted {
  /** False where it is wrong, which after an event that was wrong is not told again. */
  readonly inOrder: boolean
  readonly fault: Fault | null
}

/**
 * What is wrong is told once: the numbers go on from the wrong one, since events that follow a number too high are not
 * wrong themselves; and of a run of events each of which is wrong, as after counting from the end, the first is told.
 * Memory: three records a node.
 */
export class Counters {
  /** Per node its highest seq so far, and the line that has it. */
  readonly #seqs = new Map<string, { readonly seq: number; readonly line: number }>()
  /** Per node its latest vector clock. */
  readonly #clocks = new Map<string, Clock>()

  /** Actors whose last event was wrong. */
  readonly #astray = new Set<string>()

  /** What is wrong with how an event counts; `actor` is the node or client whose event it is. */
  take({ seq, vc }: Event, actor: string, line: number): Counted {
    if (seq === undefined && vc === undefined) return { inOrder: true, fault: null }
    const bySeq = seq === undefined ? null : this.#takeSeq(actor, seq, line)
    const byClock = vc === undefined ? null : this.#takeClock(actor, { counts: vc, seq, line })
    // An event that is out of place is so by both.
    const fault = bySeq ?? byClock
    const wasAstray = this.#astray.has(actor)
    if (fault === null) this.#astray.delete(actor)
    else this.#astray.add(actor)
    return { inOrder: fault === null, fault: wasAstray ? null : fault }
  }

  #takeSeq(actor: string, seq: number, line: number): Fault | null {
    const last = this.#seqs.get(actor)
    this.#seqs.set(actor, { seq, line })
    return last !== undefined && seq <= last.seq ? backwards(actor, seq, last) : null
  }

  #takeClock(actor: string, clock: Clock): Fault | null {
    const last = this.#clocks.get(actor)
    this.#clocks.set(actor, clock)
    return ownFault(actor, clock, last) ?? (last === undefined ? null : otherFault(actor, clock, last))
  }
}

function backwards(actor: string, seq: number, last: { readonly seq: number; readonly line: number }): Fault {
  const how =
    seq === last.seq
      ? `repeats ${seq}, which line ${last.line} has`
      : `goes back to ${seq} from ${last.seq} in line ${last.line}`
  return {
    code: 'E-SEQ',
    message: `seq of ${actor} ${how}.`,
    hint: 'The events of one node stand in the order in which they happened, and seq goes on after a restart.',
    pointer: '/seq',
    on: 'value',
  }
}

/** A node's own count: it includes the event, the events that seq counts, and what it counted before. */
function ownFault(actor: string, clock: Clock, last: Clock | undefined): Fault | null {
  const own = clock.counts[actor] ?? 0
  if (last !== undefined) {
    const before = last.counts[actor] ?? 0
    const numbered = clock.seq !== undefined && last.seq !== undefined
    const passed = numbered ? Math.max(1, clock.seq - last.seq) : 1
    const numbers = numbered ? `, at seq ${last.seq}; seq is now ${clock.seq}` : ''
    if (own < before + passed)
      return clockFault(actor, clock, actor, before + passed, `it was ${before} in line ${last.line}${numbers}`)
  }
  if (own >= (clock.seq ?? 1)) return null
  const why = clock.seq === undefined ? 'it includes the event itself' : `seq says that it is event ${clock.seq}`
  return clockFault(actor, clock, actor, clock.seq ?? 1, why)
}

function otherFault(actor: string, clock: Clock, last: Clock): Fault | null {
  const fallen = Object.entries(last.counts).find(
    ([node, count]) => node !== actor && (clock.counts[node] ?? 0) < count,
  )
  if (fallen === undefined) return null
  const [node, count] = fallen
  return clockFault(actor, clock, node, count, `it was ${count} in line ${last.line}`)
}

function clockFault(actor: string, { counts, line }: Clock, node: string, least: number, why: string): Fault {
  return {
    code: 'E-VC',
    message: `The clock of ${actor} in line ${line} has ${counts[node] ?? 0} for ${node}; it should be at least ${least}, for ${why}.`,
    hint: 'A clock counts the events that happened before, its own event included, and never goes back.',
    pointer: node in counts ? below('/vc', node) : '/vc',
    on: 'value',
  }
}
