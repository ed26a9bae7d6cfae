// Single-leader replication at its plainest: a leader appends, followers copy entry by entry, a majority opens the next
// epoch. There are no flushes, links or fences, and whoever has joined the epoch counts as a copy, up or down.
// The model that explorers are compared on: several of them count exactly the same states.
import { bool, equal, guard, ids, model, oneOf, range, record, seq, set, spec, subsets, table } from 'primacy'
import type { Frozen, Of } from 'primacy'

export default spec('slr', {
  /** Cluster size; node n1 leads at first, in epoch 1. */
  nodes: 3,
  /** Client writes the environment may submit. */
  writes: 3,
  /** Highest epoch a failover may open. */
  epochs: 3,
  /** Budget of crashes; restarts are free. */
  crashes: 1,
  /** How many followers must hold an entry before the leader acknowledges it. */
  acks: 1,
}, ({ nodes, writes, epochs, crashes, acks }) => {
  const Node = ids('node', nodes)
  const Write = range(1, writes)
  const Position = range(1, writes)
  const Epoch = range(1, epochs)
  const Entry = record({ epoch: Epoch, id: Write })
  type Node = Of<typeof Node>

  const { state, action, invariant } = model({
    newest: Epoch,                                    // the epoch that was opened last
    up: table(Node, bool),
    role: table(Node, oneOf('follower', 'leader')),
    epoch: table(Node, Epoch),                        // highest epoch the node has heard of
    log: table(Node, seq(Entry, writes)),             // durable: survives a crash
    written: range(0, writes),
    acked: set(Write),                                // what clients were told is safe
    crashesSpent: range(0, crashes),
  })
  type State = Frozen<Of<typeof state>>

  const isLeader = (s: State, n: Node) => s.up[n] && s.role[n] === 'leader'
  const holds = (s: State, n: Node, id: number) => s.log[n].some(e => e.id === id)
  const isPrefix = (s: State, a: Node, b: Node) =>
    s.log[a].length <= s.log[b].length && s.log[a].every((e, i) => equal(e, s.log[b][i]))
  /** The follower takes what the leader sends: both live, and the leader's epoch is not behind. */
  const linked = (s: State, leader: Node, follower: Node) =>
    leader !== follower && isLeader(s, leader) && s.up[follower] && s.role[follower] === 'follower' &&
    s.epoch[follower] <= s.epoch[leader]
  const hasCopy = (s: State, m: Node, leader: Node, position: number) =>
    m !== leader && s.epoch[m] === s.epoch[leader] &&
    s.log[m].length >= position && equal(s.log[m][position - 1], s.log[leader][position - 1])
  const lastEpoch = (s: State, n: Node) => s.log[n].length === 0 ? 0 : s.log[n][s.log[n].length - 1].epoch
  const notBehind = (s: State, a: Node, b: Node) =>
    lastEpoch(s, a) > lastEpoch(s, b) ||
    (lastEpoch(s, a) === lastEpoch(s, b) && s.log[a].length >= s.log[b].length)

  /** Every node is up and empty; n1 leads in epoch 1. */
  const init = action({}, s => {
    for (const n of Node) s.up[n] = true
    s.role[Node.first] = 'leader'
  })

  /** A leader appends a client's write to its log. */
  const write = action({ leader: Node }, (s, { leader }) => {
    guard(isLeader(s, leader))
    guard(s.written < writes)
    s.written += 1
    s.log[leader].push({ epoch: s.epoch[leader], id: s.written })
  })
  /** A follower whose log is a prefix of a leader's takes the next entry, and the leader's epoch with it. */
  const ship = action({ leader: Node, follower: Node }, (s, { leader, follower }) => {
    guard(linked(s, leader, follower))
    guard(s.log[follower].length < s.log[leader].length)
    guard(isPrefix(s, follower, leader))
    s.log[follower].push(s.log[leader][s.log[follower].length])
    s.epoch[follower] = s.epoch[leader]
  })
  /** A follower whose log has diverged from a leader's drops its last entry, and takes the leader's epoch. */
  const rewind = action({ leader: Node, follower: Node }, (s, { leader, follower }) => {
    guard(linked(s, leader, follower))
    guard(!isPrefix(s, follower, leader))
    s.log[follower].truncate(s.log[follower].length - 1)
    s.epoch[follower] = s.epoch[leader]
  })
  /** A follower whose log already equals a leader's takes the leader's epoch. */
  const adopt = action({ leader: Node, follower: Node }, (s, { leader, follower }) => {
    guard(linked(s, leader, follower))
    guard(s.log[follower].length === s.log[leader].length)
    guard(isPrefix(s, follower, leader))
    guard(s.epoch[follower] < s.epoch[leader])
    s.epoch[follower] = s.epoch[leader]
  })
  /** A leader tells the client that the write at a position of its log is safe. */
  const acknowledge = action({ leader: Node, position: Position }, (s, { leader, position }) => {
    guard(isLeader(s, leader))
    guard(position <= s.log[leader].length)
    guard(!s.acked.has(s.log[leader][position - 1].id))
    guard(Node.count(m => hasCopy(s, m, leader, position)) >= acks)
    s.acked.add(s.log[leader][position - 1].id)
  })

  /** A node stops; it keeps its log and its epoch, and will be a follower. */
  const crash = action({ node: Node }, (s, { node }) => {
    guard(s.up[node])
    guard(s.crashesSpent < crashes)
    s.up[node] = false
    s.role[node] = 'follower'
    s.crashesSpent += 1
  })
  /** A node recovers, as a follower. */
  const restart = action({ node: Node }, (s, { node }) => {
    guard(!s.up[node])
    s.up[node] = true
  })
  /** A majority of live nodes joins the next epoch under one of its most up-to-date members, whether or not a leader is alive. */
  const failover = action({ leader: Node, voters: subsets(Node) }, (s, { leader, voters }) => {
    guard(s.newest < epochs)
    guard(voters.has(leader) && 2 * voters.size > nodes)
    guard(voters.every(v => s.up[v]))
    guard(voters.every(v => notBehind(s, leader, v)))
    s.newest += 1
    for (const n of voters) {
      s.role[n] = n === leader ? 'leader' : 'follower'
      s.epoch[n] = s.newest
    }
  })

  return {
    state,
    init,
    actions: { write, ship, rewind, adopt, acknowledge, crash, restart, failover },
    invariants: {
      /** A live leader of the newest epoch holds every write that a client was told is safe. */
      NoLostAck: invariant(s => Node.every(n =>
        !isLeader(s, n) || s.epoch[n] !== s.newest || s.acked.every(id => holds(s, n, id)))),
      /** Two live leaders are never in the same epoch. */
      SingleLeaderPerEpoch: invariant(s => Node.every(n => Node.every(m =>
        n === m || !isLeader(s, n) || !isLeader(s, m) || s.epoch[n] !== s.epoch[m]))),
    },
    /** Every node is up, no failover is left, and whoever follows the leader of the newest epoch has its whole log. */
    final: invariant(s => s.newest === epochs && Node.every(n => s.up[n]) && Node.every(l =>
      !isLeader(s, l) || s.epoch[l] !== s.newest || Node.every(f =>
        s.role[f] === 'leader' ||
        (s.epoch[f] === s.epoch[l] && s.log[f].length === s.log[l].length && isPrefix(s, f, l))))),
  }
})
