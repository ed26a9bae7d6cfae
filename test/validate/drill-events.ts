// The recorded PostgreSQL drills as events of the vocabulary: the smallest mapping that the rules can be judged with.
// A disk's log is taken as the keys of its newest history, in order.
import type { Recorded } from '../../src/validate/foreign-trace.ts'
import type { Event, Header } from '../../src/validate/repltrace.ts'

interface Line {
  readonly seq: number
  readonly ev: string
  readonly node: string
  readonly client: string
  readonly key: string
  readonly keys: readonly string[]
  readonly ok: boolean
  readonly warning: string | null
  readonly up: boolean
  readonly role: string
  readonly tli: number
  readonly new_tli: number
  readonly rewound: boolean
  readonly leader: string
  readonly upstream: string
  readonly nodes: string[]
  readonly initial_primary: string
  readonly timelines: { readonly [tli: string]: readonly { readonly key: string; readonly kind: string }[] }
}

/** A drill's text as a header and events; lines are those of the text. */
export function drillEvents(text: string): { readonly header: Header; readonly events: readonly Recorded[] } {
  const lines = text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Line)
  const meta = lines.find(({ ev }) => ev === 'meta')!
  const events = lines.flatMap((line, index) => eventsOf(line).map(event => ({ event, line: index + 1 })))
  return { header: headerOf(meta), events }
}

function headerOf({ nodes, initial_primary }: Line): Header {
  return {
    type: 'header',
    format: 'repltrace',
    version: '1.0',
    nodes,
    init: { leader: initial_primary, epoch: 1 },
    clock: { order: 'total' },
    // The recorder wrote down every fault, promotion and answer; what happens inside a server is never an event.
    complete: { promote: 'all', crash: 'all', restart: 'all', invoke: 'all', ok: 'all', info: 'all', read: 'all' },
  }
}

function eventsOf(line: Line): readonly Event[] {
  const { node, client, key: op } = line
  switch (line.ev) {
    case 'start':
      return line.seq <= 3 ? [] : [{ type: 'restart', node }]
    case 'crash':
    case 'stop':
      return [{ type: 'crash', node }]
    case 'rejoin':
      return [
        { type: 'restart', node },
        { type: 'catch-up', node, from: line.leader, how: line.rewound ? 'rewind' : 'log' },
      ]
    case 'promote':
      return [{ type: 'promote', node, epoch: line.new_tli }]
    case 'follow':
      return [{ type: 'follow', node, from: line.upstream }]
    case 'invoke':
      return [{ type: 'invoke', client, op, f: 'write', key: op, to: node }]
    case 'ack':
      // A commit whose wait was cancelled is reported with a warning: no copy was promised.
      return line.warning === null
        ? [{ type: 'ok', client, op, from: node }]
        : [{ type: 'info', client, op, reason: line.warning }]
    case 'noack':
    case 'pending':
      return [{ type: 'info', client, op, reason: line.ev === 'pending' ? 'no reply yet' : 'the connection was lost' }]
    case 'read': {
      if (!line.ok) return []
      const read = { type: 'read' as const, node, value: [...line.keys] }
      // The closing reads come from the recorder, not from a session.
      return [client === 'final' ? read : { ...read, client }]
    }
    case 'observe':
      if (!line.up) return [{ type: 'state', node, obs: { role: 'down' } }]
      return line.role === 'primary'
        ? [{ type: 'state', node, obs: { role: 'leader', epoch: line.tli } }]
        : [{ type: 'state', node, obs: { role: 'follower' } }]
    case 'disklog': {
      const newest = Math.max(...Object.keys(line.timelines).map(Number))
      const log = (line.timelines[newest] ?? []).filter(({ kind }) => kind === 'commit').map(({ key }) => key)
      return [{ type: 'state', node, obs: { log } }]
    }
    default:
      return []
  }
}
