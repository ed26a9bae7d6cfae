// `primacy validate`: is a recorded trace a behaviour of replication as configured, and if not, where and why. What
// judging needs is loaded only when there is something to judge.
import { type Command, Option } from 'commander'
import { collect, type Output, outputOptions } from './output.ts'
import { countOf, parseDuration } from './usage.ts'

export interface JudgingOptions {
  readonly set: readonly string[]
  readonly preset?: string
  readonly spec?: string
  readonly map?: string
  readonly unmatched: 'error' | 'warn' | 'drop'
  readonly strict: boolean
  readonly budget: number
  readonly timeout: number
  readonly waivers?: string
  readonly coverage?: string
}

export type ValidateOptions = Output & JudgingOptions

export function mapOption(): Option {
  return new Option(
    '--map <file>',
    "how to read another system's log: a map, or the name of one that comes with primacy",
  )
}

export function waiversOption(): Option {
  return new Option('--waivers <file>', 'known deviations, which pass until the day that the file says')
}

export function unmatchedOption(): Option {
  return new Option('--unmatched <what>', 'what records are that no rule of the map matches')
    .choices(['error', 'warn', 'drop'])
    .default('error')
}

/** Options of every command that judges a recorded trace. */
export function judgingOptions(command: Command): Command {
  return command
    .option('--set <knob=value>', 'how the system is configured, whatever the trace says; repeatable', collect, [])
    .option('--preset <name>', 'a configuration by name: async, semi-sync, sync-any, sync-all')
    .option(
      '--spec <file>',
      'the specification to hold the trace against; the bundled single-leader model when left out',
    )
    .addOption(mapOption())
    .addOption(unmatchedOption())
    .option('--strict', 'what the header leaves to be assumed is an error', false)
    .addOption(
      new Option('--budget <n>', 'states to look at before the verdict is unknown')
        .argParser(countOf('--budget', 'states', '10000000'))
        .default(2_000_000, '2,000,000'),
    )
    .addOption(
      new Option('--timeout <time>', 'time after which the verdict is unknown, such as 30s or 5m')
        .argParser(parseDuration)
        .default(300_000, '5m'),
    )
    .addOption(waiversOption())
}

export function validateCommand(program: Command): void {
  judgingOptions(outputOptions(program.command('validate')))
    .summary('judge recorded traces of other implementations')
    .description(
      'Says of each trace whether it is a behaviour of single-leader replication as configured, which rules what was observed violates, and whether clients saw a linearizable history; and if not, where, why, and under which configuration it would be.',
    )
    .argument('<traces...>', 'traces in the format repltrace, or logs with --map; gzip is unpacked; - for stdin')
    .option('--coverage <file>', 'add what the traces met of the specification to this file')
    .action(async (files: readonly string[], options: ValidateOptions) => {
      const { validateAll } = await import('./judging.ts')
      process.exitCode = await validateAll(files, options)
    })
}
