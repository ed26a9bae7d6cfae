// Who led which epoch, and the newest leader: the promotions, oldest forgotten first.
import type { Judgement } from './judgement.ts'

export interface Leadership {
  readonly node: string
  readonly epoch: number
  /** The line of the promotion; 0 when it was before the first event. */
  readonly line: number
}

export class Leaders {
  newest: Leadership | null = null
  /** Two nodes were promoted in the newest epoch, so nobody is its leader. */
  contested = false
  private readonly byEpoch = new Map<number, Leadership>()
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
    this.byEpoch.set(epoch, this.newest)
  }

  /**
   * SingleLeaderPerEpoch: two promotions never open the same epoch on different nodes. It speaks of no order, so what
   * it says holds for every order of the events.
   */
  promote(node: string, epoch: number, line: number): void {
    const earlier = this.byEpoch.get(epoch)
    if (earlier !== undefined && earlier.node !== node) {
      if (epoch === this.newest?.epoch) this.contested = true
      for (const rule of ['NoLateAck', 'NoSplitBrainAck', 'NoLostAckedWrite', 'NoPhantomRead'])
        this.judgement.doubt(rule, `Epoch ${epoch} has two leaders: which of them is deposed is not known.`, [line])
      const when = earlier.line === 0 ? 'led it from the start' : `was promoted in it (line ${earlier.line})`
      this.judgement.violated(
        'SingleLeaderPerEpoch',
        String(epoch),
        `Epoch ${epoch} was used twice: ${earlier.node} ${when}, and so was ${node} (line ${line}).`,
        earlier.line === 0 ? [line] : [earlier.line, line],
      )
    } else if (earlier === undefined) {
      if (epoch < this.forgottenBelow)
        for (const rule of [
          'SingleLeaderPerEpoch',
          'NoLateAck',
          'NoSplitBrainAck',
          'NoLostAckedWrite',
          'NoPhantomRead',
        ])
          this.judgement.doubt(rule, `Who led the epochs before ${this.forgottenBelow} was forgotten.`)
      const leadership: Leadership = { node, epoch, line }
      this.byEpoch.set(epoch, leadership)
      if (this.newest === null || epoch > this.newest.epoch) {
        this.newest = leadership
        this.contested = false
      }
      if (this.byEpoch.size > this.window) this.forgetOldest()
    }
  }

  private forgetOldest(): void {
    const oldest = Math.min(...this.byEpoch.keys())
    this.byEpoch.delete(oldest)
    this.forgottenBelow = oldest + 1
  }
}
