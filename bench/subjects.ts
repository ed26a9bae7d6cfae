// What is measured: whole commands on models of growing size, and the same model for other explorers.

export interface Subject {
  readonly name: string
  readonly about: string
  /** Arguments of `primacy check`. */
  readonly args: readonly string[]
  readonly workers: readonly number[]
  readonly exitCode: number
  /** What every explorer must count, where others have counted it. */
  readonly counts?: Counts
  /** The same bounds as macros, for the peers. */
  readonly macros?: Macros
}

interface Counts {
  readonly distinct: number
  readonly transitions: number
  readonly depth: number
}

/** Nodes, writes, epochs, crashes, copies before an acknowledgement. */
export interface Macros {
  readonly N: number
  readonly W: number
  readonly E: number
  readonly C: number
  readonly K: number
}

const SLR = 'spec/examples/slr.ts'

export const SUBJECTS: readonly Subject[] = [
  {
    name: 'transaction-commit',
    about: 'a small model: start-up and nothing else',
    args: ['spec/examples/transaction-commit.ts'],
    workers: [2],
    exitCode: 0,
  },
  {
    name: 'SLR V',
    about: 'the first counterexample',
    args: [SLR, ...settings({ crashes: 2, acks: 0 })],
    workers: [2],
    exitCode: 1,
  },
  {
    name: 'SLR S',
    about: '3 writes, 1 crash',
    args: [SLR],
    workers: [1, 2],
    exitCode: 0,
    counts: { distinct: 89_141, transitions: 266_113, depth: 16 },
    macros: { N: 3, W: 3, E: 3, C: 1, K: 1 },
  },
  {
    name: 'SLR M',
    about: '4 writes, 2 crashes',
    args: [SLR, ...settings({ writes: 4, crashes: 2 })],
    workers: [1, 2],
    exitCode: 0,
    counts: { distinct: 1_085_341, transitions: 3_628_962, depth: 22 },
    macros: { N: 3, W: 4, E: 3, C: 2, K: 1 },
  },
  {
    name: 'SLR L',
    about: '5 writes, 3 crashes',
    args: [SLR, ...settings({ writes: 5, crashes: 3 })],
    workers: [1, 2],
    exitCode: 0,
    counts: { distinct: 8_337_118, transitions: 30_592_456, depth: 28 },
    macros: { N: 3, W: 5, E: 3, C: 3, K: 1 },
  },
  ...[
    { writes: 3, crashes: 2, restarts: 2 },
    { writes: 4, crashes: 2, restarts: 2 },
    { writes: 4, crashes: 3, restarts: 3 },
  ].map(bounds => ({
    name: `single-leader ${bounds.writes}/${bounds.crashes}/${bounds.restarts}`,
    about: `${bounds.writes} writes, ${bounds.crashes} crashes, ${bounds.restarts} restarts; thirteen properties`,
    args: [...settings(bounds), '--continue'],
    workers: [1, 2],
    exitCode: 1,
  })),
]

function settings(knobs: { readonly [knob: string]: number }): readonly string[] {
  return Object.entries(knobs).flatMap(([knob, value]) => ['--set', `${knob}=${value}`])
}
