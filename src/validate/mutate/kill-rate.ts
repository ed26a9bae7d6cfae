// How many seeded errors a check notices, kind by kind: what the self-test of a trace reports.
import type { ForeignTrace } from '../format/foreign-trace.ts'
import { MUTATION_KINDS, type Mutant, type MutationKind, type MutationOptions, mutantsOf } from './mutations.ts'
import type { Verdict } from '../format/rule.ts'

/** A mutant without its trace. */
type Seeded = Pick<Mutant, 'description' | 'lines'>

export interface KillCount {
  readonly kind: MutationKind
  readonly triedCount: number
  /** Mutants that the check rejects. */
  readonly caughtCount: number
  /** Mutants that it accepts. */
  readonly missed: readonly Seeded[]
  /** Mutants of which it cannot say. */
  readonly undecided: readonly Seeded[]
}

/** Judges the mutants of a trace. Kinds for which the trace has no place are counted as tried 0 times. */
export function killRate(
  trace: ForeignTrace,
  judge: (mutant: ForeignTrace) => Verdict,
  options: MutationOptions,
): readonly KillCount[] {
  const counts = (options.kinds ?? MUTATION_KINDS).map(kind => ({
    kind,
    triedCount: 0,
    caughtCount: 0,
    missed: [] as Seeded[],
    undecided: [] as Seeded[],
  }))
  for (const { kind, description, lines, trace: mutant } of mutantsOf(trace, options)) {
    const count = counts.find(of => of.kind === kind)!
    count.triedCount++
    const verdict = judge(mutant)
    switch (verdict) {
      case 'violated':
        count.caughtCount++
        break
      case 'holds':
        count.missed.push({ description, lines })
        break
      case 'unknown':
        count.undecided.push({ description, lines })
        break
    }
  }
  return counts
}
