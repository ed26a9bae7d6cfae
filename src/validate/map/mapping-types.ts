// Generated from traces/repltrace-map.schema.json by its test; change the schema, then run the test with -u.

/**
 * What a record is.
 */
export type Input = NdjsonInput | JsonInput | TextInput | CsvInput
/**
 * A value to equal, a list with it, or an object whose parts all hold.
 */
export type Test =
  | Scalar
  | Scalar[]
  | {
      /**
       * Whether there is a value, null included.
       */
      exists?: boolean
      /**
       * A regular expression found in the text.
       */
      matches?: string
      /**
       * The number is greater.
       */
      gt?: number
      /**
       * The number is less.
       */
      lt?: number
      /**
       * The value at this other JSON pointer is the same text, number, boolean or null.
       */
      same?: string
      not?: Test
    }
export type Scalar = string | number | boolean | null
/**
 * A value of the event. Text that begins with $/ is a JSON pointer into the record ($ is all of it), with @/ into the element of forEach or list; an object with one of const, get, add, concat, range, hash, lsn, fileName, recall, list is computed; everything else stands for itself. What yields nothing leaves its field out.
 */
export type Expression = string | number | boolean | null | unknown[] | {}

/**
 * A map, version 1: how the records of another system's log become the events of a trace. Records that do not meet select are only counted; those that no rule matches are counted by unmatchedName. traces/MAPPING.md explains it with an example.
 */
export interface MapFile {
  /**
   * For editors.
   */
  $schema?: string
  map: 'repltrace-map/1'
  /**
   * What is mapped, and what the log must look like.
   */
  description?: string
  input: Input
  select?: Conditions
  /**
   * What is remembered of earlier selected records, by name: for what a log says once, or not at all.
   */
  memory?: {
    [k: string]: Recollection
  }
  /**
   * Named translations of words.
   */
  tables?: {
    [k: string]: {
      [k: string]: Scalar
    }
  }
  /**
   * The header's fields, as expressions over the first selected record; collect, for nodes and clients, takes those that occur.
   */
  header?: {
    [k: string]: Expression
  }
  /**
   * Fields of every event whose type has them; a rule's own field goes before, and the parts of obs are joined.
   */
  common?: {
    [k: string]: Expression
  }
  unmatchedName?: Expression
  /**
   * The first rule whose conditions a record meets says what becomes of it.
   *
   * @minItems 1
   */
  rules: [Rule, ...Rule[]]
}
/**
 * A JSON value a line.
 */
export interface NdjsonInput {
  kind: 'ndjson'
}
/**
 * One JSON document with an array of records.
 */
export interface JsonInput {
  kind: 'json'
  /**
   * The JSON pointer of the array; the document itself when left out.
   */
  records?: string
}
/**
 * Lines of text. The record has the named groups of the first pattern that matches the whole line, the pattern's name as pattern, and the line as line.
 */
export interface TextInput {
  kind: 'text'
  /**
   * A regular expression that is put before each pattern.
   */
  prefix?: string
  /**
   * Regular expressions by name.
   */
  patterns: {
    [k: string]: string
  }
}
/**
 * Rows with columns; all values are text.
 */
export interface CsvInput {
  kind: 'csv'
  /**
   * A comma when left out.
   */
  delimiter?: string
  /**
   * The columns' names; the first row has them when left out.
   *
   * @minItems 1
   */
  columns?: [string, ...string[]]
}
/**
 * By JSON pointer into the record, or by #name of something remembered, what must hold there; all of them must.
 */
export interface Conditions {
  [k: string]: Test
}
/**
 * The value of keep in the last record that met the conditions of; without keep, how many met them. The present record is included. With by, apart for each value of it.
 */
export interface Recollection {
  of: Conditions
  keep?: Expression
  by?: Expression
}
/**
 * What becomes of the records that meet the conditions; either emit or drop.
 */
export interface Rule {
  /**
   * As the statistics call it.
   */
  name?: string
  when?: Conditions
  /**
   * The event, or the events in order.
   */
  emit?: Emission | [Emission, ...Emission[]]
  /**
   * Why such records say nothing about replication; they are counted by it.
   */
  drop?: string
}
/**
 * An event: its type, and expressions for its fields.
 */
export interface Emission {
  /**
   * The event's type.
   */
  type: string
  /**
   * The reference of an array, such as $/rows: an event for each element, @/ points into it.
   */
  forEach?: string
  [k: string]: Expression | string | undefined
}
