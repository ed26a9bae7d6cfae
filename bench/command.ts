// One run of a command as its user runs it: a process, its wall time, the most memory it had.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Subject } from './subjects.ts'

export interface Measured {
  readonly wallMs: number
  readonly peakBytes: number
}

export interface Checked extends Measured {
  /** What the command itself says the exploration took. */
  readonly exploreMs: number
  readonly distinct: number
  readonly transitions: number
  readonly depth: number
}

/** An idle Node: what any command costs before it does something. */
export function idle(folder: string): Measured {
  return timed(['-e', '0'], 0, folder).measured
}

/**
 * One `primacy check`.
 *
 * @throws Error when it ends or counts otherwise than it must.
 */
export function check(subject: Subject, workers: number, folder: string): Checked {
  const args = ['check', ...subject.args.map(arg => (arg.endsWith('.ts') ? resolve(arg) : arg))]
  const options = ['--format', 'json', '--out', join(folder, 'traces'), '--workers', String(workers)]
  const { measured, stdout } = primacy([...args, ...options], subject.exitCode, folder)
  const { states, timing } = JSON.parse(stdout) as {
    readonly states: { readonly distinct: number; readonly transitions: number; readonly depth: number }
    readonly timing: { readonly timeMs: number }
  }
  const { distinct, transitions, depth } = states
  const expected = subject.counts
  if (expected !== undefined && JSON.stringify({ distinct, transitions, depth }) !== JSON.stringify(expected)) {
    throw new Error(`${subject.name}: counted ${JSON.stringify(states)}, expected ${JSON.stringify(expected)}`)
  }
  return { ...measured, exploreMs: timing.timeMs, distinct, transitions, depth }
}

/** One run of the command line, which must end with an exit code. */
export function primacy(args: readonly string[], exitCode: number, folder: string): Timed {
  return timed([resolve('bin/primacy.js'), ...args], exitCode, folder)
}

interface Timed {
  readonly measured: Measured
  readonly stdout: string
}

function timed(args: readonly string[], exitCode: number, folder: string): Timed {
  const peak = join(folder, 'peak')
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', resolve('bench/peak.mjs'), ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, PRIMACY_BENCH_PEAK: peak },
  })
  const wallMs = performance.now() - started
  if (status !== exitCode) throw new Error(`${args.join(' ')} ended with ${status}, not ${exitCode}\n${stderr}`)
  return { measured: { wallMs, peakBytes: Number(readFileSync(peak, 'utf8')) }, stdout }
}
