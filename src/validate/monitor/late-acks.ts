// Acknowledgements by deposed leaders.
//
// NoLateAck: no leader acknowledges after its epoch or a newer one was opened on another node. Violated only where the order of
// the file is the order of things: a server's `reply` after the `promote`, or a client's `ok` whose `invoke` came after
// it, since an `ok` may have been on its way. In other orders the two are not ordered, so that the rule holds only if
// all acknowledgements came from the newest epoch, and is unknown otherwise.
import type { Facts } from './facts.ts'
import type { Recorded } from '../format/foreign-trace.ts'
import type { Leadership } from './leaders.ts'
import type { Survival } from './survival.ts'

const RULE = 'NoLateAck'

export class LateAcks {
  private readonly facts: Facts
  private readonly survival: Survival
  /** The oldest epoch in which anything was acknowledged, and where. */
  private oldestEpoch = Infinity
  private oldestLine = 0

  constructor(facts: Facts, survival: Survival) {
    this.facts = facts
    this.survival = survival
  }

  /** `node` acknowledged `op`, not before the line `since`; `first` when no earlier event tells of it more exactly. */
  acknowledge(
    op: string,
    node: string | undefined,
    epoch: number | undefined,
    since: number,
    first: boolean,
    recorded: Recorded,
  ): void {
    const { leaders, visibility } = this.facts
    const { line } = recorded
    const acked = epoch ?? this.epochOf(node, since)
    if (node === undefined || acked === null) {
      if (first) this.doubt('In which epoch a write was acknowledged is not recorded.', [line], op)
      return
    }
    if (acked < this.oldestEpoch) {
      this.oldestEpoch = acked
      this.oldestLine = line
    }
    if (!visibility.total || !leaders.isDeposed(node, acked)) return
    const deposing = leaders.deposing(node, acked)
    if (deposing === null) return
    const lines = deposing.line === 0 ? [line] : [deposing.line, line]
    const what = `${op} was acknowledged by ${node} in epoch ${acked} (line ${line})`
    if (deposing.line >= since) {
      if (first) this.doubt(`${what} before or after ${promotion(deposing)}.`, lines, op)
      return
    }
    this.facts.judgement.violated(RULE, op, `${what}, after ${promotion(deposing)}.`, lines)
    this.survival.addLate(op, recorded, node)
  }

  finish(): void {
    const { leaders, visibility } = this.facts
    if (visibility.total || leaders.newest === null) return
    const promoted = leaders.ofNewest()
    const { node, epoch, line } = promoted.find(leadership => leadership.line > 0) ?? promoted[0]
    if (this.oldestEpoch > epoch || (this.oldestEpoch === epoch && promoted.length === 1)) return
    const told = `An acknowledgement in epoch ${this.oldestEpoch} (line ${this.oldestLine})`
    if (line === 0) this.doubt(`${told} is of an older epoch than ${node} led from the start.`, [this.oldestLine], node)
    else
      this.doubt(
        `${told} is not ordered with the promotion of ${node} in epoch ${epoch} (line ${line}).`,
        [this.oldestLine, line],
        node,
      )
  }

  private doubt(message: string, lines: readonly number[], about: string): void {
    for (const rule of [RULE, 'NoSplitBrainAck']) this.facts.judgement.doubt(rule, message, lines, about)
  }

  /**
   * The epoch in which the node acknowledged, not before the line `since`; null when a promotion of it may have gone
   * unseen, none was seen, or it led two epochs meanwhile.
   */
  private epochOf(node: string | undefined, since: number): number | null {
    if (node === undefined || this.facts.visibility.hidden('promote')) return null
    const { ledEpoch, ledLine, ledBefore, gapped } = this.facts.replicas.of(node)
    return gapped || ledEpoch < 0 || (ledBefore && ledLine >= since) ? null : ledEpoch
  }
}

function promotion({ node, epoch, line }: Leadership): string {
  return line === 0
    ? `${node} had led epoch ${epoch} from the start`
    : `${node} was promoted in epoch ${epoch} (line ${line})`
}
