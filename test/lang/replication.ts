// The specification that introduces the language, whole: the type tests complete it and take mistakes apart from it.
import { bool, guard, ids, model, oneOf, range, record, seq, spec, table, type Frozen, type Of } from 'primacy'

export default spec(
  'replication',
  { nodes: 3, writes: 2, crashes: 1, failovers: 1, mode: oneOf('quorum', 'async', 'all') },
  ({ nodes, writes, crashes, failovers, mode }) => {
    const Node = ids('node', nodes)
    const Write = ids('write', writes)
    const Epoch = range(0, failovers)
    const Entry = record({ epoch: Epoch, write: Write })
    type Node = Of<typeof Node>
    type Write = Of<typeof Write>

    const { state, action, invariant, transition, infinitelyOften } = model({
      up: table(Node, bool),
      role: table(Node, oneOf('follower', 'leader')),
      epoch: table(Node, Epoch),
      log: table(Node, seq(Entry, writes)),
      submitted: table(Write, bool),
      acked: table(Write, bool),
      crashes: range(0, crashes),
    })
    type State = Frozen<Of<typeof state>>

    const majority = Math.floor(nodes / 2) + 1
    const needed = mode === 'async' ? 1 : mode === 'all' ? nodes : majority
    const leads = (s: State, n: Node) => s.up[n] && s.role[n] === 'leader'
    const holds = (s: State, n: Node, w: Write) => s.log[n].some(e => e.write === w)

    const init = action({ first: Node }, (s, { first }) => {
      for (const n of Node) s.up[n] = true
      s.role[first] = 'leader'
    })
    const write = action({ leader: Node, w: Write }, (s, { leader, w }) => {
      guard(leads(s, leader) && !s.submitted[w])
      s.submitted[w] = true
      s.log[leader].push({ epoch: s.epoch[leader], write: w })
    })
    const ship = action({ leader: Node, to: Node }, (s, { leader, to }) => {
      guard(leads(s, leader) && s.up[to] && leader !== to && s.epoch[to] <= s.epoch[leader])
      guard(s.log[to].length < s.log[leader].length)
      s.epoch[to] = s.epoch[leader]
      s.log[to].push(s.log[leader][s.log[to].length])
    })
    const ack = action({ leader: Node, w: Write }, (s, { leader, w }) => {
      guard(leads(s, leader) && !s.acked[w] && holds(s, leader, w))
      guard(Node.count(n => holds(s, n, w)) >= needed)
      s.acked[w] = true
    })
    const crash = action({ n: Node }, (s, { n }) => {
      guard(s.up[n] && s.crashes < crashes)
      s.up[n] = false
      s.role[n] = 'follower'
      s.crashes += 1
    })
    const restart = action({ n: Node }, (s, { n }) => {
      guard(!s.up[n])
      s.up[n] = true
    })
    const failover = action({ n: Node }, (s, { n }) => {
      guard(s.up[n] && Node.every(m => !leads(s, m)) && Node.max(m => s.epoch[m]) < failovers)
      s.epoch[n] = Node.max(m => s.epoch[m]) + 1
      s.role[n] = 'leader'
    })

    return {
      state,
      init,
      symmetry: [Node, Write],
      actions: { write, ship, ack, crash, restart, failover },
      fairness: { weak: [ship, ack, restart, failover] },
      invariants: {
        ackedSurvives: invariant(s => Write.every(w => !s.acked[w] || Node.every(n => !leads(s, n) || holds(s, n, w)))),
      },
      transitions: {
        epochNeverFalls: transition((before, after) => Node.every(n => after.epoch[n] >= before.epoch[n])),
      },
      liveness: { leaderReturns: infinitelyOften(s => Node.some(n => leads(s, n))) },
      final: invariant(s => Node.every(n => s.up[n]) && Write.every(w => s.acked[w])),
    }
  },
)
