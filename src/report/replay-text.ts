// The report of a replay: confirmed, or rejected at the first differing step with what was expected and what was got.
import { formatJson, type Json } from '../lang/value.ts'
import type { Explanation } from '../trace/explain.ts'
import type { Difference, Rejection, Replay } from '../trace/replay.ts'
import type { Trace } from '../trace/trace.ts'
import { stepText } from './counterexample.ts'
import { columns, counted, wrapped } from './words.ts'

export interface ReplayFinding {
  readonly file: string
  readonly trace: Trace
  readonly result: Replay
  readonly explanation: Explanation | null
  /** The specification's text is not the one the trace was recorded from. */
  readonly specChanged: boolean
  /** Knobs of the specification that the trace does not set. */
  readonly missingKnobs: readonly string[]
  /** The guard that is false, with its source line. */
  readonly guardFrame: readonly string[]
}

/** The report as text, ending in a newline. */
export function replayText(finding: ReplayFinding): string {
  const lines =
    finding.result.verdict === 'confirmed' ? confirmed(finding) : rejected(finding, finding.result.rejection)
  return `${lines.join('\n')}\n`
}

function confirmed({ file, trace, explanation, specChanged }: ReplayFinding): readonly string[] {
  const steps = counted(trace.steps.length - 1, 'step')
  const lines = [
    `${file} is confirmed: ${steps}, every state as recorded, and ${trace.property} is violated at the end.`,
  ]
  const bindings = explanation?.bindings ?? []
  if (bindings.length > 0)
    lines.push(`  false for ${bindings.map(({ variable, value }) => `${variable} = ${value}`).join(', ')}`)
  if (specChanged)
    lines.push('  The specification has changed since the trace was recorded; the violation is still there.')
  return lines
}

function rejected(finding: ReplayFinding, rejection: Rejection): readonly string[] {
  const { file, trace, specChanged, missingKnobs } = finding
  const step = trace.steps[rejection.step]
  const lines = [
    `${file} is rejected at step ${rejection.step} of ${trace.steps.length - 1}: ${reason(rejection, trace)}`,
    '',
    `  ${rejection.step}  ${stepText(step)}`,
    ...detail(rejection, finding),
  ]
  if (specChanged) lines.push('', 'The specification has changed since the trace was recorded.')
  if (missingKnobs.length > 0)
    lines.push('', `The trace does not set ${missingKnobs.join(', ')}; the defaults were taken.`)
  return lines
}

function reason(rejection: Rejection, trace: Trace): string {
  switch (rejection.kind) {
    case 'unknown-property':
      return `the specification has no ${trace.kind} ${trace.property}. ${rejection.hint}`
    case 'unknown-action':
      return `${rejection.step === 0 ? 'a behaviour starts with init' : 'there is no such action'}. ${rejection.hint}`
    case 'unknown-arguments':
      return 'its arguments are not in the domains of its parameters.'
    case 'disabled':
      return 'it is not enabled there.'
    case 'state':
      return 'it leads to another state.'
    case 'changes':
      return 'it does not make the recorded changes.'
    case 'not-violated':
      return `${trace.property} is not violated there.`
  }
}

function detail(rejection: Rejection, finding: ReplayFinding): readonly string[] {
  switch (rejection.kind) {
    case 'disabled': {
      const enabled = rejection.enabled.length === 0 ? ['nothing'] : rejection.enabled
      return [
        '',
        `Its guard ${rejection.guard + 1} is false:`,
        ...finding.guardFrame.map(line => `  ${line}`),
        ...wrapped(
          ['Enabled there:', ...enabled.map((label, index) => label + (index < enabled.length - 1 ? ',' : '.'))],
          ' ',
          116,
        ),
      ]
    }
    case 'state':
    case 'changes':
      return ['', ...columns([['', '', 'expected', 'got'], ...rejection.differences.map(difference)])]
    case 'unknown-property':
    case 'unknown-action':
    case 'unknown-arguments':
    case 'not-violated':
      return []
  }
}

function difference({ path, expected, got }: Difference): readonly string[] {
  return ['', path, formatJson(expected), formatJson(got)]
}

/** The report as a JSON document, ending in a newline. */
export function replayJson({ file, trace, result, explanation, specChanged }: ReplayFinding): string {
  const outcome =
    result.verdict === 'confirmed' ? { explanation } : { rejection: { ...result.rejection, stack: undefined } }
  const document = {
    format: 'primacy-replay',
    version: 1,
    trace: file,
    spec: trace.spec,
    property: trace.property,
    verdict: result.verdict,
    ...outcome,
    specChanged,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

interface Watch {
  readonly expression: string
  readonly value: (state: object) => unknown
}

/** Watched expressions, a column each, a line a step. */
export function watchLines(trace: Trace, watches: readonly Watch[]): string {
  const rows = trace.steps.map((step, index) => [
    '',
    String(index),
    stepText(step),
    ...watches.map(watch => evaluated(watch, step.state)),
  ])
  return `${columns([['', '', '', ...watches.map(({ expression }) => expression)], ...rows]).join('\n')}\n\n`
}

function evaluated({ value }: Watch, state: object): string {
  try {
    return formatJson((value(state) ?? null) as Json)
  } catch (error) {
    return error instanceof Error ? `(${error.message})` : '(failed)'
  }
}
