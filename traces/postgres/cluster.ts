// Three servers on this machine, each able to follow each other over a link of its own, in a folder that goes when the
// cluster is closed. No port of the network is opened: servers, links and clients meet at sockets in that folder.
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Link } from './link.ts'
import { type Programs, until } from './programs.ts'
import { Server, type Settings } from './server.ts'
import { parseLsn } from './wal.ts'

export const NODES = ['n1', 'n2', 'n3'] as const
export type NodeName = (typeof NODES)[number]

/** Small, quick to find a leader again, able to rewind, and quiet: nothing writes to the log but clients. */
const BASE: Settings = {
  shared_buffers: '16MB',
  dynamic_shared_memory_type: 'mmap',
  max_connections: '20',
  max_wal_senders: '8',
  wal_keep_size: '256MB',
  wal_log_hints: 'on',
  wal_retrieve_retry_interval: '200ms',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
  hot_standby: 'on',
}

export class Cluster {
  /** The byte of the first server's log where the recording begins. */
  origin = 0n
  readonly #programs: Programs
  readonly #folder: string
  readonly #servers: Readonly<Record<NodeName, Server>>
  readonly #links = new Map<string, Link>()
  readonly #disposeAtExit = (): void => this.#dispose()

  private constructor(programs: Programs, settings: Settings) {
    this.#programs = programs
    this.#folder = mkdtempSync(join(tmpdir(), 'recording-'))
    if (programs.owner !== null) chownSync(this.#folder, programs.owner.uid, programs.owner.gid)
    const server = (name: NodeName): Server => new Server(programs, this.#folder, name, { ...BASE, ...settings })
    this.#servers = { n1: server('n1'), n2: server('n2'), n3: server('n3') }
    process.on('exit', this.#disposeAtExit)
  }

  /** A cluster whose first server leads and has the table, and whose other servers stream from it. */
  static async open(programs: Programs, settings: Settings): Promise<Cluster> {
    const cluster = new Cluster(programs, settings)
    try {
      await cluster.#begin()
    } catch (error) {
      cluster.close()
      throw error
    }
    return cluster
  }

  server(node: NodeName): Server {
    return this.#servers[node]
  }

  link(follower: NodeName, leader: NodeName): Link {
    return this.#links.get(`${follower}-${leader}`)!
  }

  /** Both ways between two servers. */
  links(a: NodeName, b: NodeName): readonly Link[] {
    return [this.link(a, b), this.link(b, a)]
  }

  /** Tells a server whom to follow, at once if it runs. */
  pointTo(follower: NodeName, leader: NodeName): void {
    const { host } = this.link(follower, leader)
    const conninfo = `host=${host} port=5432 user=postgres application_name=${follower}`
    this.server(follower).configure({ primary_conninfo: conninfo })
  }

  /** Waits until a follower streams the leader's newest log. */
  async untilStreams(follower: NodeName, leader: NodeName): Promise<void> {
    const sql = `SELECT 1 FROM pg_stat_replication WHERE application_name = '${follower}' AND state = 'streaming'`
    await until(`${follower} streams from ${leader}`, async () => {
      const rows = await this.server(leader).query(sql)
      return rows.length > 0 ? true : null
    })
  }

  /** Ends everything and removes it. */
  close(): void {
    this.#dispose()
    process.off('exit', this.#disposeAtExit)
  }

  async #begin(): Promise<void> {
    for (const follower of NODES) {
      for (const leader of NODES) {
        if (follower === leader) continue
        const host = join(this.#folder, `${follower}-${leader}`)
        this.#links.set(`${follower}-${leader}`, await Link.open(host, this.server(leader).host))
      }
    }
    const [first, ...others] = NODES
    const leader = this.server(first)
    await leader.initialise()
    await leader.start()
    // Nobody follows yet who could confirm it.
    await leader.query('SET synchronous_commit = local; CREATE TABLE written (n serial, key text PRIMARY KEY)')
    for (const follower of others) {
      await this.server(follower).copyFrom(leader)
      this.pointTo(follower, first)
      await this.server(follower).start()
      await this.untilStreams(follower, first)
    }
    // A segment that every server has from its start.
    await leader.query('SELECT pg_switch_wal()')
    const [[lsn]] = (await leader.query('CHECKPOINT; SELECT pg_current_wal_lsn()')) as [[string]]
    this.origin = parseLsn(lsn)
  }

  #dispose(): void {
    // Programs first: initdb and pg_rewind run servers of their own, whose shared memory a killed server gives back.
    this.#programs.end()
    for (const server of Object.values(this.#servers)) server.kill()
    for (const link of this.#links.values()) link.close()
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}
