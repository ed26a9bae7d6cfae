// Behaviours of the bundled specification as traces: every step that a system could have logged is an event, and nothing
// is hidden but the acknowledgements of followers, which are no steps there.
import type { Config } from '../../src/lang/spec.ts'
import type { TraceStep } from '../../src/trace/trace.ts'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'
import { ALL } from './watched.ts'

type PerNode<Value> = { readonly [node: string]: Value }

interface State {
  readonly up: PerNode<boolean>
  readonly role: PerNode<'leader' | 'follower'>
  readonly epoch: PerNode<number>
  readonly log: PerNode<readonly { readonly epoch: number; readonly id: number }[]>
  readonly applied: PerNode<number>
  readonly upstream: PerNode<string | null>
  readonly visible: PerNode<number>
  readonly seen: readonly number[]
}

export function projectedHeader(config: Config): Header {
  return {
    type: 'header',
    format: 'repltrace',
    version: '1.0',
    nodes: Array.from({ length: Number(config['nodes']) }, (_, index) => `n${index + 1}`),
    init: { leader: 'n1', epoch: 1 },
    clock: { order: 'total' },
    model: config as NonNullable<Header['model']>,
    complete: { ...ALL, 'ack-received': 'some' },
  }
}

/** The events of a behaviour, in order; several may come from one step. */
export function projected(steps: readonly TraceStep[], session: boolean): readonly Event[] {
  return steps.slice(1).flatMap((step, index) => {
    const before = steps[index].state as unknown as State
    const after = step.state as unknown as State
    return [...stepEvents(step, before, after, session), ...changedEpochs(step, before, after)]
  })
}

function stepEvents({ action, args }: TraceStep, before: State, after: State, session: boolean): readonly Event[] {
  const [first, second] = Object.values(args)
  const node = typeof first === 'string' ? first : ''
  const log = after.log[node] ?? []
  const client = session ? { client: 'c1' } : {}
  switch (action) {
    case 'write':
    case 'ship': {
      const { epoch, id } = log[log.length - 1]
      return [{ type: 'append', node, index: log.length, epoch, op: `w${id}` }]
    }
    case 'acknowledge': {
      const index = Number(second)
      const op = `w${log[index - 1].id}`
      return [{ type: 'reply', node, op, index, epoch: after.epoch[node], f: 'write', ...client }]
    }
    case 'read': {
      const shown = after.role[node] === 'leader' ? after.visible[node] : after.applied[node]
      // What is seen for the first time was shown, whatever the specification calls visible.
      const ids = new Set([
        ...log.slice(0, shown).map(({ id }) => id),
        ...after.seen.filter(id => !before.seen.includes(id)),
      ])
      return [{ type: 'read', node, value: [...ids].map(id => `w${id}`), ...client }]
    }
    case 'crash':
      return [{ type: 'crash', node }]
    case 'restart': {
      const obs = { role: after.role[node], last: log.length, epoch: after.epoch[node] }
      return [{ type: 'restart', node, obs }]
    }
    case 'promote':
    case 'promotePolled': {
      const killed = Object.keys(after.up).filter(other => before.up[other] && !after.up[other])
      return [
        ...killed.map((other): Event => ({ type: 'crash', node: other })),
        { type: 'promote', node, epoch: after.epoch[node], index: log.length },
      ]
    }
    case 'follow': {
      const rewound = log.length < before.log[node].length
      const follow: Event = { type: 'follow', node, from: after.upstream[node] ?? '' }
      return rewound ? [{ type: 'truncate', node, index: log.length }, follow] : [follow]
    }
    case 'stepDown':
      return [{ type: 'demote', node }]
    default:
      return []
  }
}

/** Whatever else a step did to epochs is observed right after it. */
function changedEpochs({ action, args }: TraceStep, before: State, after: State): readonly Event[] {
  return Object.keys(after.epoch)
    .filter(node => after.epoch[node] !== before.epoch[node] && after.up[node])
    .filter(node => !(action.startsWith('promote') && node === args['candidate']))
    .map(node => ({ type: 'state', node, obs: { epoch: after.epoch[node] } }))
}
