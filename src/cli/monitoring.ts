// Following a recording line by line, with flat memory: from lines to a report and an exit code.
import {
  isViolated,
  monitorDocument,
  monitorText,
  refusedMonitor,
  violationLine,
  waivedLine,
} from '../report/monitor-report.ts'
import { StreamedWaivers } from '../validate/companions/streamed-waivers.ts'
import type { Recorded } from '../validate/format/foreign-trace.ts'
import type { Listener, Waive } from '../validate/monitor/judgement.ts'
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
import { loadWaivers } from './waiving.ts'

/** What is followed, and by what name. */
interface Lines {
  readonly name: string
  readonly batches: AsyncIterable<readonly string[]>
  /** Aborts at Ctrl-C; the lines end then. */
  readonly interrupted: AbortSignal
  /** Told of every event before it is judged. */
  readonly saw: (recorded: Recorded) => void
}

const INTERRUPTED = 'Interrupted: the verdicts are those of what was read until then.\n'
const NOTHING_READ = 'Interrupted before there was anything to judge.\n'

export async function monitorFile(file: string, options: MonitorOptions): Promise<number> {
  const mapping = loadMapping(options.map)
  const waivers = waiversOf(options)
  const name = file === '-' ? 'stdin' : shown(file)
  const tell = (line: string): void => {
    if (options.format === 'text' && options.output === '-') process.stdout.write(`${line}\n`)
  }
  const onViolation: Listener = (rule, witness) => tell(violationLine(rule, witness))
  const waive: Waive = (rule, witness) => {
    // What is no promise of replication needs no leave.
    const waiver = INFORMATIVE.has(rule) ? null : (waivers?.use(rule, witness.lines) ?? null)
    if (waiver !== null) tell(waivedLine(rule, witness, waiver.reason))
    return waiver !== null
  }
  const { strict, unmatched, window } = options
  const watching: Watching = { onViolation, waive, ...(window === undefined ? {} : { window }) }
  const interrupt = new AbortController()
  const release = onInterrupt(() => interrupt.abort())
  const saw: Lines['saw'] = recorded => waivers?.saw(recorded)
  const lines: Lines = { name, batches: linesOf(file, interrupt.signal), interrupted: interrupt.signal, saw }
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
  const uses = waivers?.waivers.uses ?? []
  write(options, options.format === 'json' ? monitorDocument(name, result, uses) : monitorText(name, result, uses))
  if (interrupt.signal.aborted) return 130
  if (result.findings.some(isViolated)) return 1
  if (result.eventCount === 0) return 3
  return result.findings.some(({ rule, verdict }) => !INFORMATIVE.has(rule) && verdict === 'holds') ? 0 : 4
}

/** How many events are remembered that a waiver may be for. */
const REMEMBERED = 65_536

function waiversOf({ waivers, window = REMEMBERED }: MonitorOptions): StreamedWaivers | null {
  const loaded = loadWaivers(waivers)
  return loaded === null ? null : new StreamedWaivers(loaded, window)
}

/** Null when it was interrupted before there was anything to judge. */
async function followStream(
  { name, batches, interrupted, saw }: Lines,
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
      saw(recorded)
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
  { name, batches, interrupted, saw }: Lines,
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
      for (const recorded of events) saw(recorded)
      if (mapper.problems.length === 0 && events.length > 0) monitor.accept(events)
      if (mapper.problems.length > 0) break reading
    }
  if (interrupted.aborted && eventCount === 0 && mapper.problems.length === 0) return null
  const mapped = mapper.finish()
  if ('problems' in mapped) throw new InputError(mapped.problems)
  return monitor.finish(mapped.header, !interrupted.aborted)
}
