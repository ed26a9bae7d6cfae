// The counterexamples in traces/: the most telling rows of the expectations, each replayed and each found again.
// `npx vitest run test/trace -u` writes them anew.
import { globSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import singleLeader from '../../spec/single-leader.ts'
import { findTrace } from '../find-trace.ts'
import { Machine } from '../../src/lang/machine.ts'
import { type Config, instantiate } from '../../src/lang/spec.ts'
import type { Expectations } from '../../src/report/expectations.ts'
import { readTrace } from '../../src/trace/read.ts'
import { replay } from '../../src/trace/replay.ts'
import { printTrace } from '../../src/trace/trace.ts'

const TELLING: readonly (readonly [row: string, property: string])[] = [
  ['async-loss', 'NoLostAckedWrite'],
  ['async-loss', 'NoPhantomRead'],
  ['degrade-to-async', 'NoLostAckedWrite'],
  ['sync-any1-restart-as-leader', 'NoSplitBrainAck'],
  ['false-suspicion-no-fence', 'NoLostAckedWrite'],
  ['poll-then-promote', 'NoLostAckedWrite'],
  ['local-epoch', 'LogMatching'],
  ['remote-write', 'NoLostAckedWrite'],
  ['connected-floor0-two-crashes', 'NoLostAckedWrite'],
  ['session-reads-on-followers', 'ReadYourWrites'],
]

const { rows } = JSON.parse(readFileSync('spec/single-leader.expect.json', 'utf8')) as Expectations
const files = globSync('traces/*.json').filter(file => !file.endsWith('.schema.json'))

function setOf(id: string): Config {
  const row = rows.find(candidate => candidate.id === id)
  if (row === undefined) throw new Error(`no row ${id}`)
  return row.set
}

describe.each(TELLING)('%s: %s', (id, property) => {
  const file = resolve('traces', `${id}-${property}.json`)

  it('is found again, to the letter', async () => {
    await expect(printTrace(findTrace(singleLeader, setOf(id), property))).toMatchFileSnapshot(file)
  })

  it('is as short as recorded, and replays', () => {
    const read = readTrace(readFileSync(file, 'utf8'))
    if (!('trace' in read)) throw new Error(read.problem.message)
    const expected = rows.find(row => row.id === id)?.results[property]?.steps
    expect(read.trace.steps.length - 1).toBe(expected)
    expect(replay(new Machine(instantiate(singleLeader, read.trace.config)), read.trace).verdict).toBe('confirmed')
  })
})

it('holds no trace that nobody checks, and lists each in its README', () => {
  const expected = TELLING.map(([id, property]) => `${id}-${property}.json`)
  expect(files.map(file => basename(file)).toSorted()).toEqual(expected.toSorted())
  const readme = readFileSync('traces/README.md', 'utf8')
  expect(expected.filter(name => !readme.includes(name))).toEqual([])
})
