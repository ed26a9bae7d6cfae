// Everything that a monitor remembers, bounded by the numbers of nodes and sessions and by the window; each part is a
// file of its own. Rules read and write the facts; nothing here judges.
import { Judgement, type Listener, type Waive } from './judgement.ts'
import { Leaders } from './leaders.ts'
import { Placement } from './placement.ts'
import { Promises } from './promises.ts'
import { Replicas } from './replicas.ts'
import type { Header } from '../format/repltrace.ts'
import { Visibility } from './visibility.ts'

export interface Facts {
  readonly header: Header
  readonly visibility: Visibility
  readonly judgement: Judgement
  readonly replicas: Replicas
  readonly leaders: Leaders
  readonly placement: Placement
  readonly acked: Promises
  readonly seen: Promises
  /** Events come in the order of their lines. */
  readonly linesOrdered: boolean
  /** Positions are 1, 2, 3, …; else they only compare, and tell nothing of the entries of a log. */
  readonly dense: boolean
  /** How many entries, operations and open promises are kept. */
  readonly window: number
}

export function noFacts(
  header: Header,
  rules: readonly string[],
  window: number,
  witnesses: number,
  listener: Listener,
  waive?: Waive,
): Facts {
  const judgement = new Judgement(rules, witnesses, listener, waive)
  const replicas = new Replicas(header, window)
  const leaders = new Leaders(judgement, window)
  const { leader = null, epoch = 0 } = header.init ?? {}
  if (leader !== null && leader !== 'unknown') {
    const replica = replicas.of(leader)
    replica.leading = true
    if (epoch !== 'unknown') {
      replica.ledEpoch = epoch
      leaders.first(leader, epoch)
    }
  }
  return {
    header,
    visibility: new Visibility(header),
    judgement,
    replicas,
    leaders,
    placement: new Placement(window),
    acked: new Promises(window),
    seen: new Promises(window),
    linesOrdered: header.clock?.order !== 'interval',
    dense: header.index !== 'sparse',
    window,
  }
}
