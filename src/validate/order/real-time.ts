// The order of clients' operations in real time: one that was completed before another was invoked took effect first.
// Herlihy and Wing, "Linearizability", 1990, section 2.
import type { Chains } from './chains.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import { operationsOf } from './operations.ts'
import { orderIntervals } from './times.ts'

/** Pairs of a completion and an invocation, as event numbers, that the file has in this order. */
export function orderByRealTime(
  trace: ForeignTrace,
  { chainOf, placeOf }: Chains,
  found: (earlier: number, later: number) => void,
): void {
  // Of what a server alone recorded, nobody knows when it was invoked.
  const invoked = operationsOf(trace).operations.filter(({ begins }) => trace.events[begins].event.type === 'invoke')
  orderIntervals(
    {
      starts: Float64Array.from(invoked, ({ begins }) => begins),
      ends: Float64Array.from(invoked, ({ ends }) => ends),
      chains: Int32Array.from(invoked, ({ begins }) => chainOf[begins]),
      places: Int32Array.from(invoked, ({ begins, ends }) => placeOf[ends === Infinity ? begins : ends]),
    },
    (earlier, later) => found(invoked[earlier].ends, invoked[later].begins),
  )
}
