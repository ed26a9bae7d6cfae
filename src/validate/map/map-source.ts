// The text of a map and where in it things stand, so that every fault of a map is shown with its line.
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { InputProblem } from '../format/foreign-trace.ts'
import { JSON_HINT } from '../format/json-file.ts'
import type { MapCode } from './codes.ts'

/** Names and positions that lead from the document to a part of it. */
export type Path = readonly (string | number)[]

export class MapSource {
  readonly file: string
  readonly text: string
  /** Of the text: undefined when it is not JSON. */
  readonly value: unknown
  /** What was found wrong so far, in the order of finding. */
  readonly problems: InputProblem[] = []
  readonly #root: Node | undefined

  constructor(text: string, file: string) {
    this.text = text
    this.file = file
    const errors: ParseError[] = []
    this.#root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
    const first = errors[0]
    if (first === undefined) this.value = JSON.parse(text)
    else
      this.#add('E-MAP-JSON', first.offset, null, `Not JSON: ${wordsOf(printParseErrorCode(first.error))}.`, JSON_HINT)
  }

  /** Notes a fault at a part of the map. */
  refuse(code: MapCode, path: Path, message: string, hint = ''): void {
    const node = this.#root === undefined ? undefined : findNodeAtLocation(this.#root, [...path])
    // The name of a property stands before its value, and is what a reader looks for.
    const shown = node?.parent?.type === 'property' ? node.parent : node
    this.#add(code, shown?.offset ?? 0, pointerTo(path), message, hint)
  }

  #add(code: MapCode, offset: number, pointer: string | null, message: string, hint: string): void {
    const before = this.text.slice(0, offset).split('\n')
    const line = before.length
    const text = this.text.split('\n')[line - 1]
    // What is common to several rules is read with each of them.
    if (this.problems.some(known => known.pointer === pointer && known.message === message)) return
    this.problems.push({ code, message, file: this.file, line, column: before.at(-1)!.length + 1, pointer, text, hint })
  }
}

function pointerTo(path: Path): string {
  return path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** From the parser's name of an error to words: CommaExpected is comma expected. */
function wordsOf(code: string): string {
  return code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
}
