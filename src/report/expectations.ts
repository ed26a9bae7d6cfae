// Recorded expectations: rows of a configuration with what an independent checker found for it, and how a check
// differs from them. Only what a row lists is compared.
import type { Config } from '../lang/spec.ts'
import type { CheckFinding, Verdict } from './findings.ts'
import { counted, grouped } from './words.ts'

export interface Expected {
  readonly verdict: Verdict
  /** Of a violated property: the length of its shortest counterexample. */
  readonly steps?: number
  /** Of one that holds: what the whole exploration found. */
  readonly distinct?: number
  readonly transitions?: number
  readonly depth?: number
}

export interface ExpectedRow {
  readonly id: string
  readonly title: string
  readonly set: Config
  readonly results: { readonly [property: string]: Expected }
}

/** The document beside a specification. */
export interface Expectations {
  readonly about: string
  /** The specification's file, beside this one. */
  readonly spec: string
  /** The rows that `check` shows when it is given no specification. */
  readonly overview?: readonly ExpectedRow[]
  readonly rows: readonly ExpectedRow[]
}

export interface Mismatch {
  readonly property: string
  readonly expected: string
  readonly got: string
}

/** What a check found otherwise than expected; empty when every expectation is met. */
export function mismatches(row: ExpectedRow, finding: CheckFinding): readonly Mismatch[] {
  return Object.entries(row.results).flatMap(([property, expected]) => {
    const found = finding.properties.find(({ name }) => name === property)
    if (found === undefined) return [{ property, expected: expected.verdict, got: 'no such property' }]
    const got: Expected =
      found.verdict === 'violated'
        ? { verdict: found.verdict, steps: found.depth ?? 0 }
        : {
            verdict: found.verdict,
            distinct: finding.distinctCount,
            transitions: finding.transitionCount,
            depth: finding.depth,
          }
    const fields = Object.keys(expected) as (keyof Expected)[]
    if (fields.every(field => expected[field] === got[field])) return []
    return [
      {
        property,
        expected: expectedText(expected),
        got: expectedText({
          ...got,
          ...(expected.transitions === undefined && { transitions: undefined }),
        } as Expected),
      },
    ]
  })
}

/** `violated in 4 steps`; `holds, 1,172 states, depth 13`. */
export function expectedText(expected: Expected): string {
  if (expected.verdict === 'violated')
    return expected.steps === undefined ? 'violated' : `violated in ${counted(expected.steps, 'step')}`
  const parts: string[] = [expected.verdict]
  if (expected.distinct !== undefined) parts.push(`${grouped(expected.distinct)} states`)
  if (expected.transitions !== undefined) parts.push(`${grouped(expected.transitions)} transitions`)
  if (expected.depth !== undefined) parts.push(`depth ${expected.depth}`)
  return parts.join(', ')
}
