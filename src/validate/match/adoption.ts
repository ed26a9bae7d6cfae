// Taking a node's state from an observation: after a known deviation the model does not know any more what the node has,
// until the system says it. Entries come from a log that the model knows, as a log is told by its length and last epoch.
import type { Labels, Shift } from './labels.ts'
import { widened } from './led.ts'
import type { Event, State as StateEvent } from '../format/repltrace.ts'
import { newestOf, type State } from './single-leader-state.ts'

interface Changing {
  readonly log: { readonly length: number; copyFrom(other: unknown): void; truncate(length: number): void }[]
  readonly elected: { add(member: { readonly epoch: number; readonly node: number }): void }
  readonly degraded: { delete(node: number): void }
}

/** Whether an event tells all that a node's state is taken from. */
export function isFull(event: Event): event is StateEvent {
  if (event.type !== 'state') return false
  const { role, epoch, last, at } = event.obs
  return (at ?? 'after') === 'after' && role !== undefined && typeof epoch === 'number' && typeof last === 'number'
}

/**
 * Changes the native state in place: the node is as it was observed, with the first entries of the log of the node `source`;
 * false when that log does not reach so far.
 */
export function adopt(
  state: State,
  { node: name, obs }: StateEvent,
  labels: Labels,
  shift: Shift,
  source: number,
): boolean {
  const node = labels.nodeOf(name)
  const changing = state as unknown as Changing
  const position = (index: unknown, otherwise: number): number =>
    typeof index === 'number' ? Math.max(0, labels.positionOf(index) - shift.entries) : otherwise
  const last = position(obs.last, 0)
  if (state.log[source].length < last) return false
  changing.log[node].copyFrom(changing.log[source])
  changing.log[node].truncate(last)
  const up = obs.role !== 'down'
  const leads = obs.role === 'leader'
  state.up[node] = up
  if (up) state.role[node] = leads ? 'leader' : 'follower'
  state.epoch[node] = epochOf(state, Number(obs.epoch), labels, shift)
  state.flushed[node] = Math.min(last, position(obs.synced, last))
  state.applied[node] = Math.min(last, position(obs.applied, last))
  state.visible[node] = Math.min(last, position(obs.commit, last))
  if (!up || leads) state.upstream[node] = null
  if (!up)
    for (let other = 1; other < state.up.length; other++)
      if (state.upstream[other] === node) state.upstream[other] = null
  if (leads) changing.elected.add({ epoch: state.epoch[node], node })
  else changing.degraded.delete(node)
  return true
}

/** The newest epoch of the model that it can be. */
function epochOf(state: State, epoch: number, labels: Labels, shift: Shift): number {
  const led = labels.isRanked ? shift.led : widened(shift.led, newestOf(state, labels.nodes.length) + shift.epochs)
  return Math.max(1, labels.heardAs(epoch, led).le - shift.epochs)
}
