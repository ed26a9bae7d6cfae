// What a check found, as data; every report prints this and nothing else.
import type { Config } from '../lang/spec.ts'
import type { Explanation } from '../trace/explain.ts'
import type { Trace, ViolationKind } from '../trace/trace.ts'

export type Verdict = 'holds' | 'violated' | 'unknown'

/** Why an exploration ended: `complete` is all there is, `violation` the first one found, the rest are limits. */
type Ending = 'complete' | 'violation' | 'states' | 'memory' | 'time' | 'interrupted'

export interface PropertyFinding {
  readonly name: string
  readonly kind: ViolationKind
  readonly verdict: Verdict
  /** Of a violated property: the steps of its counterexample. */
  readonly depth: number | null
  /** Where the counterexample was written. */
  readonly trace: string | null
  /** What the property says, from its doc comment. */
  readonly sentence: string
}

export interface Counterexample {
  readonly trace: Trace
  readonly explanation: Explanation
  readonly file: string
}

/** How often an action was enabled (states), taken (transitions), and led somewhere new (states). */
interface ActionFinding {
  readonly enabled: number
  readonly taken: number
  readonly new: number
  /** True when the configuration alone rules the action out. */
  readonly ruledOut: boolean
}

export interface CheckFinding {
  readonly spec: string
  readonly config: Config
  /** The knobs that differ from their defaults. */
  readonly overrides: Config
  readonly verdict: Verdict
  readonly ending: Ending
  readonly properties: readonly PropertyFinding[]
  readonly counterexamples: readonly Counterexample[]
  readonly distinctCount: number
  readonly transitionCount: number
  /** The longest shortest path found, in steps. */
  readonly depth: number
  /** Every behaviour of at most this many steps was examined. */
  readonly completeDepth: number
  /** Bits that one state takes when packed. */
  readonly stateBits: number
  readonly actions: ReadonlyMap<string, ActionFinding>
  readonly limits: { readonly states: number | null; readonly bytes: number; readonly timeMs: number | null }
  readonly timeMs: number
}

/** Actions that the configuration allows and that were never enabled in any state. */
export function neverEnabled(finding: CheckFinding): readonly string[] {
  return [...finding.actions].filter(([, action]) => !action.ruledOut && action.enabled === 0).map(([name]) => name)
}

/** True when every property holds only because there is no state it could be false in. */
export function withoutStates(finding: CheckFinding): boolean {
  return finding.ending === 'complete' && finding.distinctCount === 0
}

/** The exit code a check deserves. `strict` makes an action that was never enabled a failure. */
export function exitCode(finding: CheckFinding, strict: boolean): number {
  if (finding.ending === 'interrupted') return 130
  if (finding.verdict === 'violated') return 1
  if (finding.verdict === 'unknown') return 4
  if (withoutStates(finding)) return 3
  return strict && neverEnabled(finding).length > 0 ? 3 : 0
}
