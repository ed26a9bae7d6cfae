// Small JSON files that go with traces: parsed, held against their schema, and refused with the place of the fault.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { suggestion } from '../../lang/spec.ts'
import type { InputProblem } from './foreign-trace.ts'
import { placeAt } from './origins.ts'
import { offsetOf } from './offsets.ts'
import type { InputCode } from './problems.ts'
import { shown } from './schema-problems.ts'
import { parseJson } from './syntax.ts'

/** A text that is JSON, whose values can be pointed at. */
export class JsonFile {
  readonly file: string
  readonly value: unknown
  readonly #text: string

  constructor(file: string, text: string, value: unknown) {
    this.file = file
    this.value = value
    this.#text = text
  }

  /** A problem with the value that a JSON pointer names, or with the name of its field. */
  problem(
    { code, message, hint }: Pick<InputProblem, 'code' | 'message' | 'hint'>,
    pointer: string,
    on: 'key' | 'value' = 'value',
  ): InputProblem {
    const offset = offsetOf(this.#text, this.#text.search(/\S/), pointer, on)
    return { code, message, file: this.file, ...placeAt(this.#text, offset), pointer, hint }
  }
}

export type ReadJsonFile<T> = { readonly content: T; readonly json: JsonFile } | { readonly problem: InputProblem }

/** A kind of file; `T` is the type that follows from its schema. */
export class FileFormat<T extends object> {
  readonly #schema: object
  #validate: ValidateFunction<T> | null = null

  constructor(schema: object) {
    this.#schema = schema
  }

  /** Reads the text of a file. The schema is compiled when the first one is read. */
  read(file: string, text: string): ReadJsonFile<T> {
    const parsed = parseJson(text)
    if ('syntax' in parsed) return { problem: syntaxProblem(file, text, parsed.syntax) }
    const json = new JsonFile(file, text, parsed.value)
    const validate = (this.#validate ??= new Ajv2020({ strictTypes: false, verbose: true }).compile<T>(this.#schema))
    if (validate(json.value)) return { content: json.value, json }
    return { problem: schemaProblem(json, validate.errors![0]) }
  }
}

/** What people write who know JavaScript. */
export const JSON_HINT =
  'JSON has double quotes, also around names, no comments, and no comma before a closing bracket.'

function syntaxProblem(
  file: string,
  text: string,
  { reason, offset }: { readonly reason: string; readonly offset: number },
): InputProblem {
  const code: InputCode = text.trim() === '' ? 'E-EMPTY' : 'E-JSON'
  const message = code === 'E-EMPTY' ? 'The file is empty.' : `The file is not JSON: ${reason}.`
  return { code, message, file, ...placeAt(text, offset), pointer: null, hint: code === 'E-JSON' ? JSON_HINT : '' }
}

function schemaProblem(json: JsonFile, error: ErrorObject): InputProblem {
  const { instancePath: path, keyword, params } = error
  const { description = '', properties = {} } = error.parentSchema as Described
  const where = path === '' ? 'The file' : path.slice(1).replaceAll('/', '.')
  const known = Object.keys(properties)
  const present = typeof error.data === 'object' && error.data !== null ? Object.keys(error.data) : []
  if (keyword === 'required') {
    const field = String(params['missingProperty'])
    const other = present.find(name => !known.includes(name))
    const hint = other === undefined ? '' : `There is ${other}, which is no field; did you mean ${field}?`
    return json.problem({ code: 'E-MISSING', message: `${where} needs the field ${field}.`, hint }, path)
  }
  if (keyword === 'additionalProperties') {
    const field = String(params['additionalProperty'])
    const left = known.filter(name => !present.includes(name))
    const hint = suggestion(field, left)
    const pointer = `${path}/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`
    return json.problem({ code: 'E-FIELD', message: `${where} has no field ${field}.`, hint }, pointer, 'key')
  }
  const must = keyword === 'const' ? `must be ${shown(params['allowedValue'])}` : (error.message ?? 'does not fit')
  const message = `${where} ${must}, but is ${shown(error.data)}.`
  return json.problem({ code: 'E-KIND', message, hint: description }, path)
}

/** What of a schema is said to people. */
interface Described {
  readonly description?: string
  readonly properties?: object
}
