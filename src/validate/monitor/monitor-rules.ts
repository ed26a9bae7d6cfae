// The rules of the monitor, by the names of the specification's properties where they say the same, and which types of
// events must have been recorded whole for a rule to hold.
import type { Facts } from './facts.ts'
import type { EventType } from './visibility.ts'

interface RuleNeeds {
  readonly name: string
  readonly types: readonly EventType[]
  /** What clients were told: as servers replied, or as clients learnt. */
  readonly acks?: true
  /** What clients read, as servers or as clients recorded it. */
  readonly reads?: true
}

const NEEDS: readonly RuleNeeds[] = [
  { name: 'NoLostAckedWrite', types: ['promote'], acks: true },
  { name: 'NoPhantomRead', types: ['promote'], reads: true },
  { name: 'SingleLeaderPerEpoch', types: ['promote'] },
  { name: 'MonotonicEpoch', types: ['promote'] },
  { name: 'NoLateAck', types: ['promote'], acks: true },
  { name: 'NoSplitBrainAck', types: ['promote'], acks: true },
  { name: 'LogMatching', types: ['append'] },
  { name: 'CommittedAgree', types: ['apply'] },
  { name: 'AppliedInOrder', types: ['apply'] },
  { name: 'NoCommittedTruncated', types: ['truncate', 'commit'] },
  { name: 'TruncationOnlyUnacked', types: ['truncate'], acks: true },
  { name: 'AckedCopies', types: [], acks: true },
  { name: 'ReadYourWrites', types: [], acks: true, reads: true },
  { name: 'MonotonicReads', types: [], reads: true },
  { name: 'NoBlockedWrite', types: ['invoke'] },
  { name: 'NoDivergedNode', types: [] },
]

const STALENESS: RuleNeeds = { name: 'BoundedStaleness', types: [], acks: true, reads: true }

/** Rules that are no promise of replication: a write that waits for copies waits, and a log may differ until it is rewound. */
export const INFORMATIVE: ReadonlySet<string> = new Set(['NoBlockedWrite', 'NoDivergedNode'])

/** The rules' names, in the order of reports. */
export function rulesOf(bounded: boolean): readonly string[] {
  return (bounded ? [...NEEDS, STALENESS] : NEEDS).map(({ name }) => name)
}

/** Doubts every rule about acknowledgements. */
export function doubtAcks({ judgement }: Facts, message: string, lines: readonly number[]): void {
  for (const { name, acks } of NEEDS) if (acks) judgement.doubt(name, message, lines)
}

/** Takes "holds" from every rule that something unrecorded could have contradicted. */
export function doubtIncomplete(facts: Facts, bounded: boolean, ended: boolean): void {
  const { judgement, visibility } = facts
  const acks = visibility.hidden('reply') ? visibility.excuse(['ok']) : null
  const reads = visibility.hidden('read') ? visibility.excuse(['invoke', 'ok']) : null
  for (const rule of bounded ? [...NEEDS, STALENESS] : NEEDS) {
    const excuse = visibility.excuse(rule.types) ?? (rule.acks ? acks : null) ?? (rule.reads ? reads : null)
    if (excuse !== null) judgement.doubt(rule.name, excuse)
    if (visibility.gapCount > 0) {
      const times = visibility.gapCount === 1 ? 'once' : `${visibility.gapCount} times`
      judgement.doubt(rule.name, `Events were lost ${times}.`, visibility.gapLines)
    }
    if (!ended) judgement.doubt(rule.name, 'The trace was cut off: what is missing may contradict it.')
  }
}
