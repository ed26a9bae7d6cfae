// Following a recording line by line, with flat memory: from lines to a report and an exit code.
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { monitorDocument, monitorText, violationLine } from '../report/monitor-report.ts'
import type { Recorded } from '../validate/foreign-trace.ts'
import type { Listener } from '../validate/judgement.ts'
import { Mapper } from '../validate/mapper.ts'
import type { Mapping } from '../validate/mapping.ts'
import { Monitor, type MonitorOptions as Watching, type MonitorResult } from '../validate/monitor.ts'
import { TraceReader } from '../validate/stream.ts'
import { INFORMATIVE } from '../validate/validation.ts'
import { readText, shown } from './files.ts'
import type { MonitorOptions } from './monitor.ts'
import { write } from './output.ts'
import { InputError } from './problems.ts'
import { loadMapping, notUnpacked } from './recordings.ts'
import { UsageError } from './usage.ts'

export async function monitorFile(file: string, options: MonitorOptions): Promise<number> {
  const mapping = loadMapping(options.map)
  const name = file === '-' ? 'stdin' : shown(file)
  const onViolation: Listener = (rule, witness) => {
    if (options.format === 'text' && options.output === '-') process.stdout.write(`${violationLine(rule, witness)}\n`)
  }
  const { strict, unmatched, window } = options
  const watching: Watching = { onViolation, ...(window === undefined ? {} : { window }) }
  const lines = linesOf(file)
  const result = await (mapping === null
    ? followStream(name, lines, strict, watching)
    : followMapped(name, lines, mapping, unmatched, watching))
  write(options, options.format === 'json' ? monitorDocument(name, result) : monitorText(name, result))
  const verdicts = new Set(result.findings.filter(({ rule }) => !INFORMATIVE.has(rule)).map(({ verdict }) => verdict))
  if (verdicts.has('violated')) return 1
  if (result.eventCount === 0) return 3
  return verdicts.has('holds') ? 0 : 4
}

async function followStream(
  name: string,
  lines: AsyncIterable<string>,
  strict: boolean,
  watching: Watching,
): Promise<MonitorResult> {
  const reader = new TraceReader(name, { strict })
  let monitor: Monitor | null = null
  for await (const line of lines) {
    const recorded = reader.take(line)
    if (reader.problemCount > 0) break
    if (recorded === null) continue
    monitor ??= new Monitor(reader.header!, watching)
    monitor.accept(recorded)
  }
  reader.finish()
  if (reader.problemCount > 0 || reader.header === null) throw new InputError(reader.problems, reader.problemCount)
  return (monitor ?? new Monitor(reader.header, watching)).finish(reader.ended)
}

/** The header of a log is known only as it goes on; events wait until it is. */
async function followMapped(
  name: string,
  lines: AsyncIterable<string>,
  mapping: Mapping,
  unmatched: MonitorOptions['unmatched'],
  watching: Watching,
): Promise<MonitorResult> {
  if (mapping.reader.by === 'document')
    throw new UsageError('A map of a whole document cannot be followed line by line.', 'Use primacy validate --map.')
  const mapper = new Mapper(mapping, { file: name, unmatched })
  const waiting: Recorded[] = []
  let line = 0
  for await (const text of lines) {
    waiting.push(...mapper.acceptLine(text, ++line))
    if (mapper.problems.length > 0) break
  }
  const mapped = mapper.finish()
  if ('problems' in mapped) throw new InputError(mapped.problems)
  const monitor = new Monitor(mapped.header, watching)
  for (const recorded of waiting) monitor.accept(recorded)
  return monitor.finish(true)
}

function linesOf(file: string): AsyncIterable<string> {
  if (file === '-') return readable(file, process.stdin)
  const input = createReadStream(file, { highWaterMark: 1 << 18 })
  if (!file.endsWith('.gz')) return readable(file, input)
  // What goes wrong in the file goes wrong in what is read from it.
  return readable(
    file,
    pipeline(input, createGunzip(), () => {}),
  )
}

/** Lines of a file; a file that cannot be read is told as everywhere. */
async function* readable(file: string, input: NodeJS.ReadableStream): AsyncGenerator<string> {
  try {
    let rest = ''
    for await (const chunk of input.setEncoding('utf8')) {
      const parts = (rest + String(chunk)).split('\n')
      rest = parts.pop()!
      for (const part of parts) yield part.endsWith('\r') ? part.slice(0, -1) : part
    }
    if (rest !== '') yield rest
  } catch (error) {
    readText(file, 'trace') // says why it cannot be read
    if (file.endsWith('.gz')) throw notUnpacked(file, error)
    throw error
  }
}
