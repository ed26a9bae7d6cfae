// Recorded traces as files: unpacked, mapped when they are another system's log, and read.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { suggestion } from '../lang/spec.ts'
import { isGzip } from '../validate/format/encoding.ts'
import type { ForeignTrace } from '../validate/format/foreign-trace.ts'
import { mapTrace } from '../validate/map/mapped-trace.ts'
import type { MappingStats } from '../validate/map/mapper.ts'
import { type Mapping, readMapping } from '../validate/map/mapping.ts'
import { PRESET_NAMES, readPreset } from '../validate/map/presets.ts'
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

/** Reads a recorded trace, which may be compressed with gzip. */
export function loadRecording(file: string, { mapping, unmatched, strict, isPart = false }: ReadingOptions): Recording {
  const text = unpacked(file)
  if (mapping !== null) {
    const mapped = mapTrace(text, mapping, { file: shown(file), unmatched })
    if ('problems' in mapped) throw new InputError(mapped.problems)
    return { trace: mapped.trace, stats: mapped.stats }
  }
  const read = readForeignTrace(shown(file), text, { strict, isPart })
  if ('problems' in read) throw new InputError(read.problems, read.problemCount)
  return { trace: read.trace, stats: null }
}

function unpacked(file: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch {
    return readText(file, 'trace') // says why it cannot be read
  }
  if (!isGzip(bytes)) return bytes.toString('utf8')
  try {
    return gunzipSync(bytes).toString('utf8')
  } catch (error) {
    throw notUnpacked(file, error)
  }
}

export function notUnpacked(file: string, error: unknown): UsageError {
  return new UsageError(`${shown(file)} is compressed but cannot be unpacked: ${(error as Error).message}.`)
}
