// Leaders that a newer one followed before anything showed that they had what was promised while they led. Their logs may
// still show it: what a log has later it had before, as long as it takes nothing from others.
import type { Facts } from './facts.ts'
import type { Replica } from './replicas.ts'
import type { Kind, Standing } from './standing.ts'

const RULES: { readonly [kind in Kind]: string } = { acked: 'NoLostAckedWrite', seen: 'NoPhantomRead' }

interface Owing {
  readonly standing: Standing
  /** The line of the promotion that followed. */
  readonly line: number
  /** What it was not seen to have, by kind; null where no later log could show it. */
  readonly owed: ReadonlyMap<Kind, ReadonlySet<string> | null>
}

export class Deposed {
  private readonly owing = new Map<string, Owing>()
  /** The first of all: without an order, what is promised later in the file may have been promised while it led. */
  private first: Pick<Owing, 'standing' | 'line'> | null = null
  private readonly facts: Facts

  constructor(facts: Facts) {
    this.facts = facts
  }

  /** A newer leader was promoted in `line`. */
  add(standing: Standing, line: number): void {
    const { replica, has } = standing
    this.doubt(replica)
    this.first ??= { standing, line }
    const owed = new Map<Kind, ReadonlySet<string> | null>()
    for (const kind of ['acked', 'seen'] as const) {
      const { any, open, lost, settled } = this.facts[kind]
      if (has[kind] || !any) continue
      const named = settled.firstWithin(replica.log.blind ? 1 : replica.log.first, Infinity) === 0
      if (!named) this.doubtKind(kind, standing, line)
      else owed.set(kind, this.mayTakeUnseen ? null : new Set([...open.keys()].filter(op => !lost.has(op))))
    }
    if (owed.size > 0) this.owing.set(replica.name, { standing, line, owed })
  }

  /** The log of a node was listed: what a leader still had when it crashed, it had while it led. */
  listed(replica: Replica, log: ReadonlySet<string>): void {
    const known = this.owing.get(replica.name)
    if (known === undefined || this.mayTakeUnseen) return
    for (const [kind, owed] of known.owed)
      if (owed === null || [...owed].some(op => !log.has(op))) this.doubtKind(kind, known.standing, known.line)
    this.owing.delete(replica.name)
  }

  /** A log may take entries of others without an event that says so. */
  private get mayTakeUnseen(): boolean {
    return this.facts.visibility.excuse(['follow', 'restart', 'catch-up']) !== null
  }

  /** From now on the log may have entries of others. */
  doubt(replica: Replica): void {
    const known = this.owing.get(replica.name)
    if (known === undefined) return
    for (const kind of known.owed.keys()) this.doubtKind(kind, known.standing, known.line)
    this.owing.delete(replica.name)
  }

  finish(): void {
    for (const { standing } of this.owing.values()) this.doubt(standing.replica)
    if (this.first === null || this.facts.visibility.total) return
    for (const kind of ['acked', 'seen'] as const)
      if (this.facts[kind].any) this.doubtKind(kind, this.first.standing, this.first.line)
  }

  private doubtKind(kind: Kind, { replica, epoch, line: since }: Standing, line: number): void {
    const message = `The log of ${replica.name}, leader of epoch ${epoch}, was never known before the next promotion (line ${line}).`
    this.facts.judgement.doubt(RULES[kind], message, since === 0 ? [line] : [since, line], replica.name)
  }
}
