// Coverage files of several jobs as one: read, added up, told and written.
import { coverageText } from '../report/coverage-text.ts'
import type { Coverage } from '../validate/companions/coverage-types.ts'
import { mergeCoverage, readCoverage } from '../validate/companions/coverage.ts'
import type { InputProblem } from '../validate/format/foreign-trace.ts'
import { readText, shown } from './files.ts'
import { write } from './output.ts'
import { InputError } from './problems.ts'
import type { CoverOptions } from './trace.ts'

/** Tells the sum of coverage files on stdout, and writes it where asked. The first file says of which specification. */
export function coverFiles(files: readonly string[], { output }: CoverOptions): void {
  const sum = coverageOf(files).reduce(mergeCoverage)
  if (output !== undefined) write({ output }, `${JSON.stringify(sum, null, 2)}\n`)
  if (output !== '-') process.stdout.write(coverageText(sum, files.length))
}

/** What is wrong is told of all files at once. */
function coverageOf(files: readonly string[]): readonly Coverage[] {
  const parts: Coverage[] = []
  const problems: InputProblem[] = []
  for (const file of files) {
    const read = readCoverage(shown(file), readText(file, 'coverage file'), parts[0]?.spec ?? null)
    if ('problem' in read) problems.push(read.problem)
    else parts.push(read.coverage)
  }
  if (problems.length > 0) throw new InputError(problems)
  return parts
}
