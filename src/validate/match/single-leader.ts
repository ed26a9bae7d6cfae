// The binding of `spec/single-leader.ts`: its bounds, what records its actions, which of them commute, and what is
// observed of its state.
import { adopt, isFull } from './adoption.ts'
import type { Binding, Claim } from './binding.ts'
import { EventReader } from './event-reader.ts'
import type { Labels, Shift } from './labels.ts'
import { firstOf, furthestOf, highest, lastOf, lowest } from '../format/bounds.ts'
import type { Event } from '../format/repltrace.ts'
import { named, widened } from './led.ts'
import { callsOf } from './single-leader-calls.ts'
import { entryAt, newestOf, type State } from './single-leader-state.ts'
import { compact } from './window.ts'

const OPENING = ['promote', 'promotePolled']
/** So many promotions in a row are guessed that nobody recorded: each node leads once, and one again. */
const SPARE_EPOCHS = 4
/** So many writes that nobody recorded are guessed before an event says that they were there. */
const SPARE_ENTRIES = 16

export const singleLeader: Binding = {
  spec: 'single-leader',
  bounds: ['nodes', 'writes', 'epochs', 'crashes', 'restarts', 'suspicions', 'cuts', 'reads'],
  sizes: (nodes, entries, epochs) => ({
    nodes,
    writes: entries,
    epochs,
    crashes: 1,
    restarts: 1,
    suspicions: 1,
    cuts: 1,
    reads: 1,
  }),
  read: (event, state, labels, shift, config) =>
    new EventReader(event, state as State, labels, shift, config).reading(),
  needs: (event, state, labels, shift) => needs(event, state as State, labels, shift),
  touches: callsOf,
  opening: OPENING,
  spareEpochs: SPARE_EPOCHS,
  full: (state, { entries, epochs }, labels, shift) => {
    const { nextId } = state as State
    // Entries that no event will ever speak of are missing to nobody.
    const lacksEntries = nextId > entries && labels.furthest - shift.entries > entries
    return [
      ...(newestOf(state as State, labels.nodes.length) >= epochs ? OPENING : []),
      ...(lacksEntries ? ['write'] : []),
    ]
  },
  after: (event, state, labels, shift) => after(event, state as State, labels, shift),
  adopt: (event, state, labels, shift, source) => isFull(event) && adopt(state as State, event, labels, shift, source),
  observe: (state, claim, shift) => observe(state as State, claim, shift),
  known: ['role', 'epoch', 'last', 'synced'],
  forgotten: [
    'crashesSpent',
    'restartsSpent',
    'suspicionsSpent',
    'cutsSpent',
    'readsSpent',
    'late',
    'lateHarmful',
    'fewCopies',
    'truncatedAcked',
    'staleOwn',
    'wentBack',
    'seen',
    'session',
  ],
  comparable: ['up', 'role', 'epoch', 'log', 'flushed', 'applied', 'visible', 'upstream', 'cut', 'degraded', 'elected'],
  recordings: {
    write: { types: ['append'], hidden: 'unless-all' },
    ship: { types: ['receive'], hidden: 'unless-all' },
    flush: { types: ['flush'], hidden: 'unless-all' },
    apply: { types: ['apply'], hidden: 'unless-all' },
    acknowledge: { types: ['reply', 'ok', 'commit'], hidden: 'unless-all' },
    cancel: { types: [], hidden: 'unless-all' },
    timeout: { types: ['config'], hidden: 'unless-all' },
    crash: { types: ['crash'], hidden: 'if-some', impliedBy: ['restart'] },
    restart: { types: ['restart'], hidden: 'if-some' },
    cutLink: { types: ['partition'], hidden: 'if-some' },
    healLink: { types: ['heal'], hidden: 'if-some' },
    pollCandidates: { types: ['elect'], hidden: 'unless-all' },
    promote: { types: ['promote'], hidden: 'unless-all' },
    promotePolled: { types: ['promote'], hidden: 'unless-all' },
    stepDown: { types: ['demote'], hidden: 'unless-all' },
    follow: { types: ['follow'], hidden: 'unless-all' },
  },
  commuting: [
    ['ship', 'write'],
    ['ship', 'acknowledge'],
    ['ship', 'ship'],
    ['flush', 'acknowledge'],
    ['apply', 'write'],
    ['apply', 'ship'],
    ['apply', 'acknowledge'],
    ['acknowledge', 'write'],
    ['acknowledge', 'acknowledge'],
  ],
  reaches,
  writesUpTo: (event, labels) => (event.type === 'append' ? labels.positionOf(lastOf(event.index)) : null),
  lengthens: ({ action, arguments: { leader, follower } }) => {
    if (action === 'ship') return { node: follower as number, by: 'copy' }
    return action === 'write' ? { node: leader as number, by: 'write' } : null
  },
  lengthOf: (state, node) => (state as State).log[node].length,
  catchingUp: ['ship', 'flush', 'apply'],
  kept: ({ action, arguments: { follower } }, labels) =>
    action === 'follow' && labels.allTruncations ? state => (state as State).log[follower as number].length : null,
  compact: (state, config, mayForget) => compact(state as State, config, mayForget),
}

