// What expressions and conditions of a map may speak of: when the map is read, names; when it is used, values.

/** The names that a map declares. */
export interface Known {
  /** Whether there is an element that @ points into. */
  readonly element: boolean
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, unknown>>
  readonly memory: readonly string[]
  /** The members that records can have; null when only the log tells. */
  readonly members: readonly string[] | null
}

/** What is at hand while a record is mapped. */
export interface Scope {
  /** The log, as messages name it. */
  readonly file: string
  readonly record: unknown
  /** The element of the innermost forEach or list; undefined outside. */
  readonly element: unknown
  /** What is remembered, by name. */
  readonly memory: ReadonlyMap<string, unknown>
}

/** A record holds what its map did not foresee. */
export class RecordFault extends Error {
  readonly hint: string

  constructor(message: string, hint = '') {
    super(message)
    this.hint = hint
  }
}
