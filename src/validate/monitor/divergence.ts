// NoDivergedNode: at the end, the log of every live node is a prefix of the newest leader's. Judged from the last that
// is known of each log. Violated where the order is total, or both logs are known at the very end, and both were known
// completely; a lost event may explain any difference.
import type { Facts } from './facts.ts'
import { asLeader } from './leaders.ts'
import type { Replica } from './replicas.ts'

const RULE = 'NoDivergedNode'

export function judgeDivergence(facts: Facts): void {
  const { judgement, replicas } = facts
  const leaders = leadersOf(facts)
  if (leaders.length === 0) return judgement.doubt(RULE, 'Nobody is known to lead.')
  const { visibility } = facts
  const changesHidden = visibility.growthHidden || visibility.shrinkageHidden
  const excuse =
    visibility.excuse(changesHidden ? ['promote', 'crash', 'state'] : ['promote', 'crash']) ??
    (visibility.gapCount > 0 ? `Events were lost (line ${visibility.gapLines.join(', ')}).` : null) ??
    (changesHidden && (visibility.changesPartial || !visibility.total || !facts.linesOrdered)
      ? 'Logs may have changed after they were last seen.'
      : null)
  if (excuse !== null) return judgement.doubt(RULE, excuse)
  for (const leader of leaders)
    for (const replica of replicas.byName.values())
      if (replica !== leader && replica.up) judge(facts, replica, leader, changesHidden)
}

/** Of an epoch that was used twice, those that lead at the end. */
function leadersOf({ leaders, replicas }: Facts): readonly Replica[] {
  const promoted = leaders.ofNewest().map(({ node }) => replicas.of(node))
  return promoted.length < 2 ? promoted : promoted.filter(({ up, leading }) => up && leading)
}

function judge({ judgement }: Facts, replica: Replica, leader: Replica, changesHidden: boolean): void {
  const position = conflict(replica, leader, changesHidden)
  if (position === null) {
    judgement.doubt(RULE, `The logs of ${replica.name} and of ${leader.name}, the newest leader, are not both known.`)
  } else if (position > 0) {
    const message = `${replica.name} (line ${replica.logLine}) has ${entry(replica, position)} at position ${position}, and ${leader.name}, ${asLeader(leader, leader.logLine)}, has ${entry(leader, position)}.`
    judgement.violated(
      RULE,
      replica.name,
      message,
      leader.logLine === 0 ? [replica.logLine] : [replica.logLine, leader.logLine],
    )
  }
}

/** The first position at which a log is no prefix of the leader's; 0 when it is one, null when that is not known. */
function conflict({ log, logLine, listLine }: Replica, leader: Replica, changesHidden: boolean): number | null {
  const other = leader.log
  // Only lists tell of logs whose changes are hidden; of one from before the promotion, a rewind may be unseen.
  const listed = logLine === listLine && leader.logLine === leader.listLine
  if (changesHidden && (logLine < leader.ledLine || !listed)) return null
  // The leader may have grown after it was last seen, and the node with it.
  const mayBeLonger = changesHidden && leader.logLine < logLine
  const first = Math.max(log.first, other.first)
  let certain = !log.blind && !other.blind && log.first <= other.upper + 1
  for (let position = first; position <= log.sure; position++) {
    if (position > other.upper) return certain && !mayBeLonger ? position : null
    const op = log.opAt(position)
    const theirs = other.opAt(position)
    if (op === null || theirs === null) certain = false
    else if (op !== theirs) return position
  }
  return certain && Number.isFinite(log.upper) ? 0 : null
}

function entry({ log }: Replica, position: number): string {
  if (position > log.upper) return 'nothing'
  return log.opAt(position) ?? 'another entry'
}
