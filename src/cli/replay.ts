// `primacy replay`: take a recorded counterexample again, natively, and confirm every state and the violation.
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { Machine } from '../lang/machine.ts'
import { type Config, instantiate } from '../lang/spec.ts'
import { replayJson, replayText, type ReplayFinding, watchLines } from '../report/replay-text.ts'
import { stepLines } from '../report/counterexample.ts'
import { explain } from '../trace/explain.ts'
import { replay } from '../trace/replay.ts'
import type { Trace } from '../trace/trace.ts'
import { codeFrame } from './frame.ts'
import { readText, shown } from './files.ts'
import { findSpec, loadSpec } from './load.ts'
import { collect, type Output, outputOptions, write } from './output.ts'
import { UsageError } from './usage.ts'

interface Options extends Output {
  readonly spec?: string
  readonly step: boolean
  readonly watch: readonly string[]
}

export function replayCommand(program: Command): void {
  outputOptions(program.command('replay'))
    .summary('take a recorded counterexample again')
    .description(
      'Takes the steps of a trace natively, compares every recorded state with the one the specification gives, and confirms that the property is violated at the end. A trace that differs is rejected at the first differing step.',
    )
    .argument('<trace>', 'a trace that check wrote')
    .option('--spec <file>', 'the specification, when it is not where the trace says')
    .option('--step', 'show each step with what it changed; on a terminal, wait for Enter in between', false)
    .option(
      '--watch <expr>',
      'show a JavaScript expression over each state s, such as s.log.n1.length; repeatable',
      collect,
      [],
    )
    .action(async (file: string, options: Options) => {
      process.exitCode = await replayFile(file, options)
    })
}

async function replayFile(file: string, options: Options): Promise<number> {
  const trace = await readTraceFile(file)
  const loaded = await loadSpec(options.spec ?? specOf(file, trace))
  if (loaded.spec.name !== trace.spec) {
    throw new UsageError(
      `${shown(file)} was recorded from ${trace.spec}; ${loaded.source.specFile} is ${loaded.spec.name}.`,
      'Name the right one with --spec FILE.',
    )
  }
  const machine = new Machine(instantiate(loaded.spec, trace.config))
  const result = replay(machine, trace)
  const finding: ReplayFinding = {
    file: shown(file),
    trace,
    result,
    explanation: result.verdict === 'confirmed' ? explain(machine, result.property, result.before, result.after) : null,
    specChanged: trace.specDigest !== undefined && trace.specDigest !== loaded.source.specDigest,
    missingKnobs: missing(machine.instance.config, trace.config),
    guardFrame:
      result.verdict === 'rejected' && result.rejection.kind === 'disabled' ? codeFrame(result.rejection.stack) : [],
  }
  const watched = options.watch.map(watchOf)
  if (options.format === 'json') write(options, replayJson(finding))
  else {
    const steps = options.step ? await showSteps(trace, options) : ''
    write(options, `${steps}${watched.length > 0 ? watchLines(trace, watched) : ''}${replayText(finding)}`)
  }
  return result.verdict === 'confirmed' ? 0 : 1
}

/** Reads a trace file. */
async function readTraceFile(file: string): Promise<Trace> {
  // Loaded here: the schema validator takes longer to load than a small model to check.
  const { readTrace } = await import('../trace/read.ts')
  const read = readTrace(readText(file, 'trace'))
  if ('trace' in read) return read.trace
  const { message, line, column } = read.problem
  const place = line === null || column === null ? null : { file, line, column }
  throw new UsageError(
    `${shown(file)}: ${message}`,
    'primacy check writes traces; their schema is traces/primacy-trace.schema.json.',
    place,
  )
}

function specOf(file: string, trace: Trace): string {
  if (trace.specFile !== undefined) return findSpec(trace.specFile)
  throw new UsageError(`${shown(file)} does not say where its specification is.`, 'Name it with --spec FILE.')
}

function missing(config: Config, recorded: Config): readonly string[] {
  return Object.keys(config).filter(knob => !(knob in recorded))
}

/** An expression over a recorded state, evaluated as JavaScript. */
function watchOf(expression: string): { readonly expression: string; readonly value: (state: object) => unknown } {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- the user's own expression, on the user's own machine
    const evaluate = new Function('s', `'use strict'; return (${expression})`) as (state: object) => unknown
    return { expression, value: evaluate }
  } catch (error) {
    throw new UsageError(
      `--watch ${expression}: ${error instanceof Error ? error.message : String(error)}.`,
      'Write a JavaScript expression over s, the state as JSON:  --watch s.log.n1.length',
    )
  }
}

/** Shows the steps one by one where somebody sits; elsewhere returns them, to be part of the result. */
async function showSteps(trace: Trace, options: Options): Promise<string> {
  const interactive = process.stdin.isTTY && process.stdout.isTTY && options.output === '-'
  if (!interactive) return `${stepLines(trace).join('\n')}\n\n`
  const reader = createInterface({ input: process.stdin, output: process.stdout })
  for (let shownSteps = 1; shownSteps <= trace.steps.length; shownSteps++) {
    const lines = stepLines({ ...trace, steps: trace.steps.slice(0, shownSteps) })
    const before = shownSteps === 1 ? 0 : stepLines({ ...trace, steps: trace.steps.slice(0, shownSteps - 1) }).length
    process.stdout.write(`${lines.slice(before).join('\n')}\n`)
    if (shownSteps < trace.steps.length) await reader.question('')
  }
  reader.close()
  process.stdout.write('\n')
  return ''
}
