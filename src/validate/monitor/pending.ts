// The operations of clients that have begun and not ended, and what their answers promise.
//
// NoBlockedWrite: every write that was invoked is answered. It is violated where a client gave up (`info`), which no
// order of events changes; a write that is open at the end leaves it unknown, since the answer may have been on its way.
import type { Facts } from './facts.ts'
import type { Recorded } from '../format/foreign-trace.ts'
import { dropOldest } from './oldest.ts'
import type { Info, Invoke } from '../format/repltrace.ts'

export class Pending {
  /** Operation → its `invoke`, until it is answered or given up. */
  private readonly invoked = new Map<string, Recorded>()
  private readonly facts: Facts

  constructor(facts: Facts) {
    this.facts = facts
  }

  invoke(event: Invoke, recorded: Recorded): void {
    this.invoked.set(event.op, recorded)
    if (dropOldest(this.invoked, this.facts.window) === 0) return
    const message = `More than ${this.facts.window} operations were open at once; the oldest were forgotten.`
    this.facts.judgement.doubt('NoBlockedWrite', message)
  }

  /** The line from which on the operation can have happened; 0 when lines or times tell nothing of it. */
  begun(op: string): number {
    return this.facts.linesOrdered ? (this.invoked.get(op)?.line ?? 0) : 0
  }

  /**
   * What an answered operation does, as far as it was said: by the event itself, by the `invoke` of the same client
   * (without a client, `ordered` says that it came before), or by a log that has it.
   */
  kindOf(
    op: string,
    f: string | undefined,
    client: string | undefined,
    ordered: boolean,
  ): 'read' | 'write' | 'unknown' {
    if (f !== undefined) return f === 'read' ? 'read' : 'write'
    const event = this.invoked.get(op)?.event
    if (event?.type === 'invoke' && (ordered || event.client === client)) return event.f === 'read' ? 'read' : 'write'
    return this.facts.placement.of(op) > 0 ? 'write' : 'unknown'
  }

  answered(op: string): void {
    this.invoked.delete(op)
  }

  gaveUp({ op, client, f, reason }: Info, { line }: Recorded): void {
    const begun = this.invoked.get(op)
    const kind = this.kindOf(op, f, client, this.facts.visibility.total)
    if (kind === 'unknown')
      this.facts.judgement.doubt('NoBlockedWrite', 'Whether an operation is a write is not recorded (f).', [line], op)
    if (kind !== 'write') return
    const excuse = this.facts.visibility.excuse(['ok'])
    if (excuse !== null) return this.facts.judgement.doubt('NoBlockedWrite', excuse, [line], op)
    const since = begun === undefined ? '' : ` since line ${begun.line}`
    const why = reason === undefined ? '' : `: ${reason.split('\n')[0]}`
    const message = `${op} was not acknowledged: ${client} waited${since} and gave up (line ${line})${why}.`
    this.facts.judgement.violated('NoBlockedWrite', op, message, begun === undefined ? [line] : [begun.line, line])
  }

  finish(): void {
    for (const [op, { event, line }] of this.invoked) {
      if (event.type !== 'invoke' || event.f === 'read') continue
      const message = `${op} of ${event.client} is still open at the end (line ${line}).`
      this.facts.judgement.doubt('NoBlockedWrite', message, [line], op)
    }
  }
}
