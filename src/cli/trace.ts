// `primacy trace mutate`: how strong a recording is.
import type { Command } from 'commander'
import { type Output, outputOptions } from './output.ts'
import { countOf } from './usage.ts'
import { type JudgingOptions, judgingOptions } from './validate.ts'

export interface MutateOptions extends Output, JudgingOptions {
  readonly seed: number
  readonly limit: number
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
}
