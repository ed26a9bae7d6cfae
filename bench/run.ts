// `npm run bench -- [--rounds N] [--peers DIR] [--keep]`: everything in turn, several times over, so that what else the
// machine does falls on all alike; then medians, and of comparisons the median of the ratios within one round. Without
// --keep nothing is stored and the last stored results are only compared with.
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Checked, check, idle, type Measured } from './command.ts'
import { type Peer, peersOf } from './peers.ts'
import { machine, median, type Ratio, resultLines, type Results, type Row, store, stored } from './results.ts'
import { counted } from '../src/report/words.ts'
import { type Subject, SUBJECTS } from './subjects.ts'

/** Below this many states, memory is Node's. */
const TELLING_STATES = 500_000

/** The load above which measurements are not worth keeping. */
const QUIET = 0.5

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

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    peers: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const loadBefore = loadavg()[0]
if (loadBefore > QUIET) process.stderr.write(`The machine is busy (load ${loadBefore.toFixed(2)}); do not keep this.\n`)

const folder = mkdtempSync(join(tmpdir(), 'primacy-bench-'))
try {
  const results = measure()
  process.stdout.write(`${resultLines(results, stored()).join('\n')}\n`)
  if (values.keep) store(results)
} finally {
  rmSync(folder, { recursive: true })
}

function measure(): Results {
  const series: readonly Series[] = SUBJECTS.flatMap(subject =>
    subject.workers.map(workers => ({ subject, workers, runs: [] })),
  )
  const peers: readonly PeerSeries[] = SUBJECTS.filter(({ name }) => name === 'SLR L').flatMap(subject =>
    values.peers === undefined
      ? []
      : peersOf(subject, resolve(values.peers), folder).map(peer => ({ subject, peer, seconds: [] })),
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
    machine: machine(),
    node: process.versions.node,
    rounds,
    loadBefore,
    idleMs: median(idles.map(({ wallMs }) => wallMs)),
    idleBytes,
    rows: series.map(one => rowOf(one, idleBytes)),
    ratios: [...ratiosOfWorkers(series), ...ratiosOfPeers(series, peers), ...ratioOfSizes(series)],
  }
}

function rowOf({ subject, workers, runs }: Series, idleBytes: number): Row {
  const [{ distinct, transitions, depth }] = runs
  const exploreMs = median(runs.map(run => run.exploreMs))
  const peakBytes = median(runs.map(run => run.peakBytes))
  return {
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
