// Following a recording line by line, with flat memory: from lines to a report and an exit code.
import { monitorDocument, monitorText, violationLine } from '../report/monitor-report.ts'
import type { Listener } from '../validate/monitor/judgement.ts'
import { Mapper } from '../validate/map/mapper.ts'
import type { Mapping } from '../validate/map/mapping.ts'
import { Monitor, type MonitorOptions as Watching, type MonitorResult } from '../validate/monitor/monitor.ts'
import { INFORMATIVE } from '../validate/monitor/monitor-rules.ts'
import { TraceReader } from '../validate/format/stream.ts'
import { shown } from './files.ts'
import { linesOf } from './lines.ts'
import { MappedMonitor } from './mapped-monitor.ts'
import type { MonitorOptions } from './monitor.ts'
import { write } from './output.ts'
import { InputError } from './problems.ts'
import { loadMapping } from './recordings.ts'
import { UsageError } from './usage.ts'

export async function monitorFile(file: string, options: MonitorOptions): Promise<number> {
  const mapping = loadMapping(options.map)
  const name = file === '-' ? 'stdin' : shown(file)
  const onViolation: Listener = (rule, witness) => {
    if (options.format === 'text' && options.output === '-') process.stdout.write(`${violationLine(rule, witness)}\n`)
  }
  const { strict, unmatched, window } = options
  const watching: Watching = { onViolation, ...(window === undefined ? {} : { window }) }
  const batches = linesOf(file)
  const result = await (mapping === null
    ? followStream(name, batches, strict, watching)
    : followMapped(name, batches, mapping, unmatched, watching))
  write(options, options.format === 'json' ? monitorDocument(name, result) : monitorText(name, result))
  const verdicts = new Set(result.findings.filter(({ rule }) => !INFORMATIVE.has(rule)).map(({ verdict }) => verdict))
  if (verdicts.has('violated')) return 1
  if (result.eventCount === 0) return 3
  return verdicts.has('holds') ? 0 : 4
}

async function followStream(
  name: string,
  batches: AsyncIterable<readonly string[]>,
  strict: boolean,
  watching: Watching,
): Promise<MonitorResult> {
  const reader = new TraceReader(name, { strict })
  let monitor: Monitor | null = null
  reading: for await (const lines of batches)
    for (const line of lines) {
      const recorded = reader.take(line)
      if (reader.problemCount > 0) break reading
      if (recorded === null) continue
      monitor ??= new Monitor(reader.header!, watching)
      monitor.accept(recorded)
    }
  reader.finish()
  if (reader.problemCount > 0 || reader.header === null) throw new InputError(reader.problems, reader.problemCount)
  return (monitor ?? new Monitor(reader.header, watching)).finish(reader.ended)
}

/** The header of a log is made of its first record; nodes that occur later join then. */
async function followMapped(
  name: string,
  batches: AsyncIterable<readonly string[]>,
  mapping: Mapping,
  unmatched: MonitorOptions['unmatched'],
  watching: Watching,
): Promise<MonitorResult> {
  if (mapping.reader.by === 'document')
    throw new UsageError('A map of a whole document cannot be followed line by line.', 'Use primacy validate --map.')
  const mapper = new Mapper(mapping, { file: name, unmatched })
  const monitor = new MappedMonitor(mapper, mapping, watching)
  let line = 0
  reading: for await (const lines of batches)
    for (const text of lines) {
      const events = mapper.acceptLine(text, ++line)
      if (mapper.problems.length === 0 && events.length > 0) monitor.accept(events)
      if (mapper.problems.length > 0) break reading
    }
  const mapped = mapper.finish()
  if ('problems' in mapped) throw new InputError(mapped.problems)
  return monitor.finish(mapped.header)
}
