// What a recorded event may be at most, whatever the state: what its reading in any state stays within.
import type { Call } from './binding.ts'
import type { Labels } from './labels.ts'
import type { Event } from '../format/repltrace.ts'

const NO_CALLS: readonly Call[] = []

/** Calls of `spec/single-leader.ts`; arguments that depend on the state are left free. */
export function callsOf(event: Event, labels: Labels): readonly Call[] {
  switch (event.type) {
    case 'append': {
      const node = labels.nodeOf(event.node)
      return [
        { action: 'write', args: { leader: node } },
        { action: 'ship', args: { follower: node } },
      ]
    }
    case 'receive':
    case 'catch-up':
      return [{ action: 'ship', args: { follower: labels.nodeOf(event.node), leader: labels.nodeOf(event.from) } }]
    case 'flush':
    case 'apply':
    case 'read':
      return [{ action: event.type, args: { node: labels.nodeOf(event.node) } }]
    case 'commit':
    case 'reply':
      return [{ action: 'acknowledge', args: { leader: labels.nodeOf(event.node) } }]
    case 'ok': {
      const args: Call['args'] = event.from === undefined ? {} : { leader: labels.nodeOf(event.from) }
      return [{ action: 'acknowledge', args }]
    }
    case 'crash':
      return [{ action: 'crash', args: { node: labels.nodeOf(event.node) } }]
    case 'restart': {
      const node = labels.nodeOf(event.node)
      return [
        { action: 'crash', args: { node } },
        { action: 'restart', args: { node } },
        { action: 'follow', args: { follower: node } },
        { action: 'ship', args: { follower: node } },
      ]
    }
    case 'elect':
      return event.to === undefined
        ? NO_CALLS
        : [{ action: 'pollCandidates', args: { candidate: labels.nodeOf(event.to) } }]
    case 'promote': {
      const args = { candidate: labels.nodeOf(event.node) }
      return [
        { action: 'promote', args },
        { action: 'promotePolled', args },
      ]
    }
    case 'demote':
      return [{ action: 'stepDown', args: { leader: labels.nodeOf(event.node) } }]
    case 'follow':
    case 'truncate':
      return [{ action: 'follow', args: { follower: labels.nodeOf(event.node) } }]
    case 'partition':
      return [{ action: 'cutLink', args: {} }]
    case 'heal':
      return [{ action: 'healLink', args: {} }]
    case 'write-received':
    case 'ship':
    case 'ack-sent':
    case 'ack-received':
    case 'suspect':
    case 'fence':
    case 'state':
    case 'config':
    case 'gap':
    case 'note':
    case 'invoke':
    case 'fail':
    case 'info':
      return NO_CALLS
  }
}
