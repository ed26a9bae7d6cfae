// Behaviours of the bundled specification as traces: random walks, each step written down as the event that a system
// would log, with everything that can be observed of the node. What the validator must accept.
import type { Cells } from '../../src/lang/container.ts'
import { Machine, type Step } from '../../src/lang/machine.ts'
import { type Config, instantiate } from '../../src/lang/spec.ts'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import type { Event, Header, Observation } from '../../src/validate/format/repltrace.ts'
import type { State } from '../../src/validate/match/single-leader-state.ts'
import type { Model } from '../../src/validate/match/model.ts'
import singleLeader from '../../spec/single-leader.ts'

/** A source of choices: a whole number from 0 to `below - 1`. */
export type Choose = (below: number) => number

/** Numerical Recipes' linear congruential generator: enough to choose steps, and the same everywhere. */
export function chooser(seed: number): Choose {
  let state = seed >>> 0
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** The steps of a walk of at most `length` steps, and the rows between them. */
export function walk(
  config: Config,
  length: number,
  choose: Choose,
): { machine: Machine; steps: Step[]; rows: Cells[] } {
  const machine = new Machine(instantiate(singleLeader, config))
  const rows = [machine.row()]
  machine.load(machine.empty())
  machine.run(machine.initials[0], machine.empty(), rows[0])
  const steps: Step[] = []
  while (steps.length < length) {
    const row = rows.at(-1)!
    const enabled = machine.steps.flatMap(step => {
      const to = machine.row()
      machine.load(row)
      return machine.run(step, row, to) ? [{ step, to }] : []
    })
    if (enabled.length === 0) break
    // Promotions and faults have more instances than their share of what happens.
    const actions = [...new Set(enabled.map(({ step }) => step.action))]
    const action = actions[choose(actions.length)]
    const alike = enabled.filter(({ step }) => step.action === action)
    const { step, to } = alike[choose(alike.length)]
    steps.push(step)
    rows.push(to)
  }
  return { machine, steps, rows }
}

/** States on random walks, the same in every run; a breadth-first search would not come deep enough. */
export function reached(model: Model): readonly Cells[] {
  const states = new Map<string, Cells>()
  const choose = chooser(1)
  for (let walked = 0; walked < 20; walked++) {
    let row = model.initial()
    for (let length = 0; length < 25; length++) {
      states.set(String(row), row)
      const enabled = model.machine.steps.filter(step => model.enabled(step, row))
      // Promotions and faults have more instances than their share of what happens.
      const actions = [...new Set(enabled.map(({ action }) => action))]
      const action = actions[choose(actions.length)]
      const alike = enabled.filter(step => step.action === action)
      row = model.take(alike[choose(alike.length)], row)!
    }
  }
  return [...states.values()]
}

/** The walk as a recorded trace in which everything is observed. */
export function recorded(
  config: Config,
  length: number,
  choose: Choose,
  clock: 'total' | 'node' = 'total',
): ForeignTrace {
  const { machine, steps, rows } = walk(config, length, choose)
  const nodes = Array.from({ length: Number(machine.instance.config['nodes']) }, (_, index) => `n${index + 1}`)
  const events: Event[] = steps.flatMap((step, index) => {
    machine.load(rows[index + 1])
    const event = eventOf(step, machine.state as State, nodes)
    return event === null ? [] : [event]
  })
  const sequence = new Map<string, number>()
  const header: Header = {
    type: 'header',
    format: 'repltrace',
    version: '1.0',
    nodes,
    init: { leader: 'n1', epoch: 1, last: 0 },
    clock: { order: clock },
    ops: { unique: true },
  }
  return {
    file: 'walk.ndjson',
    header,
    events: events.map((event, index) => {
      const node = 'node' in event ? event.node : undefined
      if (node === undefined) return { event, line: index + 2 }
      const seq = (sequence.get(node) ?? 0) + 1
      sequence.set(node, seq)
      return { event: { ...event, seq }, line: index + 2 }
    }),
    ended: true,
  }
}

/** What a system logs of a step, in the state after it; null of what no event type stands for. */
export function eventOf(step: Step, state: State, nodes: readonly string[]): Event | null {
  const name = (node: number): string => nodes[node - 1]
  const given = step.arguments as { readonly [parameter: string]: number }
  const seen = (node: number): { node: string; obs: Observation } => ({ node: name(node), obs: observed(state, node) })
  const { leader, follower, node, position, candidate } = given
  switch (step.action) {
    case 'write': {
      const { length } = state.log[leader]
      const { epoch, id } = state.log[leader][length - 1]
      return { type: 'append', ...seen(leader), index: length, epoch, op: `w${id}` }
    }
    case 'ship':
      return {
        type: 'receive',
        ...seen(follower),
        from: name(leader),
        index: state.log[follower].length,
        epoch: state.epoch[leader],
      }
    case 'flush':
      return { type: 'flush', ...seen(node), index: state.flushed[node] }
    case 'apply':
      return { type: 'apply', ...seen(node), index: state.applied[node] }
    case 'acknowledge':
      return { type: 'reply', ...seen(leader), op: `w${state.log[leader][position - 1].id}`, index: position, ok: true }
    case 'crash':
      return { type: 'crash', ...seen(node) }
    case 'restart':
      return { type: 'restart', ...seen(node) }
    case 'promote':
      return {
        type: 'promote',
        ...seen(candidate),
        epoch: state.epoch[candidate],
        index: state.log[candidate].length,
        voters: [...(step.arguments['voters'] as Iterable<number>)].map(name),
      }
    case 'stepDown':
      return { type: 'demote', ...seen(leader) }
    case 'follow':
      return { type: 'follow', ...seen(follower), from: name(leader) }
    case 'cutLink':
      return { type: 'partition', between: [[name(given['a'])], [name(given['b'])]] }
    case 'healLink':
      return { type: 'heal', between: [[name(given['a'])], [name(given['b'])]] }
    case 'read':
      return {
        type: 'read',
        ...seen(node),
        index: state.role[node] === 'leader' ? state.visible[node] : state.applied[node],
      }
    default:
      return null
  }
}

export function observed(state: State, node: number): Observation {
  const log = state.log[node]
  const follower = state.role[node] !== 'leader'
  return {
    role: !state.up[node] ? 'down' : follower ? 'follower' : 'leader',
    epoch: state.epoch[node],
    last: log.length,
    synced: state.flushed[node],
    ...(log.length > 0 ? { lastEpoch: log[log.length - 1].epoch } : {}),
    ...(follower ? { applied: state.applied[node] } : { commit: state.visible[node] }),
  }
}
