// What clients did, from what was recorded of it: each operation with its real-time interval, its outcome and, where a
// reply told it, its position in the log. Judges of client histories start from here.
import type { ForeignTrace, InputProblem, Recorded } from '../format/foreign-trace.ts'
import type { OperationCode } from '../format/problems.ts'
import { type Moment, rank, type Timeline, timelineOf } from './moments.ts'
import type { AnyValue, Event } from '../format/repltrace.ts'

/** `info` says that nobody knows: the operation may take effect at any later time, or never. */
type Outcome = 'ok' | 'fail' | 'info'

export interface Operation {
  readonly client: string
  /** The session it belongs to; the client, where no session was recorded. */
  readonly session: string
  readonly op: string
  /** Counts from 1; a retry keeps its `op`. */
  readonly attempt: number
  readonly f: string
  /** Null in a history of one register without a name. */
  readonly key: string | null
  /** What it was asked to write; undefined when that was not recorded. */
  readonly argument: AnyValue | undefined
  /** What it returned; undefined when that was not recorded. */
  readonly result: AnyValue | undefined
  readonly outcome: Outcome
  /** Real time: `a` was over before `b` began iff `a.return < b.call`. Infinite where that is not known. */
  readonly call: number
  readonly return: number
  /** The order at the client: places of its first and last event in the recording; Infinity while it may take effect. */
  readonly begins: number
  readonly ends: number
  readonly epoch: number | null
  readonly index: number | null
  /** Of its events, in the order of the recording. */
  readonly lines: readonly number[]
}

/** An operation that has a position in the log. */
export type Positioned = Operation & { readonly index: number }

export interface History {
  /** In the order of their first events. */
  readonly operations: readonly Operation[]
  /** Where the recording contradicts itself. */
  readonly problems: readonly InputProblem[]
  /** Whether anything was recorded that orders the operations of different clients. */
  readonly realTime: boolean
}

/** The operations of a trace; its verdicts are worth nothing while there are problems. */
export function operationsOf(trace: ForeignTrace): History {
  const collector = new Collector(trace.file, timelineOf(trace.header))
  trace.events.forEach((recorded, place) => collector.take(recorded, place))
  return collector.history()
}

type Invoke = Event & { type: 'invoke' }
type Ending = Event & { type: Outcome }
type Begun = Pick<Invoke, 'client' | 'op' | 'f' | 'session' | 'attempt' | 'key' | 'value'>
type Served = Event & { type: 'reply' | 'read' } & { client: string }

/** An operation while its events are collected. */
interface Draft {
  operation: { -readonly [K in keyof Operation]: Operation[K] }
  /** Null until an outcome was recorded. */
  outcome: Outcome | null
  from: Moment | null
  to: Moment | null
}

class Collector {
  private readonly drafts: Draft[] = []
  private readonly problems: InputProblem[] = []
  private readonly latest = new Map<string, Draft>()
  private readonly file: string
  private readonly timeline: Timeline

  constructor(file: string, timeline: Timeline) {
    this.file = file
    this.timeline = timeline
  }

  history(): History {
    rank(this.drafts.map(({ operation, from, to }) => ({ span: operation, from, to })))
    const operations = this.drafts.map(({ operation }) => operation)
    return { operations, problems: this.problems, realTime: this.timeline.realTime }
  }

  take(recorded: Recorded, place: number): void {
    const { event } = recorded
    if (event.type === 'invoke') this.invoke(recorded, event, place)
    else if (event.type === 'ok' || event.type === 'fail' || event.type === 'info') this.end(recorded, event, place)
    else if ((event.type === 'reply' || event.type === 'read') && event.client !== undefined)
      this.serve(recorded, { ...event, client: event.client }, place)
  }

  private invoke(recorded: Recorded, event: Invoke, place: number): void {
    const before = this.find(event.client, event.op)
    if (before !== undefined && (event.attempt ?? 1) <= before.operation.attempt) {
      const name = `${event.op} of ${event.client}`
      const hint = `Give each operation its own op; if this is a retry, write "attempt": ${before.operation.attempt + 1}.`
      const line = before.operation.lines[0]
      if (before.outcome === null)
        return this.problem(recorded, 'E-OP-OPEN', `${name} is invoked again; since line ${line} it is open.`, hint)
      if (before.outcome === 'info') {
        const message = `${name} is invoked again; begun in line ${line}, it may still take effect.`
        return this.problem(recorded, 'E-OP-REUSED', message, hint)
      }
    }
    this.open(recorded, event, place)
  }

