// Generated from traces/waivers.schema.json by its test; change the schema, then run the test with -u.

export type Name = string

/**
 * Known deviations of a system from its specification. Each is counted where it is used, and ends on a day.
 */
export interface Waivers {
  format: 'primacy-waivers'
  version: 1
  waivers: Waiver[]
}
/**
 * One deviation that is known, why it is let pass, and until when.
 */
export interface Waiver {
  when: When
  /**
   * Why it may pass; reports repeat it.
   */
  reason: string
  /**
   * The last day on which it may pass, as year-month-day.
   */
  until: string
  /**
   * After the event, take the node's state from its next full observation.
   */
  resync?: boolean
}
/**
 * Which events it is for: all that is said must hold.
 */
export interface When {
  /**
   * The type of the event.
   */
  type: string
  /**
   * The node of the event; when left out, any or none.
   */
  node?: string
  /**
   * The first and last line in which it may stand.
   *
   * @minItems 2
   * @maxItems 2
   */
  lines?: [number, number]
  /**
   * The rule that it violates.
   */
  rule?: string
  /**
   * The guard that alone is false: its action, and its place among the guards that a rejection lists for it, counted from 0.
   */
  guard?: {
    action: Name
    index: number
  }
}
