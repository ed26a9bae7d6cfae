// What rules about recorded facts find: the data type between the judges of this room and the reports.

export type Verdict = 'holds' | 'violated' | 'unknown'

/** Events that together contradict a rule. */
export interface Witness {
  /** One sentence in the words of replication, with names and values. */
  readonly message: string
  /** The lines of the events, in the order in which the sentence needs them. */
  readonly lines: readonly number[]
}

/** A rule's verdict. Never `holds` where evidence was missing that could have contradicted it. */
export interface RuleFinding {
  /** The rule's name, such as `NoLostAckedWrite`; an interface. */
  readonly rule: string
  readonly verdict: Verdict
  /** Why: for `violated` at least one; for `unknown` what was missing. */
  readonly witnesses: readonly Witness[]
}
