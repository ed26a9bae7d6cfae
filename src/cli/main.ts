// The command line: one file a command; here they meet, and every error ends in a message and an exit code.
import { Command } from 'commander'
import { checkCommand } from './check.ts'
import { doctorCommand, version } from './doctor.ts'
import { report } from './errors.ts'
import { replayCommand } from './replay.ts'
import { scenariosCommand } from './scenarios.ts'
import { monitorCommand } from './monitor.ts'
import { traceCommand } from './trace.ts'
import { validateCommand } from './validate.ts'

const program = new Command('primacy')
  .description('Checks, debugs and validates single-leader replication.')
  .version(version())
  .showSuggestionAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExit codes: 0 everything holds, 1 violated or not met, 2 usage or specification error, 3 nothing was checked, or never enabled (--strict),\n4 unknown: a limit was reached, 70 internal error, 130 interrupted.',
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
