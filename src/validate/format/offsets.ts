// Where values stand in a text of JSON. The parser tells no positions, so this walks the text a second time, and only
// when one is asked for; the text has been parsed before, hence is known to be JSON, and nothing is checked again.
import { stepsOf } from './pointer.ts'

/** The offset of what a JSON pointer names, from the value that begins at `from`: of the value, or of its field's name. */
export function offsetOf(text: string, from: number, pointer: string, on: 'key' | 'value'): number {
  let at = from
  let name = from
  for (const key of stepsOf(pointer)) {
    if (text[at] === '{') [name, at] = memberAt(text, at, key)
    else name = at = [...elementsAt(text, at)][Number(key)] ?? at
  }
  return on === 'key' ? name : at
}

/** The offsets of the elements of the array that begins at `from`. */
export function* elementsAt(text: string, from: number): Generator<number, void> {
  let at = blank(text, from + 1)
  while (text[at] !== ']') {
    yield at
    at = blank(text, valueEnd(text, at))
    if (text[at] === ',') at = blank(text, at + 1)
  }
}

/** The offsets of a field's name and value. Of a name that occurs twice the last counts, as it does for the parser. */
function memberAt(text: string, from: number, key: string): readonly [name: number, value: number] {
  let found: readonly [number, number] = [from, from]
  let at = blank(text, from + 1)
  while (text[at] !== '}') {
    const end = stringEnd(text, at)
    const value = blank(text, blank(text, end) + 1)
    if (JSON.parse(text.slice(at, end)) === key) found = [at, value]
    at = blank(text, valueEnd(text, value))
    if (text[at] === ',') at = blank(text, at + 1)
  }
  return found
}

/** The first offset from here on that is not blank. */
function blank(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) <= 32) at++
  return at
}

function valueEnd(text: string, from: number): number {
  let depth = 0
  let at = from
  do {
    const char = text[at]
    if (char === '"') at = stringEnd(text, at)
    else if (char === '{' || char === '[') [depth, at] = [depth + 1, at + 1]
    else if (char === '}' || char === ']') [depth, at] = [depth - 1, at + 1]
    else at = plainEnd(text, at)
  } while (depth > 0)
  return at
}

/** The end of a number or a word, or of what separates values. */
function plainEnd(text: string, from: number): number {
  let at = from + 1
  while (at < text.length && !'"{}[],: \n\r\t'.includes(text[at])) at++
  return at
}

function stringEnd(text: string, from: number): number {
  let at = from
  do at = text.indexOf('"', at + 1)
  while (escaped(text, at))
  return at + 1
}

/** Whether an odd number of backslashes stands before. */
function escaped(text: string, at: number): boolean {
  let before = at
  while (text[before - 1] === '\\') before--
  return (at - before) % 2 === 1
}
