// `primacy trace`: how strong a recording is, several as one, and what several have met of the specification.
import type { Command } from 'commander'
import { type Output, assertOutput, outputOption, outputOptions } from './output.ts'
import { countOf } from './usage.ts'
import { type JudgingOptions, judgingOptions, mapOption, unmatchedOption } from './validate.ts'

export interface MutateOptions extends Output, JudgingOptions {
  readonly seed: number
  readonly limit: number
}

export interface MergeOptions {
  readonly map?: string
  readonly unmatched: 'error' | 'warn' | 'drop'
  readonly output: string
}

export interface CoverOptions {
  readonly output: string | undefined
}

export function traceCommand(program: Command): void {
  const trace = program.command('trace').summary('examine recorded traces').description('Examines recorded traces.')
  judgingOptions(outputOptions(trace.command('mutate')))
    .summary('seed errors into a recording and say which would be noticed')
    .description(
      'Seeds errors into a recording — events dropped, doubled, swapped, numbers off by one, another actor — judges each as primacy validate would, and says which kinds would be noticed and which would pass.',
    )
    .argument('<trace>', 'a trace in the format repltrace, or a log with --map, that is accepted')
    .option(
      '--seed <n>',
      'which errors; the same number seeds the same ones',
      countOf('--seed', 'a series of errors', '7'),
      1,
    )
    .option('--limit <n>', 'errors of each kind', countOf('--limit', 'errors', '20'), 10)
    .action(async (file: string, options: MutateOptions) => {
      const { mutate } = await import('./mutating.ts')
      process.exitCode = await mutate(file, options)
    })
  trace
    .command('merge')
    .summary('make one recording of those of several processes')
    .description(
      'Writes the events of several recordings, or of several logs with --map, as one recording, each event with the file and the line it was taken from. The header promises no more than theirs do.',
    )
    .argument('<traces...>', 'traces in the format repltrace, or logs with --map; of one node, the earlier first')
    .addOption(mapOption())
    .addOption(unmatchedOption())
    .addOption(outputOption())
    .hook('preAction', assertOutput)
    .action(async (files: readonly string[], options: MergeOptions) => {
      const { mergeFiles } = await import('./merging.ts')
      await mergeFiles(files, options)
    })
  trace
    .command('coverage')
    .summary('add up what traces met of the specification')
    .description(
      'Adds up files that primacy validate --coverage has written, and says which actions were matched how often, and which guards were never true or never false.',
    )
    .argument('<files...>', 'coverage files of one specification')
    .option('--output <file>', 'write the sum there too, as a coverage file; - is stdout, instead of the text')
    .hook('preAction', assertOutput)
    .action(async (files: readonly string[], options: CoverOptions) => {
      const { coverFiles } = await import('./covering.ts')
      coverFiles(files, options)
    })
}
