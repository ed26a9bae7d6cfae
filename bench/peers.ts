// The same model for other explorers: a C program written for it alone, and Spin, breadth first and depth first. Their
// sources are not part of this repository; `--peers DIR` names the folder with slr.c and slr.pml. They are built in a
// temporary folder, and what they count is held against the same numbers.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Macros, Subject } from './subjects.ts'

export interface Peer {
  readonly name: string
  /** Seconds of one exploration, by the program's own clock. */
  readonly run: () => number
}

const OPTIMISED = ['-O3', '-march=native']
const SPIN = ['-DSAFETY', '-DNOCLAIM', '-DNOBOUNDCHECK', '-DNOREDUCE']

/** The logarithm of table sizes: what the peers' tables must hold without growing. */
const TABLE_BITS = '24'

/** The peers that can be built here for a subject. */
export function peersOf(subject: Subject, sources: string, folder: string): readonly Peer[] {
  const { macros, counts } = subject
  if (macros === undefined || counts === undefined || !installed('gcc')) return []
  const own = join(folder, subject.name.replaceAll(' ', '-'))
  cpSync(sources, own, { recursive: true })
  const peers: Peer[] = []
  if (existsSync(join(own, 'slr.c'))) peers.push(compiled(own, macros, counts.distinct))
  if (existsSync(join(own, 'slr.pml')) && installed('spin')) {
    run('spin', ['-a', ...defines(macros), 'slr.pml'], own)
    peers.push(spin('Spin, breadth first', 'bfs', ['-DBFS'], own, counts.distinct))
    peers.push(spin('Spin, depth first', 'dfs', [], own, counts.distinct))
  }
  return peers
}

function compiled(folder: string, macros: Macros, distinct: number): Peer {
  run('gcc', [...OPTIMISED, ...defines(macros), 'slr.c', '-o', 'slr'], folder)
  return {
    name: 'C',
    run: () => {
      const text = run(join(folder, 'slr'), [TABLE_BITS], folder)
      expectCount('C', Number(/states=(\d+)/.exec(text)?.[1]), distinct)
      return Number(/ time=([\d.]+)/.exec(text)?.[1])
    },
  }
}

function spin(name: string, program: string, more: readonly string[], folder: string, distinct: number): Peer {
  run('gcc', [...OPTIMISED, ...SPIN, ...more, '-o', program, 'pan.c'], folder)
  return {
    name,
    run: () => {
      const text = run(join(folder, program), [`-w${TABLE_BITS}`, '-m10000000'], folder)
      expectCount(name, Number(/([\d.e+]+) states, stored/.exec(text)?.[1]), distinct)
      return Number(/elapsed time ([\d.]+) seconds/.exec(text)?.[1])
    },
  }
}

function defines(macros: Macros): readonly string[] {
  return Object.entries(macros).map(([name, value]) => `-D${name}=${value}`)
}

function expectCount(name: string, got: number, expected: number): void {
  // Spin prints seven digits.
  if (Math.abs(got - expected) > expected * 1e-6) throw new Error(`${name} counted ${got} states, not ${expected}`)
}

function installed(program: string): boolean {
  return spawnSync(program, ['-V']).error === undefined
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`)
  return stdout
}
