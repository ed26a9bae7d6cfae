// What rules have found so far: violations as they arise, doubts that forbid to say "holds", and from both a verdict.
// Bounded: beyond a limit, violations are counted and their witnesses dropped.
import type { RuleFinding, Verdict, Witness } from '../format/rule.ts'

/** A witness, and the operation, node, epoch or session that it is about. */
export interface MonitorWitness extends Witness {
  readonly about: string
}

export interface MonitorFinding extends RuleFinding {
  readonly witnesses: readonly MonitorWitness[]
  /** How many violations there were; more than there are witnesses when those were too many to keep. */
  readonly violationCount: number
  /** How many of them were let pass; their witnesses are not kept. */
  readonly waivedCount: number
}

export type Listener = (rule: string, witness: MonitorWitness) => void

/** Whether a violation is let pass; asked once of each. */
export type Waive = (rule: string, witness: MonitorWitness) => boolean

interface Record {
  readonly violations: Map<string, MonitorWitness>
  readonly doubts: Map<string, MonitorWitness>
  /** What was waived, by key. */
  readonly waived: Set<string>
  count: number
  waivedCount: number
}

/** Doubts differ by their sentence; a handful says enough. */
const DOUBTS = 5

export class Judgement {
  private readonly records: ReadonlyMap<string, Record>
  private readonly limit: number
  private readonly listener: Listener
  private readonly waive: Waive

  constructor(rules: readonly string[], limit: number, listener: Listener, waive: Waive = () => false) {
    this.records = new Map(rules.map(rule => [rule, nothing()]))
    this.limit = limit
    this.listener = listener
    this.waive = waive
  }

  /** The same `key` is told once; without one, an operation, node or session is told of once. */
  violated(rule: string, about: string, message: string, lines: readonly number[], key = about): void {
    const record = this.of(rule)
    if (record.violations.has(key) || record.waived.has(key)) return
    record.count++
    const witness = { about, message, lines }
    if (this.waive(rule, witness)) {
      record.waivedCount++
      if (record.waived.size < this.limit) record.waived.add(key)
      return
    }
    if (record.violations.size >= this.limit) return
    record.violations.set(key, witness)
    this.listener(rule, witness)
  }

  /** Something that the rule cannot decide, so that it can no longer hold. */
  doubt(rule: string, message: string, lines: readonly number[] = [], about = ''): void {
    const { doubts } = this.of(rule)
    if (doubts.size < DOUBTS && !doubts.has(message)) doubts.set(message, { about, message, lines })
  }

  finding(rule: string): MonitorFinding {
    const { violations, doubts, count, waivedCount } = this.of(rule)
    const verdict: Verdict = count > 0 ? 'violated' : doubts.size > 0 ? 'unknown' : 'holds'
    const witnesses = verdict === 'violated' ? violations : doubts
    return { rule, verdict, witnesses: [...witnesses.values()], violationCount: count, waivedCount }
  }

  private of(rule: string): Record {
    const record = this.records.get(rule)
    if (record === undefined) throw new Error(`no rule is called ${rule}`)
    return record
  }
}

function nothing(): Record {
  return { violations: new Map(), doubts: new Map(), waived: new Set(), count: 0, waivedCount: 0 }
}
