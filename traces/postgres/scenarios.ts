// The scripted faults. Each scenario is a configuration, the knobs of spec/single-leader.ts that say the same, and a
// script. Clients: c1 writes, c2 reads; where a session's guarantees are meant, c1 does both.
import type { Model } from '../../src/validate/format/repltrace.ts'
import type { Drill } from './drill.ts'
import type { Settings } from './server.ts'

export interface Scenario {
  readonly settings: Settings
  readonly model: Model
  readonly play: (drill: Drill) => Promise<void>
}

/** PostgreSQL by itself: replay lags, timelines are numbered by each node, nothing fences, nothing elects. */
const POSTGRES: Model = { followerApply: 'lazy', compare: 'length', epochSource: 'local', restartRole: 'keep' }
const REJOINS: Model = { ...POSTGRES, restartRole: 'follower' }
const FALSE_SUSPICION: Model = { detect: 'imperfect', suspicions: 1 }

const ASYNC: Settings = {}
const FIRST_1: Settings = { synchronous_standby_names: 'FIRST 1 (n1, n2, n3)' }
const ANY_1: Settings = { synchronous_standby_names: 'ANY 1 (n1, n2, n3)' }
const ANY_2: Settings = { synchronous_standby_names: 'ANY 2 (n1, n2, n3)' }

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'first1-failover': {
    settings: FIRST_1,
    model: { ...REJOINS, ack: 'first' },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1', 'w2')
      await drill.observe('n1', 'n2', 'n3')
      await drill.write('c1', 'n1', 'w3')
      await drill.crash('n1')
      await drill.write('c1', 'n1', 'f1')
      await drill.write('c1', 'n2', 'f2')
      await drill.promote('n2')
      await drill.follow('n3', 'n2')
      await drill.read('c2', 'n3')
      await drill.write('c1', 'n2', 'w4')
      await drill.rejoin('n1', 'n2')
      await drill.write('c1', 'n2', 'w5')
      await drill.observe('n1', 'n2', 'n3')
      await drill.read('c2', 'n2')
    },
  },
  'first1-two-failovers': {
    settings: FIRST_1,
    model: { ...REJOINS, ack: 'first' },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.catchUp()
      await drill.crash('n1')
      await drill.promote('n2')
      await drill.follow('n3', 'n2')
      await drill.write('c1', 'n2', 'w2')
      await drill.rejoin('n1', 'n2')
      await drill.write('c1', 'n2', 'w3')
      await drill.observe('n1', 'n2', 'n3')
      await drill.crash('n2')
      await drill.promote('n1')
      await drill.follow('n3', 'n1')
      await drill.write('c1', 'n1', 'w4')
      await drill.rejoin('n2', 'n1')
      await drill.write('c1', 'n1', 'w5')
      await drill.observe('n1', 'n2', 'n3')
      await drill.read('c2', 'n1')
    },
  },
  'async-lost-write': {
    settings: ASYNC,
    model: { ...REJOINS, ack: 'async' },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.catchUp()
      drill.cut('n1', 'n2')
      drill.cut('n1', 'n3')
      await drill.write('c1', 'n1', 'w2')
      await drill.read('c2', 'n1')
      await drill.observe('n1', 'n2', 'n3')
      await drill.crash('n1')
      await drill.promote('n2')
      await drill.follow('n3', 'n2')
      await drill.write('c1', 'n2', 'w3')
      await drill.heal('n1', 'n2')
      await drill.heal('n1', 'n3')
      await drill.rejoin('n1', 'n2')
      await drill.write('c1', 'n2', 'w4')
      await drill.read('c2', 'n2')
    },
  },
  'first1-lagging-follower-promoted': {
    settings: FIRST_1,
    model: { ...POSTGRES, ack: 'first', rejoin: 'refuse' },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.catchUp()
      await drill.observe('n1', 'n2', 'n3')
      drill.cut('n1', 'n3')
      await drill.write('c1', 'n1', 'w2')
      await drill.observe('n1', 'n2', 'n3')
      await drill.crash('n1')
      await drill.promote('n3')
      const waiting = await drill.writeInVain('c1', 'n3', 'w3')
      await drill.followInVain('n2', 'n3')
      await drill.read('c2', 'n2')
      await drill.cancel(waiting)
      await drill.observe('n2', 'n3')
      await drill.read('c3', 'n3')
    },
  },
  'first1-unacknowledged-shown-after-restart': {
    settings: FIRST_1,
    model: { ...POSTGRES, ack: 'first' },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.catchUp()
      drill.cut('n1', 'n2')
      drill.cut('n1', 'n3')
      const waiting = await drill.writeInVain('c1', 'n1', 'w2')
      await drill.read('c2', 'n1')
      await drill.observe('n1', 'n2', 'n3')
      await drill.crash('n1')
      await drill.settle(waiting)
      await drill.restart('n1')
      await drill.read('c2', 'n1')
      await drill.observe('n1', 'n2', 'n3')
      await drill.heal('n1', 'n2')
      await drill.heal('n1', 'n3')
      await drill.write('c1', 'n1', 'w3')
    },
  },
  'first1-cancelled-wait': {
    settings: FIRST_1,
    model: { ...REJOINS, ack: 'first', cancelWait: true },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.catchUp()
      drill.cut('n1', 'n2')
      drill.cut('n1', 'n3')
      const waiting = await drill.writeInVain('c1', 'n1', 'w2')
      await drill.read('c2', 'n1')
      await drill.cancel(waiting)
      await drill.read('c2', 'n1')
      await drill.observe('n1', 'n2', 'n3')
      await drill.crash('n1')
      await drill.promote('n2')
      await drill.follow('n3', 'n2')
      await drill.write('c1', 'n2', 'w3')
      await drill.heal('n1', 'n2')
      await drill.heal('n1', 'n3')
      await drill.rejoin('n1', 'n2')
    },
  },
  'unflushed-write-lost-by-restart': {
    // The writer of the log sleeps longer than the scenario lasts.
    settings: { synchronous_commit: 'off', wal_writer_delay: '10s', wal_writer_flush_after: '1GB' },
    model: { ...POSTGRES, ack: 'async', leaderFlush: false },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.flush('n1')
      await drill.observe('n1', 'n2', 'n3')
      await drill.write('c1', 'n1', 'w2')
      await drill.write('c1', 'n1', 'w3')
      await drill.read('c2', 'n1')
      await drill.crash('n1')
      await drill.restart('n1')
      await drill.read('c2', 'n1')
      await drill.write('c1', 'n1', 'w4')
      await drill.flush('n1')
      await drill.observe('n1', 'n2', 'n3')
    },
  },
  'async-two-leaders': {
    settings: ASYNC,
    model: { ...POSTGRES, ...FALSE_SUSPICION, ack: 'async' },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.catchUp()
      drill.cut('n1', 'n2')
      drill.note('n1 is suspected, but lives')
      await drill.promote('n2')
      await drill.write('c1', 'n1', 'w2')
      await drill.write('c3', 'n2', 'w3')
      await drill.read('c2', 'n1')
      await drill.observe('n1', 'n2', 'n3')
      await drill.heal('n1', 'n2')
      await drill.rejoin('n3', 'n2')
      await drill.rejoin('n1', 'n2')
      await drill.write('c3', 'n2', 'w4')
      await drill.read('c4', 'n2')
    },
  },
  'any1-two-leaders': {
    settings: ANY_1,
    model: { ...POSTGRES, ...FALSE_SUSPICION, ack: 'any' },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.catchUp()
      drill.cut('n1', 'n2')
      drill.note('n1 is suspected, but lives')
      await drill.promote('n2')
      await drill.write('c1', 'n1', 'w2')
      const waiting = await drill.writeInVain('c3', 'n2', 'w3')
      await drill.read('c2', 'n1')
      await drill.observe('n1', 'n2', 'n3')
      await drill.heal('n1', 'n2')
      await drill.rejoin('n3', 'n2')
      await drill.settle(waiting)
      await drill.rejoin('n1', 'n2')
      await drill.write('c3', 'n2', 'w4')
    },
  },
  'any2-two-leaders-blocked': {
    settings: ANY_2,
    model: { ...POSTGRES, ...FALSE_SUSPICION, ack: 'any', ackCount: 2 },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.catchUp()
      drill.cut('n1', 'n2')
      drill.note('n1 is suspected, but lives')
      await drill.promote('n2')
      const old = await drill.writeInVain('c1', 'n1', 'w2')
      const waiting = await drill.writeInVain('c3', 'n2', 'w3')
      await drill.read('c2', 'n1')
      await drill.observe('n1', 'n2', 'n3')
      await drill.crash('n1')
      await drill.settle(old)
      await drill.heal('n1', 'n2')
      await drill.restart('n1')
      await drill.rejoin('n3', 'n2')
      await drill.rejoin('n1', 'n2')
      await drill.settle(waiting)
    },
  },
  'any1-old-leader-restarts-as-leader': {
    settings: ANY_1,
    model: { ...POSTGRES, ack: 'any' },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.catchUp()
      await drill.crash('n1')
      await drill.promote('n2')
      // Nobody told n3, which still looks for n1.
      await drill.restart('n1')
      await drill.write('c1', 'n1', 'w2')
      const waiting = await drill.writeInVain('c3', 'n2', 'w3')
      await drill.observe('n1', 'n2', 'n3')
      await drill.rejoin('n3', 'n2')
      await drill.settle(waiting)
      await drill.rejoin('n1', 'n2')
      await drill.write('c3', 'n2', 'w4')
    },
  },
  'async-epoch-used-twice': {
    settings: ASYNC,
    model: { ...POSTGRES, ...FALSE_SUSPICION, ack: 'async' },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.catchUp()
      await drill.observe('n1', 'n2', 'n3')
      await drill.crash('n1')
      await drill.promote('n2')
      await drill.promote('n3')
      await drill.write('c1', 'n2', 'w2')
      await drill.write('c3', 'n3', 'w3')
      await drill.write('c1', 'n2', 'w4')
      await drill.write('c3', 'n3', 'w5')
      await drill.read('c2', 'n2')
      await drill.read('c4', 'n3')
      await drill.observe('n2', 'n3')
    },
  },
  'any1-session-reads-behind': {
    settings: ANY_1,
    model: { ...POSTGRES, ack: 'any', session: true },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.read('c1', 'n1')
      await drill.catchUp()
      await drill.observe('n1', 'n2', 'n3')
      await drill.pauseReplay('n3')
      await drill.write('c1', 'n1', 'w2')
      await drill.read('c1', 'n1')
      await drill.read('c1', 'n3')
      await drill.observe('n1', 'n2', 'n3')
      await drill.write('c1', 'n1', 'w3')
      await drill.read('c1', 'n3')
      await drill.resumeReplay('n3')
      await drill.read('c1', 'n3')
      await drill.observe('n1', 'n2', 'n3')
    },
  },
  'any2-applied-session-reads': {
    settings: { ...ANY_2, synchronous_commit: 'remote_apply' },
    model: { ...REJOINS, ack: 'any', ackCount: 2, ackLevel: 'applied', session: true },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.read('c1', 'n2')
      await drill.observe('n1', 'n2', 'n3')
      await drill.pauseReplay('n3')
      const waiting = await drill.writeInVain('c1', 'n1', 'w2')
      await drill.read('c1', 'n3')
      await drill.observe('n1', 'n2', 'n3')
      await drill.resumeReplay('n3')
      await drill.settle(waiting)
      await drill.read('c1', 'n3')
      await drill.read('c1', 'n2')
      await drill.write('c1', 'n1', 'w3')
      await drill.read('c1', 'n3')
      await drill.read('c1', 'n1')
      await drill.observe('n1', 'n2', 'n3')
    },
  },
  'any2-shown-before-acknowledged': {
    settings: ANY_2,
    model: { ...REJOINS, ack: 'any', ackCount: 2 },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.catchUp()
      drill.cut('n1', 'n3')
      const waiting = await drill.writeInVain('c1', 'n1', 'w2')
      await drill.read('c2', 'n1')
      await drill.read('c2', 'n2')
      await drill.observe('n1', 'n2', 'n3')
      await drill.crash('n1')
      await drill.settle(waiting)
      await drill.promote('n3')
      await drill.rejoin('n2', 'n3')
      await drill.heal('n1', 'n3')
      await drill.rejoin('n1', 'n3')
      await drill.write('c1', 'n3', 'w3')
      await drill.read('c2', 'n3')
    },
  },
  'async-epoch-used-twice-rejoined-blindly': {
    settings: ASYNC,
    model: { ...REJOINS, ...FALSE_SUSPICION, ack: 'async', rejoin: 'blind' },
    async play(drill) {
      await drill.write('c1', 'n1', 'w1')
      await drill.catchUp()
      await drill.observe('n1', 'n2', 'n3')
      await drill.crash('n1')
      await drill.promote('n2')
      await drill.promote('n3')
      await drill.checkpoint('n2')
      await drill.checkpoint('n3')
      await drill.write('c1', 'n2', 'w2')
      await drill.write('c3', 'n3', 'w3')
      await drill.crash('n3')
      await drill.write('c1', 'n2', 'w4')
      await drill.rejoinBlindly('n3', 'n2')
      await drill.write('c1', 'n2', 'w5')
      await drill.catchUp()
      await drill.read('c2', 'n2')
      await drill.read('c4', 'n3')
    },
  },
}
