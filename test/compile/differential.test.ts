// The compiled engine against the native one, on every specification and every mutant. State by state where the state
// space is small; on every number and every path of a counterexample elsewhere.
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Config } from '../../src/lang/spec.ts'
import {
  compiledly,
  expectAgreement,
  expectSame,
  Folder,
  HELPERS_AT_ONCE,
  load,
  native,
  type Source,
} from './engines.ts'

const folder = new Folder()
afterAll(() => folder.dispose())

const singleLeader = await load('spec/single-leader.ts')
const replication = await load('spec/examples/slr.ts')
const transactionCommit = await load('spec/examples/transaction-commit.ts')
const twoPhaseCommit = await load('spec/examples/two-phase-commit.ts')

interface Case {
  readonly title: string
  readonly source: Source
  readonly set: Config
}

const of = (source: Source, name: string, sets: readonly Config[]): readonly Case[] =>
  sets.map(set => ({ title: `${name} ${JSON.stringify(set)}`, source, set }))

/** One write, so that states can be compared one by one. */
const small = of(
  singleLeader,
  'single-leader',
  [
    {},
    { nodes: 2 },
    { nodes: 4, ack: 'first', ackCount: 2 },
    { reads: 1, session: true },
    { reads: 1, readAt: 'leader', visible: 'append' },
    { twoStep: true, poll: 2, elect: 'best' },
    { twoStep: true, poll: 2, fence: 'freeze', epochs: 2 },
    { fence: 'freeze', poll: 2, voteCheck: true, elect: 'best', restartRole: 'keep' },
    { followerFlush: 'lazy', ackLevel: 'received' },
    { followerApply: 'lazy', ackLevel: 'applied', restartKeeps: 'applied', promoteKeeps: 'applied' },
    { leaderFlush: false, restartKeeps: 'nothing' },
    { suspicions: 1, fence: 'stonith', detect: 'imperfect' },
    { suspicions: 1, fence: 'demote', detect: 'imperfect', rejoin: 'blind', compare: 'length' },
    { cuts: 1, ack: 'allConnected', ackCount: 0, pollAll: true },
    { ack: 'set', ackSet: [2, 3], elect: 'set', degrade: true, cancelWait: true },
    { epochSource: 'local', epochDurable: false, rejoin: 'refuse', crashes: 2 },
  ].map(set => ({ writes: 1, epochs: 2, ...set })),
)

const examples = [
  ...of(replication, 'slr', [{}, ...knobsOf('spec/examples/slr.expect.json')]),
  ...of(transactionCommit, 'transaction-commit', [{}, ...knobsOf('spec/examples/transaction-commit.expect.json')]),
  ...of(twoPhaseCommit, 'two-phase-commit', [{}, ...knobsOf('spec/examples/two-phase-commit.expect.json')]),
]

/** Configurations whose verdicts are recorded beside a specification. */
function knobsOf(file: string): readonly Config[] {
  const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { readonly rows: readonly { readonly set: Config }[] }
  return rows.map(({ set }) => set)
}

describe('state by state, in order of discovery', () => {
  it.each([...examples, ...small])('$title', ({ source, set }) => {
    expectAgreement(source, { set, states: true })
  })
})

describe('counts, coverage and counterexamples', () => {
  const larger = of(singleLeader, 'single-leader', [
    { ack: 'async', elect: 'best', poll: 2, reads: 1, session: true },
    { ack: 'any', ackCount: 2, degrade: true, elect: 'best', poll: 2 },
    { followerFlush: 'lazy', followerApply: 'lazy', writes: 1 },
    { twoStep: true, elect: 'best', poll: 2, fence: 'freeze', epochs: 2 },
  ])

  it.each(larger)('$title', ({ source, set }) => {
    expectAgreement(source, { set })
  })

  it.each([...larger, ...small])('$title, to the first violation', ({ source, set }) => {
    expectAgreement(source, { set, stopAtFirst: true })
  })

  it.each([1, 2, 100, 2049, 5000])('with a limit of %d states', states => {
    expectAgreement(singleLeader, { limits: { states, bytes: Infinity } })
  })
})

describe('mutants', () => {
  interface Mutant {
    readonly replace: string
    readonly with: string
    readonly set: Config
    readonly property: string
    readonly steps: number
  }
  const text = readFileSync('spec/single-leader.ts', 'utf8')
  const mutants = globSync('spec/mutants/*.json')
    .toSorted()
    .map(file => ({ name: basename(file, '.json'), mutant: JSON.parse(readFileSync(file, 'utf8')) as Mutant }))

  it.each(mutants)('$name has the same shortest counterexample', async ({ mutant }) => {
    const source = await folder.load(text.replace(mutant.replace, () => mutant.with))
    const found = expectAgreement(source, { set: mutant.set, only: [mutant.property], stopAtFirst: true })
    expect(found).toMatchObject({ violations: { [mutant.property]: { depth: mutant.steps } } })
  })
})

describe('threads', () => {
  const set = { ack: 'async', elect: 'best', poll: 2, reads: 1, session: true } as const
  const questions = [
    { set },
    { set, stopAtFirst: true },
    { set, limits: { states: 5000, bytes: Infinity } },
    { set, only: ['MonotonicReads', 'deadlock'] },
  ]

  it.each(questions)('one, two and three of them find the same: %j', question => {
    const expected = native(singleLeader, question)
    for (const threadCount of [1, 2, 3]) {
      expectSame(compiledly(singleLeader, question, threadCount, HELPERS_AT_ONCE), expected)
    }
  })
})

it('finds the same counterexamples when parents are recorded only by a second search', () => {
  const question = { set: { ack: 'async', elect: 'best', poll: 2, reads: 1 } }
  expectSame(compiledly(singleLeader, question, 1, { recordedRows: 0 }), native(singleLeader, question))
})
