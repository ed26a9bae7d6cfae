// Judgements of recordings: `primacy validate` on two hundred thousand events whose order is known as a whole or only at
// each node, and `primacy monitor` on long traces, whose length must not show in its memory. All are generated.
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { grouped } from '../src/report/words.ts'
import { idle, type Measured, primacy } from './command.ts'
import { longTrace } from './long-trace.ts'
import { recording } from './recording.ts'
import { median, type Measurement, type Row, type Table } from './results.ts'

interface JudgementRow extends Row {
  readonly eventCount: number
  /** Of the whole command. */
  readonly eventsPerSecond: number
  readonly peakBytes: number
}

export const JUDGEMENT_TABLE: Table<JudgementRow> = {
  head: ['', 'events', 'whole command', 'events/s', 'memory'],
  cells: ({ key, eventCount, wallMs, eventsPerSecond, peakBytes }) => [
    key,
    grouped(eventCount),
    `${grouped(Math.round(wallMs))} ms`,
    grouped(Math.round(eventsPerSecond)),
    `${grouped(Math.round(peakBytes / 1e6))} MB`,
  ],
}

const SEED = 1
const CONFIGURATION = ['--set', 'ack=any', '--set', 'elect=best']

interface Subject {
  readonly key: string
  readonly args: readonly string[]
  readonly lines: () => Iterable<string>
}

const SUBJECTS: readonly Subject[] = [
  {
    key: 'validate, in total order',
    args: ['validate', ...CONFIGURATION],
    lines: () => recording('total', 200_000, SEED),
  },
  {
    key: 'validate, in the order of each node',
    args: ['validate', ...CONFIGURATION],
    lines: () => recording('node', 200_000, SEED),
  },
  {
    key: 'the same, without who follows whom',
    args: ['validate', ...CONFIGURATION],
    lines: () => recording('node', 200_000, SEED, ['follow']),
  },
  {
    key: 'the same, without what was received',
    args: ['validate', ...CONFIGURATION],
    lines: () => recording('node', 67_000, SEED, ['receive']),
  },
  { key: 'monitor', args: ['monitor'], lines: () => longTrace(200_000) },
  { key: 'monitor, five times as long', args: ['monitor'], lines: () => longTrace(1_000_000) },
]

/** Judges every subject in every round. */
export function judgement(rounds: number, folder: string): Measurement<JudgementRow> {
  const idles: Measured[] = []
  const series = SUBJECTS.map((subject, number) => {
    const file = join(folder, `${number}.ndjson`)
    // All lines but the first and the last are events.
    return { ...subject, file, eventCount: write(file, subject.lines()) - 2, runs: [] as Measured[] }
  })
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`round ${round} of ${rounds}\n`)
    idles.push(idle(folder))
    for (const { args, file, runs } of series) runs.push(primacy([...args, file], 0, folder).measured)
  }
  return {
    idleMs: median(idles.map(({ wallMs }) => wallMs)),
    idleBytes: median(idles.map(({ peakBytes }) => peakBytes)),
    rows: series.map(({ key, eventCount, runs }) => {
      const wallMs = median(runs.map(run => run.wallMs))
      const peakBytes = median(runs.map(run => run.peakBytes))
      return { key, eventCount, wallMs, eventsPerSecond: (eventCount / wallMs) * 1000, peakBytes }
    }),
    ratios: [],
  }
}

/** Writes lines in pieces; gives their number. */
function write(file: string, lines: Iterable<string>): number {
  const output = openSync(file, 'w')
  let count = 0
  let waiting: string[] = []
  const flush = (): void => {
    writeSync(output, waiting.join(''))
    waiting = []
  }
  for (const line of lines) {
    count++
    if (waiting.push(`${line}\n`) === 10_000) flush()
  }
  flush()
  closeSync(output)
  return count
}
