// Judging recorded traces: from files to a report and an exit code.
import { existsSync } from 'node:fs'
import { sourceLines } from './frame.ts'
import { validationDocument } from '../report/validation-json.ts'
import { validationText } from '../report/validation-text.ts'
import { type TraceVerdict, validate, type Validation } from '../validate/validation.ts'
import type { Coverage } from '../validate/companions/coverage-types.ts'
import { mergeCoverage, readCoverage } from '../validate/companions/coverage.ts'
import { rulesOf } from '../validate/monitor/monitor-rules.ts'
import { readWaivers, type Waivers } from '../validate/companions/waivers.ts'
import { Deadline } from './deadline.ts'
import { overridden } from './examine.ts'
import { assertWritable, readText, shown, writeWhole } from './files.ts'
import { type Loaded, loadSpec } from './load.ts'
import { write } from './output.ts'
import { InputError } from './problems.ts'
import { actionsOf } from '../validate/companions/met.ts'
import { Model, type Subject } from '../validate/match/model.ts'
import { loadMapping, loadRecording, type Recording } from './recordings.ts'
import { bindingOf, configOf, subjectOf } from './subjects.ts'
import type { JudgingOptions, ValidateOptions } from './validate.ts'

/** Judges the traces of files and reports on them; gives the exit code. */
export async function validateAll(files: readonly string[], options: ValidateOptions): Promise<number> {
  const loaded = await loadSpec(options.spec)
  const covered = options.coverage === undefined ? null : coverageFile(options.coverage, loaded)
  const mapping = loadMapping(options.map)
  const recordings = files.map(file => loadRecording(file, { ...options, mapping }))
  const judged: Validation[] = []
  for (const recording of recordings) judged.push(await judge(recording, loaded, options))
  const sourceAt = sourceLines(loaded.source.specFile, loaded.text)
  if (options.format === 'json') {
    const traces = judged.map(validation => validationDocument(validation, sourceAt))
    write(
      options,
      `${JSON.stringify({ format: 'primacy-validation', version: 1, spec: loaded.spec.name, traces }, null, 2)}\n`,
    )
  } else {
    const texts = judged.map(validation =>
      validationText(validation, overridden(loaded, validation.match?.config ?? {}), sourceAt),
    )
    write(options, texts.join('\n'))
  }
  if (covered !== null) addCoverage(covered, judged)
  return worst(judged.map(({ verdict }) => EXIT[verdict]))
}

const EXIT: { readonly [verdict in TraceVerdict]: number } = { accepted: 0, rejected: 1, vacuous: 3, unknown: 4 }

/** A rejected trace decides; else one that is undecided; else one of which nothing was judged. */
function worst(codes: readonly number[]): number {
  return [1, 4, 3].find(code => codes.includes(code)) ?? 0
}

/** Judges one recording. */
export async function judge({ trace, stats }: Recording, loaded: Loaded, options: JudgingOptions): Promise<Validation> {
  const binding = bindingOf(loaded)
  const config = await configOf(loaded, binding, trace.header, options.preset, options.set)
  const subject = config === null ? null : subjectOf(loaded, binding, config)
  const { stop, within } = new Deadline(options.timeout)
  const result = validate(trace, {
    subject,
    config: config ?? {},
    limits: { budget: options.budget, stop, within },
    waivers: loadWaivers(options.waivers, subject, trace.header.nodes.length),
    mapping: stats,
    diagnose: true,
    cover: options.coverage !== undefined,
  })
  if ('problems' in result) throw new InputError(result.problems)
  return result.validation
}

/** A file of coverage, and what earlier runs have put there. */
interface CoverageFile {
  readonly file: string
  readonly known: Coverage | null
}

/** Opens a file of coverage before anything is judged: it must be readable if it is there, and writable. */
function coverageFile(file: string, { spec }: Loaded): CoverageFile {
  assertWritable(file, '--coverage FILE')
  if (!existsSync(file)) return { file, known: null }
  const read = readCoverage(shown(file), readText(file, 'coverage file'), spec.name)
  if ('problem' in read) throw new InputError([read.problem])
  return { file, known: read.coverage }
}

/** Adds what was met to that of earlier runs. */
function addCoverage({ file, known }: CoverageFile, judged: readonly Validation[]): void {
  const met = judged.flatMap(({ match }) => (match === null || match.coverage === null ? [] : [match.coverage]))
  if (met.length === 0) return
  const all = known === null ? met : [known, ...met]
  writeWhole(file, `${JSON.stringify(all.reduce(mergeCoverage), null, 2)}\n`, '--coverage FILE')
}

function loadWaivers(file: string | undefined, subject: Subject | null, nodeCount: number): Waivers | null {
  if (file === undefined) return null
  const today = new Date().toISOString().slice(0, 10)
  const words = {
    rules: rulesOf(true),
    ...(subject === null ? {} : { actions: () => actionsOf(Model.least(subject, nodeCount)) }),
  }
  const read = readWaivers(shown(file), readText(file, 'waiver file'), today, words)
  if ('problems' in read) throw new InputError(read.problems)
  return read.waivers
}
