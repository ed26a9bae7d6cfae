// What a scenario can do to the cluster. Each deed waits until it has taken effect and then records what happened; what
// the servers do by themselves in between (ship, receive, flush, replay) is nowhere recorded.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { type Pending, type Place, answer, begin, outcome, waits } from './client.ts'
import { type Cluster, NODES, type NodeName } from './cluster.ts'
import { ask, observation } from './observe.ts'
import { type Programs, until } from './programs.ts'
import type { Recording } from './recording.ts'
import { type Entry, readLog } from './wal.ts'

const WHILE_MS = 500

/** What the recorder knows of a node from what it did to it. */
interface Known {
  /** The epoch that its log is in. */
  epoch: number
  /** The highest epoch it was told of. */
  heard: number
  leads: boolean
  /** Whom it was told to follow. */
  upstream: NodeName | null
  /** Streams from its upstream, or will again once the link is back: no crash came in between. */
  attached: boolean
  /** Its log has what the log of its upstream has not, so it gets nothing from it. */
  refused: boolean
  /** It went on in the log of another without a rewind, so what it shows is no longer what its log says. */
  blind: boolean
}

const LEADS = { leads: true, upstream: null, attached: false, refused: false, blind: false } as const
const FOLLOWS = { leads: false, attached: true, refused: false, blind: false } as const

