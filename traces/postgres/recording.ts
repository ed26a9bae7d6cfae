// The trace that is being recorded: events in the order in which the recorder saw them, numbered at each node and timed
// by one monotonic clock. The order is total because one process acts and watches, one step after the other.
import type { Event, Header, Model } from '../../src/validate/format/repltrace.ts'

/** What is never an event here: servers ship, receive, flush and replay without telling anybody. */
const COMPLETE: Header['complete'] = {
  append: 'all',
  ship: 'none',
  receive: 'none',
  'ack-sent': 'none',
  'ack-received': 'none',
  commit: 'none',
  apply: 'none',
  reply: 'none',
  read: 'all',
  invoke: 'all',
  ok: 'all',
  fail: 'all',
  info: 'all',
  crash: 'all',
  restart: 'all',
  promote: 'all',
  demote: 'all',
  follow: 'all',
  truncate: 'all',
  'catch-up': 'all',
  partition: 'all',
  heal: 'all',
  state: 'all',
}

export class Recording {
  readonly events: Event[] = []
  readonly #seq = new Map<string, number>()
  readonly #start = process.hrtime.bigint()
  readonly #say: (event: Event) => void

  constructor(say: (event: Event) => void) {
    this.#say = say
  }

  record(event: Event): void {
    const ts = String(process.hrtime.bigint() - this.#start)
    const { node } = event
    const seq = typeof node === 'string' ? (this.#seq.get(node) ?? 0) + 1 : null
    if (typeof node === 'string' && seq !== null) this.#seq.set(node, seq)
    const stamped: Event = { ...event, ...(seq === null ? {} : { seq }), ts }
    this.events.push(stamped)
    this.#say(stamped)
  }

  /** The lines of the trace. The budgets of the model are what happened. */
  lines(id: string, version: string, nodes: string[], model: Model): readonly string[] {
    const clients = [...new Set(this.events.flatMap(({ client }) => (typeof client === 'string' ? client : [])))]
    const header: Header = {
      type: 'header',
      format: 'repltrace',
      version: '1.0',
      id,
      system: { name: 'PostgreSQL', version },
      nodes,
      clients,
      init: { leader: nodes[0], epoch: 1, last: 0 },
      model: { nodes: nodes.length, ...this.#budgets(), ...model },
      clock: { order: 'total', kind: 'monotonic', unit: 'ns' },
      // A flush is recorded where the scenario asks for it; servers also flush by themselves.
      complete: { ...COMPLETE, flush: this.#count('flush') === 0 ? 'none' : 'some' },
      ops: { unique: true },
    }
    return [header, ...this.events, { type: 'end', count: this.events.length }].map(line => JSON.stringify(line))
  }

  #budgets(): Model {
    const epochs = this.events.map(event => (event.type === 'promote' ? event.epoch : 1))
    return {
      writes: this.#count('append'),
      epochs: Math.max(...epochs),
      crashes: this.#count('crash'),
      restarts: this.#count('restart'),
      cuts: this.#count('partition'),
      reads: this.#count('read'),
    }
  }

  #count(type: Event['type']): number {
    return this.events.filter(event => event.type === type).length
  }
}
