// `primacy doctor`: what this installation is and whether it works, for bug reports and for a first look.
import { availableParallelism, totalmem } from 'node:os'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { Machine } from '../lang/machine.ts'
import { propertiesOf } from '../lang/properties.ts'
import { instantiate } from '../lang/spec.ts'
import { byteSize, columns } from '../report/words.ts'
import { drive } from './drive.ts'
import { DEFAULT_ENGINE, explorerOf } from './engines.ts'
import { defaultMemory } from './examine.ts'
import { packageRoot } from './files.ts'
import { BUNDLED, loadSpec } from './load.ts'
import { type Output, outputOptions, write } from './output.ts'

interface Finding {
  readonly name: string
  readonly value: string
  readonly ok: boolean
}

export function doctorCommand(program: Command): void {
  outputOptions(program.command('doctor'))
    .summary('say what this installation is and whether it works')
    .description('Shows versions and limits, loads the bundled specification, and explores a known model.')
    .action(async (options: Output) => {
      process.exitCode = await doctor(options)
    })
}

/** The counts of the smallest configuration that has a leader, a follower and a write; known from an independent checker's model. */
const PROBE = { set: { crashes: 0 }, distinctCount: 66 }

async function doctor(options: Output): Promise<number> {
  const findings: Finding[] = [
    { name: 'primacy', value: version(), ok: true },
    { name: 'node', value: `${process.version} (${process.execPath})`, ok: supported(process.versions.node) },
    { name: 'platform', value: `${process.platform} ${process.arch}, ${availableParallelism()} processors`, ok: true },
    {
      name: 'memory',
      value: `${byteSize(totalmem())}; a check may take ${byteSize(defaultMemory())} of it`,
      ok: true,
    },
    await probe(),
  ]
  const text = columns(findings.map(({ name, value, ok }) => [ok ? 'ok' : 'NOT OK', name, value]))
  write(
    options,
    options.format === 'json'
      ? `${JSON.stringify({ format: 'primacy-doctor', version: 1, findings }, null, 2)}\n`
      : `${text.join('\n')}\n`,
  )
  return findings.every(({ ok }) => ok) ? 0 : 2
}

/** The package's version. */
export function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { readonly version: string }).version
}

/** The lines of Node that run TypeScript natively and without flags. */
function supported(node: string): boolean {
  const [major, minor] = node.split('.').map(Number) as [number, number]
  return (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major > 24
}

async function probe(): Promise<Finding> {
  const name = 'explorer'
  try {
    const loaded = await loadSpec(BUNDLED)
    const machine = new Machine(instantiate(loaded.spec, PROBE.set))
    const limits = { states: Infinity, bytes: defaultMemory() }
    const search = explorerOf(loaded, machine, propertiesOf(machine.instance), limits, false, DEFAULT_ENGINE)
    const { exploration } = await drive(search, { timeoutMs: null, label: name, limitBytes: limits.bytes })
    const ok = exploration.distinctCount === PROBE.distinctCount
    return {
      name,
      value: `${exploration.distinctCount} states of the bundled model without faults${ok ? '' : `, expected ${PROBE.distinctCount}`}`,
      ok,
    }
  } catch (error) {
    return { name, value: error instanceof Error ? error.message : String(error), ok: false }
  }
}