export class Drill {
  readonly #programs: Programs
  readonly #cluster: Cluster
  readonly #recording: Recording
  readonly #known: Record<NodeName, Known> = {
    n1: { epoch: 1, heard: 1, ...LEADS },
    n2: { epoch: 1, heard: 1, ...FOLLOWS, upstream: 'n1' },
    n3: { epoch: 1, heard: 1, ...FOLLOWS, upstream: 'n1' },
  }
  readonly #cut = new Set<string>()
  /** Writes that no log on disk holds yet, though they were acknowledged. */
  readonly #unflushed = new Set<string>()

  readonly #places = new Map<string, Place>()

  constructor(programs: Programs, cluster: Cluster, recording: Recording) {
    this.#programs = programs
    this.#cluster = cluster
    this.#recording = recording
  }

  /** A client writes rows, one after the other, and takes each answer, which must come. */
  async write(client: string, node: NodeName, ...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const pending = this.#begin(client, node, key)
      const ended = await answer(pending)
      // A write that fails has left nothing.
      if (ended.code === 0) await this.#recordAppend(node, key)
      this.#record(outcome(pending, ended, this.#places.get(key)))
    }
  }

  /** A client writes a row, and the leader waits for followers before it answers. */
  async writeInVain(client: string, node: NodeName, key: string): Promise<Pending> {
    const server = this.#cluster.server(node)
    const pending = this.#begin(client, node, key)
    // Every write waits for a moment; one that still does after a while has nobody to wait for.
    await until(`${key} waits`, async () => ((await waits(server, pending)) ? true : null))
    await sleep(WHILE_MS)
    if (!(await waits(server, pending))) throw new Error(`${key} was answered, but the scenario wants it to wait.`)
    await this.#recordAppend(node, key)
    return pending
  }

  /** The client of a waiting write takes its answer, which must come. */
  async settle(pending: Pending): Promise<void> {
    this.#record(outcome(pending, await answer(pending), this.#places.get(pending.key)))
  }

  /** Somebody cancels the wait: PostgreSQL commits here, and says in a warning that followers may lack it. */
  async cancel(pending: Pending): Promise<void> {
    const where = `WHERE application_name = '${pending.key}'`
    await this.#cluster.server(pending.node).query(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity ${where}`)
    this.note(`the wait of ${pending.key} is cancelled`, pending.node)
    await this.settle(pending)
  }

  async read(client: string, node: NodeName): Promise<void> {
    this.#record({ type: 'read', node, client, session: client, value: await this.#rows(node) })
  }

  /** Asks nodes for their state, one after the other. */
  async observe(...nodes: readonly NodeName[]): Promise<void> {
    for (const node of nodes) {
      const said = await ask(this.#cluster.server(node))
      const known = this.#known[node]
      if (!said.leads && said.epoch !== null) known.epoch = said.epoch
      known.heard = Math.max(known.heard, known.epoch)
      this.#record({ type: 'state', node, obs: observation(said, known.heard, await this.#log(node)) })
    }
  }

  cut(a: NodeName, b: NodeName): void {
    for (const link of this.#cluster.links(a, b)) link.cut()
    this.#cut.add(pair(a, b))
    this.#record({ type: 'partition', between: [[a], [b]] })
  }

  /** The link comes back, and so does a stream over it. */
  async heal(a: NodeName, b: NodeName): Promise<void> {
    for (const link of this.#cluster.links(a, b)) link.heal()
    this.#cut.delete(pair(a, b))
    this.#record({ type: 'heal', between: [[a], [b]] })
    await this.#findAgain(a, b)
    await this.#findAgain(b, a)
  }

  async crash(node: NodeName): Promise<void> {
    this.#cluster.server(node).kill()
    this.#unflushed.clear()
    await this.#recordDown(node, 'killed')
  }

  /** Starts a node with what it finds; followers of a leader find it again by themselves. */
  async restart(node: NodeName): Promise<void> {
    const known = this.#known[node]
    const found = await this.#onDisk(node)
    await this.#cluster.server(node).start()
    const role = known.leads ? 'leader' : 'follower'
    this.#record({ type: 'restart', node, obs: { role, epoch: known.epoch, ...found } })
    for (const follower of NODES) await this.#findAgain(follower, node)
  }

  async promote(node: NodeName): Promise<void> {
    const server = this.#cluster.server(node)
    await server.promote()
    // The first eight digits of a segment's name are its epoch. The control file tells it only after a checkpoint.
    const [[segment]] = (await server.query('SELECT pg_walfile_name(pg_current_wal_lsn())')) as [[string]]
    const epoch = Number.parseInt(segment.slice(0, 8), 16)
    this.#known[node] = { epoch, heard: epoch, ...LEADS }
    const found = await this.#onDisk(node)
    this.#record({ type: 'promote', node, epoch, index: found.last, obs: { role: 'leader', epoch, ...found } })
  }

  /** A follower is told of another leader and streams from it. */
  async follow(node: NodeName, leader: NodeName): Promise<void> {
    this.#cluster.pointTo(node, leader)
    await this.#cluster.untilStreams(node, leader)
    const { epoch } = this.#known[leader]
    this.#known[node] = { epoch, heard: epoch, ...FOLLOWS, upstream: leader }
    this.#record({ type: 'follow', node, from: leader, epoch })
  }

  /** A follower is told of a leader that lacks the end of its log: it connects, and gets nothing. */
  async followInVain(node: NodeName, leader: NodeName): Promise<void> {
    const server = this.#cluster.server(node)
    const before = server.printed.length
    this.#cluster.pointTo(node, leader)
    await until(`${node} refuses to follow ${leader}`, () =>
      Promise.resolve(server.printed.includes('forked off current database system timeline', before) || null),
    )
    const heard = this.#known[leader].epoch
    this.#known[node] = { ...this.#known[node], heard, upstream: leader, refused: true }
    this.#record({ type: 'follow', node, from: leader, epoch: heard })
    this.note(`${node} is past the point where ${leader}'s epoch begins, and streams nothing`, node)
  }

  /** A node becomes a follower again: shut down if it is up, its log taken back to the fork, then the leader's. */
  async rejoin(node: NodeName, leader: NodeName): Promise<void> {
    const server = this.#cluster.server(node)
    if (server.up) {
      const { epoch, leads } = this.#known[node]
      await server.stop()
      if (leads) this.#record({ type: 'demote', node, epoch, reason: 'an operator shuts it down' })
      await this.#recordDown(node, 'shut down in order')
    }
    const before = await this.#log(node)
    await server.rewindTo(this.#cluster.server(leader))
    const { epoch } = this.#known[leader]
    this.#known[node] = { epoch, heard: epoch, ...FOLLOWS, upstream: leader }
    this.#recordRewind(node, leader, before, await this.#log(node))
    server.beFollower()
    this.#cluster.pointTo(node, leader)
    this.#known[node].attached = false
    await this.restart(node)
    await this.#findAgain(node, leader)
  }

  /** A leader that crashed becomes a follower with the log that it has. PostgreSQL only compares epochs and bytes. */
  async rejoinBlindly(node: NodeName, leader: NodeName): Promise<void> {
    const { epoch, heard } = this.#known[node]
    this.#cluster.server(node).beFollower()
    this.#cluster.pointTo(node, leader)
    this.#known[node] = { epoch, heard, ...FOLLOWS, upstream: leader, attached: false, blind: true }
    await this.restart(node)
    await this.#findAgain(node, leader)
    this.note(`no rewind: epoch and byte of its log are those of the log of ${leader}, so nothing is noticed`, node)
  }

  /** A follower goes on receiving and flushing, and shows nothing new. */
  async pauseReplay(node: NodeName): Promise<void> {
    const server = this.#cluster.server(node)
    await server.query('SELECT pg_wal_replay_pause()')
    await until(`${node} pauses`, async () => {
      const [[state]] = (await server.query('SELECT pg_get_wal_replay_pause_state()')) as [[string]]
      return state === 'paused' || null
    })
    this.note('replay is paused', node)
  }

  async resumeReplay(node: NodeName): Promise<void> {
    await this.#cluster.server(node).query('SELECT pg_wal_replay_resume()')
    this.note('replay goes on', node)
    const { upstream } = this.#known[node]
    if (upstream !== null) await this.#untilReplayed(node, upstream)
  }

  note(reason: string, node?: NodeName): void {
    this.#record({ type: 'note', reason, ...(node === undefined ? {} : { node }) })
  }

  /** A leader's data is written out; no write of the trace comes of it. */
  async checkpoint(node: NodeName): Promise<void> {
    await sleep(WHILE_MS)
    await this.#cluster.server(node).query('CHECKPOINT')
    await sleep(WHILE_MS)
  }

  /** Makes a leader's log durable that acknowledges without. */
  async flush(node: NodeName): Promise<void> {
    await this.#cluster.server(node).query('CHECKPOINT')
    this.#unflushed.clear()
    this.#record({ type: 'flush', node, index: (await this.#log(node)).length })
  }

  /** Waits until followers show all that their leaders have. */
  async catchUp(): Promise<void> {
    for (const node of NODES) {
      const { upstream } = this.#known[node]
      if (upstream !== null && this.#streams(node, upstream)) await this.#untilReplayed(node, upstream)
    }
  }

  /**
   * Lets followers catch up and records every log, whole.
   *
   * @throws Error when what a node shows is not what its log says.
   */
  async finish(): Promise<void> {
    await this.catchUp()
    for (const node of NODES) await this.#recordLog(node)
  }

  /** Waits until a follower shows all that its leader has. */
  async #untilReplayed(node: NodeName, leader: NodeName): Promise<void> {
    await until(`${node} has replayed the log of ${leader}`, async () => {
      const { flushed } = await ask(this.#cluster.server(leader))
      const { replayed } = await ask(this.#cluster.server(node))
      return flushed !== null && replayed !== null && replayed >= flushed ? true : null
    })
  }

  /** A follower whose stream broke off begins it again by itself. Only after a crash is that an event of its own. */
  async #findAgain(node: NodeName, leader: NodeName): Promise<void> {
    if (!this.#streams(node, leader)) return
    await this.#cluster.untilStreams(node, leader)
    if (this.#known[node].attached) return
    this.#known[node].attached = true
    this.#record({ type: 'follow', node, from: leader, epoch: this.#known[leader].epoch })
  }

  async #recordDown(node: NodeName, reason: string): Promise<void> {
    for (const known of Object.values(this.#known)) if (known.upstream === node) known.attached = false
    this.#known[node].attached = false
    this.#record({ type: 'crash', node, reason, obs: { role: 'down', ...(await this.#onDisk(node)) } })
  }

  async #recordLog(node: NodeName): Promise<void> {
    const { heard: epoch, leads, blind } = this.#known[node]
    const found = await this.#onDisk(node)
    if (!this.#cluster.server(node).up) {
      this.#record({ type: 'state', node, obs: { role: 'down', ...found } })
      return
    }
    const rows = await this.#rows(node)
    if (!blind && rows.join(' ') !== found.log.join(' ')) {
      throw new Error(`${node} shows ${rows.join(' ')}, its log ${found.log.join(' ')}.`)
    }
    const role = leads ? 'leader' : 'follower'
    const applied = leads ? {} : { applied: found.last }
    const shown = blind ? { log: rows, 'x-disk': found.log } : {}
    this.#record({ type: 'state', node, obs: { role, epoch, ...applied, ...found, ...shown } })
  }

  async #recordAppend(node: NodeName, key: string): Promise<void> {
    const { epoch } = this.#known[node]
    const log = await this.#log(node)
    const found = log.findIndex(entry => entry.key === key)
    const durable = found >= 0
    if (!durable) this.#unflushed.add(key)
    const index = durable ? found + 1 : log.length + this.#unflushed.size
    this.#places.set(key, { index, epoch })
    this.#record({ type: 'append', node, index, epoch, op: key, durable })
  }

  #recordRewind(node: NodeName, from: NodeName, before: readonly Entry[], after: readonly Entry[]): void {
    const differ = before.findIndex((entry, i) => entry.key !== after[i]?.key || entry.epoch !== after[i].epoch)
    const kept = differ < 0 ? before.length : differ
    if (kept < before.length) this.#record({ type: 'truncate', node, index: kept, from, reason: 'rewind' })
    const { epoch } = this.#known[from]
    const got: { index?: [number, number] } = after.length > kept ? { index: [kept + 1, after.length] } : {}
    this.#record({ type: 'catch-up', node, from, how: 'rewind', epoch, ...got })
  }

  #begin(client: string, node: NodeName, key: string): Pending {
    this.#record({ type: 'invoke', client, session: client, op: key, f: 'write', to: node })
    return begin(this.#cluster.server(node), client, node, key)
  }

  /** The whole log of a node to which nothing is being written. */
  async #onDisk(node: NodeName): Promise<{ last: number; lastEpoch: number; synced: number; log: string[] }> {
    const entries = await this.#log(node)
    const last = entries.length
    return { last, lastEpoch: entries.at(-1)?.epoch ?? 0, synced: last, log: entries.map(({ key }) => key) }
  }

  async #rows(node: NodeName): Promise<string[]> {
    const rows = await this.#cluster.server(node).query('SELECT key FROM written ORDER BY n')
    return rows.map(([key]) => key)
  }

  #log(node: NodeName): Promise<readonly Entry[]> {
    return readLog(this.#programs, this.#cluster.server(node).data, this.#known[node].epoch, this.#cluster.origin)
  }

  /** A follower gets what a node writes, as far as the recorder knows. */
  #streams(follower: NodeName, leader: NodeName): boolean {
    const { upstream, refused } = this.#known[follower]
    const up = this.#cluster.server(follower).up && this.#cluster.server(leader).up
    return upstream === leader && this.#known[leader].leads && !refused && up && !this.#cut.has(pair(follower, leader))
  }

  #record(event: Event): void {
    this.#recording.record(event)
  }
}

function pair(a: NodeName, b: NodeName): string {
  return [a, b].toSorted().join(' ')
}
