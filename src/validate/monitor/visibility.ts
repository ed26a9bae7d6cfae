// What a recording may hide: types of events that were not all recorded, events lost in gaps, and the order that the
// file leaves open. A rule may conclude from the absence of an event only what this file lets it.
import type { Event, Header } from '../format/repltrace.ts'

export type EventType = Event['type']

/** Events after which nothing is recorded are no evidence of a crash: a silent node is slow (rule A16 of the format). */
const NEVER_ASSUMED: ReadonlySet<EventType> = new Set(['crash', 'restart'])
/** What makes a log longer, and what makes it shorter or another. */
const GROWTH: readonly EventType[] = ['append', 'receive', 'catch-up']
const SHRINKAGE: readonly EventType[] = ['truncate', 'catch-up', 'crash', 'restart']

export class Visibility {
  /** The order of the file is the order in which things happened. */
  total: boolean
  /** Lines of gaps and of events that follow a hole in their node's numbers; only the first few. */
  readonly gapLines: number[] = []
  gapCount = 0
  /** Crashes, restarts and gaps: after any of them, a log may have lost entries. */
  lossCount = 0
  /** Logs may have grown unseen. */
  growthHidden = true
  /** Logs may have lost entries unseen. */
  shrinkageHidden = true
  private readonly complete: NonNullable<Header['complete']>
  private readonly seen = new Set<EventType>()

  constructor(header: Header) {
    const order = header.clock?.order ?? 'node'
    this.total = order === 'total' || order === 'client' || order === 'interval'
    this.complete = header.complete ?? {}
    this.look()
  }

  saw(type: EventType): void {
    if (!this.seen.has(type)) {
      this.seen.add(type)
      this.look()
    }
    if (type === 'crash' || type === 'restart') this.lossCount++
  }

  gap(line: number): void {
    this.gapCount++
    this.lossCount++
    if (this.gapLines.length < 10) this.gapLines.push(line)
  }

  /** Events of this type may have happened without being recorded. Left out, a type that occurs was recorded whole. */
  hidden(type: EventType): boolean {
    const declared = this.complete[type]
    if (declared !== undefined) return declared !== 'all'
    return !this.seen.has(type) && !NEVER_ASSUMED.has(type)
  }

  /** Some changes of logs were recorded and others of the same type were not. */
  get changesPartial(): boolean {
    return [...GROWTH, ...SHRINKAGE].some(type => this.complete[type] === 'some')
  }

  /** Why absence proves nothing, as a sentence; null when all of these types were recorded. */
  excuse(types: readonly EventType[]): string | null {
    const type = this.firstHidden(types)
    return type === null ? null : `Events of type ${type} may be hidden (complete.${type} is not "all").`
  }

  private look(): void {
    this.growthHidden = this.firstHidden(GROWTH) !== null
    this.shrinkageHidden = this.firstHidden(SHRINKAGE) !== null
  }

  private firstHidden(types: readonly EventType[]): EventType | null {
    for (const type of types) if (this.hidden(type)) return type
    return null
  }
}
