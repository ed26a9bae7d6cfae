// The recorded drills, read by the map that comes with the package: the monitor finds in each what was found by hand, and
// nothing else.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import { mapTrace } from '../../src/validate/map/mapped-trace.ts'
import { Monitor } from '../../src/validate/monitor/monitor.ts'
import { readPreset } from '../../src/validate/map/presets.ts'

interface Verdicts {
  readonly lost_acked: readonly string[]
  readonly phantom_reads: readonly string[]
  readonly split_brain_acks: readonly { readonly seq: number; readonly key: string }[]
  readonly epoch_used_twice: readonly string[]
  readonly read_your_writes: readonly { readonly seq: number }[]
  readonly monotonic_reads: readonly { readonly seq: number }[]
  readonly blocked_writes: readonly { readonly key: string }[]
  readonly diverged_nodes: readonly string[]
}

const folder = join(process.env['PRIMACY_SHARED'] ?? '../shared', 'pg-drill')
const present = existsSync(folder)
if (!present) console.log(`The recorded drills are not at ${folder}; their tests are skipped.`)
const verdicts = present
  ? (JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')) as { readonly [drill: string]: Verdicts })
  : {}

function mapped(drill: string): ForeignTrace {
  const read = readPreset('postgres-drill')!
  if ('problems' in read) throw new Error(JSON.stringify(read.problems[0]))
  const file = `${drill}.jsonl`
  const result = mapTrace(readFileSync(join(folder, file), 'utf8'), read.mapping, { file })
  if ('problems' in result) throw new Error(JSON.stringify(result.problems[0]))
  return result.trace
}

it('has verdicts wherever there are drills', () => {
  expect(Object.keys(verdicts).length > 0).toBe(present)
})

describe.skipIf(!present).each(Object.entries(verdicts))('%s', (drill, expected) => {
  const { header, events } = mapped(drill)
  const monitor = new Monitor(header)
  for (const recorded of events) monitor.accept(recorded)
  const { findings } = monitor.finish()
  const witnesses = (rule: string) => {
    const found = findings.find(finding => finding.rule === rule)!
    return found.verdict === 'violated' ? found.witnesses : []
  }
  const about = (rule: string) =>
    witnesses(rule)
      .map(witness => witness.about)
      .toSorted()
  // The recorder numbers its lines from 0.
  const seqs = (rule: string) => witnesses(rule).map(({ lines }) => lines.at(-1)! - 1)

  it('has the acknowledged writes lost that were', () => {
    expect(about('NoLostAckedWrite')).toEqual(expected.lost_acked)
  })
  it('has the reads of what no later leader has', () => {
    expect(about('NoPhantomRead')).toEqual(expected.phantom_reads)
  })
  it('has the acknowledgements of deposed leaders', () => {
    expect(about('NoLateAck')).toEqual(expected.split_brain_acks.map(({ key }) => key))
    expect(about('NoSplitBrainAck')).toEqual(expected.split_brain_acks.map(({ key }) => key))
    expect(seqs('NoLateAck')).toEqual(expected.split_brain_acks.map(({ seq }) => seq))
  })
  it('has the epochs that were used twice', () => {
    expect(about('SingleLeaderPerEpoch')).toEqual(expected.epoch_used_twice)
  })
  it('has the reads that miss the own write', () => {
    expect(seqs('ReadYourWrites')).toEqual(expected.read_your_writes.map(({ seq }) => seq))
  })
  it('has the reads that go back', () => {
    expect(seqs('MonotonicReads')).toEqual(expected.monotonic_reads.map(({ seq }) => seq))
  })
  it('has the writes that nobody acknowledged', () => {
    expect(about('NoBlockedWrite')).toEqual(expected.blocked_writes.map(({ key }) => key))
  })
  it('has the nodes that diverged', () => {
    expect(about('NoDivergedNode')).toEqual(expected.diverged_nodes)
  })
  const unknown = findings.filter(({ verdict }) => verdict === 'unknown').map(({ rule }) => rule)
  it('does not claim to know what happened inside the servers', () => {
    expect(unknown.filter(rule => rule !== 'TruncationOnlyUnacked')).toEqual([
      'LogMatching',
      'CommittedAgree',
      'AppliedInOrder',
      'NoCommittedTruncated',
      'AckedCopies',
    ])
  })
  it('knows which entries a rewind removed only where there was none', () => {
    const rewound = events.some(({ event }) => event.type === 'truncate')
    expect(unknown.includes('TruncationOnlyUnacked')).toBe(rewound)
  })
})
