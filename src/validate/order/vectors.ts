// The order that vector clocks tell: an event knows of another iff its clock counts it. Clocks need not be dense, as
// events may be hidden; reading a trace has made sure that they never go back.
// Mattern, "Virtual time and global states of distributed systems", 1989.
import { countHolding } from '../format/bisection.ts'
import type { Chains } from './chains.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'

interface Clock {
  readonly [name: string]: number
}

/** The events of one chain that have a clock, with their own counts, which grow. */
interface Counted {
  readonly events: readonly number[]
  readonly counts: readonly number[]
}

/** Pairs of events of which the first is the latest of its chain that the second one's clock counts. */
export function orderByVectors(
  { events }: ForeignTrace,
  { actors, members }: Chains,
  found: (earlier: number, later: number) => void,
): void {
  const clockOf = (number: number): Clock => events[number].event.vc ?? {}
  const counted = new Map<string, Counted>()
  for (const [chain, { name }] of actors.entries()) {
    const row = [...members.items.subarray(members.start[chain], members.start[chain + 1])]
    const own = row.filter(number => clockOf(number)[name] !== undefined)
    counted.set(name, { events: own, counts: own.map(number => clockOf(number)[name]) })
  }
  for (const [chain, { name: own }] of actors.entries()) {
    let before: Clock = {}
    for (const later of members.items.subarray(members.start[chain], members.start[chain + 1])) {
      const clock = clockOf(later)
      for (const name of Object.keys(clock)) {
        // What the event before it knew already follows from the chain.
        if (name === own || clock[name] === before[name]) continue
        const other = counted.get(name)
        const earlier = other?.events[lastUpTo(other.counts, clock[name])]
        if (earlier !== undefined) found(earlier, later)
      }
      before = clock
    }
  }
}

/** The position of the last count that is at most a limit; -1 if there is none. */
function lastUpTo(counts: readonly number[], limit: number): number {
  return countHolding(counts.length, place => counts[place] <= limit) - 1
}
