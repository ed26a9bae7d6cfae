// Reading a trace: JSON, then the schema, then the type. Whatever is wrong is said with its place in the file.
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import schema from '../../traces/primacy-trace.schema.json' with { type: 'json' }
import type { Trace } from './trace.ts'

/** Why a text is not a trace. `line` and `column` count from 1; a schema problem has a JSON pointer instead. */
interface TraceProblem {
  readonly message: string
  readonly line: number | null
  readonly column: number | null
  readonly pointer: string | null
}

export type ReadTrace = { readonly trace: Trace } | { readonly problem: TraceProblem }

/** Reads a trace from the text of a file. */
export function readTrace(text: string): ReadTrace {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { problem: syntaxProblem(text, error instanceof Error ? error.message : String(error)) }
  }
  const validate = new Ajv2020({ allErrors: false, strictTypes: false }).compile<Trace>(schema)
  if (validate(json)) return { trace: json }
  return { problem: schemaProblem(validate.errors?.[0]) }
}

/** The parser tells the offset, except at the end of the text and in texts so short that it quotes them whole. */
function syntaxProblem(text: string, reason: string): TraceProblem {
  const position = /position (\d+)/.exec(reason)?.[1]
  const message =
    text.trim() === '' ? 'The file is empty.' : `Not JSON: ${reason.replace(/ in JSON.*| \(line.*/s, '')}.`
  if (position === undefined && !reason.includes('end of JSON'))
    return { message, line: null, column: null, pointer: null }
  const before = text.slice(0, position === undefined ? text.length : Number(position)).split('\n')
  return { message, line: before.length, column: before.at(-1)!.length + 1, pointer: null }
}

function schemaProblem(error: ErrorObject | undefined): TraceProblem {
  const pointer = error?.instancePath ?? ''
  const detail =
    error?.keyword === 'const'
      ? `must be ${JSON.stringify(error.params['allowedValue'])}`
      : (error?.message ?? 'does not fit the schema')
  const extra = error?.keyword === 'additionalProperties' ? ` (${String(error.params['additionalProperty'])})` : ''
  return {
    message: `Not a primacy trace: ${pointer === '' ? 'the document' : pointer} ${detail}${extra}.`,
    line: null,
    column: null,
    pointer,
  }
}
