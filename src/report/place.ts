// Where in a specification an error arose: the innermost frame of a stack that is not this program's own.
import { fileURLToPath } from 'node:url'

const OWN = new URL('..', import.meta.url).href

/** The first place outside the package's code, or null when a stack has none. Lines and columns count from 1. */
export function placeIn(
  stack: string,
): { readonly file: string; readonly line: number; readonly column: number } | null {
  for (const line of stack.split('\n')) {
    const [, location, row, column] = /(?:\(|at )((?:file:\/\/)?\/[^()]*?):(\d+):(\d+)\)?$/.exec(line.trim()) ?? []
    if (location === undefined) continue
    const url = location.startsWith('file:') ? location : `file://${location}`
    if (url.startsWith(OWN) || url.includes('/node_modules/')) continue
    return { file: fileURLToPath(url.replace(/\?.*$/, '')), line: Number(row), column: Number(column) }
  }
  return null
}
