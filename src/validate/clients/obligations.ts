// What a search has to place: the operations of a history that can decide its verdict, as effects on registers. What
// cannot decide it is left out here, and what is known of indeterminate operations is made definite; both keep the
// verdict, for reasons given at each.
import type { Operation } from '../order/operations.ts'
import { type Effect, type Initial, isIdle } from './registers.ts'
import type { AnyValue } from '../format/repltrace.ts'
import { canonical } from '../format/values.ts'

/** What a null read says, and what a compare-and-set says that failed. */
export interface Meaning {
  /** The value of each key before the first operation. */
  readonly initial: Initial
  /** `unknown`: a null read says nothing. */
  readonly nil: 'absent' | 'unknown'
  /** `compared`: the register held another value at some moment; `no-effect`: it may have failed for any reason. */
  readonly failedCas: 'no-effect' | 'compared'
}

export interface Obligation {
  readonly operation: Operation
  readonly effect: Effect
  readonly call: number
  /** Infinity when it need not be over by any time. */
  readonly return: number
  /** False when it may have taken no effect at all. */
  readonly required: boolean
  /** Whether what its session did next came after it; of an operation that nobody answered, no. */
  readonly binding: boolean
}

export interface Obligations {
  readonly obligations: readonly Obligation[]
  /** The same without what was concluded from other operations, so that each stands for itself. */
  readonly plain: readonly Obligation[]
  /** Operations that cannot be judged, because it is not known what they do. */
  readonly unclear: readonly Operation[]
}

/** The obligations of some operations, in their order. */
export function obligationsOf(operations: readonly Operation[], meaning: Meaning): Obligations {
  const unclear: Operation[] = []
  const obligations = operations.flatMap(operation => {
    const effect = effectOf(operation, meaning)
    if (effect === 'unclear') unclear.push(operation)
    return effect === null || effect === 'unclear' ? [] : [obligationOf(operation, effect)]
  })
  const plain = withoutUnseen(obligations)
  return { obligations: tighten(plain, meaning.initial), plain, unclear }
}

/** Null when the operation says nothing: a read without an answer, or something that took no effect. */
function effectOf(operation: Operation, { nil, failedCas }: Meaning): Effect | 'unclear' | null {
  const { f, key, argument, result, outcome } = operation
  switch (f) {
    case 'read':
      if (outcome !== 'ok' || result === undefined || (result === null && nil === 'unknown')) return null
      return { kind: 'read', key, value: result }
    case 'write':
      if (outcome === 'fail') return null
      return argument === undefined ? 'unclear' : { kind: 'write', key, value: argument }
    case 'append':
      if (outcome === 'fail') return null
      return argument === undefined ? 'unclear' : { kind: 'append', key, value: argument }
    case 'cas': {
      if (outcome === 'fail' && failedCas === 'no-effect') return null
      if (!Array.isArray(argument) || argument.length !== 2) return 'unclear'
      const [from, to] = argument as [AnyValue, AnyValue]
      return outcome === 'fail' ? { kind: 'differs', key, from } : { kind: 'cas', key, from, to }
    }
    default:
      return outcome === 'fail' ? null : 'unclear'
  }
}

function obligationOf(operation: Operation, effect: Effect): Obligation {
  const required = operation.outcome !== 'info'
  return { operation, effect, call: operation.call, return: operation.return, required, binding: required }
}

/**
 * Drops indeterminate writes and compare-and-sets whose value nothing observes. Suppose that one took effect in an order
 * that explains the history. Until the next effect on its key nothing was placed that needs its value; without it the
 * register holds, over that stretch, what it held before, and whatever was placed there either needs no value or would
 * have needed this one. So the order without it explains the history too. Three things break the argument: appends
 * (they need no value and keep it), comparisons that found another value (they may have needed just that), and a
 * compare-and-set that expects the value, which is why dropping one can make the value of another unobserved.
 */
export function withoutUnseen(obligations: readonly Obligation[]): readonly Obligation[] {
  const delicate = new Set(
    obligations.flatMap(({ effect: { kind, key } }) => (kind === 'append' || kind === 'differs' ? [key] : [])),
  )
  let kept = obligations
  for (;;) {
    const seen = new Set(kept.flatMap(({ effect }) => observed(effect)))
    const fewer = kept.filter(({ effect, required }) => {
      if (required || effect.kind === 'read' || effect.kind === 'differs') return true
      if (isIdle(effect)) return false
      return delicate.has(effect.key) || seen.has(named(effect.key, written(effect)))
    })
    if (fewer.length === kept.length) return kept
    kept = fewer
  }
}

/**
 * Makes an indeterminate write definite when its value was seen and comes from nowhere else: it took effect before the
 * first that saw it was over. Only where registers are never appended to, whose values have many writers.
 */
function tighten(obligations: readonly Obligation[], initial: Initial): readonly Obligation[] {
  const writers = new Map<string, number>()
  const firstSeen = new Map<string, number>()
  for (const { effect, required, return: end } of obligations) {
    if (effect.kind === 'append') return obligations
    if (effect.kind === 'write' || effect.kind === 'cas') {
      const name = named(effect.key, written(effect))
      writers.set(name, (writers.get(name) ?? 0) + 1)
    }
    if (required)
      for (const name of observed(effect)) firstSeen.set(name, Math.min(end, firstSeen.get(name) ?? Infinity))
  }
  return obligations.map(obligation => {
    const { effect, required } = obligation
    if (required || (effect.kind !== 'write' && effect.kind !== 'cas')) return obligation
    const name = named(effect.key, written(effect))
    const seen = firstSeen.get(name)
    const first = initial(effect.key)
    const elsewhere = first === undefined || name === named(effect.key, first) || writers.get(name) !== 1
    return elsewhere || seen === undefined ? obligation : { ...obligation, return: seen, required: true }
  })
}

/** The values that an effect needs to find. */
function observed(effect: Effect): readonly string[] {
  if (effect.kind === 'read') return [named(effect.key, effect.value)]
  return effect.kind === 'cas' ? [named(effect.key, effect.from)] : []
}

function written(effect: Effect & { kind: 'write' | 'cas' | 'append' }): AnyValue {
  return effect.kind === 'cas' ? effect.to : effect.value
}

function named(key: string | null, value: AnyValue): string {
  return `${JSON.stringify(key)} ${canonical(value)}`
}
