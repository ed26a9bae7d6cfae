// Forgetting what is settled, so that a log of any length is judged with a model of few entries. What every node has
// durably, and nobody will acknowledge any more, cannot change: no guard of the specification looks at it except
// through its length, its last epoch, and whether two logs agree there, and they do. One entry stays, so that a log's
// last epoch remains known. Write ids and epochs are numbered anew, which equality and order do not notice.
import type { Config } from '../../lang/spec.ts'
import type { Move } from './labels.ts'
import type { State } from './single-leader-state.ts'

interface Sequence {
  length: number
  [index: number]: { readonly epoch: number; readonly id: number }
  truncate(length: number): void
}

interface Members<T> extends Iterable<T> {
  add(member: T): void
  delete(member: T): void
}

interface Changing {
  readonly log: Sequence[]
  readonly acked: Members<{ readonly id: number; readonly epoch: number }>
  readonly elected: Members<{ readonly epoch: number; readonly node: number }>
  readonly degraded: Iterable<number>
  nextId: number
}

export function compact(state: State, config: Config, mayForget: (position: number) => boolean): Move | null {
  const changing = state as unknown as Changing
  // A node that restarts with nothing, or with what it had applied, may come back shorter than it was.
  const kept = config['restartKeeps'] !== 'durable' || config['promoteKeeps'] !== 'received' ? 0 : forgettable(state)
  let entries = 0
  while (entries < kept - 1 && mayForget(entries + 1)) entries++
  for (let node = 1; node < state.up.length; node++) dropFirst(changing.log[node], entries)
  for (const marks of [state.flushed, state.applied, state.visible])
    for (let node = 1; node < state.up.length; node++) marks[node] = Math.max(0, marks[node] - entries)
  const epochs = oldestEpoch(state, changing) - 1
  const ids = renumberIds(changing, epochs)
  if (entries === 0 && epochs === 0 && !ids) return null
  for (let node = 1; node < state.up.length; node++) state.epoch[node] -= epochs
  return { entries, epochs }
}

/** How many first entries every node has, equal and durable, and its readers see. */
function forgettable(state: State): number {
  let common = Infinity
  for (let node = 1; node < state.up.length; node++) common = Math.min(common, state.flushed[node])
  for (let position = 0; position < common; position++)
    for (let node = 2; node < state.up.length; node++) {
      const [a, b] = [state.log[1][position], state.log[node][position]]
      if (a.epoch !== b.epoch || a.id !== b.id) return position
    }
  return common
}

function dropFirst(log: Sequence, count: number): void {
  if (count === 0) return
  for (let index = count; index < log.length; index++) log[index - count] = log[index]
  log.truncate(log.length - count)
}

/** The oldest epoch that a node, an entry or the newest election still needs. */
function oldestEpoch(state: State, { log }: Changing): number {
  let oldest = Infinity
  for (let node = 1; node < state.up.length; node++) {
    oldest = Math.min(oldest, state.epoch[node])
    for (let index = 0; index < log[node].length; index++) oldest = Math.min(oldest, log[node][index].epoch)
  }
  return oldest
}

/** Numbers the ids that logs still hold from 1, and moves every epoch down. False when nothing changed. */
function renumberIds(changing: Changing, epochs: number): boolean {
  const { log, acked, elected } = changing
  const used = new Set<number>()
  for (let node = 1; node < log.length; node++)
    for (let index = 0; index < log[node].length; index++) used.add(log[node][index].id)
  const ids = new Map([...used].toSorted((a, b) => a - b).map((id, index) => [id, index + 1]))
  const next = ids.size + 1
  if (next === changing.nextId && epochs === 0) return false
  for (let node = 1; node < log.length; node++)
    for (let index = 0; index < log[node].length; index++) {
      const { epoch, id } = log[node][index]
      log[node][index] = { epoch: epoch - epochs, id: ids.get(id)! }
    }
  const told = [...acked]
  for (const member of told) acked.delete(member)
  for (const { id, epoch } of told) {
    const to = ids.get(id)
    // An acknowledged write that no log holds is lost; that is for rules to judge, no guard asks for it again.
    if (to !== undefined) acked.add({ id: to, epoch: Math.max(1, epoch - epochs) })
  }
  const led = [...elected]
  for (const member of led) elected.delete(member)
  for (const { epoch, node } of led) if (epoch > epochs) elected.add({ epoch: epoch - epochs, node })
  changing.nextId = next
  return true
}
