// When events happened, as far as the header lets it be known: by their places in the recording, by their times, or not
// at all. Times are never compared unless the header says that they order events.
import type { Recorded } from '../format/foreign-trace.ts'
import type { Header } from '../format/repltrace.ts'

/** A place in the recording, or a time in nanoseconds; the moments of one trace are of one kind. */
export type Moment = number | bigint

export interface Timeline {
  /** False when only the order at each client is known. */
  readonly realTime: boolean
  /** Not before this did the event happen; null when nobody knows. */
  readonly earliest: (recorded: Recorded, place: number) => Moment | null
  /** After this it had happened, on the clock of everybody; null when nobody knows. */
  readonly latest: (recorded: Recorded, place: number) => Moment | null
}

const NANOSECONDS = { s: 1_000_000_000n, ms: 1_000_000n, us: 1000n, ns: 1n } as const

export function timelineOf({ clock = {} }: Header): Timeline {
  switch (clock.order ?? 'node') {
    case 'total':
    case 'client':
      return { realTime: true, earliest: (_, place) => place, latest: (_, place) => place }
    case 'interval': {
      const unit = NANOSECONDS[clock.unit ?? 'ns']
      const skew = BigInt(clock.maxSkewNs ?? '0')
      return {
        realTime: true,
        earliest: recorded => timeOf(recorded, 0, unit),
        latest: recorded => {
          const time = timeOf(recorded, 1, unit)
          return time === null ? null : time + skew
        },
      }
    }
    // Vector clocks order events of servers; clients that never met are not ordered by them.
    case 'vector':
    case 'node':
      return { realTime: false, earliest: () => null, latest: () => null }
  }
}

function timeOf({ event }: Recorded, end: 0 | 1, unit: bigint): bigint | null {
  const { ts } = event
  if (ts === undefined) return null
  return BigInt(typeof ts === 'string' ? ts : ts[end]) * unit
}

export interface Span {
  call: number
  return: number
}

/**
 * Gives spans numbers so that one was over before another began iff its `return` is less than the other's `call`. Equal
 * times leave them concurrent, so calls come first.
 */
export function rank(
  spans: readonly { readonly span: Span; readonly from: Moment | null; readonly to: Moment | null }[],
): void {
  const moments = spans.flatMap(({ span, from, to }) => [
    ...(from === null ? [] : [{ span, side: 'call' as const, at: from }]),
    ...(to === null ? [] : [{ span, side: 'return' as const, at: to }]),
  ])
  moments.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.side === b.side ? 0 : a.side === 'call' ? -1 : 1))
  moments.forEach(({ span, side }, number) => (span[side] = number))
}
