// Transaction commit, after Lamport: what a commit protocol must achieve, told without messages or a coordinator. Each
// resource manager prepares, then commits or aborts; to decide, it looks at all the others at once.
// The question: can some of them commit the transaction while others abort it?
import { guard, ids, model, oneOf, spec, table } from 'primacy'
import type { Frozen, Of } from 'primacy'

export default spec('transaction-commit', {
  /** Resource managers that take part in the transaction. */
  managers: 3,
}, ({ managers }) => {
  const Manager = ids('manager', managers)

  const { state, action, invariant } = model({
    stage: table(Manager, oneOf('working', 'prepared', 'committed', 'aborted')),
  })
  type State = Frozen<Of<typeof state>>

  /** Nobody can abort any more: all are prepared, or have committed already. */
  const allPrepared = (s: State) => Manager.every(m => s.stage[m] === 'prepared' || s.stage[m] === 'committed')
  const noneCommitted = (s: State) => Manager.every(m => s.stage[m] !== 'committed')

  /** Every manager works on the transaction. */
  const init = action({}, s => {
    for (const m of Manager) s.stage[m] = 'working'
  })

  /** A manager has done its part and can still go either way. */
  const prepare = action({ manager: Manager }, (s, { manager }) => {
    guard(s.stage[manager] === 'working')
    s.stage[manager] = 'prepared'
  })
  /** A prepared manager commits, once no manager can abort. */
  const commit = action({ manager: Manager }, (s, { manager }) => {
    guard(s.stage[manager] === 'prepared')
    guard(allPrepared(s))
    s.stage[manager] = 'committed'
  })
  /** An undecided manager aborts, as long as no manager has committed. */
  const abort = action({ manager: Manager }, (s, { manager }) => {
    guard(s.stage[manager] === 'working' || s.stage[manager] === 'prepared')
    guard(noneCommitted(s))
    s.stage[manager] = 'aborted'
  })

  return {
    state,
    init,
    actions: { prepare, commit, abort },
    invariants: {
      /** No manager commits while another aborts. */
      Consistency: invariant(s => Manager.every(a => Manager.every(b =>
        s.stage[a] !== 'committed' || s.stage[b] !== 'aborted'))),
    },
    /** Every manager has decided. */
    final: invariant(s => Manager.every(m => s.stage[m] === 'committed' || s.stage[m] === 'aborted')),
  }
})
