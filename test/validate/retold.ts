// Whether a trace is what some behaviour of the specification would have been recorded as. It knows nothing of the validator:
// steps are taken natively, event by event, and each is written down as `recorded` writes it. Between steps a correct
// system may log what changes nothing: a message that came again, a stream that broke and was begun anew, an answer
// that is no success. An error that turns one recording into another of these is no error that anybody could notice.
import { isDeepStrictEqual } from 'node:util'
import type { Cells } from '../../src/lang/container.ts'
import { Machine } from '../../src/lang/machine.ts'
import { type Config, instantiate } from '../../src/lang/spec.ts'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'
import type { State } from '../../src/validate/match/single-leader-state.ts'
import singleLeader from '../../spec/single-leader.ts'
import { eventOf, observed } from './behaviours.ts'

/** What decides whether a trace in total order is one: with bounds of `config` that leave room for every event. */
export function retelling(config: Config): (trace: ForeignTrace) => boolean {
  const machine = new Machine(instantiate(singleLeader, config))
  const begin = machine.row()
  machine.load(machine.empty())
  machine.run(machine.initials[0], machine.empty(), begin)
  return ({ header, events }) => {
    let rows: readonly Cells[] = [begin]
    for (const event of told(events.map(of => of.event))) {
      rows = rows.flatMap(row => after(machine, row, event, header.nodes))
      if (rows.length === 0) return false
    }
    return true
  }
}

/** The states after an event that was logged in a state. */
function after(machine: Machine, row: Cells, event: Event, nodes: readonly string[]): readonly Cells[] {
  machine.load(row)
  const stays = isRepetition(event, machine.state as State, nodes) ? [row] : []
  const moves = machine.steps.flatMap(step => {
    const to = machine.row()
    machine.load(row)
    if (!machine.run(step, row, to)) return []
    machine.load(to)
    return isDeepStrictEqual(eventOf(step, machine.state as State, nodes), event) ? [to] : []
  })
  return [...stays, ...moves]
}

function isRepetition(event: Event, state: State, nodes: readonly string[]): boolean {
  if (event.node === undefined || event.node === null) return false
  const node = nodes.indexOf(event.node) + 1
  if (!state.up[node] || !isDeepStrictEqual(event.obs, observed(state, node))) return false
  if (event.type === 'receive') {
    const from = nodes.indexOf(event.from) + 1
    const isHere = typeof event.index === 'number' && event.index <= state.log[node].length
    return isHere && streams(state, node, from) && event.epoch === state.epoch[from]
  }
  if (event.type === 'follow') return streams(state, node, nodes.indexOf(event.from) + 1)
  if (event.type !== 'reply' || event.ok !== false) return false
  const entry = typeof event.index === 'number' ? state.log[node][event.index - 1] : undefined
  return state.role[node] === 'leader' && event.op === `w${entry?.id}`
}

function streams(state: State, follower: number, leader: number): boolean {
  return state.upstream[follower] === leader && state.up[leader] && state.role[leader] === 'leader'
}

/** The events without their numbers, and with the operations named in the order in which they were first written. */
function told(events: readonly Event[]): readonly Event[] {
  const names = new Map<string, string>()
  for (const event of events)
    if (event.type === 'append' && event.op !== undefined && !names.has(event.op))
      names.set(event.op, `w${names.size + 1}`)
  return events.map(event => {
    const { seq: _, ...rest } = event
    const op = 'op' in rest && typeof rest.op === 'string' ? rest.op : null
    return op === null ? rest : { ...rest, op: names.get(op) ?? op }
  })
}
