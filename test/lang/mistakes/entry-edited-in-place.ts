// An entry of a log changed where it lies; records are values.
import { bool, guard, ids, model, oneOf, range, record, seq, spec, table } from 'primacy'

export default spec('mistake', { mode: oneOf('quorum', 'async', 'all') }, ({ mode }) => {
  const Node = ids('node', 3)
  const Write = ids('write', 2)
  const Entry = record({ epoch: range(0, 1), write: Write })
  const { state, action, invariant, transition } = model({
    up: table(Node, bool),
    role: table(Node, oneOf('follower', 'leader')),
    log: table(Node, seq(Entry, 2)),
    acked: table(Write, bool),
    count: range(0, 2),
  })
  const init = action({}, () => {})
  const step = action({ a: Node, b: Node, w: Write }, (s, { a, b, w }) => {
    guard(a !== b && !s.acked[w])
    s.log[a].push({ epoch: 1, write: w })
    s.log[a][0].epoch = 1 // mistake
  })
  return {
    state,
    init,
    actions: { step },
    invariants: { sound: invariant(s => Node.every(n => s.up[n])) },
    transitions: { grows: transition((before, after) => after.count >= before.count) },
  }
})
