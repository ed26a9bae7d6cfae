// What a server says of itself, counted in writes. Its answers are several and not of one moment, and other servers
// are asked later, so an observation is `stale`: each part was true once since the server started.
import type { Observation } from '../../src/validate/format/repltrace.ts'
import type { Server } from './server.ts'
import { type Entry, parseLsn, positionOf } from './wal.ts'

/** What a server answered, in bytes; null where it has nothing to say. */
export interface Answer {
  readonly leads: boolean
  /** Leaders only. */
  readonly flushed: bigint | null
  readonly received: bigint | null
  readonly replayed: bigint | null
  /** Of what a follower received last; null while it receives nothing. */
  readonly epoch: number | null
}

const QUESTION = `SELECT pg_is_in_recovery(),
  CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_flush_lsn() END,
  pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(), (SELECT received_tli FROM pg_stat_wal_receiver)`

export async function ask(server: Server): Promise<Answer> {
  const [row] = await server.query(QUESTION)
  const [inRecovery, flushed, received, replayed, epoch] = row as [string, string, string, string, string]
  return {
    leads: inRecovery === 'f',
    flushed: lsn(flushed),
    received: lsn(received),
    replayed: lsn(replayed),
    epoch: epoch === '' ? null : Number(epoch),
  }
}

function lsn(text: string): bigint | null {
  return text === '' ? null : parseLsn(text)
}

/** The answer in positions of the server's log; `log` was read after the server answered. */
export function observation(answer: Answer, epoch: number, log: readonly Entry[]): Observation {
  if (answer.leads) {
    const synced = positionOf(log, answer.flushed ?? 0n)
    return { role: 'leader', epoch, last: { ge: synced }, synced, at: 'stale' }
  }
  const applied = positionOf(log, answer.replayed ?? 0n)
  // What was received goes back to the start of a segment whenever a receiver starts, so it is a bound at most.
  const received = Math.max(applied, positionOf(log, answer.received ?? 0n))
  return { role: 'follower', epoch, last: { ge: received }, applied, synced: { ge: received }, at: 'stale' }
}