/** Every append may be a client's write, every promotion a new epoch. */
function needs(event: Event, state: State, labels: Labels, shift: Shift): { entries: number; epochs: number } {
  let entries = state.nextId - 1
  if (event.type === 'append') {
    const end = labels.positionOf(lastOf(event.index)) - shift.entries
    const { length } = state.log[labels.nodeOf(event.node)]
    entries = Math.max(entries + Math.max(0, end - length), end)
  }
  const opened =
    (event.type === 'promote' || event.type === 'elect' ? 1 : 0) + (labels.lacksPromotions ? SPARE_EPOCHS : 0)
  if (labels.lacksWrites) entries = Math.max(entries, state.nextId - 1 + missing(event, state, labels, shift))
  // A node's state may be taken from what it tells.
  const told = isFull(event) ? labels.heardAs(Number(event.obs.epoch), shift.led).le - shift.epochs : 0
  return { entries, epochs: Math.max(newestOf(state, labels.nodes.length) + opened, told) }
}

/** How many entries may be missing from a log for what is said of positions, now or later. */
function missing(event: Event, state: State, labels: Labels, shift: Shift): number {
  let shortest = Infinity
  for (let node = 1; node < state.up.length; node++) shortest = Math.min(shortest, state.log[node].length)
  const now = labels.positionOf(furthestOf(event)) - shift.entries - shortest
  const later = labels.furthest - shift.entries - shortest
  return Math.max(0, now, Math.min(later, SPARE_ENTRIES))
}

/** Events that may change how far a log reaches, or tell of something else. */
const CHANGING: ReadonlySet<Event['type']> = new Set(['receive', 'catch-up', 'follow', 'restart', 'truncate'])

/** What is told of a log where it does not change, or of its end before it does. */
function reaches(event: Event, labels: Labels): ReturnType<Binding['reaches']> {
  const { type, node: name, obs } = event
  if (name === undefined || CHANGING.has(type)) return null
  const node = labels.nodeOf(name)
  const between = (ge: number, le: number): ReturnType<Binding['reaches']> => ({
    node,
    ge: labels.positionOf(ge),
    le: le === Infinity ? le : labels.positionOf(le),
  })
  if (type === 'append') return between(firstOf(event.index) - 1, firstOf(event.index) - 1)
  if (type === 'promote' && event.index !== undefined) return between(lastOf(event.index), lastOf(event.index))
  const { last, synced } = obs === undefined || obs.at === 'stale' ? {} : obs
  if (typeof last === 'object' || typeof last === 'number') return between(lowest(last ?? 0), highest(last ?? 0))
  if (type === 'flush' || type === 'apply') return between(lastOf(event.index), Infinity)
  return synced === undefined || synced === null ? null : between(lowest(synced), Infinity)
}

/** Which epochs were led, as far as the event says it: by its node, or by who wrote the entry. */
function after(event: Event, state: State, labels: Labels, shift: Shift): Shift {
  let led = widened(shift.led, newestOf(state, labels.nodes.length) + shift.epochs)
  const name = (model: number | undefined, epoch: number): void => {
    if (model !== undefined) led = named(led, model + shift.epochs, epoch)
  }
  if (event.type === 'promote') name(state.epoch[labels.nodeOf(event.node)], event.epoch)
  if (event.type === 'append' && event.epoch !== undefined) {
    const position = labels.positionOf(lastOf(event.index)) - shift.entries
    name(entryAt(state, labels.nodeOf(event.node), position)?.epoch, event.epoch)
  }
  const { obs, node } = event
  const isNow = obs !== undefined && (obs.at ?? 'after') === 'after' && !labels.isBeforeFirstLeader(event)
  if (isNow && node !== undefined && obs.role === 'leader' && typeof obs.epoch === 'number')
    name(state.epoch[labels.nodeOf(node)], obs.epoch)
  return led === shift.led ? shift : { ...shift, led }
}

/** Roles are 0 down, 1 follower, 2 leader; positions and epochs are the model's. */
function observe(state: State, { node, aspect, position }: Claim, shift: Shift): number | null {
  const log = state.log[node]
  switch (aspect) {
    case 'role':
      return !state.up[node] ? 0 : state.role[node] === 'leader' ? 2 : 1
    case 'epoch':
      return state.epoch[node]
    case 'last':
      return log.length
    case 'lastEpoch':
      return log.length === 0 ? null : log[log.length - 1].epoch
    case 'entryEpoch':
      return position < 1 || position > log.length ? null : log[position - 1].epoch
    case 'commit':
      return state.role[node] === 'leader' ? atLeast(state.visible[node], shift) : null
    case 'applied':
      return state.role[node] === 'leader' ? null : atLeast(state.applied[node], shift)
    case 'synced':
      return state.flushed[node]
  }
}

/** At the window's beginning a mark may have been further back than the window knows. */
function atLeast(mark: number, shift: Shift): number | null {
  return mark === 0 && shift.entries > 0 ? null : mark
}
