// `primacy monitor` as a process: it follows what is written, line by line, however the lines arrive.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'primacy-monitor-'))
cpSync('traces/examples', folder, { recursive: true })
afterAll(() => rmSync(folder, { recursive: true }))

const PROGRAM = resolve('bin/primacy.js')
const LOST = ['monitor', 'harbor-lost.log', '--map', 'harbor.map.json'] as const

function run(...args: readonly string[]): {
  readonly status: number | null
  readonly out: string
  readonly error: string
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { cwd: folder, encoding: 'utf8' })
  return { status, out: stdout, error: stderr }
}

function start(...args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [PROGRAM, ...args], { cwd: folder })
}

/** A trace in which everything is well, of so many writes: three lines each. */
function soundTrace(writes: number): readonly string[] {
  const header = {
    type: 'header',
    format: 'repltrace',
    version: '1.0',
    nodes: ['näher', 'weiter'],
    init: { leader: 'näher', epoch: 1, last: 0 },
    clock: { order: 'total' },
  }
  const events = Array.from({ length: writes }, (_, at) => [
    { type: 'append', node: 'näher', index: at + 1, epoch: 1, op: `w${at + 1}` },
    { type: 'receive', node: 'weiter', from: 'näher', index: at + 1, epoch: 1 },
    { type: 'reply', node: 'näher', op: `w${at + 1}`, f: 'write', index: at + 1, epoch: 1 },
  ]).flat()
  return [header, ...events, { type: 'end', count: events.length }].map(line => JSON.stringify(line))
}

const waive = (when: object): void => {
  const waivers = [{ when, reason: 'north is behind', until: '2999-01-01' }]
  writeFileSync(join(folder, 'waivers.json'), JSON.stringify({ format: 'primacy-waivers', version: 1, waivers }))
}

describe('primacy monitor', () => {
  it('tells a violation as soon as it is certain, and ends with 1', () => {
    const { status, out } = run(...LOST)
    expect(status).toBe(1)
    expect(out.split('\n')[0]).toContain('NoLostAckedWrite is violated: w2')
  })

  it('lets a known deviation pass, tells of it and counts it', () => {
    const waived = [...LOST, '--waivers', 'waivers.json']
    waive({ type: 'promote', node: 'north' })
    const { status, out } = run(...waived)
    expect(status).toBe(0)
    expect(out.split('\n')[0]).toContain('Waived (north is behind): NoLostAckedWrite is violated: w2')
    expect(out).toContain('\n  waived   NoLostAckedWrite       1 time\n')
    expect(out).toContain('\n  noticed  NoDivergedNode         1 time\n')
    expect(out).toContain('\nWaived until 2999-01-01: north is behind (1 time)\n')
    expect(JSON.parse(run(...waived, '--format', 'json').out)).toMatchObject({
      waivers: [{ reason: 'north is behind', until: '2999-01-01', lines: [10] }],
      rules: expect.arrayContaining([
        expect.objectContaining({ rule: 'NoLostAckedWrite', verdict: 'violated', violationCount: 1, waivedCount: 1 }),
      ]) as unknown,
    })
    waive({ type: 'promote', node: 'north', rule: 'NoLateAck' })
    expect(run(...waived)).toMatchObject({ status: 1 })
    expect(run(...waived).out).toContain('north is behind (never needed)')
    waive({ type: 'promote', rule: 'NoLatAck' })
    expect(run(...waived).error).toContain('Did you mean NoLateAck?')
  })

  it('calls noticed what breaks no promise of replication', () => {
    const { out } = run(...LOST)
    expect(out).toContain('\nNoticed by NoDivergedNode: west (line 7)')
    expect(out).toContain('\n  noticed   NoDivergedNode ')
    const { rules } = JSON.parse(run(...LOST, '--format', 'json').out) as {
      readonly rules: readonly { readonly verdict: string; readonly informative: boolean }[]
    }
    const violated = rules.filter(({ verdict }) => verdict === 'violated')
    expect(violated.map(({ informative }) => informative)).toEqual([false, true])
  })

  it('tells it of a log that is mapped while the log is still being written', async () => {
    const child = start('monitor', '-', '--map', 'harbor.map.json')
    const ended = new Promise(resolved => child.on('exit', resolved))
    const first = new Promise<string>(resolved => child.stdout.once('data', data => resolved(String(data))))
    child.stdin.write(readFileSync(join(folder, 'harbor-lost.log')))
    expect(await first).toContain('NoLostAckedWrite is violated: w2')
    child.stdin.end()
    expect(await ended).toBe(1)
  })

  it('says once that a map makes no header, however long the log is', () => {
    const map = readFileSync(join(folder, 'harbor.map.json'), 'utf8')
    writeFileSync(join(folder, 'headless.map.json'), map.replace('"order": "total"', '"order": "$/node"'))
    const { status, error } = run('monitor', 'harbor.log', '--map', 'headless.map.json')
    expect(status).toBe(2)
    expect(error.match(/The header that the map makes of the first record is none/g)).toHaveLength(1)
  })

  it('refuses a log of which its map leaves records, and follows it when they are waived', () => {
    const log = readFileSync(join(folder, 'harbor.log'), 'utf8')
    writeFileSync(join(folder, 'odd.log'), `${log}12:00:00 east nothing of the kind\n`)
    const { status, error } = run('monitor', 'odd.log', '--map', 'harbor.map.json')
    expect([status, error.includes('No rule of harbor.map.json matches')]).toEqual([2, true])
    expect(run('monitor', 'odd.log', '--map', 'harbor.map.json', '--unmatched', 'warn').status).toBe(0)
  })

  it('reads lines however they are cut, broken and packed', () => {
    const lines = soundTrace(4000)
    const expected = `12,000 events.`
    writeFileSync(join(folder, 'sound.ndjson'), lines.join('\n'))
    writeFileSync(join(folder, 'windows.ndjson'), lines.map(line => `${line}\r\n`).join(''))
    writeFileSync(join(folder, 'sound.ndjson.gz'), gzipSync(lines.join('\n')))
    for (const file of ['sound.ndjson', 'windows.ndjson', 'sound.ndjson.gz']) {
      const { status, out } = run('monitor', file)
      expect([file, status, out.includes(expected)]).toEqual([file, 0, true])
    }
  })

  it('names the line that is wrong, far into the file', () => {
    const lines = soundTrace(4000).with(9000, '{"type":"append","node":"näher"}')
    writeFileSync(join(folder, 'wrong.ndjson'), lines.join('\n'))
    const { status, error } = run('monitor', 'wrong.ndjson')
    expect(status).toBe(2)
    expect(error).toContain('wrong.ndjson:9001')
    expect(error).toContain('An append needs the field index.')
  })
})
