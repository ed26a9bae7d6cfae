// What a header says about a history of clients, and what it leaves open; what is left open is taken in one way, and told.
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Meaning } from './obligations.ts'
import type { Operation } from '../order/operations.ts'
import type { AnyValue, Header } from '../format/repltrace.ts'

/** What reads and failed compare-and-sets mean, and what registers hold at first. */
export function meaningOf(header: Header, { failedCas = 'no-effect' }: Partial<Pick<Meaning, 'failedCas'>>): Meaning {
  return { initial: initialOf(header), nil: header.ops?.nil ?? 'unknown', failedCas }
}

/** Whether a retried operation takes effect once; undefined when the header does not say. */
export function dedupOf({ model }: Header): boolean | undefined {
  const dedup = model?.['dedup']
  return typeof dedup === 'boolean' ? dedup : undefined
}

/** Whether every operation of every client was recorded: what was not may have written anything. */
export function isComplete({ complete }: Header): boolean {
  return [complete?.invoke, complete?.ok, complete?.reply, complete?.read].every(
    part => part === undefined || part === 'all',
  )
}

/** What was taken for granted, a sentence each. */
export function assumptionsOf(
  trace: ForeignTrace,
  operations: readonly Operation[],
  meaning: Meaning,
): readonly string[] {
  const { header } = trace
  const open = operations.filter(({ outcome }) => outcome === 'info').length
  const failed = operations.some(({ f, outcome }) => f === 'cas' && outcome === 'fail')
  const retried = operations.some(({ attempt }) => attempt > 1)
  const readsNull = operations.some(({ f, result }) => f === 'read' && result === null)
  const given = header.init?.values
  const unknownStart = given === undefined && initialOf(header)('') === undefined
  const sentences: readonly (readonly [boolean, string])[] = [
    [orderOf(header) === 'file', 'The order of the file is the order in real time.'],
    [orderOf(header) === 'times', 'Times order events wherever they differ by more than the skew of the clocks.'],
    [orderOf(header) === 'session', 'Only the order of each session is known; nothing orders different clients.'],
    [given === undefined && !unknownStart, 'Every key was absent at first.'],
    [given === 'unknown' || unknownStart, 'Any key may have had any value at first.'],
    [meaning.nil === 'unknown' && readsNull, 'Reads of null say nothing.'],
    [failed && meaning.failedCas === 'no-effect', 'A failed compare-and-set took no effect, for whatever reason.'],
    [failed && meaning.failedCas === 'compared', 'A failed compare-and-set found another value than it expected.'],
    [
      open > 0,
      `${open} of ${operations.length} operations ${open === 1 ? 'has' : 'have'} no known outcome; ${open === 1 ? 'it' : 'each'} may take effect at any later time, or never.`,
    ],
    [
      retried && dedupOf(header) === undefined,
      'Any attempt at a retried operation may have taken effect, once or several times.',
    ],
    [!isComplete(header), 'Not every operation was recorded, so that others may have written what was read.'],
    [!trace.ended, 'The recording was cut off; what follows may contradict it.'],
  ]
  return sentences.flatMap(([applies, sentence]) => (applies ? [sentence] : []))
}

function orderOf({ clock }: Header): 'file' | 'times' | 'session' {
  const order = clock?.order ?? 'node'
  return order === 'total' || order === 'client' ? 'file' : order === 'interval' ? 'times' : 'session'
}

function initialOf({ init }: Header): Meaning['initial'] {
  const values = init?.values
  if (values === 'unknown') return () => undefined
  // Without values, an empty log is a log without keys.
  if (values === undefined) return () => ((init?.last ?? 0) === 0 ? null : undefined)
  const only = Object.values(values) as readonly AnyValue[]
  // A register without a name has the only value there is.
  return key => (key === null ? (only.length === 1 ? only[0] : null) : Object.hasOwn(values, key) ? values[key] : null)
}
