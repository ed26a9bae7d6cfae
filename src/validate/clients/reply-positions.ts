// Histories whose replies tell positions in the log: the log's order explains them or nothing does, so each rule is a sort
// and a sweep. Epochs count too: of two entries at one position, or in an order against that of their epochs, the older
// epoch's was overwritten.
import { type LogRules, readsAt } from './log-reads.ts'
import { described, type Operation, placed, type Positioned } from '../order/operations.ts'
import type { RuleFinding, Witness } from '../format/rule.ts'
import { canonical } from '../format/values.ts'

export interface PositionRules extends LogRules {
  readonly realTime: boolean
  /** Whether no value of a key is written twice. */
  readonly unique: boolean
  /** Whether a retried operation takes effect once; undefined when nobody knows. */
  readonly dedup: boolean | undefined
  /** Whether every operation of every client was recorded. */
  readonly allRecorded: boolean
}

/** How many witnesses are kept of each rule. */
const WITNESSES = 10

/** Every rule about positions, in the order in which they are best read. */
export function judgePositions(operations: readonly Operation[], rules: PositionRules): readonly RuleFinding[] {
  const positioned = operations.filter((operation): operation is Positioned => operation.index !== null)
  const took = positioned.filter(({ f, outcome }) => (f === 'read' ? outcome === 'ok' : outcome !== 'fail'))
  const log = took.toSorted(byPlace)
  const writes = log.filter(({ f }) => f !== 'read')
  return [
    finding('PositionAgreement', disagreements(writes)),
    rules.unique || rules.dedup === true
      ? finding('AppliedOnce', duplicates(writes, rules))
      : unknown(
          'AppliedOnce',
          'Neither ops.unique nor model.dedup is true, so that one entry may well be another again.',
        ),
    finding('NoLostAckedWrite', overwritten(writes)),
    readFinding(readsAt(operations, log, rules), rules.allRecorded),
    rules.realTime
      ? finding('RealTimeOrder', outOfOrder(log))
      : unknown('RealTimeOrder', 'The header does not say what orders the events of different clients.'),
    finding(
      'MonotonicReads',
      regressions(took, ({ f }) => f === 'read'),
    ),
    finding(
      'ReadYourWrites',
      regressions(took, ({ f, outcome }) => f !== 'read' && outcome === 'ok'),
    ),
  ]
}

function finding(rule: string, witnesses: readonly Witness[]): RuleFinding {
  return { rule, verdict: witnesses.length > 0 ? 'violated' : 'holds', witnesses: witnesses.slice(0, WITNESSES) }
}

function unknown(rule: string, message: string): RuleFinding {
  return { rule, verdict: 'unknown', witnesses: [{ message, lines: [] }] }
}

/** Where not every operation was recorded, another client may have written what was read. */
function readFinding(witnesses: readonly Witness[], allRecorded: boolean): RuleFinding {
  const judged = finding('ReadsSeeTheirPosition', witnesses)
  return judged.verdict === 'violated' && !allRecorded ? { ...judged, verdict: 'unknown' } : judged
}

/** One position of one epoch holds one entry. */
function disagreements(writes: readonly Positioned[]): readonly Witness[] {
  return pairs(writes).flatMap(([a, b]) => {
    if (a.index !== b.index || a.epoch !== b.epoch || isSameEntry(a, b)) return []
    return [witness(`${placed(a)} holds ${described(a)} and ${described(b)}.`, a, b)]
  })
}

/** One operation has one position, whatever the attempts; and so has a value that is written once. */
function duplicates(writes: readonly Positioned[], { unique, dedup }: PositionRules): readonly Witness[] {
  const first = new Map<string, Positioned>()
  const inOrder = writes.toSorted((a, b) => a.begins - b.begins)
  return inOrder.flatMap(write => {
    const { client, op, attempt, key, argument } = write
    const value =
      unique && write.f === 'write' && argument !== undefined ? [`${JSON.stringify(key)} ${canonical(argument)}`] : []
    const names = [...value, ...(dedup === true ? [JSON.stringify([client, op])] : [])]
    // The name of an operation may be used again once it is over; only a later attempt is the same operation.
    const again = names.flatMap((name, at) => (at < value.length || attempt > 1 ? (first.get(name) ?? []) : []))
    for (const name of names) first.set(name, write)
    const other = again.find(({ index }) => index !== write.index)
    return other === undefined
      ? []
      : [witness(`${described(write)} is at ${placed(other)} and at ${placed(write)}.`, other, write)]
  })
}

