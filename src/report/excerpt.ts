// As much of a line as a person reads: lines of recordings may be whole documents.

const WIDTH = 120

export interface Excerpt {
  /** With an ellipsis where it is cut. */
  readonly text: string
  /** Where in it the column is, from 0. */
  readonly at: number
}

/** The line, cut around the column where it is long; columns count from 1, and null is the beginning. */
export function excerptOf(line: string, column: number | null): Excerpt {
  const at = (column ?? 1) - 1
  const start = line.length <= WIDTH ? 0 : Math.max(0, Math.min(at - WIDTH / 2, line.length - WIDTH))
  const text = `${start > 0 ? '…' : ''}${line.slice(start, start + WIDTH)}${start + WIDTH < line.length ? '…' : ''}`
  // A terminal would obey them; a tab would move the mark.
  const plain = text.replaceAll('\t', ' ').replaceAll(/\p{Cc}/gu, '·')
  return { text: plain, at: at - start + (start > 0 ? 1 : 0) }
}
