// The native state of `spec/single-leader.ts`, as far as the binding reads it.

/** The native state, as far as the binding reads it. Tables are indexed by node numbers. */
export interface State {
  readonly up: boolean[]
  readonly role: ('follower' | 'leader')[]
  readonly epoch: number[]
  readonly log: { readonly length: number; [index: number]: { readonly epoch: number; readonly id: number } }[]
  readonly flushed: number[]
  readonly applied: number[]
  readonly visible: number[]
  readonly upstream: (number | null)[]
  readonly acked: Iterable<{ readonly id: number; readonly epoch: number }>
  readonly elected: Iterable<{ readonly epoch: number; readonly node: number }>
  readonly nextId: number
}

/** The entry at a position of a node's log, from 1; undefined where the log has none. */
export function entryAt({ log }: State, node: number, position: number): State['log'][number][number] | undefined {
  return position >= 1 && position <= log[node].length ? log[node][position - 1] : undefined
}

/** The newest epoch that anyone of so many nodes led or was polled for. A watched table does not tell its length. */
export function newestOf({ elected, epoch }: State, nodes: number): number {
  let newest = 0
  for (const { epoch: led } of elected) if (led > newest) newest = led
  for (let node = 1; node <= nodes; node++) if (epoch[node] > newest) newest = epoch[node]
  return newest
}
