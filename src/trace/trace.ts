// A trace: a behaviour of a specification with everything needed to take it again. Its JSON form is the contract of
// `traces/primacy-trace.schema.json`.
import type { Config } from '../lang/spec.ts'
import type { Json } from '../lang/value.ts'
import type { Change, StateJson } from './changes.ts'

export interface TraceStep {
  readonly action: string
  readonly args: { readonly [name: string]: Json }
  /** The state the step leads to. */
  readonly state: StateJson
  readonly changes: readonly Change[]
}

export type ViolationKind = 'invariant' | 'transition' | 'deadlock'

export interface Trace {
  readonly format: 'primacy-trace'
  readonly version: 1
  readonly spec: string
  readonly specFile?: string
  readonly specDigest?: string
  readonly config: Config
  readonly property: string
  readonly kind: ViolationKind
  /** Step 0 gives the initial state. */
  readonly steps: readonly TraceStep[]
  readonly loop: number | null
}

/** Where a specification's text came from, and which text it was. */
export interface SpecSource {
  readonly specFile: string
  readonly specDigest: string
}

/** The trace as a file holds it: one line a step, so that two traces can be compared by lines. */
export function printTrace(trace: Trace): string {
  const { steps, loop, ...head } = trace
  const lines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`)
  const body = steps.map(step => `    ${JSON.stringify(step)}`).join(',\n')
  return `{\n${lines.join('\n')}\n  "steps": [\n${body}\n  ],\n  "loop": ${JSON.stringify(loop)}\n}\n`
}