  private end(recorded: Recorded, event: Ending, place: number): void {
    const draft = this.find(event.client, event.op)
    const name = `${event.op} of ${event.client}`
    if (draft === undefined) {
      const message = `${name} ends with ${event.type}, but was never invoked.`
      return this.problem(recorded, 'E-OP-UNKNOWN', message, 'An invoke of the same client and op comes first.')
    }
    const { operation } = draft
    // After info the client may learn more; after ok and fail there is nothing left to learn.
    if (draft.outcome === 'ok' || draft.outcome === 'fail') {
      const message = `${name} ends with ${event.type}; it ended with ${draft.outcome} in line ${operation.lines.at(-1)}.`
      return this.problem(recorded, 'E-OP-ENDED', message, 'An operation ends once; give each operation its own op.')
    }
    if (event.f !== undefined && event.f !== operation.f) {
      const message = `${name} ends as ${event.f}; it was invoked as ${operation.f} in line ${operation.lines[0]}.`
      return this.problem(recorded, 'E-OP-CHANGED', message, 'The end of an operation repeats its f or leaves it out.')
    }
    operation.lines = [...operation.lines, recorded.line]
    operation.key ??= event.key ?? null
    this.conclude(draft, event.type, recorded, place)
    if (event.type === 'ok') learn(operation, event)
  }

  /** A server's word adds to what the client said; on its own it is the whole of the operation. */
  private serve(recorded: Recorded, event: Served, place: number): void {
    let draft = event.op === undefined ? undefined : this.find(event.client, event.op)
    const failed = event.type === 'reply' && event.ok === false
    if (draft === undefined) {
      const f = event.type === 'read' ? 'read' : (event.f ?? 'write')
      draft = this.open(recorded, { ...event, op: event.op ?? `${f}@${recorded.line}`, f }, place)
      // A read is served at one moment; of what is replied to only the end was seen.
      if (event.type === 'reply') draft.from = null
      this.conclude(draft, failed ? 'fail' : 'ok', recorded, place)
    } else draft.operation.lines = [...draft.operation.lines, recorded.line]
    if (!failed) learn(draft.operation, event)
  }

  private open(recorded: Recorded, event: Begun, place: number): Draft {
    const draft: Draft = {
      operation: {
        client: event.client,
        session: event.session ?? event.client,
        op: event.op,
        attempt: event.attempt ?? 1,
        f: event.f,
        key: event.key ?? null,
        argument: event.f === 'read' ? undefined : event.value,
        result: undefined,
        outcome: 'info',
        call: -Infinity,
        return: Infinity,
        begins: place,
        ends: Infinity,
        epoch: null,
        index: null,
        lines: [recorded.line],
      },
      outcome: null,
      from: this.timeline.earliest(recorded, place),
      to: null,
    }
    this.drafts.push(draft)
    this.latest.set(nameOf(event.client, event.op), draft)
    return draft
  }

  private conclude(draft: Draft, outcome: Outcome, recorded: Recorded, place: number): void {
    draft.outcome = outcome
    draft.operation.outcome = outcome
    if (outcome === 'info') return
    draft.operation.ends = place
    draft.to = this.timeline.latest(recorded, place)
  }

  private find(client: string, op: string): Draft | undefined {
    return this.latest.get(nameOf(client, op))
  }

  private problem({ event, line }: Recorded, code: OperationCode, message: string, hint: string): void {
    const text = JSON.stringify(event)
    this.problems.push({ code, message, file: this.file, line, column: null, pointer: null, text, hint })
  }
}

/** The operations of each key. */
export function byKey<T extends Operation>(operations: readonly T[]): ReadonlyMap<string | null, readonly T[]> {
  const keys = new Map<string | null, T[]>()
  for (const operation of operations) {
    const known = keys.get(operation.key)
    if (known === undefined) keys.set(operation.key, [operation])
    else known.push(operation)
  }
  return keys
}

/** An operation in words: `write x=1 (c1)`. */
export function described({ f, key, argument, result, client }: Operation): string {
  const value = f === 'read' ? result : argument
  const shown = value === undefined ? '?' : JSON.stringify(value)
  return `${f} ${key === null ? '' : `${key}=`}${shown} (${client})`
}

/** Its position in words. */
export function placed({ epoch, index }: Positioned): string {
  return epoch === null ? `position ${index}` : `position ${index} of epoch ${epoch}`
}

function nameOf(client: string, op: string): string {
  return JSON.stringify([client, op])
}

/** What an answer tells of an operation, unless an earlier one told it. */
function learn(operation: Draft['operation'], event: (Event & { type: 'ok' }) | Served): void {
  if (operation.f !== 'write' && operation.result === undefined) operation.result = event.value
  operation.epoch ??= event.epoch ?? null
  // Of a batch, the position at which all of it is in the log.
  operation.index ??= (typeof event.index === 'object' ? event.index[1] : event.index) ?? null
}
