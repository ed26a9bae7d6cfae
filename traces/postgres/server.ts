// One PostgreSQL server of the cluster: its data, its configuration, its process. The configuration stands beside the
// data, since pg_rewind overwrites what it finds in the data folder with the files of the other server.
import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ended, type Programs, type Running, killTree, until } from './programs.ts'

export type Settings = Readonly<Record<string, string>>

export class Server {
  readonly name: string
  /** The folder of its socket: `host` of a connection string. */
  readonly host: string
  readonly data: string
  readonly #programs: Programs
  readonly #configFile: string
  #settings: Settings
  #running: Running | null = null
  #printed = ''

  constructor(programs: Programs, folder: string, name: string, settings: Settings) {
    this.name = name
    this.host = join(folder, name)
    this.data = join(folder, `${name}-data`)
    this.#programs = programs
    this.#configFile = join(folder, `${name}.conf`)
    this.#settings = settings
    mkdirSync(this.host)
    if (programs.owner !== null) chownSync(this.host, programs.owner.uid, programs.owner.gid)
    const access = join(folder, `${name}.access`)
    writeFileSync(access, 'local all all trust\nlocal replication all trust\n')
    this.configure({
      hba_file: access,
      listen_addresses: '',
      unix_socket_directories: this.host,
      port: '5432',
      cluster_name: name,
    })
  }

  get up(): boolean {
    return this.#running !== null
  }

  /** What it printed since the cluster began. */
  get printed(): string {
    return this.#printed
  }

  /** Changes its configuration, at once if it runs. */
  configure(settings: Settings): void {
    this.#settings = { ...this.#settings, ...settings }
    const lines = Object.entries(this.#settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    writeFileSync(this.#configFile, lines.join(''))
    this.#running?.process.kill('SIGHUP')
  }

  async initialise(): Promise<void> {
    const how = [
      '--username=postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--no-locale',
      '--data-checksums',
      '--no-sync',
    ]
    await this.#programs.must('initdb', [`--pgdata=${this.data}`, ...how], 60_000)
  }

  /** Copies a running server, to follow it. */
  async copyFrom(leader: Server): Promise<void> {
    const how = ['--checkpoint=fast', '--wal-method=stream', '--no-sync']
    await this.#programs.must('pg_basebackup', [`--pgdata=${this.data}`, ...connection(leader.host), ...how], 60_000)
    this.beFollower()
  }

  /** From its next start on it follows. */
  beFollower(): void {
    writeFileSync(join(this.data, 'standby.signal'), '')
  }

  async start(): Promise<void> {
    const running = this.#programs.start('postgres', ['-D', this.data, '-c', `config_file=${this.#configFile}`])
    this.#running = running
    const keep = (text: string): void => {
      this.#printed += text
    }
    running.process.stdout?.on('data', keep)
    running.process.stderr?.on('data', keep)
    let over = false
    running.process.on('close', () => {
      over = true
      if (this.#running === running) this.#running = null
    })
    await until(`${this.name} accepts connections`, async () => {
      if (over) throw new Error(`${this.name} does not start:\n${this.printed}`)
      return (await this.ask('SELECT 1')).code === 0 ? true : null
    })
  }

  /** A power cut, as far as one process can play it: no part of the server does anything any more. */
  kill(): void {
    const pid = this.#running?.process.pid
    if (pid !== undefined) killTree(pid)
    this.#running = null
    this.#freeSharedMemory()
  }

  /** Shuts it down in order; connections are ended, what is written is flushed. */
  async stop(): Promise<void> {
    const running = this.#running
    if (running === null) return
    running.process.kill('SIGINT')
    const late = setTimeout(() => this.kill(), 20_000)
    await running.ended
    clearTimeout(late)
    this.#running = null
  }

  async promote(): Promise<void> {
    await this.#programs.must('pg_ctl', ['promote', `--pgdata=${this.data}`, '--wait', '--timeout=30'], 40_000)
  }

  /** Makes the data of this server, which is down, a copy of a running leader's: back to the fork, then the leader's log. */
  async rewindTo(leader: Server): Promise<string> {
    // What pg_rewind reads of the leader's epoch is only there after a checkpoint.
    await leader.query('CHECKPOINT')
    const { code, stderr } = await this.#programs.run(
      'pg_rewind',
      [
        `--target-pgdata=${this.data}`,
        `--config-file=${this.#configFile}`,
        `--source-server=host=${leader.host} port=5432 user=postgres dbname=postgres`,
        '--no-sync',
      ],
      60_000,
    )
    if (code !== 0) throw new Error(`pg_rewind of ${this.name} failed:\n${stderr}`)
    return stderr
  }

  /** Begins to run SQL as one transaction, in a session that others find by its name. */
  begin(name: string, sql: string): Running {
    return this.#programs.start('psql', [...psqlOptions(this.host), '--command', sql], { PGAPPNAME: name })
  }

  /** Runs SQL that may fail. */
  ask(sql: string): Promise<Ended> {
    return this.#programs.run('psql', [...psqlOptions(this.host), '--command', sql], 10_000)
  }

  /** Runs SQL that must succeed, and returns its rows. */
  async query(sql: string): Promise<readonly (readonly string[])[]> {
    const { code, stdout, stderr } = await this.ask(sql)
    if (code !== 0) throw new Error(`${this.name} refuses ${sql}:\n${stderr}`)
    return stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => line.split('|'))
  }

  /** A killed server leaves its segment of shared memory to the system. Its number is the last of line 7 of the lock file. */
  #freeSharedMemory(): void {
    const lock = join(this.data, 'postmaster.pid')
    if (!existsSync(lock)) return
    const segment = readFileSync(lock, 'utf8').split('\n')[6]?.trim().split(/\s+/)[1]
    if (segment === undefined) return
    try {
      execFileSync('ipcrm', ['-m', segment], { stdio: 'ignore' })
    } catch {
      // It is gone already, or this system has no such memory.
    }
  }
}

function connection(host: string): readonly string[] {
  return [`--host=${host}`, '--port=5432', '--username=postgres']
}

function psqlOptions(host: string): readonly string[] {
  return [
    ...connection(host),
    '--dbname=postgres',
    '--no-psqlrc',
    '--no-align',
    '--tuples-only',
    '--quiet',
    '--set=ON_ERROR_STOP=1',
  ]
}
