// Where a result goes and in which form; the options that every command which prints results has.
import { type Command, Option } from 'commander'
import { assertWritable, writeWhole } from './files.ts'

export interface Output {
  readonly format: 'text' | 'json'
  readonly output: string
}

export function outputOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <form>', 'form of the result').choices(['text', 'json']).default('text'))
    .addOption(outputOption())
    .hook('preAction', assertOutput)
}

export function outputOption(): Option {
  return new Option('--output <file>', 'file for the result; - is stdout').default('-')
}

/** A place that cannot be written is an error before the work. */
export function assertOutput(_: Command, action: Command): void {
  const { output } = action.opts<Partial<Output>>()
  if (output !== undefined && output !== '-') assertWritable(output, '--output FILE')
}

/** Writes a result, whole, to the file or to stdout; to stdout also when the file can no longer be written. */
export function write({ output }: Pick<Output, 'output'>, text: string): void {
  try {
    if (output !== '-') return writeWhole(output, text, '--output FILE')
  } catch (error) {
    process.stdout.write(text)
    throw error
  }
  process.stdout.write(text)
}

/** Collects a repeatable option. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value]
}
