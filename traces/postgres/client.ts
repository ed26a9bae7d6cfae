// A client: a session of its own for each write, so that one that waits keeps nobody up. What it is told decides the
// event: `ok` only for an answer without a warning, `fail` only where nothing can have been written.
import type { Event } from '../../src/validate/format/repltrace.ts'
import type { NodeName } from './cluster.ts'
import type { Ended, Running } from './programs.ts'
import type { Server } from './server.ts'
import { KEY_PREFIX } from './wal.ts'

const ANSWER_TIMEOUT_MS = 20_000

/** A write whose client has not taken its answer. */
export interface Pending {
  readonly client: string
  readonly node: NodeName
  readonly key: string
  readonly running: Running
}

/** Where a write stands in the log of the leader that took it. */
export interface Place {
  readonly index: number
  readonly epoch: number
}

export function begin(server: Server, client: string, node: NodeName, key: string): Pending {
  const insert = `INSERT INTO written (key) VALUES ('${key}')`
  const mark = `SELECT pg_logical_emit_message(true, '${KEY_PREFIX}', '${key}')`
  return { client, node, key, running: server.begin(key, `${insert}; ${mark}`) }
}

/** Whether the write is durable at the leader and waits for followers. */
export async function waits(server: Server, { key }: Pending): Promise<boolean> {
  const sql = `SELECT 1 FROM pg_stat_activity WHERE application_name = '${key}' AND wait_event = 'SyncRep'`
  return (await server.query(sql)).length > 0
}

/**
 * The answer.
 *
 * @throws Error when there is none in time.
 */
export async function answer({ key, running }: Pending): Promise<Ended> {
  const late = setTimeout(() => running.process.kill('SIGKILL'), ANSWER_TIMEOUT_MS)
  const ended = await running.ended
  clearTimeout(late)
  if (ended.code === null) throw new Error(`${key} was not answered within ${ANSWER_TIMEOUT_MS} ms.`)
  return ended
}

/** What the client learnt from the answer; the place is the recorder's knowledge, which PostgreSQL's clients have to ask for. */
export function outcome({ client, node, key }: Pending, { code, stderr }: Ended, place: Place | undefined): Event {
  const told = { client, session: client, op: key }
  if (code === 0 && !stderr.includes('canceling wait for synchronous replication')) {
    return { type: 'ok', ...told, from: node, ...place }
  }
  if (code === 0) return { type: 'info', ...told, reason: 'committed at the leader only: the wait was cancelled' }
  if (/connection to server on socket .* failed/.test(stderr))
    return { type: 'fail', ...told, reason: 'nobody answers' }
  if (stderr.includes('read-only transaction')) return { type: 'fail', ...told, reason: 'a follower takes no writes' }
  return { type: 'info', ...told, reason: 'the connection was lost' }
}
