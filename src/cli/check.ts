// `primacy check`: explore a specification and report which properties hold. Without arguments, the overview: the
// bundled model in each acknowledgement mode, against what is recorded for it.
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { checkJson } from '../report/check-json.ts'
import { checkText } from '../report/check-text.ts'
import { exitCode } from '../report/findings.ts'
import { overview } from './overview.ts'
import { DEFAULT_ENGINE, type EngineName } from './engines.ts'
import { examine, writeTraces } from './examine.ts'
import { assertFolder } from './files.ts'
import { loadSpec } from './load.ts'
import { collect, type Output, outputOptions, write } from './output.ts'
import type { Printable } from './print.ts'
import { countOf, parseDuration, parseSettings, parseSize } from './usage.ts'

interface Options extends Output {
  readonly set: readonly string[]
  readonly property: readonly string[]
  readonly out?: string
  readonly maxStates?: number
  readonly maxMemory?: number
  readonly timeout?: number
  readonly continue: boolean
  readonly strict: boolean
  readonly engine: EngineName
  readonly workers?: number
  readonly print?: Printable
}

/** Where counterexamples go unless told otherwise. */
const OUT = join('traces', 'out')

export function checkCommand(program: Command): void {
  outputOptions(program.command('check'))
    .summary('explore a specification and report which properties hold')
    .description(
      'Explores every reachable state of a specification, breadth first, and reports for each property whether it holds, with the shortest counterexample of each that does not. Without a specification and settings, shows the bundled single-leader model in each acknowledgement mode.',
    )
    .argument('[spec]', 'a TypeScript specification; the bundled single-leader model when left out')
    .option('--set <knob=value>', 'give a knob another value than its default; repeatable', collect, [])
    .option('--property <name>', 'check only this property; repeatable', collect, [])
    .option('--out <dir>', `folder for counterexamples; ${OUT} when left out`)
    .option('--continue', 'go on after the first violation: the shortest counterexample of every property', false)
    .option('--max-states <n>', 'stop at this many distinct states', countOf('--max-states', 'states', '1000000'))
    .option(
      '--max-memory <size>',
      'stop when the visited set takes this much, such as 4GB; half of the memory by default',
      parseSize,
    )
    .option('--timeout <time>', 'stop after this long, such as 30s or 5m', parseDuration)
    .addOption(
      new Option('--engine <name>', 'explorer: compiled to WebAssembly, or the specification as it runs in Node')
        .choices(['wasm', 'native'])
        .default('wasm'),
    )
    .option(
      '--workers <n>',
      'threads of the compiled explorer; all processors by default',
      countOf('--workers', 'threads', '2'),
    )
    .addOption(
      new Option(
        '--print <part>',
        'print what the compiled explorer is given instead of exploring: the lowered actions, where a state holds what, or the WebAssembly module',
      ).choices(['ir', 'layout', 'wat']),
    )
    .option('--strict', 'fail with exit code 3 when an action that the configuration allows was never enabled', false)
    .action(async (spec: string | undefined, options: Options) => {
      process.exitCode = await check(spec, options)
    })
}

async function check(file: string | undefined, options: Options): Promise<number> {
  const { out = OUT } = options
  // That the usual folder cannot be written matters only when there is something to write.
  if (options.out !== undefined) assertFolder(out, '--out DIR')
  const plain = options.set.length + options.property.length === 0
  const limits = {
    maxStates: options.maxStates ?? null,
    maxBytes: options.maxMemory ?? null,
    timeoutMs: options.timeout ?? null,
    engine: { engine: options.engine, workers: options.workers ?? DEFAULT_ENGINE.workers },
  }
  if (file === undefined && plain && options.print === undefined) return overview(out, options, limits)
  const loaded = await loadSpec(file)
  const overrides = parseSettings(loaded.spec, options.set)
  if (options.print !== undefined) {
    const { printed } = await import('./print.ts')
    write(options, await printed(loaded, overrides, options.print, { ...limits, properties: options.property }))
    return 0
  }
  const finding = await examine(loaded, overrides, {
    ...limits,
    properties: options.property,
    stopAtFirst: !options.continue,
    directory: out,
  })
  try {
    writeTraces(finding)
  } finally {
    // What was found is told all the same.
    write(options, options.format === 'json' ? checkJson(finding) : checkText(finding))
  }
  return exitCode(finding, options.strict)
}
