// What traces met of a specification: how often each action was matched, and each guard true and false. Counts of
// several traces add up in any order, so that a build can merge what its jobs wrote.
import schema from '../../../traces/coverage.schema.json' with { type: 'json' }
import type { Coverage, Outcomes } from './coverage-types.ts'
import type { InputProblem } from '../format/foreign-trace.ts'
import { FileFormat } from '../format/json-file.ts'
import type { CompanionCode } from '../format/problems.ts'

/** An action of the specification and how many guards its body has. */
export interface CoverableAction {
  readonly name: string
  readonly guardCount: number
}

/** Nothing met: every action and every guard with 0, so that what stays at 0 can be told. */
export function emptyCoverage(spec: string, actions: readonly CoverableAction[]): Coverage {
  const guards = actions.map(({ name, guardCount }) => [name, rowOf(guardCount)] as const)
  return {
    format: 'primacy-coverage',
    version: 1,
    spec,
    actions: sorted(actions.map(({ name }) => [name, 0])),
    guards: sorted(guards),
    events: {},
    traces: 0,
  }
}

function rowOf(guardCount: number): { [index: string]: Outcomes } {
  return Object.fromEntries(Array.from({ length: guardCount }, (_, index) => [index, { held: 0, failed: 0 }]))
}

/** The sums of both, with names in alphabetical order. Both are of one specification. */
export function mergeCoverage(a: Coverage, b: Coverage): Coverage {
  if (a.spec !== b.spec) throw new RangeError(`coverage of ${a.spec} and of ${b.spec} does not add up`)
  return {
    format: 'primacy-coverage',
    version: 1,
    spec: a.spec,
    actions: combined(a.actions, b.actions, add),
    guards: combined(a.guards, b.guards, (one, other) => combined(one, other, addOutcomes)),
    events: combined(a.events, b.events, add),
    traces: a.traces + b.traces,
  }
}

function add(a: number, b: number): number {
  return a + b
}

function addOutcomes(a: Outcomes, b: Outcomes): Outcomes {
  return { held: a.held + b.held, failed: a.failed + b.failed }
}

interface Named<T> {
  [name: string]: T
}

function combined<T>(a: Named<T>, b: Named<T>, both: (a: T, b: T) => T): Named<T> {
  const found = new Map(Object.entries(a))
  for (const [name, value] of Object.entries(b)) {
    const known = found.get(name)
    found.set(name, known === undefined ? value : both(known, value))
  }
  return sorted(found)
}

function sorted<T>(entries: Iterable<readonly [string, T]>): Named<T> {
  return Object.fromEntries([...entries].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}

/** A guard of which the traces showed nothing or only one side. */
interface MissingGuard {
  readonly action: string
  readonly index: number
  readonly never: 'evaluated' | 'true' | 'false'
}

export interface MissingCoverage {
  /** Actions of which no step was matched. */
  readonly actions: readonly string[]
  readonly guards: readonly MissingGuard[]
}

/** What no trace met. Guards of actions that were never matched are listed too: they say why. */
export function missingCoverage({ actions, guards }: Coverage): MissingCoverage {
  return {
    actions: Object.keys(actions).filter(name => actions[name] === 0),
    guards: Object.entries(guards).flatMap(([action, row]) =>
      Object.entries(row).flatMap(([index, { held, failed }]): MissingGuard[] => {
        if (held > 0 && failed > 0) return []
        return [{ action, index: Number(index), never: held > 0 ? 'false' : failed > 0 ? 'true' : 'evaluated' }]
      }),
    ),
  }
}

const FORMAT = new FileFormat<Coverage>(schema)

/** Reads the text of a coverage file; it must be of the specification that is named, if one is. */
export function readCoverage(
  file: string,
  text: string,
  spec: string | null,
): { readonly coverage: Coverage } | { readonly problem: InputProblem } {
  const read = FORMAT.read(file, text)
  if ('problem' in read) return read
  const { content, json } = read
  if (spec === null || content.spec === spec) return { coverage: content }
  const message = `This is the coverage of ${content.spec}, not of ${spec}.`
  const hint = `Merge files of one specification only; validate again to count for ${spec}.`
  return { problem: json.problem({ code: 'E-SPEC' satisfies CompanionCode, message, hint }, '/spec') }
}
