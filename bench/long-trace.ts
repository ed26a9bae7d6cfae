// A recorded trace of any length: three nodes, one write after the other, with every step of it recorded, a read now and
// then, and a failover from time to time. Everything in it is well, so that a monitor has to follow it to the end.

const NODES = ['n1', 'n2', 'n3'] as const

/** Writes between two failovers. */
const REIGN = 5_000

/** The lines of a trace with about as many events. */
export function* longTrace(events: number): Generator<string> {
  const trace = new Trace()
  yield trace.header()
  while (trace.count < events) {
    if (trace.writes > 0 && trace.writes % REIGN === 0) yield* trace.failover()
    yield* trace.write()
    if (trace.writes % 10 === 0) yield trace.read()
  }
  yield JSON.stringify({ type: 'end', count: trace.count })
}

class Trace {
  count = 0
  writes = 0
  private epoch = 1
  private leader = 0
  private readonly seqs = [0, 0, 0]

  header(): string {
    return JSON.stringify({
      type: 'header',
      format: 'repltrace',
      version: '1.0',
      nodes: NODES,
      clients: ['c1', 'c2', 'c3', 'c4'],
      init: { leader: 'n1', epoch: 1, last: 0 },
      model: { ack: 'any', ackCount: 1 },
      clock: { order: 'total' },
      complete: { restart: 'all', truncate: 'all', 'catch-up': 'all', fail: 'all', info: 'all' },
    })
  }

  *write(): Generator<string> {
    const index = ++this.writes
    const { epoch, leader } = this
    const [first, second] = [(leader + 1) % 3, (leader + 2) % 3]
    const op = `w${index}`
    const client = `c${(index % 4) + 1}`
    yield this.line({ type: 'invoke', client, op, f: 'write', key: `k${index % 100}`, to: NODES[leader] })
    yield this.of(leader, { type: 'append', index, epoch, op })
    yield this.of(first, { type: 'receive', from: NODES[leader], index, epoch })
    yield this.of(leader, { type: 'ack-received', from: NODES[first], index })
    yield this.of(leader, { type: 'commit', commit: index })
    yield this.of(leader, { type: 'reply', client, op, index, epoch, f: 'write', ok: true })
    yield this.line({ type: 'ok', client, op, from: NODES[leader], index, epoch })
    yield this.of(second, { type: 'receive', from: NODES[leader], index, epoch })
    for (const node of [leader, first, second]) yield this.of(node, { type: 'apply', index, op })
  }

  read(): string {
    return this.of((this.leader + 1) % 3, { type: 'read', client: 'c1', index: this.writes })
  }

  /** The leader crashes, a follower that has everything is promoted, and the leader comes back as it was. */
  *failover(): Generator<string> {
    const fallen = this.leader
    const last = this.writes
    yield this.of(fallen, { type: 'crash' })
    this.leader = (fallen + 1) % 3
    this.epoch++
    yield this.of(this.leader, { type: 'promote', epoch: this.epoch, index: last })
    yield this.of(fallen, { type: 'restart', obs: { role: 'follower', last } })
    yield this.of(fallen, { type: 'follow', from: NODES[this.leader] })
  }

  private of(node: number, { type, ...fields }: { readonly type: string; readonly [field: string]: unknown }): string {
    return this.line({ type, node: NODES[node], seq: ++this.seqs[node], ...fields })
  }

  private line(event: object): string {
    this.count++
    return JSON.stringify(event)
  }
}
