// A counterexample in words: one line a step with what it changed, then the values that make the property false, then
// the command that takes the steps again.
import { formatJson, type Json } from '../lang/value.ts'
import type { Change } from '../trace/changes.ts'
import type { Trace, TraceStep } from '../trace/trace.ts'
import type { Counterexample, PropertyFinding } from './findings.ts'
import { counted, wrapped } from './words.ts'

const WIDTH = 118

/** The counterexample as lines of text. */
export function counterexampleLines(found: Counterexample, finding: PropertyFinding): readonly string[] {
  return [
    `${finding.name} is violated. ${headline(finding)}`.trimEnd(),
    '',
    ...stepLines(found.trace),
    '',
    ...reasonLines(found, finding),
    `  shortest possible: ${counted(found.trace.steps.length - 1, 'step')}.   replay: primacy replay ${found.file}`,
  ]
}

function headline(finding: PropertyFinding): string {
  if (finding.kind === 'deadlock')
    return 'The specification does not say that stopping is fine here, and no action is enabled.'
  return finding.sentence === '' ? '' : `It says: ${finding.sentence}`
}

/** Every step with its changes, aligned. */
export function stepLines(trace: Pick<Trace, 'steps'>): readonly string[] {
  const labels = trace.steps.map(stepText)
  const labelWidth = Math.min(44, Math.max(...labels.map(label => label.length)))
  const numberWidth = String(trace.steps.length - 1).length
  const indent = 2 + numberWidth + 2 + labelWidth + 3
  return trace.steps.flatMap((step, index) => {
    const changes = wrapped(changeTexts(step.changes), '; ', WIDTH - indent)
    const head = `  ${String(index).padStart(numberWidth)}  ${labels[index].padEnd(labelWidth)}`
    if (labels[index].length > labelWidth) return [head, ...changes.map(line => ' '.repeat(indent) + line)]
    const first = `${head}   ${changes[0] ?? 'changes nothing'}`
    return [first, ...changes.slice(1).map(line => ' '.repeat(indent) + line)]
  })
}

/** `write(leader: n1)`. */
export function stepText(step: TraceStep): string {
  const args = Object.entries(step.args).map(([name, value]) => `${name}: ${argument(value)}`)
  return `${step.action}(${args.join(', ')})`
}

function argument(value: Json): string {
  return Array.isArray(value) ? `{${value.map(formatJson).join(', ')}}` : formatJson(value)
}

/** Changes in words; entries of one table that became the same value share a phrase. */
function changeTexts(changes: readonly Change[]): readonly string[] {
  const phrases = new Map<string, string[]>()
  for (const { path, from, to } of changes) {
    const [, field, key] = /^([^[]+)(?:\[(.+)\])?$/.exec(path)!
    const phrase = `${field}\u0000${became(from, to)}`
    const keys = phrases.get(phrase) ?? []
    if (key !== undefined) keys.push(key)
    phrases.set(phrase, keys)
  }
  return [...phrases].map(([phrase, keys]) => {
    const [field, change] = phrase.split('\u0000') as [string, string]
    return `${field}${keys.length === 0 ? '' : `[${keys.join(' ')}]`} ${change}`
  })
}

function became(from: Json, to: Json): string {
  if (Array.isArray(from) && Array.isArray(to)) {
    const texts = { from: from.map(formatJson), to: to.map(formatJson) }
    const appended = texts.from.every((item, index) => texts.to[index] === item)
    const added = appended ? texts.to.slice(texts.from.length) : texts.to.filter(item => !texts.from.includes(item)) // of a set, whose members are in the domain's order
    if (texts.from.length > 0 && texts.from.length + added.length === texts.to.length) return `gains ${added.join(' ')}`
  }
  return `= ${formatJson(to)}`
}

function reasonLines(found: Counterexample, finding: PropertyFinding): readonly string[] {
  const { bindings, facts } = found.explanation
  if (finding.kind === 'deadlock' || facts.length === 0) return []
  const where = bindings.map(({ variable, value }) => `${variable} = ${value}`).join(', ')
  const intro = where === '' ? 'false because' : `false for ${where}:`
  const values = wrapped(
    facts.map(({ path, value }) => `${path} is ${formatJson(value)}`),
    ', ',
    WIDTH - 4,
  )
  return [`  ${intro}`, ...values.map(line => `    ${line}`)]
}
