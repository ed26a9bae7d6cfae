// `primacy scenarios`: every recorded expectation, checked again.
import type { Command } from 'commander'
import { mismatches } from '../report/expectations.ts'
import { scenariosJson, scenariosText, type Scenario } from '../report/scenarios.ts'
import { DEFAULT_ENGINE } from './engines.ts'
import { examine } from './examine.ts'
import { bundledExpectations, readExpectations } from './expectation-files.ts'
import { shown } from './files.ts'
import { collect, type Output, outputOptions, write } from './output.ts'
import { UsageError } from './usage.ts'

interface Options extends Output {
  readonly row: readonly string[]
}

export function scenariosCommand(program: Command): void {
  outputOptions(program.command('scenarios'))
    .summary('check recorded expectations')
    .description(
      'Checks every row of an expectation file: verdicts, lengths of shortest counterexamples, numbers of states, depths.',
    )
    .argument('[files...]', 'expectation files; all that come with the package when left out')
    .option('--row <id>', 'check only this row; repeatable', collect, [])
    .action(async (files: readonly string[], options: Options) => {
      process.exitCode = await scenarios(files, options)
    })
}

async function scenarios(files: readonly string[], options: Options): Promise<number> {
  const found: Scenario[] = []
  const everything = {
    stopAtFirst: false,
    maxStates: null,
    maxBytes: null,
    timeoutMs: null,
    directory: null,
    engine: DEFAULT_ENGINE,
  }
  for (const file of files.length === 0 ? bundledExpectations() : files) {
    const { expectations, loaded } = await readExpectations(file)
    for (const row of expectations.rows) {
      if (options.row.length > 0 && !options.row.includes(row.id)) continue
      const finding = await examine(loaded, row.set, { ...everything, properties: Object.keys(row.results) })
      found.push({ file: shown(file), row, finding, mismatches: mismatches(row, finding) })
      if (finding.ending === 'interrupted') return report(found, options)
    }
  }
  if (found.length === 0)
    throw new UsageError(
      `No row is named ${options.row.join(' or ')}.`,
      'Without --row, primacy scenarios lists every row.',
    )
  return report(found, options)
}

function report(found: readonly Scenario[], options: Options): number {
  write(options, options.format === 'json' ? scenariosJson(found) : scenariosText(found))
  if (found.some(({ finding }) => finding.ending === 'interrupted')) return 130
  return found.every(scenario => scenario.mismatches.length === 0) ? 0 : 1
}
