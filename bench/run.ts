// `npm run bench -- [check|validate] [--rounds N] [--peers DIR] [--keep]`: everything in turn, several times over, so that
// what else the machine does falls on all alike; then medians, and of comparisons the median of the ratios within one round.
// Without --keep nothing is stored and the last stored results are only compared with.
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { exploration, EXPLORATION_TABLE } from './exploration.ts'
import { machine, type Measurement, type Part, resultLines, type Row, store, type Table } from './results.ts'
import { judgement, JUDGEMENT_TABLE } from './judgement.ts'

/** The load above which measurements are not worth keeping. */
const QUIET = 0.5

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    peers: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const wanted = (part: Part): boolean => positionals.length === 0 || positionals.includes(part)

const folder = mkdtempSync(join(tmpdir(), 'primacy-bench-'))
try {
  if (wanted('check')) measure('check', EXPLORATION_TABLE, () => exploration({ rounds, folder, peers: values.peers }))
  if (wanted('validate')) measure('validate', JUDGEMENT_TABLE, () => judgement(rounds, folder))
} finally {
  rmSync(folder, { recursive: true })
}

function measure<R extends Row>(part: Part, table: Table<R>, run: () => Measurement<R>): void {
  const loadBefore = loadavg()[0]
  if (loadBefore > QUIET)
    process.stderr.write(`The machine is busy (load ${loadBefore.toFixed(2)}); do not keep this.\n`)
  const results = { machine: machine(), node: process.versions.node, rounds, loadBefore, ...run() }
  process.stdout.write(`${resultLines(part, results, table).join('\n')}\n`)
  if (values.keep) store(part, results)
}
