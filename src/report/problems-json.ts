// Inputs that could not be judged, as JSON: the same content as the text. Keys and their order are a contract; more may
// be added.
import type { Refused } from '../validate/format/foreign-trace.ts'
import { excerptOf } from './excerpt.ts'

/** An input with its problems; `line`, `column` and `pointer` are null where there is none. */
export function refusedDocument({ problems, problemCount }: Refused): object {
  return {
    file: problems[0].file,
    problemCount,
    problems: problems.map(({ code, file, line, column, pointer, message, hint, text }) => ({
      code,
      file,
      line,
      column,
      pointer,
      message,
      hint,
      text: excerptOf(text, column).text,
    })),
  }
}
