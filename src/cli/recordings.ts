// Recorded traces as files: unpacked, mapped when they are another system's log, and read.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { suggestion } from '../lang/spec.ts'
import { isGzip } from '../validate/format/encoding.ts'
import type { ForeignTrace, InputProblem, Refused } from '../validate/format/foreign-trace.ts'
import type { CheckModel } from '../validate/format/model-faults.ts'
import { mapTrace } from '../validate/map/mapped-trace.ts'
import type { MappingStats } from '../validate/map/mapper.ts'
import { type Mapping, readMapping } from '../validate/map/mapping.ts'
import { PRESET_NAMES, readPreset } from '../validate/map/presets.ts'
import type { FileCode } from '../validate/format/problems.ts'
import { readForeignTrace } from '../validate/format/read.ts'
import { readText, shown } from './files.ts'
import { InputError } from './problems.ts'
import { UsageError } from './usage.ts'

export interface Recording {
  readonly trace: ForeignTrace
  /** Of a mapped log, what became of its records. */
  readonly stats: MappingStats | null
}

export interface ReadingOptions {
  /** How to read a log that is no trace. */
  readonly mapping: Mapping | null
  readonly unmatched: 'error' | 'warn' | 'drop'
  readonly strict: boolean
  readonly checkModel: CheckModel
  /** Whether it is one of several that are to be merged. */
  readonly isPart?: boolean
}

/** The map of a file, or the preset of that name; null when none was named. */
export function loadMapping(name: string | undefined): Mapping | null {
  if (name === undefined) return null
  const read = readPreset(name) ?? readMapping(readMapText(name), shown(name))
  if ('problems' in read) throw new InputError(read.problems)
  return read.mapping
}

/** A name with neither a dot nor a slash is meant as a preset's. */
function readMapText(name: string): string {
  if (/[./\\]/.test(name)) return readText(name, 'map')
  const others = `Presets are ${PRESET_NAMES.join(', ')}; of a map of your own, give the path of its file.`
  throw new UsageError(
    `There is no preset ${name}, which --map names.`,
    `${suggestion(name, PRESET_NAMES, true)} ${others}`.trimStart(),
  )
}

/** Reads a recorded trace, which may be compressed with gzip; `-` is stdin. */
export async function loadRecording(
  file: string,
  { mapping, unmatched, strict, checkModel, isPart = false }: ReadingOptions,
): Promise<Recording | Refused> {
  const name = nameOf(file)
  const text = await unpacked(file)
  if (typeof text !== 'string') return { problems: [text], problemCount: 1 }
  if (mapping !== null) {
    const mapped = mapTrace(text, mapping, { file: name, unmatched, checkModel })
    if ('problems' in mapped) return { ...mapped, problemCount: mapped.problems.length }
    return { trace: mapped.trace, stats: mapped.stats }
  }
  const read = readForeignTrace(name, text, { strict, checkModel, isPart })
  return 'problems' in read ? read : { trace: read.trace, stats: null }
}

async function unpacked(file: string): Promise<string | InputProblem> {
  let bytes: Buffer
  try {
    bytes = file === '-' ? await readStdin() : readFileSync(file)
  } catch (error) {
    if (file === '-') throw error
    return notRead(file)
  }
  if (!isGzip(bytes)) return file.endsWith('.gz') ? notUnpacked(file, NO_GZIP) : bytes.toString('utf8')
  try {
    return gunzipSync(bytes).toString('utf8')
  } catch (error) {
    return notUnpacked(file, error)
  }
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Why a file cannot be read, by trying to. */
export function notRead(file: string): InputProblem {
  try {
    readText(file, 'trace')
  } catch (error) {
    if (error instanceof UsageError) return ofFile(file, 'E-FILE', error.message, error.hint)
    throw error
  }
  return ofFile(file, 'E-FILE', `The trace at ${shown(file)} was changed while it was read.`, 'Try again.')
}

/** What zlib says, in its words and by its codes, of bytes that do not begin as gzip does. */
const NO_GZIP = { code: 'Z_DATA_ERROR', message: 'incorrect header check' }

/** Why a file cannot be unpacked; `error` is that of zlib. */
export function notUnpacked(file: string, error: unknown): InputProblem {
  const { code, message } = error as { readonly code?: string; readonly message: string }
  if (message === NO_GZIP.message) {
    const hint = 'If it is a trace that is not compressed, rename it without .gz.'
    return ofFile(file, 'E-GZIP', `${nameOf(file)} is named .gz, but is not compressed with gzip.`, hint)
  }
  const [what, hint] =
    code === 'Z_BUF_ERROR'
      ? [
          'it ends too early',
          `Unpack what there is of it:  gzip -dc ${file === '-' ? 'FILE' : shown(file)} > unpacked.ndjson`,
        ]
      : [`it is damaged (${message})`, 'Compress or copy the recording again.']
  return ofFile(file, 'E-GZIP', `${nameOf(file)} is compressed but cannot be unpacked: ${what}.`, hint)
}

function ofFile(file: string, code: FileCode, message: string, hint: string): InputProblem {
  return { code, message, file: nameOf(file), line: null, column: null, pointer: null, text: '', hint }
}

function nameOf(file: string): string {
  return file === '-' ? 'stdin' : shown(file)
}
