// A trace written in a test, watched by a monitor: the header says the least, and events stand in lines from 2 on.
import type { MonitorFinding } from '../../src/validate/monitor/judgement.ts'
import { Monitor, type MonitorOptions } from '../../src/validate/monitor/monitor.ts'
import type { Event, Header, Observation } from '../../src/validate/format/repltrace.ts'

/** Every type that any rule asks for was recorded whole. */
export const ALL: NonNullable<Header['complete']> = {
  append: 'all',
  receive: 'all',
  'ack-received': 'all',
  commit: 'all',
  apply: 'all',
  reply: 'all',
  read: 'all',
  invoke: 'all',
  ok: 'all',
  fail: 'all',
  info: 'all',
  crash: 'all',
  restart: 'all',
  promote: 'all',
  truncate: 'all',
  'catch-up': 'all',
  state: 'all',
}

/** Three nodes in total order, n1 leading epoch 1, of which everything was recorded. */
export function headerWith(changes: Partial<Header> = {}): Header {
  return {
    type: 'header',
    format: 'repltrace',
    version: '1.0',
    nodes: ['n1', 'n2', 'n3'],
    init: { leader: 'n1', epoch: 1 },
    clock: { order: 'total' },
    model: { ack: 'any', ackCount: 1 },
    complete: ALL,
    ...changes,
  }
}

export function watch(
  events: readonly Event[],
  header: Header = headerWith(),
  options: MonitorOptions = {},
  ended = true,
): ReadonlyMap<string, MonitorFinding> {
  const monitor = new Monitor(header, options)
  events.forEach((event, index) => monitor.accept({ event, line: index + 2 }))
  return new Map(monitor.finish(ended).findings.map(finding => [finding.rule, finding]))
}

/** The finding of a rule, in one line: its verdict and its first sentence. */
export function found(rule: string, ...watched: Parameters<typeof watch>): string {
  const { verdict, witnesses } = watch(...watched).get(rule)!
  return [verdict, ...witnesses.slice(0, 1).map(({ message }) => message)].join(': ')
}

// Events in a few words.

export const append = (node: string, index: number, epoch: number, op: string): Event => ({
  type: 'append',
  node,
  index,
  epoch,
  op,
})
export const receive = (node: string, from: string, index: number, epoch = 1): Event => ({
  type: 'receive',
  node,
  from,
  index,
  epoch,
})
export const heard = (node: string, from: string, index: number): Event => ({ type: 'ack-received', node, from, index })
export const apply = (node: string, index: number | [number, number], op?: string): Event =>
  op === undefined ? { type: 'apply', node, index } : { type: 'apply', node, index, op }
export const truncate = (node: string, index: number): Event => ({ type: 'truncate', node, index })
export const promote = (node: string, epoch: number): Event => ({ type: 'promote', node, epoch })
export const crash = (node: string): Event => ({ type: 'crash', node })
export const restart = (node: string): Event => ({ type: 'restart', node })
export const gap = (node: string): Event => ({ type: 'gap', node, lost: null })
export const observe = (node: string, obs: Observation): Event => ({ type: 'state', node, obs })
export const listed = (node: string, ...log: string[]): Event => observe(node, { log })
export const reply = (node: string, op: string, index: number): Event => ({
  type: 'reply',
  node,
  op,
  client: 'c1',
  f: 'write',
  index,
})
export const readList = (node: string, client: string, ...value: string[]): Event => ({
  type: 'read',
  node,
  client,
  value,
})
export const readAt = (node: string, client: string, index: number): Event => ({ type: 'read', node, client, index })
export const askToRead = (op: string): Event => ({ type: 'invoke', client: 'c1', op, f: 'read' })
export const learn = (op: string, ...value: string[]): Event => ({ type: 'ok', client: 'c1', op, value })
export const numbered = (event: Event, seq: number): Event => ({ ...event, seq })
export const timed = (event: Event, ts: string): Event => ({ ...event, ts })

/** Rules of the monitor that are properties of the specification, too. */
export const RULES = [
  'NoLostAckedWrite',
  'NoPhantomRead',
  'SingleLeaderPerEpoch',
  'MonotonicEpoch',
  'NoLateAck',
  'NoSplitBrainAck',
  'LogMatching',
  'TruncationOnlyUnacked',
  'ReadYourWrites',
  'MonotonicReads',
] as const
