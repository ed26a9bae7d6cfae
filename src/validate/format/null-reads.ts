// Answers of null to reads. An answer need not say what it answers: then its invoke says it, which in a recording of
// several nodes may stand after the answer of a server.
import type { Origin } from './problems.ts'
import type { Event } from './repltrace.ts'

/** Memory: a record for each operation that is open, and for each answer of null whose operation nobody has invoked yet. */
export class NullReads {
  /** By name what each client does that awaits an answer. */
  readonly #open = new Map<string, Map<string, string>>()
  readonly #unclear = new Map<string, { readonly client: string | undefined; readonly origin: Origin }[]>()

  /** Where null was read, if this event shows that it was. */
  take(event: Event, origin: Origin): Origin | null {
    const { type } = event
    if (type === 'read') return event.value === null ? origin : null
    if (type === 'invoke') return this.#invoke(event)
    if (type === 'reply') return event.value === null && event.ok !== false ? this.#reply(event, origin) : null
    if (type !== 'ok' && type !== 'fail') return null
    const f = event.f ?? this.#open.get(event.op)?.get(event.client)
    this.#close(event)
    return type === 'ok' && f === 'read' && event.value === null ? origin : null
  }

  #invoke({ op, client, f }: Event & { type: 'invoke' }): Origin | null {
    const open = this.#open.get(op) ?? new Map<string, string>()
    this.#open.set(op, open.set(client, f))
    const answers = this.#unclear.get(op) ?? []
    this.#unclear.delete(op)
    return f === 'read' ? (answers.find(answer => (answer.client ?? client) === client)?.origin ?? null) : null
  }

  #close({ op, client }: Event & { type: 'ok' | 'fail' }): void {
    const open = this.#open.get(op)
    if (open?.delete(client) === true && open.size === 0) this.#open.delete(op)
  }

  #reply({ op, client, f }: Event & { type: 'reply' }, origin: Origin): Origin | null {
    if (f !== undefined) return f === 'read' ? origin : null
    const open = this.#open.get(op)
    if (open === undefined) {
      this.#unclear.set(op, [...(this.#unclear.get(op) ?? []), { client, origin }])
      return null
    }
    // Without a client it may answer any of the name; only if all of them read is it an answer to a read.
    const asked = client === undefined ? [...open.values()] : [open.get(client)]
    return asked.every(kind => kind === 'read') ? origin : null
  }
}
