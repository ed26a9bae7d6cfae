import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTrace } from '../src/recorder.ts'
import { readForeignTrace } from '../src/validate/format/read.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'primacy-recorder-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function recorded(file: string) {
  const read = readForeignTrace(file, readFileSync(file, 'utf8'))
  if ('problems' in read) throw new Error(read.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'))
  return { ...read.trace, events: read.trace.events.map(({ event }) => event) }
}

/** A program that records so many events. */
function recording(path: string, count: number): string {
  return `const { openTrace } = await import(${JSON.stringify(pathToFileURL('src/recorder.ts').href)})
    const trace = openTrace(${JSON.stringify(path)}, { nodes: ['n1'] })
    for (let index = 1; index <= ${count}; index++) trace.emit('append', { node: 'n1', index })`
}

describe('recording', () => {
  it('writes what is read back without problems', async () => {
    const path = join(folder, 'n1.ndjson')
    const trace = openTrace(path, { nodes: ['n1', 'n2'], clients: ['c1'], complete: { append: 'all' } })
    trace.emit('append', { node: 'n1', index: [1, 3], epoch: 0, 'x-thread': 4 })
    trace.emit('receive', { node: 'n2', from: 'n1', index: [1, 3] })
    trace.emit('invoke', { client: 'c1', op: 'a', f: 'write', value: 'é' })
    trace.emit('append', { node: 'n1', index: 4 })
    trace.emit('elect', { epoch: 1 })
    expect(await trace.close()).toBe(0)
    const { header, events, ended } = recorded(path)
    expect(header).toMatchObject({ nodes: ['n1', 'n2'], complete: { append: 'all' } })
    expect(events.map(({ type, seq }) => [type, seq])).toEqual([
      ['append', 1],
      ['receive', 1],
      ['invoke', 1],
      ['append', 2],
      ['elect', undefined],
    ])
    expect(ended).toBe(true)
  })

  it('loses events when the disk is slower, and tells how many, without ever throwing', async () => {
    const path = join(folder, 'n1.ndjson')
    const trace = openTrace(path, { nodes: ['n1'] }, { bufferSize: 1000 })
    for (let index = 1; index <= 500; index++) trace.emit('append', { node: 'n1', index })
    const lost = await trace.close()
    const { events, ended } = recorded(path)
    expect(lost).toBeGreaterThan(400)
    expect(events.at(-1)).toEqual({ type: 'gap', node: 'n1', lost })
    expect(events.length - 1 + lost).toBe(500)
    expect(ended).toBe(true)
  })

  it('goes on after a gap, with the numbers of the lost events left out', async () => {
    const path = join(folder, 'n1.ndjson')
    const trace = openTrace(path, { nodes: ['n1'] })
    trace.emit('crash', { node: 'n1' })
    trace.drop(3)
    trace.drop(2, 'n1')
    trace.emit('restart', { node: 'n1' })
    expect(await trace.close()).toBe(5)
    expect(recorded(path).events).toEqual([
      { type: 'crash', node: 'n1', seq: 1 },
      { type: 'gap', node: 'n1', lost: 5 },
      { type: 'restart', node: 'n1', seq: 7 },
    ])
  })

  it('goes on with the numbers of an earlier recording', async () => {
    const path = join(folder, 'n1-2.ndjson')
    const trace = openTrace(path, { nodes: ['n1', 'n2'] }, { seqs: { n1: 41 } })
    trace.emit('restart', { node: 'n1' })
    trace.emit('restart', { node: 'n2' })
    await trace.close()
    expect(recorded(path).events.map(({ seq }) => seq)).toEqual([42, 1])
  })

  it('counts as lost what is no JSON', async () => {
    const path = join(folder, 'n1.ndjson')
    const trace = openTrace(path, { nodes: ['n1'] })
    trace.emit('append', { node: 'n1', index: 1, value: { big: 1n } })
    expect(await trace.close()).toBe(1)
    expect(recorded(path).events).toEqual([{ type: 'gap', node: 'n1', lost: 1 }])
  })

  it('leaves a recording without an end when it lost an event of no node', async () => {
    const path = join(folder, 'c1.ndjson')
    const trace = openTrace(path, { nodes: ['n1', 'n2'] })
    trace.drop(1)
    trace.emit('append', { node: 'n1', index: 1 })
    expect(await trace.close()).toBe(1)
    expect(recorded(path)).toMatchObject({ ended: false, events: [{ type: 'append' }] })
  })

  it('ignores what comes after it was closed', async () => {
    const path = join(folder, 'n1.ndjson')
    const trace = openTrace(path, { nodes: ['n1'] })
    const closed = trace.close()
    trace.emit('crash', { node: 'n1' })
    trace.drop(1)
    expect([await closed, await trace.close()]).toEqual([0, 0])
    expect(recorded(path).events).toEqual([])
  })

  it('refuses to write over a recording', () => {
    const path = join(folder, 'n1.ndjson')
    appendFileSync(path, 'evidence')
    expect(() => openTrace(path, { nodes: ['n1'] })).toThrow(/EEXIST/)
    expect(readFileSync(path, 'utf8')).toBe('evidence')
  })

  it.skipIf(process.platform === 'win32')('counts what the disk refuses, and does not throw', () => {
    const path = join(folder, 'n1.ndjson')
    const program = `${recording(path, 20_000)}; process.stdout.write(String(await trace.close()))`
    // A file may have 64 blocks here, of 512 or 1,024 bytes.
    const limited = `trap '' XFSZ; ulimit -f 64; exec "$0" --input-type=module -e "$1"`
    const lost = Number(execFileSync('sh', ['-c', limited, process.execPath, program], { encoding: 'utf8' }))
    const { events, ended } = recorded(path)
    expect([lost > 10_000, events.length > 10, ended]).toEqual([true, true, false])
  })

  it.each([
    ['process.exit(0)', 0],
    ['throw new Error("dies")', 1],
    ['', 0],
    ['void trace.close(); process.exit(0)', 0],
  ])('writes what is left when the process ends by: %s', (ending, status) => {
    const path = join(folder, 'n1.ndjson')
    const program = `${recording(path, 20_000)}; ${ending}`
    let code = 0
    try {
      execFileSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' })
    } catch (error) {
      code = (error as { readonly status: number }).status
    }
    expect(code).toBe(status)
    const { events, ended } = recorded(path)
    expect([events.length, ended]).toEqual([20_000, true])
  })

  it('is typed by the format', () => {
    const path = join(folder, 'n1.ndjson')
    const trace = openTrace(path, { nodes: ['n1'] })
    // @ts-expect-error an append has an index
    trace.emit('append', { node: 'n1' })
    // @ts-expect-error it is called index
    trace.emit('append', { node: 'n1', index: 1, indx: 1 })
    // @ts-expect-error there is no such type
    trace.emit('appnd', { node: 'n1', index: 1 })
    return expect(trace.close()).resolves.toBe(0)
  })
})