/** Along the log epochs never go back; where acknowledged writes do, the one of the older epoch is not in the log. */
function overwritten(writes: readonly Positioned[]): readonly Witness[] {
  let newest: Positioned | null = null
  const witnesses: Witness[] = []
  // From the front: the newest epoch up to here is that of an entry whose log has no older epoch from its position on.
  for (const write of writes.toSorted((a, b) => a.index - b.index || (b.epoch ?? 0) - (a.epoch ?? 0))) {
    if (write.epoch === null || write.outcome !== 'ok') continue
    if (newest !== null && write.epoch < newest.epoch!) {
      const where = `${placed(newest)} is of a newer epoch`
      witnesses.push(
        witness(`${described(write)} was acknowledged at ${placed(write)} and is lost: ${where}.`, write, newest),
      )
    } else if (newest === null || write.epoch > newest.epoch!) newest = write
  }
  return witnesses
}

/**
 * What was over before something else began is before it in the log: along the log, nothing returns before the latest call
 * so far. A read stands behind the write at its position; reads of one position stand beside each other.
 */
function outOfOrder(operations: readonly Positioned[]): readonly Witness[] {
  const witnesses: Witness[] = []
  let latest: Positioned | null = null
  for (let from = 0; from < operations.length;) {
    let to = from
    while (to < operations.length && isBeside(operations[from], operations[to])) to++
    const beside = operations.slice(from, to)
    for (const operation of beside) {
      if (latest === null || operation.return >= latest.call) continue
      const stale = latest.f === 'read' ? 'read an older position' : 'is before it in the log'
      const message = `${described(operation)} was over at ${placed(operation)}; ${described(latest)}, which began later, ${stale}: ${placed(latest)}.`
      witnesses.push(witness(message, operation, latest))
    }
    for (const operation of beside) if (latest === null || operation.call > latest.call) latest = operation
    from = to
  }
  return witnesses
}

/** In a session no read is of an older position than what the session had seen or written before it began. */
function regressions(operations: readonly Positioned[], counts: (operation: Operation) => boolean): readonly Witness[] {
  const sessions = new Map<string, Positioned[]>()
  for (const operation of operations) {
    const known = sessions.get(operation.session)
    if (known === undefined) sessions.set(operation.session, [operation])
    else known.push(operation)
  }
  return [...sessions.values()].flatMap(ofSession => {
    const over = ofSession.filter(counts).toSorted((a, b) => a.ends - b.ends)
    let next = 0
    let highest: Positioned | null = null
    return ofSession.flatMap(operation => {
      for (; next < over.length && over[next].ends < operation.begins; next++)
        if (highest === null || over[next].index > highest.index) highest = over[next]
      if (operation.f !== 'read' || highest === null || operation.index >= highest.index) return []
      const before = `after ${described(highest)} at ${placed(highest)}`
      const message = `${operation.session} read ${placed(operation)} ${before}.`
      return [witness(message, highest, operation)]
    })
  })
}

function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.slice(1).map((item, at) => [items[at], item] as const)
}

/** The log's order: a read stands behind the entry at its position. */
function byPlace(a: Positioned, b: Positioned): number {
  return a.index - b.index || Number(a.f === 'read') - Number(b.f === 'read') || (a.epoch ?? 0) - (b.epoch ?? 0)
}

function isBeside(a: Positioned, b: Positioned): boolean {
  return a.index === b.index && (a.f === 'read') === (b.f === 'read')
}

function isSameEntry(a: Operation, b: Operation): boolean {
  return a.key === b.key && a.f === b.f && canonical(a.argument ?? null) === canonical(b.argument ?? null)
}

function witness(message: string, ...operations: readonly Operation[]): Witness {
  return { message, lines: operations.flatMap(({ lines }) => [lines[0], ...lines.slice(1).slice(-1)]) }
}
