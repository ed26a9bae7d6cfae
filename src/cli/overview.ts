// The overview: what the first command of a new user shows.
import { join } from 'node:path'
import { checkDocument } from '../report/check-json.ts'
import { mismatches } from '../report/expectations.ts'
import { type Mode, overviewText } from '../report/overview-text.ts'
import { type CheckOptions, examine, writeTraces } from './examine.ts'
import { MAIN_EXPECTATIONS, readExpectations } from './expectation-files.ts'
import { shown } from './files.ts'
import { type Output, write } from './output.ts'

type Limits = Pick<CheckOptions, 'maxStates' | 'maxBytes' | 'timeoutMs' | 'engine'>

/** Checks the recorded modes of the bundled model; 0 when each behaves as recorded. */
export async function overview(out: string, output: Output, limits: Limits): Promise<number> {
  const { expectations, loaded } = await readExpectations(MAIN_EXPECTATIONS)
  const modes: Mode[] = []
  for (const row of expectations.overview ?? []) {
    const directory = join(out, row.id)
    const finding = await examine(loaded, row.set, { ...limits, properties: [], stopAtFirst: false, directory })
    modes.push({ row, finding, directory: shown(directory) })
    if (finding.ending === 'interrupted') break
  }
  try {
    for (const { finding } of modes) writeTraces(finding)
  } finally {
    // What was found is told all the same.
    write(output, output.format === 'json' ? overviewJson(modes) : overviewText(modes))
  }
  if (modes.some(({ finding }) => finding.ending === 'interrupted')) return 130
  if (modes.every(({ row, finding }) => mismatches(row, finding).length === 0)) return 0
  return modes.some(({ finding }) => finding.verdict === 'unknown') ? 4 : 1
}

function overviewJson(modes: readonly Mode[]): string {
  const document = {
    format: 'primacy-overview',
    version: 1,
    met: modes.every(({ row, finding }) => mismatches(row, finding).length === 0),
    modes: modes.map(({ row, finding }) => ({
      id: row.id,
      title: row.title,
      mismatches: mismatches(row, finding),
      check: checkDocument(finding),
    })),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
