// Input that is no trace, no map and no waiver: each problem with its place, a frame of its line, and what to do.
import { excerptOf } from '../report/excerpt.ts'
import { counted } from '../report/words.ts'
import type { InputProblem, Refused } from '../validate/format/foreign-trace.ts'
import { UsageError } from './usage.ts'

/** Problems of inputs as one message of several lines; exit code 2. */
export class InputError extends UsageError {
  readonly refused: Refused

  constructor(problems: readonly InputProblem[], problemCount: number = problems.length) {
    super(problemText({ problems, problemCount }))
    this.refused = { problems, problemCount }
  }
}

/** Problems as text of several lines, without a last line break. */
export function problemText({ problems, problemCount }: Refused): string {
  const more = problemCount - problems.length
  const rest = more > 0 ? [`and ${counted(more, 'further problem')}.`] : []
  return [...problems.flatMap(problem => linesOf(problem)), ...rest].join('\n')
}

function linesOf({ code, message, file, line, column, pointer, text, hint }: InputProblem): readonly string[] {
  const place = [file, line, column].filter(part => part !== null).join(':')
  const head = [place, code, ...(pointer === null || pointer === '' ? [] : [pointer]), message].join('  ')
  return [head, ...(line === null ? [] : frame(text, line, column)), ...(hint === '' ? [] : [hint])]
}

/** The line, with a mark under the column. */
function frame(text: string, line: number, column: number | null): readonly string[] {
  if (text.trim() === '') return []
  const number = String(line)
  const shown = excerptOf(text, column)
  const marked = [`  ${number} | ${shown.text}`]
  if (column !== null) marked.push(`  ${' '.repeat(number.length)}   ${' '.repeat(shown.at)}^`)
  return marked
}
