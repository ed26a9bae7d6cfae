// The operations of clients and their order in real time: one that was completed before another was invoked took
// effect first. Herlihy and Wing, "Linearizability", 1990, section 2.
import type { Chains } from './chains.ts'
import type { ForeignTrace } from './foreign-trace.ts'
import { orderIntervals } from './times.ts'

/** An attempt of an operation, by event numbers. */
export interface Operation {
  readonly invoked: number
  /** The `ok` or `fail`; null while pending, and when a client gave up, as the operation may still take effect. */
  readonly completed: number | null
}

/** Every invocation of the clients with its completion, in the order of the file. */
export function operationsOf(trace: ForeignTrace): readonly Operation[] {
  const open = new Map<string, number>()
  const operations: { invoked: number; completed: number | null }[] = []
  for (const [number, { event }] of trace.events.entries()) {
    if (event.type !== 'invoke' && event.type !== 'ok' && event.type !== 'fail' && event.type !== 'info') continue
    const key = JSON.stringify([event.client, event.op, event.attempt ?? 1])
    if (event.type === 'invoke') open.set(key, operations.push({ invoked: number, completed: null }) - 1)
    else if (event.type !== 'info' && open.has(key)) operations[open.get(key)!].completed = number
  }
  return operations
}

/** Pairs of a completion and an invocation that the file has in this order. */
export function orderByRealTime(
  operations: readonly Operation[],
  { chainOf, placeOf }: Chains,
  found: (earlier: number, later: number) => void,
): void {
  orderIntervals(
    {
      starts: Float64Array.from(operations, ({ invoked }) => invoked),
      ends: Float64Array.from(operations, ({ completed }) => completed ?? Infinity),
      chains: Int32Array.from(operations, ({ invoked }) => chainOf[invoked]),
      places: Int32Array.from(operations, ({ completed, invoked }) => placeOf[completed ?? invoked]),
    },
    (earlier, later) => found(operations[earlier].completed!, operations[later].invoked),
  )
}
