// How errors reach the user: what happened, the place with its source line, the steps that lead there, what to do.
import { CommanderError } from 'commander'
import { CompileError } from '../compile/front/scope.ts'
import { DisagreementError } from '../explore/compiled.ts'
import { ExplorationFault } from '../explore/exploration.ts'
import { SpecFault } from '../lang/fault.ts'
import { StepFault } from '../lang/machine.ts'
import { stepLines } from '../report/counterexample.ts'
import { recordSteps, stepLabel } from '../trace/record.ts'
import { InternalError } from './examine.ts'
import { codeFrame, frameAt, placeAt } from './frame.ts'
import { inOwnWords } from './thrown.ts'
import { type Place, UsageError } from './usage.ts'

const USAGE = 2
const INTERNAL = 70

/** Prints an error for people and returns the exit code it deserves. */
export function report(error: unknown): number {
  // Commander has printed its own message; help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE
  const lines = message(error)
  if (lines !== null) {
    process.stderr.write(`${lines.join('\n')}\n`)
    return USAGE
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `Internal error: primacy contradicts itself or met something it does not handle. Please report it with the command.\n${text}\n`,
  )
  return INTERNAL
}

function message(error: unknown): readonly string[] | null {
  if (error instanceof InternalError || error instanceof DisagreementError) return null
  if (error instanceof CompileError) return withHint([error.message, ...frameAt(placeOf(error))], error.hint)
  if (error instanceof UsageError)
    return withHint([error.message, ...(error.place === null ? [] : frameAt(error.place))], error.hint)
  if (error instanceof SpecFault) {
    const said = inOwnWords(error.cause) ?? error
    return withHint([said.message, ...(error.kind === 'configuration' ? [] : codeFrame(error.stack ?? ''))], said.hint)
  }
  if (error instanceof ExplorationFault)
    return [
      ...stepMessage(error.fault),
      '',
      'The steps that lead there:',
      ...stepLines({ steps: recordSteps(error.machine, error.path) }),
    ]
  if (error instanceof StepFault) return stepMessage(error)
  return null
}

function placeOf({ source, offset }: CompileError): Place {
  return placeAt(source.file, source.text, offset)
}

/** A body or a property that went wrong. */
function stepMessage({ step, property, cause }: StepFault): readonly string[] {
  const where = property === null ? (step === null ? '' : stepLabel(step)) : `the property ${property}`
  const stack = cause instanceof Error ? (cause.stack ?? '') : ''
  if (cause instanceof SpecFault) return withHint([`In ${where}: ${cause.message}`, ...codeFrame(stack)], cause.hint)
  const own = inOwnWords(cause)
  if (own !== null) return withHint([`In ${where}: ${own.message}`, ...codeFrame(stack)], own.hint)
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return withHint([`In ${where}, the specification threw ${text}`, ...codeFrame(stack)], '')
}

function withHint(lines: readonly string[], hint: string): readonly string[] {
  return hint === '' ? lines : [...lines, hint]
}
