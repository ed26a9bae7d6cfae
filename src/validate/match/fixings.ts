// Why parts of the state are the same in every order: which events left them so, and on what these rest.

/** A region of the state as an event left it. */
export interface Left {
  readonly event: number
  readonly region: string
}

/** It is so in every order, as the event's own claims say, and what these rest on. */
interface Fixing extends Left {
  readonly on: Fixings
}

/** Nothing: it is so from the beginning. */
export type Fixings = readonly Fixing[]

/** What is known of the first of the items of which anything is. */
export function firstOf<T>(items: Iterable<T>, why: (item: T) => Fixings | null): Fixings | null {
  for (const item of items) {
    const found = why(item)
    if (found !== null) return found
  }
  return null
}

/** What is known of all items together; null when of one nothing is. */
export function allOf<T>(items: Iterable<T>, why: (item: T) => Fixings | null, also: Fixings = []): Fixings | null {
  const all = new Set(also)
  for (const item of items) {
    const found = why(item)
    if (found === null) return null
    for (const fixing of found) all.add(fixing)
  }
  return [...all]
}

/** Each event and region once, those nearest to the refusal first. */
export function flattened(fixings: Fixings): readonly Left[] {
  const seen = new Set(fixings)
  for (const { on } of seen) for (const fixing of on) seen.add(fixing)
  const names = new Map([...seen].map(({ event, region }) => [`${event} ${region}`, { event, region }]))
  return [...names.values()]
}
