// Who led which epoch, and the leaders of the newest: the promotions, oldest forgotten first.
import type { Judgement } from './judgement.ts'
import type { Replica } from './replicas.ts'

export interface Leadership {
  readonly node: string
  readonly epoch: number
  /** The line of the promotion; 0 when it was before the first event. */
  readonly line: number
}

export class Leaders {
  newest: Leadership | null = null
  /** Epoch → who was promoted in it, each node once, in the order of the file. */
  private readonly byEpoch = new Map<number, Leadership[]>()
  /** Epochs below were forgotten: who led them cannot be compared any more. */
  private forgottenBelow = 0
  private readonly judgement: Judgement
  private readonly window: number

  constructor(judgement: Judgement, window: number) {
    this.judgement = judgement
    this.window = window
  }

  first(node: string, epoch: number): void {
    this.newest = { node, epoch, line: 0 }
    this.byEpoch.set(epoch, [this.newest])
  }

  /** Who was promoted in the newest epoch; several where it was used twice. */
  ofNewest(): readonly Leadership[] {
    return this.newest === null ? [] : this.byEpoch.get(this.newest.epoch)!
  }

  /** Whether an epoch, or a newer one, was opened on another node. */
  isDeposed(node: string, epoch: number): boolean {
    if (this.newest === null || this.newest.epoch < epoch) return false
    return this.newest.epoch > epoch || this.ofNewest().some(other => other.node !== node)
  }

  /** The first in the file that opened this or a newer epoch on another node; null when nobody did. */
  deposing(node: string, epoch: number): Leadership | null {
    let first: Leadership | null = null
    for (const [other, leaderships] of this.byEpoch) {
      if (other < epoch) continue
      const found = leaderships.find(leadership => leadership.node !== node)
      if (found !== undefined && (first === null || found.line < first.line)) first = found
    }
    return first
  }

  /**
   * SingleLeaderPerEpoch: two promotions never open the same epoch on different nodes. It speaks of no order, so what
   * it says holds for every order of the events.
   */
  promote(node: string, epoch: number, line: number): void {
    const known = this.byEpoch.get(epoch)
    const leadership: Leadership = { node, epoch, line }
    if (known === undefined) this.open(leadership)
    else if (known.every(other => other.node !== node)) {
      this.usedTwice(known[0], leadership)
      known.push(leadership)
    }
  }

  private open(leadership: Leadership): void {
    const { epoch } = leadership
    if (epoch < this.forgottenBelow)
      for (const rule of ['SingleLeaderPerEpoch', 'NoLateAck', 'NoSplitBrainAck', 'NoLostAckedWrite', 'NoPhantomRead'])
        this.judgement.doubt(rule, `Who led the epochs before ${this.forgottenBelow} was forgotten.`)
    this.byEpoch.set(epoch, [leadership])
    if (this.newest === null || epoch > this.newest.epoch) this.newest = leadership
    if (this.byEpoch.size > this.window) this.forgetOldest()
  }

  private usedTwice(earlier: Leadership, { node, epoch, line }: Leadership): void {
    const told =
      earlier.line === 0
        ? `led it from the start, and ${node} was promoted in it`
        : `was promoted in it (line ${earlier.line}), and so was ${node}`
    this.judgement.violated(
      'SingleLeaderPerEpoch',
      String(epoch),
      `Epoch ${epoch} was used twice: ${earlier.node} ${told} (line ${line}).`,
      earlier.line === 0 ? [line] : [earlier.line, line],
    )
  }

  private forgetOldest(): void {
    const oldest = Math.min(...this.byEpoch.keys())
    this.byEpoch.delete(oldest)
    this.forgottenBelow = oldest + 1
  }
}

/**
 * What a node leads, since when, and the line as of which something is said of it; 0 is before the first event. So
 * `leader of epoch 1 from the start, as of line 5`, or `leader of epoch 2 (line 5)` where it was promoted in that line.
 */
export function asLeader({ ledEpoch, ledLine }: Pick<Replica, 'ledEpoch' | 'ledLine'>, line: number): string {
  const what = `leader of epoch ${ledEpoch}`
  if (line === ledLine && line > 0) return `${what} (line ${line})`
  const since = ledLine === 0 ? `${what} from the start` : `${what} since line ${ledLine}`
  return line === 0 ? since : `${since}, as of line ${line}`
}
