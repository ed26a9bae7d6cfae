// Maps that come with the package: each on a small log in the format that it is for, and on recorded logs where they
// are at hand.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import { mapTrace } from '../../src/validate/map/mapped-trace.ts'
import type { MappingStats } from '../../src/validate/map/mapper.ts'
import { PRESET_NAMES, readPreset } from '../../src/validate/map/presets.ts'
import { readForeignTrace } from '../../src/validate/format/read.ts'
import { hasSharedData, sharedText } from './shared-data.ts'

interface Whole {
  readonly trace: ForeignTrace
  readonly stats: MappingStats
}

function mapped(preset: string, log: string): Whole {
  const read = readPreset(preset)!
  if ('problems' in read) throw new Error(JSON.stringify(read.problems))
  const result = mapTrace(log, read.mapping, { file: 'log' })
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result
}

function fixture(name: string): string {
  return readFileSync(`test/validate/fixtures/${name}`, 'utf8')
}

/** How many events there are of each type. */
function types({ trace }: Whole): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { event } of trace.events) counts[event.type] = (counts[event.type] ?? 0) + 1
  return counts
}

/** The trace as people read it: a line each. */
function lines({ trace }: Whole): string {
  const events = trace.events.map(({ event, line }) => `${line} ${JSON.stringify(event)}`)
  return `${[JSON.stringify(trace.header), ...events].join('\n')}\n`
}

/** Every record was mapped, dropped by name or not selected, and the trace is one that the reader takes. */
function expectWhole({ trace, stats }: Whole): void {
  const dropped = Object.values(stats.dropped).reduce((sum, count) => sum + count, 0)
  expect(stats.unmatched).toEqual([])
  expect(stats.mapped + dropped + stats.notSelected).toBe(stats.records)
  const events = trace.events.map(({ event }) => event)
  const written = [trace.header, ...events, { type: 'end', count: events.length }].map(line => JSON.stringify(line))
  const read = readForeignTrace('written.ndjson', written.join('\n'))
  expect('problems' in read ? read.problems : []).toEqual([])
}

const FIXTURES = [
  ['ccf', 'ccf.ndjson'],
  ['etcd-raft', 'etcd-raft.ndjson'],
  ['jepsen-log', 'jepsen.log'],
  ['patroni', 'patroni.log'],
  ['postgres-drill', 'postgres-drill.jsonl'],
  ['redis-sentinel', 'sentinel.log'],
] as const

describe('presets', () => {
  it('have a fixture each', () => {
    expect(FIXTURES.map(([preset]) => preset).toSorted()).toEqual([...PRESET_NAMES].toSorted())
  })

  it.each(FIXTURES)('%s makes the events that its fixture tells of', async (preset, file) => {
    const whole = mapped(preset, fixture(file))
    expectWhole(whole)
    await expect(lines(whole)).toMatchFileSnapshot(`fixtures/${file}.mapped.ndjson`)
  })

  it('are read by their names, and nothing else is', () => {
    expect(readPreset('jepson-log')).toBeNull()
  })
})

const HISTORIES = [
  '000',
  '001',
  '002',
  '003',
  '004',
  '005',
  '007',
  '010',
  '015',
  '020',
  '024',
  '031',
  '040',
  '048',
  '056',
]

describe.runIf(hasSharedData)('on recorded logs', () => {
  it.each(HISTORIES)('jepsen-log maps every operation of etcd history %s', name => {
    const text = sharedText('foreign-traces', 'etcd-histories', `etcd_${name}.log`)
    const whole = mapped('jepsen-log', text)
    expectWhole(whole)
    for (const type of ['invoke', 'ok', 'fail', 'info'])
      expect(types(whole)[type] ?? 0).toBe(text.split(`:${type}\t`).length - 1)
    expect(whole.stats.notSelected).toBe(0)
    // Every operation is named once, and answered at most once.
    const names = (wanted: boolean) =>
      whole.trace.events.flatMap(({ event }) =>
        'op' in event && (event.type === 'invoke') === wanted ? [event.op] : [],
      )
    expect(new Set(names(true)).size).toBe(names(true).length)
    expect(new Set(names(false)).size).toBe(names(false).length)
    expect(names(true)).toEqual(expect.arrayContaining(names(false)))
  })

  it('etcd-raft maps every line of the recorded cluster', () => {
    const whole = mapped('etcd-raft', sharedText('foreign-traces', 'etcd-raft', 'example-386.ndjson'))
    expectWhole(whole)
    expect(whole.stats).toMatchObject({ records: 386, dropped: { "before the node's bootstrap": 18 } })
    expect(types(whole)).toMatchInlineSnapshot(`
      {
        "ack-received": 12,
        "ack-sent": 14,
        "append": 3,
        "commit": 9,
        "config": 3,
        "flush": 3,
        "note": 96,
        "promote": 1,
        "receive": 28,
        "ship": 28,
        "state": 171,
      }
    `)
  })

  it('ccf maps every line of all recorded clusters', () => {
    const counts: Record<string, number> = {}
    for (const [name, count] of [
      ['election', 71],
      ['fancy_election.1', 141],
      ['replicate', 62],
      ['suffix_collision.1', 159],
    ] as const) {
      const whole = mapped('ccf', sharedText('foreign-traces', 'ccf-consensus', `${name}.ndjson`))
      expectWhole(whole)
      expect(whole.stats).toMatchObject({ records: count, mapped: count })
      for (const [type, number] of Object.entries(types(whole))) counts[type] = (counts[type] ?? 0) + number
    }
    expect(counts).toMatchInlineSnapshot(`
      {
        "ack-received": 53,
        "ack-sent": 61,
        "append": 75,
        "commit": 32,
        "note": 46,
        "promote": 6,
        "receive": 61,
        "ship": 81,
        "state": 18,
      }
    `)
  })

  it('postgres-drill maps every record of all drills', () => {
    const verdicts = JSON.parse(sharedText('pg-drill', 'verdicts.json')) as Record<
      string,
      { events: number; final_log: string[]; newest_primary: string; acked: string[]; acked_with_warning: string[] }
    >
    const counts: Record<string, number> = {}
    for (const [name, { events: count, final_log, newest_primary, acked, acked_with_warning }] of Object.entries(
      verdicts,
    )) {
      const whole = mapped('postgres-drill', sharedText('pg-drill', `${name}.jsonl`))
      expectWhole(whole)
      expect(whole.stats.records).toBe(count)
      for (const [type, times] of Object.entries(types(whole))) counts[type] = (counts[type] ?? 0) + times
      const last = whole.trace.events.findLast(
        ({ event }) => event.type === 'state' && event.node === newest_primary && event.obs.log !== undefined,
      )
      expect(last?.event.obs?.log).toEqual(final_log)
      const events = whole.trace.events.map(({ event }) => event)
      expect(events.flatMap(event => (event.type === 'ok' ? [event.op] : []))).toEqual(acked)
      const warned = events.flatMap(event =>
        event.type === 'info' && event.reason?.startsWith('WARNING') === true ? [event.op] : [],
      )
      expect(warned).toEqual(acked_with_warning)
    }
    expect(counts).toMatchInlineSnapshot(`
      {
        "ack-received": 53,
        "catch-up": 5,
        "crash": 9,
        "follow": 12,
        "info": 7,
        "invoke": 26,
        "note": 38,
        "ok": 22,
        "partition": 7,
        "promote": 7,
        "read": 64,
        "restart": 7,
        "state": 154,
        "truncate": 5,
        "write-received": 26,
      }
    `)
  })
})
