// The traces recorded from PostgreSQL: they follow the schema, and the verdicts that were given by hand are what their
// events and final logs say. The judge here is a few lines of its own, so that no other is needed to trust them.
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { Append, Event, Header, Observation, Promote, State } from '../../src/validate/format/repltrace.ts'
import { SCENARIOS } from '../../traces/postgres/scenarios.ts'
import schema from '../../traces/repltrace.schema.json' with { type: 'json' }
import verdicts from '../../traces/postgres/verdicts.json' with { type: 'json' }

interface Line {
  readonly type: string
}
type Judged = Readonly<Record<string, 'violated' | 'holds'>>

const files = globSync('traces/postgres/*.ndjson').toSorted()
const names = files.map(file => basename(file, '.ndjson')).toSorted()
const expected = verdicts as Readonly<Record<string, { readonly rules: Judged; readonly note: string }>>

const ajv = new Ajv2020({ discriminator: true, allErrors: false, strictRequired: false, strictTypes: false })
ajv.addSchema(schema)
const complaints = (part: string, line: unknown): unknown => {
  const validate = ajv.getSchema(`${schema.$id}#/$defs/${part}`)!
  return validate(line) === true ? [] : validate.errors
}

function read(file: string): { readonly header: Header; readonly events: readonly Event[]; readonly end: Line } {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const [header, ...rest] = lines.map(line => JSON.parse(line) as Line)
  return { header: header as Header, events: rest.slice(0, -1) as Event[], end: rest.at(-1)! }
}

interface Told {
  readonly session?: string | undefined
  /** Where in the trace. */
  readonly i: number
}

const before = <T extends Told>(all: readonly T[], { session, i }: Told): readonly T[] =>
  all.filter(one => one.session === session && one.i < i)

const logOf = ({ log }: Observation): string => log!.map(key => `${key} `).join('')

function judge(events: readonly Event[]): Judged {
  const promotions = events.filter((event): event is Promote => event.type === 'promote')
  const newest = Math.max(1, ...promotions.map(({ epoch }) => epoch))
  const finals = events.filter((event): event is State => event.type === 'state' && event.obs.log !== undefined)
  const up = finals.map(({ obs }) => obs).filter(({ role }) => role !== 'down')
  const leaders = up.filter(({ role, epoch }) => role === 'leader' && epoch === newest)
  const lost = (key: string): boolean => leaders.some(({ log }) => !log!.includes(key))
  const appended = (key: string): Append | undefined =>
    events.find((event): event is Append => event.type === 'append' && event.op === key)

  const acked = events.flatMap((event, i) =>
    event.type === 'ok' ? [{ key: event.op, i, session: event.session }] : [],
  )
  const reads = events.flatMap((event, i) =>
    event.type === 'read' ? [{ keys: event.value as string[], i, session: event.session }] : [],
  )
  const late = acked.filter(({ key, i }) => {
    const { node, epoch } = appended(key)!
    return promotions.some(by => events.indexOf(by) < i && by.node !== node && by.epoch >= epoch!)
  })

  const violations = {
    NoLostAckedWrite: acked.some(({ key }) => lost(key)),
    SingleLeaderPerEpoch: new Set([1, ...promotions.map(({ epoch }) => epoch)]).size < promotions.length + 1,
    NoSplitBrainAck: late.some(({ key }) => lost(key)),
    NoPhantomRead: reads.some(({ keys }) => keys.some(lost)),
    ReadYourWrites: reads.some(one => before(acked, one).some(({ key }) => !one.keys.includes(key))),
    MonotonicReads: reads.some(one => before(reads, one).some(({ keys }) => keys.some(k => !one.keys.includes(k)))),
    Diverged: leaders.some(leader => up.some(node => !logOf(leader).startsWith(logOf(node)))),
  }
  return Object.fromEntries(Object.entries(violations).map(([rule, is]) => [rule, is ? 'violated' : 'holds']))
}

describe('traces recorded from PostgreSQL', () => {
  it('are one for each scenario, with a verdict and a line in the README', () => {
    expect(names).toEqual(Object.keys(SCENARIOS).toSorted())
    expect(names).toEqual(Object.keys(expected).toSorted())
    const readme = readFileSync('traces/postgres/README.md', 'utf8')
    expect(names.filter(name => !readme.includes(`\`${name}\``))).toEqual([])
  })

  it.each(files)('%s follows the schema, line by line, to its end', file => {
    const { header, events, end } = read(file)
    expect(complaints('header', header)).toEqual([])
    expect(events.flatMap(event => complaints('event', event))).toEqual([])
    expect(complaints('end', end)).toEqual([])
    expect(end).toEqual({ type: 'end', count: events.length })
  })

  it.each(files)('%s numbers the events of each node without holes, in the order of one clock', file => {
    const { header, events } = read(file)
    for (const node of header.nodes) {
      const seqs = events.filter(event => event.node === node).map(({ seq }) => seq)
      expect(seqs).toEqual(seqs.map((_, i) => i + 1))
    }
    const times = events.map(({ ts }) => BigInt(ts as string))
    expect(times).toEqual(times.toSorted((a, b) => (a < b ? -1 : 1)))
  })

  it.each(files)('%s tells no more of the machine than the version of PostgreSQL', file => {
    expect(readFileSync(file, 'utf8')).not.toMatch(/\/[a-z]+\/|localhost|127\.0\.0\.1|[0-9]{4}-[0-9]{2}-[0-9]{2}/)
  })

  it.each(files)('%s ends with the whole log of every node, as long as its positions say', file => {
    const { header, events } = read(file)
    const finals = events.slice(-header.nodes.length) as State[]
    expect(finals.map(({ node }) => node)).toEqual(header.nodes)
    expect(finals.map(({ obs }) => obs.log?.length)).toEqual(finals.map(({ obs }) => obs.last))
  })

  it.each(files)('%s has the verdicts that were given by hand', file => {
    expect(judge(read(file).events)).toEqual(expected[basename(file, '.ndjson')].rules)
  })

  it('are accepted and rejected ones, and each rule is violated by some', () => {
    const rules = Object.values(expected).map(verdict => verdict.rules)
    expect(rules.filter(judged => Object.values(judged).every(verdict => verdict === 'holds')).length).toBeGreaterThan(
      3,
    )
    for (const rule of Object.keys(rules[0])) expect(rules.some(judged => judged[rule] === 'violated')).toBe(true)
  })

  it('would be rejected if a final log lacked an acknowledged write', () => {
    const { events } = read('traces/postgres/first1-failover.ndjson')
    const shortened = events.map(event =>
      event.type === 'state' && event.obs.log !== undefined
        ? { ...event, obs: { ...event.obs, log: event.obs.log.slice(0, -1) } }
        : event,
    )
    expect(judge(events)).toHaveProperty('NoLostAckedWrite', 'holds')
    expect(judge(shortened)).toHaveProperty('NoLostAckedWrite', 'violated')
  })

  it('would not follow the schema with a misspelt field', () => {
    const { events } = read('traces/postgres/first1-failover.ndjson')
    expect(complaints('event', { ...events[0], sesion: 'c1' })).not.toEqual([])
  })
})
