// Judging recorded traces: from files to a report and an exit code.
import { existsSync } from 'node:fs'
import { sourceLines } from './frame.ts'
import { refusedDocument } from '../report/problems-json.ts'
import { validationDocument } from '../report/validation-json.ts'
import { refusedSummary, validationText } from '../report/validation-text.ts'
import { type TraceVerdict, validate, type Validation } from '../validate/validation.ts'
import type { Refused } from '../validate/format/foreign-trace.ts'
import type { Coverage } from '../validate/companions/coverage-types.ts'
import { mergeCoverage, readCoverage } from '../validate/companions/coverage.ts'
import { Deadline } from './deadline.ts'
import { defaultMemory, overridden } from './examine.ts'
import { assertWritable, readText, shown, writeWhole } from './files.ts'
import { type Loaded, loadSpec } from './load.ts'
import { write } from './output.ts'
import { InputError, problemText } from './problems.ts'
import { actionsOf } from '../validate/companions/met.ts'
import { Model } from '../validate/match/model.ts'
import { loadMapping, loadRecording, type Recording } from './recordings.ts'
import { bindingOf, configOf, modelCheck, subjectOf } from './subjects.ts'
import type { JudgingOptions, ValidateOptions } from './validate.ts'
import { loadWaivers } from './waiving.ts'

/** Judges the traces of files and reports on them; gives the exit code. */
export async function validateAll(files: readonly string[], options: ValidateOptions): Promise<number> {
  const loaded = await loadSpec(options.spec)
  try {
    const covered = options.coverage === undefined ? null : coverageFile(options.coverage, loaded)
    const outcome = await judgeEach(files, loaded, options)
    print(outcome, loaded, options)
    if (covered !== null) addCoverage(covered, outcome.judged)
    return exitCodeOf(outcome)
  } catch (error) {
    // A map, waivers or coverage that cannot be read: then no trace is judged.
    if (error instanceof InputError && options.format === 'json')
      print({ judged: [], refused: [error.refused] }, loaded, options)
    throw error
  }
}

/** What became of several files. */
interface Outcome {
  readonly judged: readonly Validation[]
  /** Files that are no traces; the others are judged all the same. */
  readonly refused: readonly Refused[]
}

async function judgeEach(files: readonly string[], loaded: Loaded, options: ValidateOptions): Promise<Outcome> {
  const mapping = loadMapping(options.map)
  const checkModel = await modelCheck(loaded, options.preset)
  const judged: Validation[] = []
  const refused: Refused[] = []
  for (const file of files) {
    const recording = await loadRecording(file, { ...options, mapping, checkModel })
    const found = 'problems' in recording ? recording : await judge(recording, loaded, options)
    if ('problems' in found) refused.push(found)
    else judged.push(found)
  }
  for (const each of refused) process.stderr.write(`${problemText(each)}\n`)
  return { judged, refused }
}

function print({ judged, refused }: Outcome, loaded: Loaded, options: ValidateOptions): void {
  const sourceAt = sourceLines(loaded.source.specFile, loaded.text)
  if (options.format === 'json') {
    const document = {
      format: 'primacy-validation',
      version: 1,
      spec: loaded.spec.name,
      traces: judged.map(validation => validationDocument(validation, sourceAt)),
      refused: refused.map(refusedDocument),
    }
    return write(options, `${JSON.stringify(document, null, 2)}\n`)
  }
  const texts = judged.map(validation =>
    validationText(validation, overridden(loaded, validation.match?.config ?? {}), sourceAt),
  )
  const summary = judged.length > 0 && refused.length > 0 ? [refusedSummary(judged.length, refused)] : []
  // Without a verdict there is no result: a file for it is left as it was.
  if (judged.length > 0) write(options, [...texts, ...summary].join('\n'))
}

const EXIT: { readonly [verdict in TraceVerdict]: number } = { accepted: 0, rejected: 1, vacuous: 3, unknown: 4 }

/** An input that is no trace decides, then a rejection, then what is undecided, then what holds nothing to judge. */
function exitCodeOf({ judged, refused }: Outcome): number {
  if (refused.length > 0) return 2
  const codes = new Set(judged.map(({ verdict }) => EXIT[verdict]))
  return [1, 4, 3].find(code => codes.has(code)) ?? 0
}

/** Judges one recording. */
export async function judge(
  { trace, stats }: Recording,
  loaded: Loaded,
  options: JudgingOptions,
): Promise<Validation | Refused> {
  const binding = bindingOf(loaded)
  const config = await configOf(loaded, binding, trace.header, options.preset, options.set)
  const subject = config === null ? null : subjectOf(loaded, binding, config)
  const { stop, within } = new Deadline(options.timeout, defaultMemory())
  const result = validate(trace, {
    subject,
    config: config ?? {},
    limits: { budget: options.budget, stop, within },
    waivers: loadWaivers(
      options.waivers,
      subject === null ? undefined : () => actionsOf(Model.least(subject, trace.header.nodes.length)),
    ),
    mapping: stats,
    diagnose: true,
    cover: options.coverage !== undefined,
  })
  return 'problems' in result ? { ...result, problemCount: result.problems.length } : result.validation
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
