// Rejected traces, to the letter, as text and as JSON. `npx vitest run test/report -u` writes the files in test/golden
// anew; read the difference by eye before committing it. Lines of the specification are left out: they move.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'primacy-rejections-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const HEADER = {
  type: 'header',
  format: 'repltrace',
  version: '1.0',
  nodes: ['a', 'b', 'c'],
  init: { leader: 'a', epoch: 1, last: 0 },
}

const append = (index: number) => ({ type: 'append', node: 'a', index, epoch: 1, op: `w${index}` })
const receive = (node: string, index: number, more: object = {}) => ({
  type: 'receive',
  node,
  from: 'a',
  index,
  epoch: 1,
  ...more,
})
const reply = (index: number) => ({ type: 'reply', node: 'a', op: `w${index}`, index, ok: true })

interface Rejected {
  readonly order: 'total' | 'node'
  readonly complete?: object
  readonly settings: readonly string[]
  readonly events: readonly object[]
}

const REJECTED: { readonly [name: string]: Rejected } = {
  'answered before any copy': {
    order: 'total',
    settings: ['ack=any'],
    events: [append(1), receive('b', 1), reply(1), append(2), reply(2), receive('b', 2)],
  },
  'seen otherwise than it can be': {
    order: 'total',
    settings: ['ack=async'],
    events: [append(1), receive('b', 1, { obs: { last: 2, epoch: 1 } }), append(2)],
  },
  'promoted although the leader is alive': {
    order: 'total',
    settings: ['ack=async', 'fence=none'],
    events: [append(1), { type: 'promote', node: 'b', epoch: 2 }, { type: 'demote', node: 'a' }],
  },
  'flushed beyond what hidden steps can do': {
    order: 'total',
    complete: { append: 'all', receive: 'some' },
    settings: ['ack=async', 'followerFlush=lazy'],
    events: [append(1), append(2), { type: 'flush', node: 'b', index: 1 }, { type: 'flush', node: 'c', index: 3 }],
  },
  'answered by a follower': {
    order: 'node',
    settings: ['ack=any'],
    events: [append(1), receive('b', 1), { type: 'reply', node: 'b', op: 'w1', index: 1, ok: true }],
  },
  'writing on where its log does not end': {
    order: 'node',
    settings: ['ack=any', 'elect=best'],
    events: [
      append(1),
      append(2),
      receive('b', 1),
      receive('b', 2),
      receive('c', 1),
      { type: 'crash', node: 'a' },
      { type: 'promote', node: 'b', epoch: 2 },
      { type: 'follow', node: 'c', from: 'b' },
      { type: 'append', node: 'b', index: 4, epoch: 2, op: 'w4' },
      { type: 'receive', node: 'c', from: 'b', index: 2, epoch: 2 },
    ],
  },
}

/** What is said of the match; rules over what was observed have tests of their own. */
function explained(name: string, ...options: readonly string[]): string {
  const { order, complete, settings, events } = REJECTED[name]
  const lines = [{ ...HEADER, clock: { order }, complete }, ...events, { type: 'end', count: events.length }]
  writeFileSync(join(folder, 'trace.ndjson'), lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  const args = ['validate', 'trace.ndjson', ...settings.flatMap(knob => ['--set', knob]), ...options]
  const { status, stdout } = spawnSync(process.execPath, [resolve('bin/primacy.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(status).toBe(1)
  return stdout.replace(/\nRules over what was observed:[^]*/, '').replaceAll(/(single-leader\.ts:)\d+/g, '$1…')
}

describe.each(Object.keys(REJECTED))('a trace %s', name => {
  const golden = resolve('test/golden', `reject-${name.replaceAll(' ', '-')}`)

  it('is explained in words', async () => {
    await expect(explained(name)).toMatchFileSnapshot(`${golden}.txt`)
  })

  it('is explained in JSON', async () => {
    const document = JSON.parse(explained(name, '--format', 'json')) as {
      readonly traces: readonly { match: object }[]
    }
    await expect(`${JSON.stringify(document.traces[0].match, null, 2)}\n`).toMatchFileSnapshot(`${golden}.json`)
  })
})

describe('an explanation', () => {
  it('has eight parts where all have something to say', () => {
    const text = explained('answered before any copy')
    const places = PARTS.map(part => text.search(part))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((one, other) => one - other))
  })
})

const PARTS: readonly RegExp[] = [
  /^Line 6 is no step of replication here\.$/m,
  /^The first 4 of 6 events are a behaviour; the last of each node: /m,
  /^ {2}FALSE {2}spec\/single-leader\.ts:/m,
  /^The state there:$/m,
  /^Possible instead: /m,
  /^What it comes from:$/m,
  /^Nearest repair:$/m,
  /^It would be a behaviour of another configuration:$/m,
]
