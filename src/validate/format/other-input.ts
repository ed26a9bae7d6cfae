// What an input is that is no stream, by its first line: what people give instead of one is told as what it is.

export interface OtherInput {
  /** A sentence. */
  readonly what: string
  readonly hint: string
}

const EACH_LINE = 'In a stream each line is one JSON object, the header first'
const CELL = String.raw`"?[A-Za-z_][\w .-]{0,40}"?`
const COLUMNS = new RegExp(`^${CELL}(?:([,;\t])${CELL})(?:\\1${CELL})*$`)

/** Null for what is not recognised. `line` is the first line that is not blank. */
export function otherInput(line: string): OtherInput | null {
  const text = line.trim()
  if (/[\0\uFFFD]/.test(text.slice(0, 80)))
    return {
      what: 'The input is no text in UTF-8.',
      hint: 'Save it as UTF-8; PowerShell, for one, writes UTF-16 to a file that > names. What is compressed must be unpacked first, unless it is a file of gzip.',
    }
  if (/^\{\s*"(?:header|events)"\s*:/.test(text) || text === '{')
    return {
      what: 'The input is a JSON document, not a stream of lines.',
      hint: `primacy validate reads documents. ${EACH_LINE}:  jq -c '.header, .events[]' FILE`,
    }
  if (text.startsWith('['))
    return {
      what: 'The input is a JSON array, not a stream of lines.',
      hint: `${EACH_LINE}:  jq -c '.[]' FILE. An array of another program's records is read by a map whose input is json, with primacy validate --map.`,
    }
  const separator = COLUMNS.exec(text)?.[1]
  if (separator === undefined) return null
  const columns = text.split(separator)
  return {
    what: `The input seems to be CSV, with the columns ${columns.slice(0, 6).join(', ')}${columns.length > 6 ? ', …' : ''}.`,
    hint: 'A map whose input is csv turns its rows into events:  primacy validate --map MAP FILE. traces/MAPPING.md says how.',
  }
}
