// The nodes and clients that events speak of, for headers of logs that do not list them.
import type { Event } from './repltrace.ts'

/** Numbers within names count as numbers: n2 comes before n10. */
const order = new Intl.Collator('en', { numeric: true }).compare

export class Participants {
  /** With the line in which each first occurs. */
  readonly #nodes = new Map<string, number>()
  readonly #clients = new Set<string>()

  add(event: Event, line: number): void {
    for (const name of nodesOf(event)) if (!this.#nodes.has(name)) this.#nodes.set(name, line)
    if ('client' in event && typeof event.client === 'string') this.#clients.add(event.client)
  }

  nodes(): string[] {
    return [...this.#nodes.keys()].toSorted(order)
  }

  /** The nodes that are none of these, with the line in which each first occurs. */
  besides(nodes: readonly string[]): readonly (readonly [string, number])[] {
    return [...this.#nodes].filter(([name]) => !nodes.includes(name))
  }

  clients(): string[] {
    return [...this.#clients].toSorted(order)
  }
}

function nodesOf(event: Event): readonly string[] {
  const node = event.node === undefined ? [] : [event.node]
  switch (event.type) {
    case 'ship':
    case 'ack-sent':
      return [...node, event.to]
    case 'receive':
    case 'ack-received':
    case 'follow':
    case 'catch-up':
      return [...node, event.from]
    case 'invoke':
      return [...node, ...present(event.to)]
    case 'ok':
    case 'truncate':
      return [...node, ...present(event.from)]
    case 'suspect':
      return [...node, event.of]
    case 'fence':
      return [...node, ...present(event.of)]
    case 'elect':
      return [...node, ...present(event.to), ...(event.voters ?? [])]
    case 'promote':
      return [...node, ...(event.voters ?? [])]
    case 'config':
      return [...node, ...(event.members ?? [])]
    case 'partition':
    case 'heal':
      return [...node, ...(event.between ?? []).flat()]
    case 'write-received':
    case 'append':
    case 'flush':
    case 'commit':
    case 'apply':
    case 'reply':
    case 'read':
    case 'fail':
    case 'info':
    case 'crash':
    case 'restart':
    case 'demote':
    case 'state':
    case 'gap':
    case 'note':
      return node
  }
}

function present(name: string | undefined): readonly string[] {
  return name === undefined ? [] : [name]
}
