// Single-leader replication: one leader appends to its log, followers copy it, a failover promotes a follower.
// Shipping is pull-based and each action is atomic; only faults and observations have budgets.
// The question: under which acknowledgement, election and fencing rules does an acknowledged write survive?
import { bool, equal, guard, ids, model, oneOf, optional, range, record, seq, set, spec, subsets, table } from 'primacy'
import type { Frozen, Of } from 'primacy'

export default spec('single-leader', {
  /** Cluster size; node n1 leads at first, in epoch 1. */
  nodes: 3,
  /** Client writes the environment may submit. */
  writes: 2,
  /** Highest epoch a promotion may open. */
  epochs: 3,
  /** Budget of crashes. */
  crashes: 1,
  /** Budget of restarts. */
  restarts: 1,
  /** Budget of failovers begun although the newest leader is alive. */
  suspicions: 0,
  /** Budget of links cut; healing is free. */
  cuts: 0,
  /** Budget of client reads. */
  reads: 0,
  /** Whose copy the leader waits for: nobody's, any k followers, the first k by number, a fixed set, or every connected follower. */
  ack: oneOf('async', 'any', 'first', 'set', 'allConnected'),
  /** The k of `any` and `first`; the least number of copies under `allConnected`. */
  ackCount: 1,
  /** The members of `set`, by node number; under `elect=set` also who may be elected. */
  ackSet: [2],
  /** What a follower must have done with an entry before its copy counts. */
  ackLevel: oneOf('flushed', 'received', 'applied'),
  /** True: an entry of the leader is durable before it can be acknowledged. */
  leaderFlush: true,
  /** When a received entry becomes durable on a follower: at once, or by a separate flush. */
  followerFlush: oneOf('eager', 'lazy'),
  /** When a received entry is applied on a follower: at once, or by a separate apply. */
  followerApply: oneOf('eager', 'lazy'),
  /** True: a timeout turns waiting off, as semi-synchronous replication falls back to asynchronous. */
  degrade: false,
  /** True: a waiting commit may be cancelled; it becomes visible and is never acknowledged. */
  cancelWait: false,
  /** When the leader shows an entry to readers: at acknowledgement, or as soon as it is appended. */
  visible: oneOf('ack', 'append'),
  /** Who serves reads: any node, or leaders only. */
  readAt: oneOf('any', 'leader'),
  /** True: all reads belong to one client session, so session guarantees are judged. */
  session: false,
  /** Failure detection: perfect, or with false suspicions. */
  detect: oneOf('perfect', 'imperfect'),
  /** Who may be elected: any polled node, the best of those polled, or a member of the fixed set. */
  elect: oneOf('any', 'best', 'set'),
  /** How many nodes, the candidate included, are polled at least. */
  poll: 1,
  /** True: every live reachable follower is polled. */
  pollAll: false,
  /** What makes one log better than another in an election. */
  compare: oneOf('epochThenLength', 'length'),
  /** True: polling and promotion are two steps, and the world may move in between. */
  twoStep: false,
  /** What a promotion does to the old order: nothing, kill old leaders, demote them, or freeze the polled nodes in the new epoch. */
  fence: oneOf('none', 'stonith', 'demote', 'freeze'),
  /** Where a new epoch comes from: a coordinator that knows the newest, or the candidate's own plus one. */
  epochSource: oneOf('global', 'local'),
  /** True: a polled node refuses an epoch that is not above its own. */
  voteCheck: false,
  /** False: a restart forgets an epoch that no flushed entry carries. */
  epochDurable: true,
  /** What happens to the diverged log of a follower that rejoins: truncated to the common prefix, appended to blindly, or kept while it refuses to stream. */
  rejoin: oneOf('rewind', 'blind', 'refuse'),
  /** The role a restarted node has. */
  restartRole: oneOf('follower', 'keep'),
  /** What a restart finds: what was durable, on followers only what was applied, or nothing. */
  restartKeeps: oneOf('durable', 'applied', 'nothing'),
  /** What a promotion keeps: all that was received, or only what was applied. */
  promoteKeeps: oneOf('received', 'applied'),
}, ({
  nodes, writes, epochs, crashes, restarts, suspicions, cuts, reads, ack, ackCount, ackSet, ackLevel, leaderFlush,
  followerFlush, followerApply, degrade, cancelWait, visible, readAt, session, detect, elect, poll, pollAll, compare,
  twoStep, fence, epochSource, voteCheck, epochDurable, rejoin, restartRole, restartKeeps, promoteKeeps,
}) => {
  const Node = ids('node', nodes)
  const Write = range(1, writes)
  const Position = range(1, writes)
  // A two-step poll freezes its voters in the epoch after the newest, whether or not the promotion is still allowed.
  const Epoch = range(1, twoStep && fence === 'freeze' ? epochs + 1 : epochs)
  const Entry = record({ epoch: Epoch, id: Write })
  const Link = record({ a: Node, b: Node })
  type Node = Of<typeof Node>

  const { state, action, invariant, transition } = model({
    up: table(Node, bool),
    role: table(Node, oneOf('follower', 'leader')),
    epoch: table(Node, Epoch),                        // highest epoch the node has heard of
    log: table(Node, seq(Entry, writes)),
    flushed: table(Node, range(0, writes)),           // how much of the log survives a crash
    applied: table(Node, range(0, writes)),           // how much a follower shows to readers
    visible: table(Node, range(0, writes)),           // how much a leader shows to readers
    upstream: table(Node, optional(Node)),            // whom the node streams from
    acked: set(record({ id: Write, epoch: Epoch })),  // what clients were told is safe
    seen: set(Write),                                 // what any client has read
    nextId: range(1, writes + 1),
    elected: set(record({ epoch: Epoch, node: Node })), // every promotion there ever was
    degraded: set(Node),                              // leaders that stopped waiting
    cut: set(Link),                                   // links down; a < b
    crashesSpent: range(0, crashes),
    restartsSpent: range(0, restarts),
    // A leader that restarts between poll and promotion makes the promotion a false suspicion after the fact.
    suspicionsSpent: range(0, twoStep ? suspicions + restarts : suspicions),
    cutsSpent: range(0, cuts),
    readsSpent: range(0, reads),
    candidate: optional(Node),                        // of a poll that awaits its promotion
    voters: set(Node),
    late: bool,                                       // a deposed leader acknowledged
    lateHarmful: bool,                                // ... what the newest leader lacks
    fewCopies: bool,                                  // acknowledged with too few durable copies
    truncatedAcked: bool,                             // a rewind removed an acknowledged write
    staleOwn: bool,                                   // the session missed an acknowledged write
    wentBack: bool,                                   // the session missed what it had read before
    session: set(Write),                              // what the session has read
  })
  type State = Frozen<Of<typeof state>>

  const newest = (s: State) => s.elected.max(x => x.epoch)
  const linked = (s: State, a: Node, b: Node) => !s.cut.has(a < b ? { a, b } : { a: b, b: a })
  const isLeader = (s: State, n: Node) => s.up[n] && s.role[n] === 'leader'
  const leads = (s: State, n: Node) => isLeader(s, n) && s.epoch[n] === newest(s)
  const leaderAlive = (s: State) => Node.some(n => leads(s, n))
  const streams = (s: State, leader: Node, follower: Node) =>
    follower !== leader && s.upstream[follower] === leader && isLeader(s, leader) &&
    s.up[follower] && s.role[follower] === 'follower' && linked(s, leader, follower)
  const isAcked = (s: State, id: number) => s.acked.some(a => a.id === id)
  const holds = (s: State, n: Node, id: number) => s.log[n].some(e => e.id === id)
  const isPrefix = (s: State, a: Node, b: Node) =>
    s.log[a].length <= s.log[b].length && s.log[a].every((e, i) => equal(e, s.log[b][i]))
  /** How many first entries two logs share. */
  const common = (s: State, a: Node, b: Node) =>
    s.log[a].count((_, i) => s.log[a].every((e, j) => j > i || (j < s.log[b].length && equal(e, s.log[b][j]))))
  const lastEpoch = (s: State, n: Node) => s.log[n].length === 0 ? 0 : s.log[n][s.log[n].length - 1].epoch
  const notBehind = (s: State, a: Node, b: Node) =>
    compare === 'epochThenLength'
      ? lastEpoch(s, a) > lastEpoch(s, b) ||
        (lastEpoch(s, a) === lastEpoch(s, b) && s.log[a].length >= s.log[b].length)
      : s.log[a].length >= s.log[b].length

  /** Follower `f` has the leader's entry at position `i`, to the level that counts. */
  const hasCopy = (s: State, f: Node, l: Node, i: number) =>
    s.log[f].length >= i && equal(s.log[f][i - 1], s.log[l][i - 1]) &&
    (ackLevel === 'received' || s.flushed[f] >= i) && (ackLevel !== 'applied' || s.applied[f] >= i)
  const copyCounts = (s: State, f: Node, l: Node, i: number) => streams(s, l, f) && hasCopy(s, f, l, i)
  const rank = (s: State, l: Node, f: Node) => Node.count(g => g < f && streams(s, l, g))
  const enough = (s: State, l: Node, i: number) =>
    ack === 'async' || s.degraded.has(l) ||
    (ack === 'any' && Node.count(f => copyCounts(s, f, l, i)) >= ackCount) ||
    (ack === 'set' && Node.every(f => !ackSet.includes(f) || f === l || copyCounts(s, f, l, i))) ||
    (ack === 'allConnected' && Node.every(f => !streams(s, l, f) || hasCopy(s, f, l, i)) &&
      Node.count(f => copyCounts(s, f, l, i)) >= ackCount) ||
    (ack === 'first' && Node.count(f => streams(s, l, f)) >= ackCount &&
      Node.every(f => !streams(s, l, f) || rank(s, l, f) >= ackCount || hasCopy(s, f, l, i)))
  const copies = (s: State, l: Node, i: number) =>
    Node.count(n => s.flushed[n] >= i && equal(s.log[n][i - 1], s.log[l][i - 1]))
  const deposed = (s: State, l: Node) =>
    s.elected.some(x => x.epoch > s.epoch[l] || (x.epoch === s.epoch[l] && x.node !== l))

  const newEpoch = (s: State, c: Node) => epochSource === 'global' ? newest(s) + 1 : s.epoch[c] + 1
  const mayFailOver = (s: State) => !leaderAlive(s) || (detect === 'imperfect' && s.suspicionsSpent < suspicions)
  const reachable = (s: State, c: Node, n: Node) =>
    s.up[n] && s.role[n] === 'follower' && (n === c || linked(s, c, n))
  const shows = (s: State, n: Node, id: number) =>
    s.log[n].some((e, i) => e.id === id && i < (s.role[n] === 'leader' ? s.visible[n] : s.applied[n]))

  /** Every node is up and empty; n1 leads in epoch 1 and the others stream from it. */
  const init = action({}, s => {
    for (const n of Node) {
      s.up[n] = true
      if (n === Node.first) s.role[n] = 'leader'
      else s.upstream[n] = Node.first
      s.epoch[n] = 1
    }
    s.elected.add({ epoch: 1, node: Node.first })
  })

  /** A leader appends a client's write to its log. */
  const write = action({ leader: Node }, (s, { leader }) => {
    guard(isLeader(s, leader))
    guard(s.nextId <= writes)
    s.log[leader].push({ epoch: s.epoch[leader], id: s.nextId })
    if (leaderFlush) s.flushed[leader] = s.log[leader].length
    if (visible === 'append') s.visible[leader] = s.log[leader].length
    s.nextId += 1
  })
  /** A follower takes the next entry of the leader it streams from, and the leader's epoch with it. */
  const ship = action({ follower: Node, leader: Node }, (s, { follower, leader }) => {
    guard(streams(s, leader, follower))
    guard(s.log[follower].length < s.log[leader].length)
    guard(s.epoch[leader] >= s.epoch[follower])
    guard(rejoin === 'blind' || isPrefix(s, follower, leader))
    s.log[follower].push(s.log[leader][s.log[follower].length])
    if (followerFlush === 'eager') s.flushed[follower] = s.log[follower].length
    if (followerApply === 'eager') s.applied[follower] = s.log[follower].length
    s.epoch[follower] = s.epoch[leader]
  })
  /** A node makes everything in its log durable. */
  const flush = action({ node: Node }, (s, { node }) => {
    guard(s.up[node])
    guard(s.flushed[node] < s.log[node].length)
    s.flushed[node] = s.log[node].length
  })
  /** A follower applies the next entry, which makes it visible to its readers. */
  const apply = action({ node: Node }, (s, { node }) => {
    guard(s.up[node] && s.role[node] === 'follower')
    guard(s.applied[node] < s.log[node].length)
    s.applied[node] += 1
  })
  /** A leader tells the client that the write at a position of its log is safe. */
  const acknowledge = action({ leader: Node, position: Position }, (s, { leader, position }) => {
    guard(isLeader(s, leader))
    guard(position <= s.log[leader].length)
    const entry = s.log[leader][position - 1]
    guard(!isAcked(s, entry.id))
    guard(entry.epoch === s.epoch[leader])
    guard(!leaderFlush || s.flushed[leader] >= position)
    guard(enough(s, leader, position))
    if (deposed(s, leader)) s.late = true
    if (deposed(s, leader) && s.elected.some(x =>
      x.epoch >= s.epoch[leader] && x.epoch === newest(s) && x.node !== leader && !holds(s, x.node, entry.id))) {
      s.lateHarmful = true
    }
    if (copies(s, leader, position) < ackCount + 1) s.fewCopies = true
    s.acked.add({ id: entry.id, epoch: entry.epoch })
    if (s.visible[leader] < position) s.visible[leader] = position
  })
  /** A waiting commit is cancelled: the write becomes visible without ever being acknowledged. */
  const cancel = action({ leader: Node, position: Position }, (s, { leader, position }) => {
    guard(cancelWait)
    guard(isLeader(s, leader))
    guard(position <= s.log[leader].length)
    guard(s.visible[leader] < position && s.flushed[leader] >= position)
    s.visible[leader] = position
  })
  /** A leader whose writes wait for copies stops waiting: from now on it acknowledges on its own. */
  const timeout = action({ leader: Node }, (s, { leader }) => {
    guard(degrade)
    guard(isLeader(s, leader))
    guard(!s.degraded.has(leader))
    guard(s.log[leader].some((e, i) => !enough(s, leader, i + 1) && !isAcked(s, e.id)))
    s.degraded.add(leader)
  })

  /** A node stops: what it had not flushed is gone, and so is every stream to and from it. */
  const crash = action({ node: Node }, (s, { node }) => {
    guard(s.up[node])
    guard(s.crashesSpent < crashes)
    s.up[node] = false
    s.log[node].truncate(s.flushed[node])
    s.applied[node] = Math.min(s.applied[node], s.flushed[node])
    s.visible[node] = Math.min(s.visible[node], s.flushed[node])
    for (const m of Node) if (m === node || s.upstream[m] === node) s.upstream[m] = null
    s.degraded.delete(node)
    s.crashesSpent += 1
  })
  /** A node recovers: whatever its log kept is applied and visible again, acknowledged or not. */
  const restart = action({ node: Node }, (s, { node }) => {
    guard(!s.up[node])
    guard(s.restartsSpent < restarts)
    const kept = restartKeeps === 'nothing' ? 0
      : restartKeeps === 'applied' && s.role[node] === 'follower' ? s.applied[node]
      : s.flushed[node]
    s.up[node] = true
    s.log[node].truncate(kept)
    s.flushed[node] = kept
    s.applied[node] = kept
    s.visible[node] = kept
    if (!epochDurable) s.epoch[node] = Math.max(1, lastEpoch(s, node))
    if (restartRole === 'follower') s.role[node] = 'follower'
    s.restartsSpent += 1
  })
  /** The link between two nodes goes down. */
  const cutLink = action({ a: Node, b: Node }, (s, { a, b }) => {
    guard(a < b)
    guard(s.cutsSpent < cuts)
    guard(!s.cut.has({ a, b }))
    s.cut.add({ a, b })
    s.cutsSpent += 1
  })
  /** The link between two nodes comes back. */
  const healLink = action({ a: Node, b: Node }, (s, { a, b }) => {
    guard(a < b && cuts > 0)
    guard(s.cut.has({ a, b }))
    s.cut.delete({ a, b })
  })

  /** The new epoch's leader is `c`; the fence decides what becomes of the old order. */
  const install = (s: Of<typeof state>, c: Node, voters: Frozen<Of<typeof state>>['voters']) => {
    const opened = newEpoch(s, c)
    if (leaderAlive(s)) s.suspicionsSpent += 1
    s.elected.add({ epoch: opened, node: c })
    for (const n of Node) {
      const from = s.upstream[n]
      const lostUpstream = (fence === 'stonith' || fence === 'demote') && from !== null && from !== c && s.role[from] === 'leader'
      if (n === c || lostUpstream || (fence === 'freeze' && voters.has(n))) s.upstream[n] = null
      if (n === c || (fence === 'freeze' && voters.has(n))) s.epoch[n] = opened
    }
    for (const n of Node) {
      if (n !== c && s.role[n] === 'leader' && fence === 'stonith') s.up[n] = false
      if (n !== c && (fence === 'stonith' || fence === 'demote')) s.role[n] = 'follower'
    }
    s.role[c] = 'leader'
    const kept = promoteKeeps === 'applied' ? s.applied[c] : s.log[c].length
    s.log[c].truncate(kept)
    s.flushed[c] = kept
    s.applied[c] = kept
    s.visible[c] = kept
  }
  /** The polled nodes may elect `c`: enough of them, all reachable, none better, none already in that epoch. */
  const electable = (s: State, c: Node, voters: State['voters']) =>
    voters.every(v => reachable(s, c, v)) &&
    (!pollAll || Node.every(n => voters.has(n) || !reachable(s, c, n))) &&
    (!voteCheck || voters.every(v => s.epoch[v] < newEpoch(s, c))) &&
    (elect !== 'best' || voters.every(v => notBehind(s, c, v)))
  /** A candidate polls some nodes and becomes leader in one step. */
  const promote = action({ candidate: Node, voters: subsets(Node) }, (s, { candidate, voters }) => {
    guard(!twoStep)
    guard(voters.has(candidate) && voters.size >= poll)
    guard(elect !== 'set' || ackSet.includes(candidate))
    guard(mayFailOver(s))
    guard(electable(s, candidate, voters))
    guard(newEpoch(s, candidate) <= epochs)
    install(s, candidate, voters)
  })
  /** A candidate polls positions; it will be promoted later, on what it learnt now. */
  const pollCandidates = action({ candidate: Node, voters: subsets(Node) }, (s, { candidate, voters }) => {
    guard(twoStep)
    guard(voters.has(candidate) && voters.size >= poll)
    guard(elect !== 'set' || ackSet.includes(candidate))
    guard(s.candidate === null)
    guard(mayFailOver(s))
    guard(electable(s, candidate, voters))
    s.candidate = candidate
    s.voters.copyFrom(voters)
    if (fence === 'freeze') {
      for (const n of voters) {
        s.epoch[n] = newest(s) + 1
        s.upstream[n] = null
      }
    }
  })
  /** The candidate of an earlier poll becomes leader. */
  const promotePolled = action({ candidate: Node }, (s, { candidate }) => {
    guard(twoStep)
    guard(s.candidate === candidate)
    guard(s.up[candidate] && s.role[candidate] === 'follower')
    guard(newEpoch(s, candidate) <= epochs)
    install(s, candidate, s.voters)
    s.candidate = null
    for (const n of Node) s.voters.delete(n)
  })
  /** A leader that meets a leader of a newer epoch becomes a follower. */
  const stepDown = action({ leader: Node }, (s, { leader }) => {
    guard(isLeader(s, leader))
    guard(Node.some(m => m !== leader && isLeader(s, m) && s.epoch[m] > s.epoch[leader] && linked(s, leader, m)))
    s.role[leader] = 'follower'
    s.applied[leader] = s.log[leader].length
    for (const m of Node) if (m === leader || s.upstream[m] === leader) s.upstream[m] = null
  })
  /** A follower connects to a leader whose epoch is not behind its own; a diverged log is treated as `rejoin` says. */
  const follow = action({ follower: Node, leader: Node }, (s, { follower, leader }) => {
    guard(follower !== leader)
    guard(s.up[follower] && s.role[follower] === 'follower')
    guard(isLeader(s, leader))
    guard(s.upstream[follower] !== leader)
    guard(s.epoch[leader] >= s.epoch[follower])
    guard(linked(s, leader, follower))
    s.upstream[follower] = leader
    if (rejoin === 'rewind' && !isPrefix(s, follower, leader)) {
      const kept = common(s, follower, leader)
      if (s.log[follower].some((e, i) => i >= kept && isAcked(s, e.id))) s.truncatedAcked = true
      s.log[follower].truncate(kept)
      s.flushed[follower] = Math.min(s.flushed[follower], kept)
      s.applied[follower] = Math.min(s.applied[follower], kept)
      s.visible[follower] = Math.min(s.visible[follower], kept)
    }
    s.epoch[follower] = s.epoch[leader]
  })
  /** A client reads what a node shows: a leader what is visible, a follower what is applied. */
  const read = action({ node: Node }, (s, { node }) => {
    guard(s.readsSpent < reads)
    guard(s.up[node])
    guard(readAt === 'any' || s.role[node] === 'leader')
    if (session && Write.some(w => isAcked(s, w) && !shows(s, node, w))) s.staleOwn = true
    if (session && s.session.some(w => !shows(s, node, w))) s.wentBack = true
    for (const w of Write) {
      if (shows(s, node, w)) s.seen.add(w)
      if (session && shows(s, node, w)) s.session.add(w)
    }
    s.readsSpent += 1
  })

  /** Beside leader `l`, a live node has nothing left to do: it streams from `l` and has its whole log, or it has diverged and refuses. */
  const settled = (s: State, n: Node, l: Node) =>
    n === l || !s.up[n] || (isLeader(s, n) && s.epoch[n] === s.epoch[l]) ||
    (streams(s, l, n) && (isPrefix(s, n, l) ? s.log[n].length === s.log[l].length : rejoin !== 'rewind'))
  /** A write of the leader's own epoch still waits, though its copies are there or no missing follower explains that they are not. */
  const stuck = (s: State, l: Node) => s.log[l].some((e, i) =>
    e.epoch === s.epoch[l] && !isAcked(s, e.id) &&
    (enough(s, l, i + 1) || Node.every(n => s.up[n] && isPrefix(s, n, l))))
  /** A promotion is due and a spent budget prevents it: no epoch is left, or a node stays down. */
  const stranded = (s: State) =>
    (!leaderAlive(s) || s.candidate !== null) && (newest(s) === epochs || Node.some(n => !s.up[n]))

  return {
    state,
    init,
    actions: {
      write, timeout, stepDown, acknowledge, cancel, ship, follow, cutLink, healLink, crash, restart, flush, apply, read,
      promote, pollCandidates, promotePolled,
    },
    invariants: {
      /** The newest leader holds every write that a client was told is safe. */
      NoLostAckedWrite: invariant(s => Node.every(l => !leads(s, l) || s.acked.every(a => holds(s, l, a.id)))),
      /** Two promotions never open the same epoch on different nodes. */
      SingleLeaderPerEpoch: invariant(s => s.elected.every(x => s.elected.every(y => x.epoch !== y.epoch || x.node === y.node))),
      /** At most one live node is a leader, of whatever epoch. For information: two live leaders can be safe. */
      OneLiveLeader: invariant(s => Node.every(l => Node.every(m => l === m || !isLeader(s, l) || !isLeader(s, m)))),
      /** A deposed leader never acknowledges. Strict: also when the new leader has the write. */
      NoLateAck: invariant(s => !s.late),
      /** A deposed leader never acknowledges a write that the newest leader lacks. */
      NoSplitBrainAck: invariant(s => !s.lateHarmful),
      /** Where two logs have an entry of the same epoch at the same position, they agree up to there. */
      LogMatching: invariant(s => Node.every(a => Node.every(b => s.log[a].every((e, i) =>
        i >= s.log[b].length || e.epoch !== s.log[b][i].epoch ||
        s.log[a].every((f, j) => j > i || equal(f, s.log[b][j])))))),
      /** The log of a follower that streams from a leader of its own epoch is a prefix of the leader's. */
      FollowerPrefix: invariant(s => Node.every(f => Node.every(l =>
        !streams(s, l, f) || s.epoch[f] !== s.epoch[l] || isPrefix(s, f, l)))),
      /** The newest leader holds every write that any client has read. */
      NoPhantomRead: invariant(s => Node.every(l => !leads(s, l) || s.seen.every(w => holds(s, l, w)))),
      /** When a write is acknowledged, `ackCount` nodes beside the leader have it on disk. */
      AckedDurabilityCopies: invariant(s => !s.fewCopies),
      /** A rewind never removes an acknowledged write. */
      TruncationOnlyUnacked: invariant(s => !s.truncatedAcked),
      /** A session's read shows every write that was acknowledged before it. */
      ReadYourWrites: invariant(s => !s.staleOwn),
      /** A session's read shows everything that the session has read before. */
      MonotonicReads: invariant(s => !s.wentBack),
    },
    transitions: {
      /** No node's epoch ever falls. */
      MonotonicEpoch: transition((before, after) => Node.every(n => after.epoch[n] >= before.epoch[n])),
    },
    /** The newest leader's live followers have its log and no write waits that could be acknowledged, or spent budgets prevent a promotion. */
    final: invariant(s =>
      stranded(s) || Node.some(l => leads(s, l) && !stuck(s, l) && Node.every(n => settled(s, n, l)))),
  }
})
