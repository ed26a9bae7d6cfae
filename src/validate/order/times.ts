// Orders by time: one interval is before another iff it ends before the other starts. Of the many pairs only those are
// told that do not follow from others, so there are at most as many as intervals times chains.
import type { Chains } from './chains.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'

const UNIT_NS = { s: 1_000_000_000n, ms: 1_000_000n, us: 1000n, ns: 1n }

/** Pairs of events whose times say that one was before the other: `end + maxSkew < start`, so that it holds whatever
 * the clocks show. Events without a time are left alone. */
export function orderByTime(
  trace: ForeignTrace,
  { chainOf, placeOf }: Chains,
  found: (earlier: number, later: number) => void,
): void {
  const { unit = 'ns', maxSkewNs = '0' } = trace.header.clock ?? {}
  // For whole numbers, start - end > skew says the same with the fraction of the skew dropped.
  const skew = BigInt(maxSkewNs) / UNIT_NS[unit]
  const events: number[] = []
  const starts: bigint[] = []
  const ends: bigint[] = []
  for (const [number, { event }] of trace.events.entries()) {
    const { ts } = event
    if (ts === undefined) continue
    const [start, end] = typeof ts === 'string' ? [BigInt(ts), BigInt(ts)] : [BigInt(ts[0]), BigInt(ts[1])]
    events.push(number)
    starts.push(start)
    ends.push(end + skew)
  }
  const scale = onOneScale([...starts, ...ends])
  const intervals: Intervals = {
    starts: scale.subarray(0, events.length),
    ends: scale.subarray(events.length),
    chains: Int32Array.from(events, event => chainOf[event]),
    places: Int32Array.from(events, event => placeOf[event]),
  }
  orderIntervals(intervals, (earlier, later) => found(events[earlier], events[later]))
}

/** Intervals of which each ends at an event: `ends` are not before `starts`, and may be infinite. */
export interface Intervals {
  readonly starts: Float64Array
  readonly ends: Float64Array
  /** The chain and the place in it of the event at the end. */
  readonly chains: Int32Array
  readonly places: Int32Array
}

/**
 * Pairs of intervals of which one ends before the other starts, without those that follow from others: of the earlier
 * ones of a chain only the last is told, and none that ends before the start of one that is earlier itself.
 */
export function orderIntervals(intervals: Intervals, found: (earlier: number, later: number) => void): void {
  const { starts, ends, chains, places } = intervals
  const byEnd = sortedBy(ends)
  // Of the intervals that are past, for each chain the last one and the latest end; the chains by latest end.
  const last = new Map<number, number>()
  const latestEnd = new Map<number, number>()
  const recent: number[] = []
  let latestStart = -Infinity
  let past = 0
  for (const later of sortedBy(starts)) {
    for (; past < byEnd.length && ends[byEnd[past]] < starts[later]; past++) {
      const interval = byEnd[past]
      const chain = chains[interval]
      const known = last.get(chain)
      if (known === undefined || places[known] < places[interval]) last.set(chain, interval)
      latestEnd.set(chain, ends[interval])
      latestStart = Math.max(latestStart, starts[interval])
      moveToFront(recent, chain)
    }
    for (const chain of recent) {
      if (latestEnd.get(chain)! < latestStart) break
      found(last.get(chain)!, later)
    }
  }
}

function moveToFront(list: number[], item: number): void {
  const place = list.indexOf(item)
  if (place === 0) return
  if (place > 0) list.splice(place, 1)
  list.unshift(item)
}

function sortedBy(values: Float64Array): Int32Array {
  return Int32Array.from(values.keys()).toSorted((a, b) => values[a] - values[b])
}

/** Numbers in the same order: distances from the least where they are exact, else ranks. */
function onOneScale(times: readonly bigint[]): Float64Array {
  let [least = 0n, greatest = 0n] = times
  for (const time of times) {
    if (time < least) least = time
    if (time > greatest) greatest = time
  }
  if (greatest - least <= Number.MAX_SAFE_INTEGER) return Float64Array.from(times, time => Number(time - least))
  const ranks = new Map<bigint, number>()
  for (const time of times.toSorted((a, b) => (a < b ? -1 : 1))) if (!ranks.has(time)) ranks.set(time, ranks.size)
  return Float64Array.from(times, time => ranks.get(time)!)
}
