// The text report of one check: verdicts first, then the bound they hold for, then every counterexample.
import { counterexampleLines } from './counterexample.ts'
import { type CheckFinding, neverEnabled, type PropertyFinding, withoutStates } from './findings.ts'
import { bounds, byteSize, columns, counted, grouped, settings } from './words.ts'

/** The report as text, ending in a newline. */
export function checkText(finding: CheckFinding): string {
  const overridden = Object.keys(finding.overrides).length === 0 ? 'default configuration' : settings(finding.overrides)
  const lines = [
    `${finding.spec}  ${overridden}`,
    '',
    ...columns(finding.properties.map(property => ['', property.verdict, property.name, remark(finding, property)])),
    '',
    ...summary(finding),
  ]
  for (const found of finding.counterexamples) {
    const property = finding.properties.find(({ name }) => name === found.trace.property)!
    lines.push('', ...counterexampleLines(found, property))
  }
  return `${lines.join('\n')}\n`
}

function remark(finding: CheckFinding, property: PropertyFinding): string {
  if (property.verdict === 'violated') return `${counted(property.depth!, 'step')}   ${property.trace ?? ''}`
  return property.verdict === 'unknown' ? `not violated within ${counted(finding.completeDepth, 'step')}` : ''
}

function summary(finding: CheckFinding): readonly string[] {
  const size = `${counted(finding.distinctCount, 'distinct state')}, ${counted(finding.transitionCount, 'transition')}, depth ${finding.depth}`
  const lines = [`${size}, ${finding.stateBits} bits a state.`, `${ended(finding)} ${bounds(finding.config)}`]
  if (withoutStates(finding)) lines.push('There is no initial state: init is never enabled, and nothing was checked.')
  const never = neverEnabled(finding)
  const ruledOut = [...finding.actions].filter(([, action]) => action.ruledOut).map(([name]) => name)
  if (ruledOut.length > 0) lines.push(`Ruled out by this configuration: ${ruledOut.join(', ')}.`)
  if (never.length > 0 && finding.ending === 'complete') {
    lines.push(
      `Never enabled, though the configuration allows it: ${never.join(', ')}. What they would show was not checked.`,
    )
  }
  return lines
}

/** How the exploration ended, to be followed by the bound. */
function ended(finding: CheckFinding): string {
  const sofar = finding.verdict === 'violated' ? '' : '; nothing violated so far'
  const within = `All behaviours of at most ${counted(finding.completeDepth, 'step')} were examined${sofar}. Bound:`
  switch (finding.ending) {
    case 'complete':
      return 'Exhaustive for'
    case 'violation':
      return 'Stopped at the first violation (--continue goes on). Bound:'
    case 'states':
      return `Unknown: stopped at the limit of ${grouped(finding.limits.states ?? 0)} states (--max-states). ${within}`
    case 'memory':
      return `Unknown: stopped at the limit of ${byteSize(finding.limits.bytes)} of memory (--max-memory). ${within}`
    case 'time':
      return `Unknown: stopped at the limit of ${(finding.limits.timeMs ?? 0) / 1000} s (--timeout). ${within}`
    case 'interrupted':
      return `Interrupted. ${within}`
  }
}
