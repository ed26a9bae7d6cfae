// Two-phase commit, after Lamport: a transaction manager collects the resource managers' promises, decides, and tells
// them. Messages are never lost for good, nor used up: whatever was sent can be received, any number of times.
// The question: does it keep what transaction commit demands, that nobody commits while another aborts?
import { guard, ids, model, oneOf, optional, record, set, spec, table } from 'primacy'
import type { Frozen, Of } from 'primacy'

export default spec('two-phase-commit', {
  /** Resource managers that take part in the transaction. */
  managers: 3,
}, ({ managers }) => {
  const Manager = ids('manager', managers)
  // Only `prepared` has a sender; the decisions are addressed to every manager.
  const Message = record({ kind: oneOf('prepared', 'commit', 'abort'), from: optional(Manager) })

  const { state, action, invariant } = model({
    stage: table(Manager, oneOf('working', 'prepared', 'committed', 'aborted')),
    decision: oneOf('open', 'committed', 'aborted'),  // of the transaction manager
    promised: set(Manager),                           // whom the transaction manager knows to be prepared
    sent: set(Message),                               // every message there ever was
  })
  type State = Frozen<Of<typeof state>>

  const commitSent = (s: State) => s.sent.has({ kind: 'commit', from: null })
  const abortSent = (s: State) => s.sent.has({ kind: 'abort', from: null })

  /** Every manager works on the transaction; nothing is decided, nothing sent. */
  const init = action({}, s => {
    for (const m of Manager) s.stage[m] = 'working'
    s.decision = 'open'
  })

  /** A manager promises to commit if told so, and sends that to the transaction manager. */
  const prepare = action({ manager: Manager }, (s, { manager }) => {
    guard(s.stage[manager] === 'working')
    s.stage[manager] = 'prepared'
    s.sent.add({ kind: 'prepared', from: manager })
  })
  /** A manager that has promised nothing aborts on its own and tells nobody. */
  const refuse = action({ manager: Manager }, (s, { manager }) => {
    guard(s.stage[manager] === 'working')
    s.stage[manager] = 'aborted'
  })
  /** The transaction manager receives a promise while it is undecided. */
  const receivePrepared = action({ manager: Manager }, (s, { manager }) => {
    guard(s.decision === 'open')
    guard(s.sent.has({ kind: 'prepared', from: manager }))
    s.promised.add(manager)
  })
  /** The transaction manager has every promise and decides to commit. */
  const decideCommit = action({}, s => {
    guard(s.decision === 'open')
    guard(Manager.every(m => s.promised.has(m)))
    s.decision = 'committed'
    s.sent.add({ kind: 'commit', from: null })
  })
  /** The transaction manager decides to abort, for whatever reason. */
  const decideAbort = action({}, s => {
    guard(s.decision === 'open')
    s.decision = 'aborted'
    s.sent.add({ kind: 'abort', from: null })
  })
  /** A manager is told to commit, and does. */
  const receiveCommit = action({ manager: Manager }, (s, { manager }) => {
    guard(commitSent(s))
    s.stage[manager] = 'committed'
  })
  /** A manager is told to abort, and does. */
  const receiveAbort = action({ manager: Manager }, (s, { manager }) => {
    guard(abortSent(s))
    s.stage[manager] = 'aborted'
  })

  return {
    state,
    init,
    actions: { prepare, refuse, receivePrepared, decideCommit, decideAbort, receiveCommit, receiveAbort },
    invariants: {
      /** No manager commits while another aborts. */
      Consistency: invariant(s => Manager.every(a => Manager.every(b =>
        s.stage[a] !== 'committed' || s.stage[b] !== 'aborted'))),
    },
    /** Every manager has decided, and so has the transaction manager. */
    final: invariant(s => s.decision !== 'open' &&
      Manager.every(m => s.stage[m] === 'committed' || s.stage[m] === 'aborted')),
  }
})
