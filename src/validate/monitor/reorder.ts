// Puts events that carry times into their order. An event leaves the buffer once every source has been heard of at a
// later time, or once the buffer is full, as stream processing does with watermarks. What then still comes for an
// earlier time is late: it is counted, and no verdict of "holds" survives it.
import type { Recorded } from '../format/foreign-trace.ts'
import type { Event, Header } from '../format/repltrace.ts'

/** `ordered` is false when the event may have happened before the one that was given out last. */
export type Receiver = (recorded: Recorded, ordered: boolean) => void

interface Held {
  readonly recorded: Recorded
  readonly source: string
  readonly start: bigint
  readonly end: bigint
}

const NANOSECONDS = { s: 1_000_000_000n, ms: 1_000_000n, us: 1000n, ns: 1n }

export class Reorder {
  lateCount = 0
  /** By start, ascending. */
  private readonly held: Held[] = []
  /** Source → the latest start it was heard of at. */
  private readonly watermarks = new Map<string, bigint>()
  private readonly maxDelay: number
  private readonly skew: bigint
  private readonly unit: bigint
  /** Source → the latest end that was given out. */
  private readonly ends = new Map<string, bigint>()
  private lastStart = -1n

  constructor(header: Header, maxDelay: number) {
    this.maxDelay = maxDelay
    this.skew = BigInt(header.clock?.maxSkewNs ?? '0')
    this.unit = NANOSECONDS[header.clock?.unit ?? 'ns']
    for (const node of header.nodes) this.watermarks.set(node, -1n)
  }

  add(recorded: Recorded, receiver: Receiver): void {
    const source = sourceOf(recorded.event)
    const { ts } = recorded.event
    // Without a time it comes right after the last event of its source.
    const [from, to] = ts === undefined ? [null, null] : typeof ts === 'string' ? [ts, ts] : ts
    const latest = this.watermarks.get(source) ?? -1n
    const told = from === null ? latest : BigInt(from) * this.unit
    // The order of a source is the order of the file, whatever its clock says.
    const start = told > latest ? told : latest
    const until = to === null ? start : BigInt(to) * this.unit
    const end = until > start ? until : start
    this.watermarks.set(source, start)
    this.insert({ recorded, source, start, end })
    const watermark = this.lowestWatermark()
    while (this.held.length > 0 && (this.held[0].start < watermark || this.held.length > this.maxDelay))
      this.release(receiver)
  }

  flush(receiver: Receiver): void {
    while (this.held.length > 0) this.release(receiver)
  }

  private insert(held: Held): void {
    let at = this.held.length
    while (at > 0 && this.held[at - 1].start > held.start) at--
    this.held.splice(at, 0, held)
  }

  private lowestWatermark(): bigint {
    let lowest: bigint | null = null
    for (const watermark of this.watermarks.values()) if (lowest === null || watermark < lowest) lowest = watermark
    return lowest ?? -1n
  }

  private release(receiver: Receiver): void {
    const { recorded, source, start, end } = this.held.shift()!
    if (start < this.lastStart) this.lateCount++
    this.lastStart = start
    let ordered = true
    for (const [other, until] of this.ends) if (other !== source && until + this.skew >= start) ordered = false
    if (end > (this.ends.get(source) ?? -1n)) this.ends.set(source, end)
    receiver(recorded, ordered)
  }
}

function sourceOf(event: Event): string {
  if (event.node !== undefined) return event.node
  return 'client' in event && typeof event.client === 'string' ? `client ${event.client}` : ''
}
