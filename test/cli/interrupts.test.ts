// Ctrl-C, in one process and through the shim that an older Node starts.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { onInterrupt } from '../../src/cli/interrupts.ts'

/** What the process hears of a Ctrl-C. */
const interrupt = (): boolean => process.emit('SIGINT')

describe('a Ctrl-C', () => {
  let exit = vi.spyOn(process, 'exit')
  beforeEach(() => {
    vi.useFakeTimers()
    exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never)
  })
  afterEach(() => {
    vi.runAllTimers()
    vi.useRealTimers()
    exit.mockRestore()
  })

  it('asks what runs to stop', () => {
    const ask = vi.fn<() => void>()
    onInterrupt(ask)
    interrupt()
    expect([ask.mock.calls.length, exit.mock.calls]).toEqual([1, []])
  })

  it('that arrives twice is one', () => {
    const ask = vi.fn<() => void>()
    onInterrupt(ask)
    interrupt()
    vi.advanceTimersByTime(50)
    interrupt()
    expect([ask.mock.calls.length, exit.mock.calls]).toEqual([1, []])
  })

  it('that arrives the second time when what it stopped has ended is one, too', () => {
    const release = onInterrupt(() => {})
    interrupt()
    release()
    interrupt()
    expect(exit.mock.calls).toEqual([])
  })

  it('after another ends the process', () => {
    const ask = vi.fn<() => void>()
    onInterrupt(ask)
    interrupt()
    vi.advanceTimersByTime(200)
    interrupt()
    expect([ask.mock.calls.length, exit.mock.calls]).toEqual([1, [[130]]])
  })

  it('when nothing runs ends the process', () => {
    onInterrupt(() => {})()
    interrupt()
    expect(exit.mock.calls).toEqual([[130]])
  })
})

/** A Node in the path that is too old to run specifications, and so only starts the repository's own; null for none. */
function oldNode(): string | null {
  const found = (process.env['PATH'] ?? '').split(delimiter).map(folder => join(folder, 'node'))
  return found.find(node => existsSync(node) && /^v(?:1\d|2[01])\./.test(versionOf(node))) ?? null
}

function versionOf(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' })
}

describe('through the shim of an older Node', () => {
  const node = oldNode()
  const folder = mkdtempSync(join(tmpdir(), 'primacy-shim-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  /** Explores what has no end, natively; `send` is called when the first action runs. */
  async function interrupted(send: (shim: number) => void): Promise<{ code: unknown; signal: unknown; said: boolean }> {
    writeFileSync(
      join(folder, 'endless.ts'),
      `import { model, range, spec } from 'primacy'
export default spec('endless', { top: 5000 }, ({ top }) => {
  const { state, action, invariant } = model({ a: range(0, top), b: range(0, top) })
  const bump = action({ x: range(0, 1) }, (s, { x }) => {
    process.stderr.write('.')
    if (x === 0) s.a = (s.a + 1) % top
    else s.b = (s.b + 1) % top
  })
  return { state, init: action({}, () => {}), actions: { bump }, invariants: { Small: invariant(s => s.a <= top) } }
})
`,
    )
    const args = [resolve('bin/primacy.js'), 'check', 'endless.ts', '--engine', 'native']
    const shim = spawn(node!, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    shim.stderr.once('data', () => send(shim.pid!))
    shim.stderr.resume()
    const stdout = shim.stdout.setEncoding('utf8').toArray()
    const [code, signal] = await new Promise<[unknown, unknown]>(ended => shim.once('exit', (...how) => ended(how)))
    return { code, signal, said: (await stdout).join('').includes('not violated within') }
  }

  it.skipIf(node === null).each([
    ['sent to the shim alone', (shim: number) => process.kill(shim, 'SIGINT')],
    ['sent to all processes, as a terminal does,', (shim: number) => process.kill(-shim, 'SIGINT')],
  ])('an interrupt %s stops with a verdict', async (_, send) => {
    expect(await interrupted(send)).toEqual({ code: 130, signal: null, said: true })
  })

  it.skipIf(node === null)('a request to terminate ends both', async () => {
    expect(await interrupted(shim => process.kill(shim, 'SIGTERM'))).toMatchObject({ code: null, signal: 'SIGTERM' })
  })
})

/** Follows a recording whose end does not come, and is interrupted once it has told a violation. */
async function followed(text: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['bin/primacy.js', 'monitor', '-'])
  child.stdin.write(text)
  child.stdout.once('data', () => child.kill('SIGINT'))
  const [stdout, stderr] = [child.stdout, child.stderr].map(stream => stream.setEncoding('utf8').toArray())
  const code = await new Promise<unknown>(ended => child.once('exit', ended))
  return { code, stdout: (await stdout).join(''), stderr: (await stderr).join('') }
}

describe('primacy monitor', () => {
  const recording = readFileSync('traces/postgres/any1-old-leader-restarts-as-leader.ndjson', 'utf8')
  /** Header and events; the end has not come. */
  const lines = recording.trimEnd().split('\n').slice(0, -1)

  it('tells the verdicts of what it has read when it is interrupted', async () => {
    const { code, stdout, stderr } = await followed(`${lines.join('\n')}\n`)
    expect(code).toBe(130)
    expect(stdout).toMatch(/^ {2}violated {2}NoLostAckedWrite/m)
    expect(stderr).toMatch(/^Interrupted/)
  })

  it('does not take the part of a line that had arrived for a line', async () => {
    const { code, stdout } = await followed(`${lines.join('\n')}\n{"seq": 99, "ty`)
    expect(code).toBe(130)
    expect(stdout).toContain(`stdin: ${lines.length - 1} events.`)
  })
})
