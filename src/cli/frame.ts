// Code frames: the source lines around a place, with a mark under it.
import { readFileSync } from 'node:fs'
import { placeIn } from '../report/place.ts'
import { shown } from './files.ts'
import type { Place } from './usage.ts'

/** The frame of the specification's line that a stack leads to; empty when it leads to none. */
export function codeFrame(stack: string): readonly string[] {
  const place = placeIn(stack)
  return place === null ? [] : frameAt(place)
}

/** The line of a place with its number, and a mark under its column. */
export function frameAt(place: Place): readonly string[] {
  const head = `${shown(place.file)}:${place.line}:${place.column}`
  let line: string | undefined
  try {
    line = readFileSync(place.file, 'utf8').split('\n')[place.line - 1]
  } catch {
    return [head]
  }
  if (line === undefined) return [head]
  const number = String(place.line)
  const indent = /^\s*/.exec(line)![0].length
  const cut = Math.max(0, Math.min(indent, place.column - 1))
  const body = line.slice(cut)
  const shownBody = body.length > 140 ? `${body.slice(0, 139)}…` : body
  return [head, `  ${number} | ${shownBody}`, `  ${' '.repeat(number.length)}   ${' '.repeat(place.column - 1 - cut)}^`]
}

/** Gives the place and the text of the line at an offset of a file's text. */
export function sourceLines(
  file: string,
  text: string,
): (offset: number) => { readonly place: string; readonly line: string } {
  const source = text.split('\n')
  return offset => {
    const { line } = placeAt(file, text, offset)
    return { place: `${file}:${line}`, line: source[line - 1].trim() }
  }
}

/** The line and column of an offset into a text. */
export function placeAt(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n')
  return { file, line: before.length, column: before.at(-1)!.length + 1 }
}
