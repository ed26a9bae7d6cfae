// What can be wrong with an input, and the problems of one input as they are found. A fault is what is wrong with a
// value, whatever text it came from; its origin knows where in the text that value stands.
import type { InputProblem } from './foreign-trace.ts'

/** Every code of a problem of reading. Codes are stable; traces/FORMAT.md lists them all for people. */
export const INPUT_CODES = {
  'E-EMPTY': 'the input is empty',
  'E-JSON': 'it is not JSON',
  'E-NO-HEADER': 'it does not begin with a header',
  'E-HEADER': 'a header that is not the first line',
  'E-FORMAT': 'the header names another format',
  'E-VERSION': 'a major version that is not read',
  'E-PRESET': 'the header names a configuration that there is not',
  'E-KNOB': 'the header sets a knob that the specification does not have',
  'E-SETTING': 'the header sets a knob to a value that it cannot have',
  'E-TYPE': 'an unknown type of event',
  'E-FIELD': 'an unknown field',
  'E-MISSING': 'a required field is missing',
  'E-KIND': 'a value of the wrong kind',
  'E-NODE': 'a node that the header does not list',
  'E-CLIENT': 'a client that the header does not list',
  'E-SEQ': 'a node counts backwards or repeats a number',
  'E-ID': 'two events with the same id',
  'E-CAUSE': 'a cause that no event has as its id',
  'E-CAUSE-ORDER': 'a cause that comes later, although the order of the file is the order of events',
  'E-CYCLE': 'events that happened before each other',
  'E-VC': 'a vector clock that disagrees with seq or with an earlier clock of its node',
  'E-NO-VC': 'the header promises vector clocks, and an event has none',
  'E-NO-TS': 'the header promises times, and an event has none',
  'E-TS': 'a time whose end is before its start',
  'E-RANGE': 'a range whose first is above its last',
  'E-NIL': 'a read of null, although the header does not say what null means',
  'E-CLIENT-ORDER': 'an event of a server in a history of clients',
  'E-OP-KIND': 'in a history of clients, an operation of a kind that is not judged',
  'E-OP-VALUE': 'in a history of clients, a compare-and-set whose value is not what it expects and what it writes',
  'E-COMPLETE': 'an event of a type of which, the header says, none were recorded',
  'E-AFTER-END': 'something follows the end',
  'E-COUNT': 'the end counts otherwise than the lines',
  'E-IMPLICIT': 'with --strict: the header leaves something to be assumed',
} as const

export type InputCode = keyof typeof INPUT_CODES

/** Codes of files of which no line can be read. */
export const FILE_CODES = {
  'E-FILE': 'there is no such file, or it cannot be read',
  'E-GZIP': 'a .gz that is damaged, cut off or no gzip',
} as const

export type FileCode = keyof typeof FILE_CODES

/** Codes of operations of clients that contradict themselves; they are found when a history is judged. */
export const OPERATION_CODES = {
  'E-OP-OPEN': 'an operation is invoked while the client waits for it',
  'E-OP-REUSED': 'an operation is invoked although an earlier one of its name may still take effect',
  'E-OP-UNKNOWN': 'an operation ends that was never invoked',
  'E-OP-ENDED': 'an operation ends that is over',
  'E-OP-CHANGED': 'an operation ends as another kind than it was invoked as',
} as const

export type OperationCode = keyof typeof OPERATION_CODES

/** Codes of the files that go with traces: waivers and coverage. They may have those of their JSON beside. */
export const COMPANION_CODES = {
  'E-SPEC': 'the coverage of another specification',
  'E-EXPIRED': 'a waiver whose last day is over',
  'E-RULE': 'a waiver for a rule that there is not',
  'E-GUARD': 'a waiver for a guard that there is not',
} as const

export type CompanionCode = keyof typeof COMPANION_CODES

/** Of these one is enough: what the first says holds for all, and one change of the header mends all. */
const ONCE: ReadonlySet<InputCode> = new Set<InputCode>(['E-NO-VC', 'E-NO-TS', 'E-NIL', 'E-CLIENT-ORDER'])

/** Lines that are no JSON are each a mistake of its own; else one sentence is said once, however often it is true. */
const EACH: ReadonlySet<InputCode> = new Set<InputCode>(['E-JSON'])

/** As many as a person reads; the rest is counted. */
const SHOWN = 20

export interface Fault {
  readonly code: InputCode
  readonly message: string
  readonly hint: string
  /** Into the event or the header; empty for the whole of it. */
  readonly pointer: string
  /** Whether a field's name is wrong or its value. */
  readonly on: 'key' | 'value'
}

export type Place = Pick<InputProblem, 'column' | 'pointer' | 'text'> & { readonly line: number }

/** Where a header or an event came from. */
export interface Origin {
  /** The line in which it begins. */
  readonly line: number
  place(pointer: string, on: 'key' | 'value'): Place
}

/** The problems of one input. */
export class Problems {
  /** How many were found; `first` holds fewer when there are many. */
  count = 0
  /** The first of them, in the order of their places. */
  readonly first: (InputProblem & Place)[] = []
  readonly #file: string
  readonly #said = new Set<string>()

  constructor(file: string) {
    this.#file = file
  }

  /** Whether there is a problem with one of these codes. */
  has(...codes: readonly InputCode[]): boolean {
    return codes.some(code => this.#said.has(code))
  }

  add({ code, message, hint, pointer, on }: Fault, origin: Origin): void {
    if (ONCE.has(code) && this.#said.has(code)) return
    this.#said.add(code)
    // To find a place may take as long as its line, which may be a whole document: only what is shown is given one.
    const last = this.first.at(SHOWN - 1)
    if (this.#isListed(code, message) || (last !== undefined && origin.line >= last.line)) this.count++
    else this.put(code, message, hint, origin.place(pointer, on))
  }

  put(code: InputCode, message: string, hint: string, place: Place): void {
    this.#said.add(code)
    this.count++
    // Some are only known at the end, and the schema has its own order: a problem found late may belong before others.
    const after = this.first.findIndex(
      ({ line, column }) => line > place.line || (line === place.line && (column ?? 0) > (place.column ?? 0)),
    )
    this.first.splice(after === -1 ? this.first.length : after, 0, { code, message, file: this.#file, ...place, hint })
    if (this.first.length > SHOWN) this.first.pop()
  }

  #isListed(code: InputCode, message: string): boolean {
    return !EACH.has(code) && this.first.some(listed => listed.code === code && listed.message === message)
  }
}
