// What clients read, as servers and clients recorded it: it feeds the session guarantees, the bound on staleness, and
// the writes that no later leader may lack because somebody has seen them.
import { lastOf } from '../format/bounds.ts'
import type { Facts } from './facts.ts'
import type { Recorded } from '../format/foreign-trace.ts'
import type { Ok, Read } from '../format/repltrace.ts'
import { listedOperations, type Sessions } from './sessions.ts'
import type { Staleness } from './staleness.ts'
import type { Survival } from './survival.ts'

export class Reads {
  private readonly facts: Facts
  private readonly survival: Survival
  private readonly sessions: Sessions
  private readonly staleness: Staleness | null

  constructor(facts: Facts, survival: Survival, sessions: Sessions, staleness: Staleness | null) {
    this.facts = facts
    this.survival = survival
    this.sessions = sessions
    this.staleness = staleness
  }

  /** `node` served it, if that is known. */
  read(event: Read | Ok, node: string | undefined, recorded: Recorded): void {
    // Where servers recorded all reads, what clients learnt is no reason for doubt.
    const first = event.type === 'read' || this.facts.visibility.hidden('read')
    const { line } = recorded
    const names = listedOperations(event.value, event.key)
    const position = lastOf(event.index)
    if (names !== null) for (const op of names) this.show(op, recorded)
    else this.showUpTo(node, position, recorded)
    this.staleness?.read(node ?? 'A node', position, line)
    const session = event.session ?? event.client
    if (session === undefined) return
    const source = event.type === 'read' ? event.node : event.client
    const listed = names === null ? null : new Set(names)
    this.sessions.read({ session, source, listed, position, line, key: event.op ?? `${line}`, first })
  }

  private showUpTo(node: string | undefined, position: number, recorded: Recorded): void {
    const { dense, judgement, replicas, visibility } = this.facts
    const replica = node === undefined ? null : replicas.of(node)
    if (replica === null || position === 0 || !dense || visibility.shrinkageHidden || position > replica.log.sure) {
      judgement.doubt('NoPhantomRead', 'Which writes a read saw is not known.', [recorded.line])
      return
    }
    const { first, blind } = replica.log
    if (first > replica.shown + 1) {
      if (blind) judgement.doubt('NoPhantomRead', 'Which writes a read saw is not known.', [recorded.line])
      else this.survival.promisedSettled('seen', Math.min(position, first - 1))
    }
    for (let at = Math.max(replica.shown + 1, first); at <= position; at++) {
      const op = replica.log.opAt(at)
      if (op === null) return judgement.doubt('NoPhantomRead', 'Which writes a read saw is not known.', [recorded.line])
      this.show(op, recorded)
      replica.shown = at
    }
    replica.shown = Math.max(replica.shown, position)
  }

  private show(op: string, recorded: Recorded): void {
    const { judgement, placement, seen } = this.facts
    if (seen.open.has(op)) return
    const settled = placement.settledAt(op)
    if (settled > 0) this.survival.promisedSettled('seen', settled)
    else if (placement.of(op) === 0 && placement.forgottenCount > 0)
      judgement.doubt('NoPhantomRead', 'A read saw operations that were forgotten.', [recorded.line])
    else if (seen.add(op, recorded)) this.survival.promised('seen', op, recorded)
  }
}
