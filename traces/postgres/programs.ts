// PostgreSQL's programs, as found on this machine, run as a user that PostgreSQL accepts. What was started here can be
// ended here, at once and with all that it started itself, so that an interrupted recording leaves nothing behind.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const SERVER_PROGRAMS = ['initdb', 'postgres', 'pg_basebackup', 'pg_ctl', 'pg_rewind', 'pg_waldump', 'psql'] as const
export type Program = (typeof SERVER_PROGRAMS)[number]

/** The first version whose pg_rewind takes the place of the configuration, which is kept outside of the data here. */
const OLDEST_VERSION = 15

export interface Owner {
  readonly uid: number
  readonly gid: number
}

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
}

/** Something that this machine lacks; not a fault of the recorder. */
export class MissingError extends Error {}

export class Programs {
  /** As `postgres --version` says it, such as `15.18`. */
  readonly version: string
  /** Who owns the servers, when it is not the user that records: PostgreSQL refuses to run as root. */
  readonly owner: Owner | null
  readonly #folder: string
  readonly #children = new Set<ChildProcess>()

  private constructor(folder: string, version: string, owner: Owner | null) {
    this.#folder = folder
    this.version = version
    this.owner = owner
  }

  /**
   * Looks in PG_BINDIR, in PATH, and where Debian keeps server programs, the newest version first.
   *
   * @throws MissingError when there is no PostgreSQL here that can be used.
   */
  static find(): Programs {
    const folder = candidates().find(place => SERVER_PROGRAMS.every(name => existsSync(join(place, name))))
    if (folder === undefined) {
      throw new MissingError(
        `No PostgreSQL server here: ${SERVER_PROGRAMS.join(', ')} must be in one folder of PATH or in PG_BINDIR.\n` +
          'Debian and Ubuntu have them in the package postgresql. The tests need no server; only recording does.',
      )
    }
    const said = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' })
    const version = /\d+(?:\.\d+)?/.exec(said)?.[0] ?? 'unknown'
    if (Number.parseInt(version, 10) < OLDEST_VERSION) {
      throw new MissingError(`PostgreSQL ${OLDEST_VERSION} or newer is needed; ${folder} has ${version}.`)
    }
    return new Programs(folder, version, process.getuid?.() === 0 ? postgresUser() : null)
  }

  /** Ends all that still runs. */
  end(): void {
    for (const { pid } of this.#children) if (pid !== undefined) killTree(pid)
  }

  /** Starts a program; the caller sees to its end. */
  start(program: Program, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
    const child = spawn(join(this.#folder, program), args, {
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...this.owner,
    })
    this.#children.add(child)
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', code => {
        this.#children.delete(child)
        resolve({ code, stdout, stderr })
      })
    })
    return { process: child, ended }
  }

  /** Runs a program to its end, and kills it when that takes too long. */
  async run(program: Program, args: readonly string[], timeoutMs = 30_000): Promise<Ended> {
    const running = this.start(program, args)
    const timer = setTimeout(() => running.process.kill('SIGKILL'), timeoutMs)
    try {
      return await running.ended
    } finally {
      clearTimeout(timer)
    }
  }

  /**
   * Runs a program that must succeed.
   *
   * @throws Error with what it printed when it does not.
   */
  async must(program: Program, args: readonly string[], timeoutMs?: number): Promise<string> {
    const { code, stdout, stderr } = await this.run(program, args, timeoutMs)
    if (code !== 0)
      throw new Error(`${program} ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${stdout}${stderr}`)
    return stdout
  }
}

/** Ends a process and all that it started, with nothing left to do about it. */
export function killTree(pid: number): void {
  // Stopped first, so that it starts nothing while what it started is counted.
  signal(pid, 'SIGSTOP')
  const children = childrenOf(pid)
  signal(pid, 'SIGKILL')
  for (const child of children) killTree(child)
}

function childrenOf(pid: number): readonly number[] {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number)
  } catch {
    return []
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself.
  }
}

/**
 * Asks until there is an answer.
 *
 * @throws Error naming what was waited for when there is none in time.
 */
export async function until<T>(what: string, probe: () => Promise<T | null>, timeoutMs = 20_000): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const answer = await probe()
    if (answer !== null) return answer
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`)
    await sleep(50)
  }
}

function candidates(): readonly string[] {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : []
  return [
    ...[process.env['PG_BINDIR'] ?? []].flat(),
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map(version => join(debian, version, 'bin')),
  ]
}

function postgresUser(): Owner {
  try {
    const [uid, gid] = ['-u', '-g'].map(which => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' })))
    return { uid, gid }
  } catch {
    throw new MissingError('PostgreSQL does not run as root, and there is no user postgres to run it as.')
  }
}
