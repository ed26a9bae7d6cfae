// Waivers over a stream: when a violation is found, the events that it names are gone by. So those that a waiver may be
// for are kept, up to a number; of an event that was forgotten nothing is waived.
import type { Recorded } from '../format/foreign-trace.ts'
import type { Waivers } from './waivers.ts'
import type { Waiver } from './waivers-types.ts'

export class StreamedWaivers {
  readonly waivers: Waivers
  readonly #limit: number
  readonly #byLine = new Map<number, Recorded[]>()

  /** `limit` lines are remembered. */
  constructor(waivers: Waivers, limit: number) {
    this.waivers = waivers
    this.#limit = limit
  }

  /** Every event, before it is judged. A line of a log may have become several. */
  saw(recorded: Recorded): void {
    if (!this.waivers.mayCover(recorded)) return
    const known = this.#byLine.get(recorded.line)
    if (known !== undefined) known.push(recorded)
    else this.#byLine.set(recorded.line, [recorded])
    if (this.#byLine.size > this.#limit)
      for (const oldest of this.#byLine.keys()) return void this.#byLine.delete(oldest)
  }

  /** The waiver that lets a violation pass, counted as used: it is for one of the events in these lines. */
  use(rule: string, lines: readonly number[]): Waiver | null {
    for (const line of lines)
      for (const recorded of this.#byLine.get(line) ?? []) {
        const waiver = this.waivers.use({ ...recorded, rule })
        if (waiver !== null) return waiver
      }
    return null
  }
}
