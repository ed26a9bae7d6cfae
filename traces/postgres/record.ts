// node traces/postgres/record.ts [scenario …] --out FOLDER: plays scenarios on a PostgreSQL cluster of its own and
// writes what happened, a trace each. Ends with 0, with 1 when a scenario did not go as its script says, and with 2
// when there is nothing to play or no PostgreSQL to play on.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { Cluster, NODES } from './cluster.ts'
import { Drill } from './drill.ts'
import { MissingError, Programs } from './programs.ts'
import { Recording } from './recording.ts'
import { SCENARIOS, type Scenario } from './scenarios.ts'

/** A scenario takes about fifteen seconds; one that takes this long hangs. */
const SCENARIO_TIMEOUT_MS = 180_000

// Everything that was started is ended by whoever started it, when the process exits; so an interruption must exit.
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(name, () => process.exit(code))
}
try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(error instanceof MissingError || isUsage(error) ? 2 : 1)
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true })
  const names = positionals.length === 0 ? Object.keys(SCENARIOS) : positionals
  const unknown = names.find(name => SCENARIOS[name] === undefined)
  if (unknown !== undefined || values.out === undefined) {
    const what = unknown === undefined ? 'Where to? Say --out FOLDER.' : `There is no scenario ${unknown}.`
    throw new MissingError(`${what}\nScenarios: ${Object.keys(SCENARIOS).join(', ')}`)
  }
  const programs = Programs.find()
  mkdirSync(values.out, { recursive: true })
  for (const name of names) {
    const lines = await inTime(name, record(programs, name, SCENARIOS[name]))
    const file = join(values.out, `${name}.ndjson`)
    writeFileSync(file, lines.map(line => `${line}\n`).join(''))
    console.log(`${file}: ${lines.length} lines`)
  }
}

async function record(programs: Programs, name: string, scenario: Scenario): Promise<readonly string[]> {
  console.log(`${name}: starting ${NODES.length} servers of PostgreSQL ${programs.version}`)
  const cluster = await Cluster.open(programs, scenario.settings)
  try {
    const recording = new Recording(say)
    const drill = new Drill(programs, cluster, recording)
    await scenario.play(drill)
    await drill.finish()
    return recording.lines(name, programs.version, [...NODES], scenario.model)
  } finally {
    cluster.close()
  }
}

async function inTime<T>(name: string, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    console.error(`${name} took more than ${SCENARIO_TIMEOUT_MS} ms.`)
    process.exit(1)
  }, SCENARIO_TIMEOUT_MS)
  try {
    return await work
  } finally {
    clearTimeout(timer)
  }
}

function say({ type, ts, ...rest }: Event): void {
  console.log(`  ${(Number(ts) / 1e9).toFixed(2).padStart(6)} s  ${type} ${JSON.stringify(rest)}`)
}

/** Whether it is a complaint about the command line. */
function isUsage(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
