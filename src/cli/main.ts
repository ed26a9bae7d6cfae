// The command line: one file a command; here they meet, and every error ends in a message and an exit code.
import { Command, Help, Option } from 'commander'
import { checkCommand } from './check.ts'
import { doctorCommand, version } from './doctor.ts'
import { report } from './errors.ts'
import { replayCommand } from './replay.ts'
import { scenariosCommand } from './scenarios.ts'
import { monitorCommand } from './monitor.ts'
import { traceCommand } from './trace.ts'
import { validateCommand } from './validate.ts'

/** Options as commander describes them, without defaults that say only that an option may be left out. */
const optionDescription: Help['optionDescription'] = option => {
  const { defaultValue } = option as { readonly defaultValue: unknown }
  const isPlain = defaultValue === false || (Array.isArray(defaultValue) && defaultValue.length === 0)
  return new Help().optionDescription(isPlain ? new Option(option.flags, option.description) : option)
}

const program = new Command('primacy')
  .description('Checks, debugs and validates single-leader replication.')
  .version(version())
  .showSuggestionAfterError()
  .showHelpAfterError('Add --help to see what there is.')
  .configureHelp({ optionDescription })
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes:
  0    everything holds, is accepted, is met
  1    a property is violated, a trace is rejected, an expectation is not met
  2    wrong usage, configuration, specification or input
  3    nothing was checked; with --strict, an action was never enabled
  4    unknown: a limit was reached
  70   internal error
  130  interrupted`,
  )

for (const add of [
  checkCommand,
  replayCommand,
  scenariosCommand,
  validateCommand,
  monitorCommand,
  traceCommand,
  doctorCommand,
])
  add(program)

// A reader that closed its end (`| head`) has seen what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
  throw error
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}
