// Known deviations: a system that differs from its specification in a way that is understood is let pass there, so that
// what comes after is still checked. Every use is counted, and each waiver ends on a day, so that none is forgotten.
import schema from '../../../traces/waivers.schema.json' with { type: 'json' }
import { suggestion } from '../../lang/spec.ts'
import type { CoverableAction } from './coverage.ts'
import type { InputProblem, Recorded } from '../format/foreign-trace.ts'
import { FileFormat, type JsonFile } from '../format/json-file.ts'
import type { CompanionCode, InputCode } from '../format/problems.ts'
import { EVENT_TYPES } from '../format/vocabulary.ts'
import type { GuardName } from '../match/refused.ts'
import type { Waiver, Waivers as WaiversFile, When } from './waivers-types.ts'

/** An event that is no step: it violates a rule, or a guard of the action that it would be is false. */
export interface Deviation extends Recorded {
  readonly rule?: string
  /** Guards of which one alone keeps it from being a step. */
  readonly guards?: () => readonly GuardName[]
}

export interface WaiverUse {
  readonly waiver: Waiver
  /** The lines of the events it let pass. */
  readonly lines: readonly number[]
}

/** The waivers of a file, and where each was used. */
export class Waivers {
  readonly #uses: readonly { readonly waiver: Waiver; readonly lines: number[] }[]

  constructor(waivers: readonly Waiver[]) {
    this.#uses = waivers.map(waiver => ({ waiver, lines: [] }))
  }

  /** The first waiver for a deviation, counted as used; null when it may not pass. */
  use(deviation: Deviation): Waiver | null {
    const use = this.#uses.find(({ waiver }) => covers(waiver.when, deviation))
    if (use === undefined) return null
    use.lines.push(deviation.line)
    return use.waiver
  }

  /** Whether a waiver may be for the event, whatever the rule. */
  mayCover({ event, line }: Recorded): boolean {
    return this.#uses.some(({ waiver: { when } }) => {
      const { rule } = when
      return covers(when, rule === undefined ? { event, line } : { event, line, rule })
    })
  }

  /** In the order of the file. */
  get uses(): readonly WaiverUse[] {
    return this.#uses
  }

  get unused(): readonly Waiver[] {
    return this.#uses.flatMap(({ waiver, lines }) => (lines.length === 0 ? [waiver] : []))
  }
}

function covers(when: When, { event, line, rule, guards }: Deviation): boolean {
  return (
    when.type === event.type &&
    (when.node === undefined || when.node === event.node) &&
    (when.lines === undefined || (when.lines[0] <= line && line <= when.lines[1])) &&
    (when.rule === undefined || when.rule === rule) &&
    (when.guard === undefined || (guards !== undefined && guards().some(guard => isSame(guard, when.guard!))))
  )
}

function isSame(a: GuardName, b: GuardName): boolean {
  return a.action === b.action && a.index === b.index
}

/** What a waiver may speak of, where it is known; what is misspelt would never match. */
export interface WaiverWords {
  readonly rules?: readonly string[]
  /** Asked only when a waiver names a guard. */
  readonly actions?: () => readonly CoverableAction[]
}

interface Known {
  readonly rules: readonly string[] | undefined
  readonly actions: readonly CoverableAction[] | undefined
}

const FORMAT = new FileFormat<WaiversFile>(schema)

/** Reads the text of a waiver file. `today` is the day as year-month-day; what ended before it is a problem. */
export function readWaivers(
  file: string,
  text: string,
  today: string,
  words: WaiverWords = {},
): { readonly waivers: Waivers } | { readonly problems: readonly InputProblem[] } {
  const read = FORMAT.read(file, text)
  if ('problem' in read) return { problems: [read.problem] }
  const { content, json } = read
  const actions = content.waivers.some(({ when }) => when.guard !== undefined) ? words.actions?.() : undefined
  const known: Known = { rules: words.rules, actions }
  const problems = content.waivers.flatMap((waiver, index) => faultsOf(waiver, `/waivers/${index}`, today, known, json))
  return problems.length > 0 ? { problems } : { waivers: new Waivers(content.waivers) }
}

function faultsOf(
  { when, until }: Waiver,
  at: string,
  today: string,
  { rules, actions }: Known,
  json: JsonFile,
): readonly InputProblem[] {
  const problems: InputProblem[] = []
  const put = (code: InputCode | CompanionCode, pointer: string, message: string, hint: string): void => {
    problems.push(json.problem({ code, message, hint }, at + pointer))
  }
  const unknown = (
    code: InputCode | CompanionCode,
    pointer: string,
    what: string,
    known: readonly string[],
    word: string,
  ) => known.includes(word) || put(code, pointer, `There is no ${what} ${word}.`, suggestion(word, known))

  unknown('E-TYPE', '/when/type', 'type', EVENT_TYPES, when.type)
  if (when.lines !== undefined && when.lines[0] > when.lines[1])
    put('E-RANGE', '/when/lines', `The lines ${when.lines.join(' to ')} are none.`, 'lines: the first, then the last.')
  if (when.rule !== undefined && rules !== undefined) unknown('E-RULE', '/when/rule', 'rule', rules, when.rule)
  if (when.guard !== undefined && actions !== undefined) {
    const { action, index } = when.guard
    const guardCount = actions.find(({ name }) => name === action)?.guardCount
    if (guardCount === undefined)
      unknown(
        'E-GUARD',
        '/when/guard/action',
        'action',
        actions.map(({ name }) => name),
        action,
      )
    else if (index >= guardCount)
      put('E-GUARD', '/when/guard/index', `${action} has ${guardCount} guards, the first being 0.`, '')
  }
  if (!isDay(until)) put('E-KIND', '/until', `There is no day ${until}.`, 'until: year-month-day, such as 2030-01-31.')
  else if (until < today) {
    const hint = 'Check whether the system still deviates; then remove the waiver, or give it a new reason and day.'
    put('E-EXPIRED', '/until', `This waiver ended on ${until}; today is ${today}.`, hint)
  }
  return problems
}

/** Whether a month has that many days. */
function isDay(text: string): boolean {
  const [year, month, day] = text.split('-').map(Number)
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return day <= [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
}
