// The JSON report of one check. Keys and their order are a contract; more may be added, none renamed. Whatever depends
// on the clock is under `timing`.
import type { CheckFinding } from './findings.ts'

/** The report as a JSON document, ending in a newline. */
export function checkJson(finding: CheckFinding): string {
  return `${JSON.stringify(checkDocument(finding), null, 2)}\n`
}

export function checkDocument(finding: CheckFinding): object {
  return {
    format: 'primacy-check',
    version: 1,
    spec: finding.spec,
    config: finding.config,
    verdict: finding.verdict,
    properties: finding.properties.map(({ name, kind, verdict, depth, trace }) => ({
      name,
      kind,
      verdict,
      depth,
      trace,
    })),
    states: {
      distinct: finding.distinctCount,
      transitions: finding.transitionCount,
      depth: finding.depth,
      bits: finding.stateBits,
    },
    coverage: {
      actions: Object.fromEntries(
        Array.from(finding.actions, ([name, action]) => [
          name,
          { enabled: action.enabled, taken: action.taken, new: action.new, ruledOut: action.ruledOut },
        ]),
      ),
    },
    limits: { ending: finding.ending, completeDepth: finding.completeDepth, ...finding.limits },
    explanations: finding.counterexamples.map(({ trace, explanation }) => ({
      property: trace.property,
      ...explanation,
    })),
    timing: {
      timeMs: Math.round(finding.timeMs),
      statesPerSecond: Math.round((finding.distinctCount / Math.max(finding.timeMs, 1)) * 1000),
    },
  }
}
