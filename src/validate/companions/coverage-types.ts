// Generated from traces/coverage.schema.json by its test; change the schema, then run the test with -u.

export type Count = number

/**
 * How often validated traces met each action and guard of a specification. Files add up: merging sums every count.
 */
export interface Coverage {
  format: 'primacy-coverage'
  version: 1
  /**
   * The name of the specification.
   */
  spec: string
  /**
   * Per action how many steps of it were matched; 0 for the ones that never were.
   */
  actions: {
    [k: string]: Count
  }
  /**
   * Per action and per guard of it, counted from 0 as they stand in its body.
   */
  guards: {
    [k: string]: {
      [k: string]: Outcomes
    }
  }
  /**
   * Per type of event how many were consumed.
   */
  events: {
    [k: string]: Count
  }
  /**
   * How many traces were counted.
   */
  traces: number
}
/**
 * How often a guard was true and how often it was false.
 *
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^(0|[1-9][0-9]*)$".
 */
export interface Outcomes {
  held: Count
  failed: Count
}
