// Errors are seeded into a recording one by one, and each mutant is judged as the recording would be; what is accepted all
// the same shows what this recording could not reveal.
import { killRateDocument, killRateText } from '../report/kill-rate-report.ts'
import type { ForeignTrace } from '../validate/format/foreign-trace.ts'
import { killRate } from '../validate/mutate/kill-rate.ts'
import { readForeignTrace } from '../validate/format/read.ts'
import type { Verdict } from '../validate/format/rule.ts'
import { type Validation, validate } from '../validate/validation.ts'
import { Deadline } from './deadline.ts'
import { defaultMemory } from './examine.ts'
import { type Loaded, loadSpec } from './load.ts'
import { write } from './output.ts'
import { InputError } from './problems.ts'
import { loadMapping, loadRecording } from './recordings.ts'
import { bindingOf, configOf, modelCheck, subjectOf } from './subjects.ts'
import { UsageError } from './usage.ts'
import { judge } from './judging.ts'
import type { MutateOptions } from './trace.ts'
import type { JudgingOptions } from './validate.ts'

export async function mutate(file: string, options: MutateOptions): Promise<number> {
  const loaded = await loadSpec(options.spec)
  const mapping = loadMapping(options.map)
  const recording = await loadRecording(file, {
    ...options,
    mapping,
    checkModel: await modelCheck(loaded, options.preset),
  })
  if ('problems' in recording) throw new InputError(recording.problems, recording.problemCount)
  const original = await judge(recording, loaded, options)
  if ('problems' in original) throw new InputError(original.problems, original.problemCount)
  if (original.verdict !== 'accepted')
    throw new UsageError(
      `${original.file} is ${original.verdict} as it is; errors can be seeded only into a recording that is accepted.`,
      'With the same options, primacy validate says why.',
    )
  const judgeMutant = await judgeOf(recording.trace, loaded, options)
  const counts = killRate(recording.trace, judgeMutant, { seed: options.seed, limit: options.limit })
  write(
    options,
    options.format === 'json'
      ? killRateDocument(original.file, options.seed, counts)
      : killRateText(original.file, options.seed, counts),
  )
  return 0
}

/** As `primacy validate` judges: read again, and an acceptance with gaps is none. */
async function judgeOf(
  { header }: ForeignTrace,
  loaded: Loaded,
  options: JudgingOptions,
): Promise<(mutant: ForeignTrace) => Verdict> {
  const binding = bindingOf(loaded)
  const config = await configOf(loaded, binding, header, options.preset, options.set)
  const subject = config === null ? null : subjectOf(loaded, binding, config)
  return mutant => {
    const { stop, within } = new Deadline(options.timeout, defaultMemory())
    const read = readForeignTrace(mutant.file, textOf(mutant))
    if ('problems' in read) return 'violated'
    const judged = validate(read.trace, {
      subject,
      config: config ?? {},
      limits: { budget: options.budget, stop, within },
      waivers: null,
      mapping: null,
      diagnose: false,
      cover: false,
    })
    if ('problems' in judged) return 'violated'
    const { verdict } = judged.validation
    if (verdict === 'accepted') return gapsOf(judged.validation) > 0 ? 'violated' : 'holds'
    return verdict === 'rejected' ? 'violated' : 'unknown'
  }
}

function gapsOf({ match }: Validation): number {
  return match?.relaxations.gapCount ?? 0
}

function textOf({ header, events }: ForeignTrace): string {
  const lines = [header, ...events.map(({ event }) => event), { type: 'end', count: events.length }]
  return lines.map(line => `${JSON.stringify(line)}\n`).join('')
}
