// Several recordings as one: read, merged, read again as a whole, and written.
import { type Conflict, merge, type Merged } from '../validate/format/merge.ts'
import type { ForeignTrace, InputProblem } from '../validate/format/foreign-trace.ts'
import { readForeignTrace } from '../validate/format/read.ts'
import { shown } from './files.ts'
import { write } from './output.ts'
import { InputError } from './problems.ts'
import { loadMapping, loadRecording, type ReadingOptions } from './recordings.ts'
import type { MergeOptions } from './trace.ts'
import { UsageError } from './usage.ts'

/** Writes the recordings of files as one, and says on stderr what it is. */
export async function mergeFiles(files: readonly string[], options: MergeOptions): Promise<void> {
  const { map, unmatched, output } = options
  const mapping = loadMapping(map)
  const parts = await partsOf(files, { mapping, unmatched, strict: false, checkModel: anyModel, isPart: true })
  const merged = merge(parts)
  if ('conflict' in merged) throw conflicting(merged.conflict)
  const text = textOf(merged)
  // What only all files together can show, such as a node that counts backwards from one file to the next.
  const read = readForeignTrace(output === '-' ? 'merged' : shown(output), text)
  if ('problems' in read) throw new InputError(read.problems, read.problemCount)
  write(options, text)
  process.stderr.write(told(files.length, merged))
}

/** Which specification the whole is held against is known only when it is judged. */
const anyModel: ReadingOptions['checkModel'] = () => []

/** What is wrong is told of all files at once. */
async function partsOf(files: readonly string[], options: ReadingOptions): Promise<readonly ForeignTrace[]> {
  const parts: ForeignTrace[] = []
  const problems: InputProblem[] = []
  let problemCount = 0
  for (const file of files) {
    const read = await loadRecording(file, options)
    if ('problems' in read) {
      problems.push(...read.problems)
      problemCount += read.problemCount
    } else parts.push(read.trace)
  }
  if (problemCount > 0) throw new InputError(problems, problemCount)
  return parts
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
