// Parsing JSON, and where a text stops being JSON. The engine's parser names the place in some of its messages only; for
// the others the place is found by parsing shorter texts.

export type Parsed = { readonly value: unknown } | { readonly syntax: SyntaxFault }

interface SyntaxFault {
  /** The parser's reason, without the text it quotes. */
  readonly reason: string
  /** Of the first character that cannot be. */
  readonly offset: number
  /** Whether the text merely stops too early: more text could still make it JSON. */
  readonly torn: boolean
}

export function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const offset = placeOf(text, reason)
    return { syntax: { reason: worded(reason), offset, torn: offset >= text.length } }
  }
}

function placeOf(text: string, reason: string): number {
  if (reason.includes('end of JSON')) return text.length
  const position = /position (\d+)/.exec(reason)?.[1]
  return position === undefined ? searched(text) : Number(position)
}

/** The longest beginning that could still become JSON: all shorter ones could, so halving finds its end. */
function searched(text: string): number {
  let [good, bad] = [0, text.length]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (couldContinue(text.slice(0, middle))) good = middle
    else bad = middle
  }
  return good
}

function couldContinue(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const reason = String(error)
    const position = /position (\d+)/.exec(reason)?.[1]
    return reason.includes('end of JSON') || (position !== undefined && Number(position) >= text.length)
  }
}

function worded(reason: string): string {
  const short = reason
    .replace(/,? \.{0,3}".*is not valid JSON$/s, '')
    .replace(/ in JSON.*| after JSON.*| \(line.*/s, '')
  return short.replace(/^Unexpected end$/, 'it ends too early').replace(/^[A-Z]/, letter => letter.toLowerCase())
}
