// Following a recording line by line, with flat memory: from lines to a report and an exit code.
import { monitorDocument, monitorText, refusedMonitor, violationLine } from '../report/monitor-report.ts'
import type { Listener } from '../validate/monitor/judgement.ts'
import { Mapper } from '../validate/map/mapper.ts'
import type { Mapping } from '../validate/map/mapping.ts'
import { Monitor, type MonitorOptions as Watching, type MonitorResult } from '../validate/monitor/monitor.ts'
import { INFORMATIVE } from '../validate/monitor/monitor-rules.ts'
import { TraceReader } from '../validate/format/stream.ts'
import { shown } from './files.ts'
import { onInterrupt } from './interrupts.ts'
import { linesOf } from './lines.ts'
import { MappedMonitor } from './mapped-monitor.ts'
import type { MonitorOptions } from './monitor.ts'
import { write } from './output.ts'
import { InputError } from './problems.ts'
import { loadMapping } from './recordings.ts'
import { UsageError } from './usage.ts'

/** What is followed, and by what name. */
interface Lines {
  readonly name: string
  readonly batches: AsyncIterable<readonly string[]>
  /** Aborts at Ctrl-C; the lines end then. */
  readonly interrupted: AbortSignal
}

const INTERRUPTED = 'Interrupted: the verdicts are those of what was read until then.\n'
const NOTHING_READ = 'Interrupted before there was anything to judge.\n'

export async function monitorFile(file: string, options: MonitorOptions): Promise<number> {
  const mapping = loadMapping(options.map)
  const name = file === '-' ? 'stdin' : shown(file)
  const onViolation: Listener = (rule, witness) => {
    if (options.format === 'text' && options.output === '-') process.stdout.write(`${violationLine(rule, witness)}\n`)
  }
  const { strict, unmatched, window } = options
  const watching: Watching = { onViolation, ...(window === undefined ? {} : { window }) }
  const interrupt = new AbortController()
  const release = onInterrupt(() => interrupt.abort())
  const lines: Lines = { name, batches: linesOf(file, interrupt.signal), interrupted: interrupt.signal }
  const result = await (
    mapping === null ? followStream(lines, strict, watching) : followMapped(lines, mapping, unmatched, watching)
  )
    .catch((error: unknown) => {
      if (error instanceof InputError && options.format === 'json') write(options, refusedMonitor(name, error.refused))
      throw error
    })
    .finally(release)
  if (interrupt.signal.aborted) process.stderr.write(result === null ? NOTHING_READ : INTERRUPTED)
  if (result === null) return 130
  write(options, options.format === 'json' ? monitorDocument(name, result) : monitorText(name, result))
  if (interrupt.signal.aborted) return 130
  const verdicts = new Set(result.findings.filter(({ rule }) => !INFORMATIVE.has(rule)).map(({ verdict }) => verdict))
  if (verdicts.has('violated')) return 1
  if (result.eventCount === 0) return 3
  return verdicts.has('holds') ? 0 : 4
}

/** Null when it was interrupted before there was anything to judge. */
async function followStream(
  { name, batches, interrupted }: Lines,
  strict: boolean,
  watching: Watching,
): Promise<MonitorResult | null> {
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
  if (interrupted.aborted && reader.header === null && reader.problemCount === 0) return null
  reader.finish()
  if (reader.problemCount > 0 || reader.header === null) throw new InputError(reader.problems, reader.problemCount)
  return (monitor ?? new Monitor(reader.header, watching)).finish(reader.ended)
}

/** The header of a log is made of its first record; nodes that occur later join then. Null as above. */
async function followMapped(
  { name, batches, interrupted }: Lines,
  mapping: Mapping,
  unmatched: MonitorOptions['unmatched'],
  watching: Watching,
): Promise<MonitorResult | null> {
  if (mapping.reader.by === 'document')
    throw new UsageError(
      'A log that the map reads as a whole, as csv or json, cannot be followed line by line.',
      'Judge it when it is complete:  primacy validate --map MAP FILE',
    )
  const mapper = new Mapper(mapping, { file: name, unmatched })
  const monitor = new MappedMonitor(mapper, mapping, watching)
  let line = 0
  let eventCount = 0
  reading: for await (const lines of batches)
    for (const text of lines) {
      const events = mapper.acceptLine(text, ++line)
      eventCount += events.length
      if (mapper.problems.length === 0 && events.length > 0) monitor.accept(events)
      if (mapper.problems.length > 0) break reading
    }
  if (interrupted.aborted && eventCount === 0 && mapper.problems.length === 0) return null
  const mapped = mapper.finish()
  if ('problems' in mapped) throw new InputError(mapped.problems)
  return monitor.finish(mapped.header, !interrupted.aborted)
}
