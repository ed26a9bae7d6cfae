// Traces that other projects recorded of their own systems, read through the maps that come with the package: behaviours
// of the specification, with every record mapped or listed.
import { describe, expect, it } from 'vitest'
import { mapTrace } from '../../src/validate/map/mapped-trace.ts'
import { readPreset } from '../../src/validate/map/presets.ts'
import type { Config } from '../../src/lang/spec.ts'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import { judged, subjectOf } from './judging.ts'
import { hasSharedData, sharedText } from './shared-data.ts'

/** Raft elects without asking a coordinator, and whoever has not heard of a leader may suspect it. */
const RAFT: Config = { ack: 'any', poll: 2, detect: 'imperfect' }

function mapped(preset: string, text: string): ForeignTrace {
  const read = readPreset(preset)!
  if ('problems' in read) throw new Error(read.problems[0].message)
  const result = mapTrace(text, read.mapping, { file: preset })
  if ('problems' in result) throw new Error(result.problems[0].message)
  expect(result.stats.unmatched).toEqual([])
  return result.trace
}

describe('a trace recorded by another project', () => {
  it.skipIf(!hasSharedData).each(['election', 'fancy_election.1', 'replicate', 'suffix_collision.1'])(
    'of CCF, %s, is a behaviour of replication',
    name => {
      const trace = mapped('ccf', sharedText('foreign-traces', 'ccf-consensus', `${name}.ndjson`))
      expect(judged(trace, subjectOf(RAFT)).verdict).toBe('accepted')
    },
  )

  it.skipIf(!hasSharedData)('of etcd-raft is a behaviour of replication that applies later', () => {
    const trace = mapped('etcd-raft', sharedText('foreign-traces', 'etcd-raft', 'example-386.ndjson'))
    expect(judged(trace, subjectOf({ ...RAFT, followerApply: 'lazy' })).verdict).toBe('accepted')
    // Applying at once, a follower would have applied what it has.
    expect(judged(trace, subjectOf(RAFT)).verdict).toBe('rejected')
  })
})
