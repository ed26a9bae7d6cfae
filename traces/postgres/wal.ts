// A server's log as it stands on its disk: the writes in the order of their commit records, epoch by epoch. PostgreSQL's
// positions are bytes and grow without writes (checkpoints, hint bits), so each write carries its key in a logical
// message of its transaction, and positions here are counted in writes.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Programs } from './programs.ts'

/** The prefix of the logical messages that carry keys. */
export const KEY_PREFIX = 'written'

export interface Entry {
  readonly key: string
  readonly epoch: number
  /** Where its commit record begins and ends, in bytes. */
  readonly from: bigint
  readonly to: bigint
}

/** A stretch of the log that was written in one epoch. */
interface Stretch {
  readonly epoch: number
  readonly from: bigint
  /** Where the next epoch forked off; null for the last. */
  readonly to: bigint | null
}

const RECORD =
  /^rmgr: (?<manager>\w+)\s+len \(rec\/tot\):\s+\d+\/\s*(?<bytes>\d+), tx:\s+(?<transaction>\d+), lsn: (?<lsn>[0-9A-F]+\/[0-9A-F]+), .*? desc: (?<text>.*)$/

/** What the log on disk holds up to `epoch`, from the byte `origin` of epoch 1 on. */
export async function readLog(
  programs: Programs,
  data: string,
  epoch: number,
  origin: bigint,
): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for (const stretch of stretches(data, epoch, origin)) entries.push(...(await dump(programs, data, stretch)))
  return entries
}

/** How many entries lie wholly before a byte. */
export function positionOf(log: readonly Entry[], byte: bigint): number {
  return log.filter(entry => entry.to <= byte).length
}

export function parseLsn(lsn: string): bigint {
  const [high, low] = lsn.split('/')
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}

/** The history file of an epoch lists the epochs before it, and where each was left. */
function stretches(data: string, epoch: number, origin: bigint): readonly Stretch[] {
  const file = join(data, 'pg_wal', `${epoch.toString(16).toUpperCase().padStart(8, '0')}.history`)
  const forks = existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .map(line => /^(\d+)\s+(\S+\/\S+)/.exec(line))
        .flatMap(match => (match === null ? [] : [{ epoch: Number(match[1]), to: parseLsn(match[2]) }]))
    : []
  let from = origin
  const before = forks.map(fork => {
    const stretch = { ...fork, from }
    from = fork.to
    return stretch
  })
  return [...before, { epoch, from, to: null }]
}

async function dump(programs: Programs, data: string, stretch: Stretch): Promise<readonly Entry[]> {
  const start = `${(stretch.from >> 32n).toString(16)}/${(stretch.from & 0xffffffffn).toString(16)}`
  // It ends with an error, since a log in use has no proper end.
  const { stdout } = await programs.run('pg_waldump', [
    `--path=${join(data, 'pg_wal')}`,
    `--timeline=${stretch.epoch}`,
    `--start=${start}`,
  ])
  const keys = new Map<string, string>()
  const entries: Entry[] = []
  for (const line of stdout.split('\n')) {
    const record = RECORD.exec(line)?.groups
    if (record === undefined) continue
    const { manager, transaction, text } = record
    const from = parseLsn(record.lsn)
    if (stretch.to !== null && from >= stretch.to) break
    if (manager === 'LogicalMessage') {
      const payload = new RegExp(`prefix "${KEY_PREFIX}"; payload \\(\\d+ bytes\\): ([0-9A-F ]+)$`).exec(text)?.[1]
      if (payload !== undefined) keys.set(transaction, Buffer.from(payload.replaceAll(' ', ''), 'hex').toString())
    } else if (manager === 'Transaction' && text.startsWith('COMMIT')) {
      const key = keys.get(transaction)
      // Records begin at multiples of eight bytes.
      const bytes = (BigInt(record.bytes) + 7n) & ~7n
      if (key !== undefined) entries.push({ key, epoch: stretch.epoch, from, to: from + bytes })
    }
  }
  return entries
}
