// Several recordings as one: read, merged, read again as a whole, and written.
import { type Conflict, merge, type Merged } from '../validate/format/merge.ts'
import { readForeignTrace } from '../validate/format/read.ts'
import { shown } from './files.ts'
import { write } from './output.ts'
import { InputError } from './problems.ts'
import { loadMapping, loadRecording } from './recordings.ts'
import type { MergeOptions } from './trace.ts'
import { UsageError } from './usage.ts'

/** Writes the recordings of files as one, and says on stderr what it is. */
export function mergeFiles(files: readonly string[], options: MergeOptions): void {
  const { map, unmatched, output } = options
  const mapping = loadMapping(map)
  const parts = files.map(file => loadRecording(file, { mapping, unmatched, strict: false, isPart: true }).trace)
  const merged = merge(parts)
  if ('conflict' in merged) throw conflicting(merged.conflict)
  const text = textOf(merged)
  // What only all files together can show, such as a node that counts backwards from one file to the next.
  const read = readForeignTrace(output === '-' ? 'merged' : shown(output), text)
  if ('problems' in read) throw new InputError(read.problems, read.problemCount)
  write(options, text)
  process.stderr.write(told(files.length, merged))
}

function textOf({ header, events, ended }: Merged): string {
  const lines = [header, ...events, ...(ended ? [{ type: 'end', count: events.length }] : [])]
  return lines.map(line => `${JSON.stringify(line)}\n`).join('')
}

function told(fileCount: number, { header, events, notes }: Merged): string {
  const nodes = header.nodes.join(', ')
  return [`Merged ${fileCount} recordings: ${events.length} events of ${nodes}.`, ...notes].join('\n') + '\n'
}

function conflicting({ field, said: [a, b] }: Conflict): UsageError {
  return new UsageError(
    `The headers disagree: ${field} is ${JSON.stringify(a.value)} in ${a.file} and ${JSON.stringify(b.value)} in ${b.file}.`,
    `Say it in one of them and leave it out of the others, or say what is true in all.`,
  )
}
