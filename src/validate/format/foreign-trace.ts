// A trace that another implementation recorded, as read: the header, the events with the lines they stand in, and
// whether the end was seen. Everything in this room starts from here; nothing in it touches files.
import type { Event, Header, Source } from './repltrace.ts'

/** An event and where it stands; lines count from 1. */
export interface Recorded {
  readonly event: Event
  readonly line: number
}

/** Where an event stands, and where it was taken from if it says so. */
export interface EventPlace {
  readonly line: number
  readonly src: Source | null
}

export function placeOf({ event, line }: Recorded): EventPlace {
  return { line, src: event.src ?? null }
}

export interface ForeignTrace {
  /** As messages name it. */
  readonly file: string
  readonly header: Header
  readonly events: readonly Recorded[]
  /** False when the recording was cut off: what is missing may contradict it, so it is accepted at most so far. */
  readonly ended: boolean
}

/** Why an input is no trace. Lines and columns count from 1. */
export interface InputProblem {
  /** Stable, such as `E-JSON`; listed in the documentation of the format. */
  readonly code: string
  readonly message: string
  readonly file: string
  /** Null when the file cannot be read at all. */
  readonly line: number | null
  /** Null when the whole line is meant. */
  readonly column: number | null
  /** A JSON pointer into the line or the document; null when it is no JSON. */
  readonly pointer: string | null
  /** The text of the line, for a code frame. */
  readonly text: string
  /** What to do about it; empty when nothing better can be said than the message. */
  readonly hint: string
}

/** Why an input cannot be judged. */
export interface Refused {
  /** The first of them, in the order of their places. */
  readonly problems: readonly InputProblem[]
  readonly problemCount: number
}
