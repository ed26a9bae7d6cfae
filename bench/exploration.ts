// Explorations: `primacy check` on models of growing size, with one worker and two, beside other explorers.
import { resolve } from 'node:path'
import { counted, grouped } from '../src/report/words.ts'
import { type Checked, check, idle, type Measured } from './command.ts'
import { type Peer, peersOf } from './peers.ts'
import { median, type Measurement, type Ratio, type Row, type Table } from './results.ts'
import { type Subject, SUBJECTS } from './subjects.ts'

interface ExplorationRow extends Row {
  readonly name: string
  readonly workers: number
  readonly distinct: number
  readonly transitions: number
  readonly depth: number
  /** Medians over the rounds. */
  readonly exploreMs: number
  readonly statesPerSecond: number
  readonly transitionsPerSecond: number
  /** Above an idle Node; null where the states are too few to tell. */
  readonly bytesPerState: number | null
}

export interface ExplorationOptions {
  readonly rounds: number
  readonly folder: string
  /** The folder with the sources of other explorers' models, if they are to be measured. */
  readonly peers: string | undefined
}

export const EXPLORATION_TABLE: Table<ExplorationRow> = {
  head: ['', 'workers', 'states', 'transitions', 'whole command', 'states/s', 'transitions/s', 'bytes/state'],
  cells: row => [
    row.name,
    String(row.workers),
    grouped(row.distinct),
    grouped(row.transitions),
    `${grouped(Math.round(row.wallMs))} ms`,
    `${(row.statesPerSecond / 1e6).toFixed(2)} M`,
    `${(row.transitionsPerSecond / 1e6).toFixed(1)} M`,
    row.bytesPerState === null ? '-' : row.bytesPerState.toFixed(0),
  ],
}

/** Below this many states, memory is Node's. */
const TELLING_STATES = 500_000

interface Series {
  readonly subject: Subject
  readonly workers: number
  readonly runs: Checked[]
}

interface PeerSeries {
  readonly subject: Subject
  readonly peer: Peer
  readonly seconds: number[]
}

/** Explores every subject, and the one that peers have a twin of with them too. */
export function exploration({ rounds, folder, peers: sources }: ExplorationOptions): Measurement<ExplorationRow> {
  const series: readonly Series[] = SUBJECTS.flatMap(subject =>
    subject.workers.map(workers => ({ subject, workers, runs: [] })),
  )
  const peers: readonly PeerSeries[] = SUBJECTS.filter(({ name }) => name === 'SLR L').flatMap(subject =>
    sources === undefined
      ? []
      : peersOf(subject, resolve(sources), folder).map(peer => ({ subject, peer, seconds: [] })),
  )
  const idles: Measured[] = []
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`round ${round} of ${rounds}\n`)
    idles.push(idle(folder))
    for (const { subject, workers, runs } of series) {
      runs.push(check(subject, workers, folder))
      for (const other of peers) {
        // Right after the one they are compared with, once a round.
        if (other.subject === subject && workers === subject.workers.at(-1)) other.seconds.push(other.peer.run())
      }
    }
  }
  const idleBytes = median(idles.map(({ peakBytes }) => peakBytes))
  return {
    idleMs: median(idles.map(({ wallMs }) => wallMs)),
    idleBytes,
    rows: series.map(one => rowOf(one, idleBytes)),
    ratios: [...ratiosOfWorkers(series), ...ratiosOfPeers(series, peers), ...ratioOfSizes(series)],
  }
}

function rowOf({ subject, workers, runs }: Series, idleBytes: number): ExplorationRow {
  const [{ distinct, transitions, depth }] = runs
  const exploreMs = median(runs.map(run => run.exploreMs))
  const peakBytes = median(runs.map(run => run.peakBytes))
  return {
    key: `${subject.name}, ${counted(workers, 'worker')}`,
    name: subject.name,
    workers,
    distinct,
    transitions,
    depth,
    wallMs: median(runs.map(run => run.wallMs)),
    exploreMs,
    statesPerSecond: (distinct / Math.max(1, exploreMs)) * 1000,
    transitionsPerSecond: (transitions / Math.max(1, exploreMs)) * 1000,
    bytesPerState: distinct < TELLING_STATES ? null : (peakBytes - idleBytes) / distinct,
  }
}

function ratiosOfWorkers(series: readonly Series[]): readonly Ratio[] {
  return series
    .filter(({ workers }) => workers === 2)
    .flatMap(two => {
      const one = series.find(({ subject, workers }) => subject === two.subject && workers === 1)
      if (one === undefined) return []
      const ratios = two.runs.map(({ wallMs }, round) => one.runs[round].wallMs / wallMs)
      return [{ what: `${two.subject.name}: 1 worker takes, times 2 workers`, ratio: median(ratios) }]
    })
}

function ratiosOfPeers(series: readonly Series[], peers: readonly PeerSeries[]): readonly Ratio[] {
  return peers.flatMap(({ subject, peer, seconds }) =>
    series
      .filter(one => one.subject === subject)
      .map(({ workers, runs }) => ({
        what: `${subject.name}: ${peer.name} takes (by its own clock), times our whole command with ${counted(workers, 'worker')}`,
        ratio: median(seconds.map((time, round) => (time * 1000) / runs[round].wallMs)),
      })),
  )
}

/** What a state costs in a large search, of what it costs in one an eighth as large. */
function ratioOfSizes(series: readonly Series[]): readonly Ratio[] {
  return [1, 2].flatMap(wanted => {
    const [medium, large] = ['SLR M', 'SLR L'].map(name =>
      series.find(({ subject, workers }) => subject.name === name && workers === wanted),
    )
    if (medium === undefined || large === undefined) return []
    const ratios = large.runs.map((run, round) => rate(run) / rate(medium.runs[round]))
    return [
      { what: `states/s at 8.3 M states, times those at 1.1 M, ${counted(wanted, 'worker')}`, ratio: median(ratios) },
    ]
  })
}

function rate({ distinct, exploreMs }: Checked): number {
  return distinct / exploreMs
}
