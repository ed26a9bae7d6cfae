// `node bench/monitor.ts [EVENTS …]`: `primacy monitor` as a whole command on long traces: lines a second, and the most
// memory it had. The traces are written to a temporary folder and removed.
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { grouped } from '../src/report/words.ts'
import { timed } from './command.ts'
import { longTrace } from './long-trace.ts'

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [200_000, 1_000_000]
const folder = mkdtempSync(join(tmpdir(), 'primacy-bench-'))
try {
  for (const events of sizes) {
    const file = join(folder, `${events}.ndjson`)
    const lines = write(file, events)
    const { wallMs, peakBytes } = timed([resolve('bin/primacy.js'), 'monitor', file], 0, folder).measured
    const rate = grouped(Math.round((lines / wallMs) * 1000))
    const megabytes = grouped(Math.round(peakBytes / 1e6))
    const size = grouped(Math.round(statSync(file).size / 1e6))
    process.stdout.write(
      `${grouped(lines)} lines (${size} MB): ${(wallMs / 1000).toFixed(1)} s, ${rate} lines/s, ${megabytes} MB at most\n`,
    )
    rmSync(file)
  }
} finally {
  rmSync(folder, { recursive: true })
}

function write(file: string, events: number): number {
  const output = openSync(file, 'w')
  let lines = 0
  let waiting: string[] = []
  const flush = (): void => {
    writeSync(output, waiting.join(''))
    waiting = []
  }
  for (const line of longTrace(events)) {
    lines++
    if (waiting.push(`${line}\n`) === 10_000) flush()
  }
  flush()
  closeSync(output)
  return lines
}
