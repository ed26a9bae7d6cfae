// `primacy monitor`: rules over a recording as it is written.
import type { Command } from 'commander'
import { type Output, outputOptions } from './output.ts'
import { countOf } from './usage.ts'
import { mapOption, unmatchedOption, waiversOption } from './validate.ts'

export interface MonitorOptions extends Output {
  readonly map?: string
  readonly unmatched: 'error' | 'warn' | 'drop'
  readonly window?: number
  readonly strict: boolean
  readonly waivers?: string
}

export function monitorCommand(program: Command): void {
  outputOptions(program.command('monitor'))
    .summary('hold a recording against rules, as it is written')
    .description(
      'Reads a recording line by line, from a file or from stdin, prints each violation of a rule as soon as it is certain, and at the end the verdict of every rule. Needs no configuration and no model; what was lost or left out makes a rule unknown.',
    )
    .argument('<trace>', 'a stream of the format repltrace, or a log with --map; - for stdin')
    .addOption(mapOption())
    .addOption(unmatchedOption())
    .option(
      '--window <n>',
      'how many entries and operations to remember; 65,536 by default',
      countOf('--window', 'entries', '100000'),
    )
    .option('--strict', 'what the header leaves to be assumed is an error', false)
    .addOption(waiversOption())
    .action(async (file: string, options: MonitorOptions) => {
      const { monitorFile } = await import('./monitoring.ts')
      process.exitCode = await monitorFile(file, options)
    })
}
