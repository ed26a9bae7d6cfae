// Where a result goes and in which form; the options that every command which prints results has.
import { type Command, Option } from 'commander'
import { writeWhole } from './files.ts'

export interface Output {
  readonly format: 'text' | 'json'
  readonly output: string
}

export function outputOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <form>', 'form of the result').choices(['text', 'json']).default('text'))
    .option('--output <file>', 'file for the result; - is stdout', '-')
}

/** Writes a result, whole, to the file or to stdout. */
export function write(output: Output, text: string): void {
  if (output.output === '-') process.stdout.write(text)
  else writeWhole(output.output, text)
}

/** Collects a repeatable option. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value]
}
