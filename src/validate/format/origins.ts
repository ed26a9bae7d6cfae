// Where the lines of a stream and the parts of a document stand, so that what is wrong with them can be pointed at.
import { offsetOf } from './offsets.ts'
import type { Origin, Place } from './problems.ts'

/** A line of a stream; pointers are into the line. */
export class StreamLine implements Origin {
  readonly line: number
  readonly #text: string

  constructor(line: number, text: string) {
    this.line = line
    this.#text = text
  }

  place(pointer: string, on: 'key' | 'value'): Place {
    const start = this.#text.search(/\S/)
    const column = pointer === '' ? null : offsetOf(this.#text, start, pointer, on) + 1
    return { line: this.line, column, pointer, text: this.#text }
  }
}

/** The header or an event of a document; pointers are into the document. */
export class DocumentPart implements Origin {
  readonly line: number
  readonly #text: string
  readonly #pointer: string
  readonly #offset: number

  constructor(text: string, pointer: string, offset: number, line: number) {
    this.#text = text
    this.#pointer = pointer
    this.#offset = offset
    this.line = line
  }

  place(pointer: string, on: 'key' | 'value'): Place {
    const offset = offsetOf(this.#text, this.#offset, pointer, on)
    return { ...placeAt(this.#text, offset, this.#offset, this.line), pointer: this.#pointer + pointer }
  }
}

/** The line and column of an offset, counted from an earlier offset whose line is known. */
export function placeAt(text: string, offset: number, from = 0, line = 1): Omit<Place, 'pointer'> {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const end = text.indexOf('\n', offset)
  return {
    line: line + newlines(text, from, offset),
    column: offset - start + 1,
    text: text.slice(start, end === -1 ? undefined : end).replace(/\r$/, ''),
  }
}

/** The lines of offsets that only grow. Looks for each line break once, also where one line is the whole text. */
export class LineCounter {
  readonly #text: string
  #line = 1
  #next: number

  constructor(text: string) {
    this.#text = text
    this.#next = text.indexOf('\n')
  }

  lineOf(offset: number): number {
    while (this.#next !== -1 && this.#next < offset) {
      this.#line++
      this.#next = this.#text.indexOf('\n', this.#next + 1)
    }
    return this.#line
  }
}

/** How many lines end between two offsets. */
export function newlines(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}
