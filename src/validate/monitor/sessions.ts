// What each session has read and written: high-water marks of positions, and the operations that reads listed.
//
// ReadYourWrites and MonotonicReads compare events of one session only. They say "violated" where one event came before
// the other: always in a total order, and otherwise if the same node recorded both. A session whose reads stand at
// several nodes has no known order otherwise, and is unknown. A read lists operations when it has no key and its value
// is a list of names; otherwise only its position counts, which shows what is missing and never that all is there.
import type { Facts } from './facts.ts'
import { dropOldest } from './oldest.ts'
import type { AnyValue } from '../format/repltrace.ts'

export interface ReadFacts {
  readonly session: string
  /** Where it was recorded: the node, or the client. */
  readonly source: string
  /** What it listed; null when it does not list operations. */
  readonly listed: ReadonlySet<string> | null
  /** The position it was served at; 0 when unknown. */
  readonly position: number
  readonly line: number
  /** Reads with the same key are the same read. */
  readonly key: string
  /** No other event tells of it more exactly. */
  readonly first: boolean
}

interface Session {
  readPosition: number
  readLine: number
  writtenPosition: number
  writtenLine: number
  writtenOp: string
  /** Of an own write the position is not known. */
  unplaced: boolean
  /** Names of own writes were forgotten; their positions are known. */
  forgotten: boolean
  /** Operation → line, of what was read. */
  readonly seen: Map<string, number>
  /** Operation → line, of own acknowledged writes. */
  readonly own: Map<string, number>
}

/** How many own writes a session remembers by name where positions are known too. */
const NAMES = 256

export class Sessions {
  private readonly sessions = new Map<string, Session>()
  /** Session → where its first event was recorded. */
  private readonly homes = new Map<string, string>()
  /** Session → where its first read was recorded. */
  private readonly readHomes = new Map<string, string>()
  private readonly facts: Facts

  constructor(facts: Facts) {
    this.facts = facts
  }

  /** A write of the session was acknowledged. */
  wrote(name: string, source: string, op: string, position: number, line: number, first: boolean): void {
    if (first) this.locate(this.homes, 'ReadYourWrites', name, source, line)
    const session = this.of(name, source)
    if (position > session.writtenPosition) {
      session.writtenPosition = position
      session.writtenLine = line
      session.writtenOp = op
    }
    if (position === 0) session.unplaced = true
    else if (dropOldest(session.own, NAMES) > 0) session.forgotten = true
    this.remember(session.own, op, line, 'ReadYourWrites')
  }

  read(read: ReadFacts): void {
    const { session: name, source, line } = read
    if (read.first) {
      this.locate(this.homes, 'ReadYourWrites', name, source, line)
      this.locate(this.readHomes, 'MonotonicReads', name, source, line)
    }
    const session = this.of(name, source)
    if (read.listed === null && read.position === 0) {
      if (read.first) this.doubt('A read tells neither its position nor the operations that it saw.', read.line)
      return
    }
    if (read.listed !== null) this.judgeListed(session, read, read.listed)
    if (read.position > 0) this.judgePosition(session, read)
  }

  private judgeListed(session: Session, read: ReadFacts, listed: ReadonlySet<string>): void {
    const { judgement } = this.facts
    if (session.forgotten && read.position === 0)
      this.doubtOf('ReadYourWrites', `Of a session's writes only the last ${NAMES} are remembered.`, read.line)
    for (const [op, line] of session.own) {
      if (listed.has(op)) continue
      const message = `Session ${read.session} does not see its own write ${op} (acknowledged in line ${line}) in line ${read.line}.`
      judgement.violated('ReadYourWrites', read.session, message, [line, read.line], read.key)
    }
    const missing = [...session.seen].filter(([op]) => !listed.has(op))
    const [first] = missing
    if (first !== undefined) {
      const names = missing.map(([op]) => op).join(', ')
      const message = `Session ${read.session} had read ${names} (line ${first[1]}) and does not in line ${read.line}.`
      judgement.violated('MonotonicReads', read.session, message, [first[1], read.line], read.key)
    }
    for (const op of listed) this.remember(session.seen, op, read.line, 'MonotonicReads')
  }

  private judgePosition(session: Session, read: ReadFacts): void {
    const { judgement, visibility } = this.facts
    if (read.position < session.writtenPosition) {
      const message = `Session ${read.session} reads position ${read.position} (line ${read.line}), before its own write ${session.writtenOp} at ${session.writtenPosition} (acknowledged in line ${session.writtenLine}).`
      judgement.violated('ReadYourWrites', read.session, message, [session.writtenLine, read.line], read.key)
    }
    if (read.position < session.readPosition) {
      const message = `Session ${read.session} reads position ${read.position} (line ${read.line}) after position ${session.readPosition} (line ${session.readLine}).`
      judgement.violated('MonotonicReads', read.session, message, [session.readLine, read.line], read.key)
    } else {
      session.readPosition = read.position
      session.readLine = read.line
    }
    if (read.listed !== null) return
    if (session.unplaced)
      this.doubtOf('ReadYourWrites', 'The position of an acknowledged write is not recorded.', read.line)
    const why = visibility.shrinkageHidden ? 'may have been' : this.rewritten() ? 'were' : null
    if (why !== null)
      this.doubt(`Entries ${why} replaced, so that a position does not tell which are before it.`, read.line)
  }

  private rewritten(): boolean {
    for (const { log } of this.facts.replicas.byName.values()) if (log.rewriteCount > 0) return true
    return false
  }

  /** Without a total order, each source of a session's events has marks of its own. */
  private of(name: string, source: string): Session {
    return this.marks(this.facts.visibility.total ? name : `${name} at ${source}`)
  }

  /** Events of one session at several sources have no order, unless it is total. */
  private locate(homes: Map<string, string>, rule: string, name: string, source: string, line: number): void {
    const home = homes.get(name)
    if (home === undefined) homes.set(name, source)
    else if (home !== source && !this.facts.visibility.total)
      this.doubtOf(rule, `The order of the events of session ${name} is not known: they stand at several nodes.`, line)
  }

  private marks(key: string): Session {
    let session = this.sessions.get(key)
    if (session === undefined) {
      session = newSession()
      this.sessions.set(key, session)
    }
    return session
  }

  private remember(operations: Map<string, number>, op: string, line: number, rule: string): void {
    if (operations.has(op)) return
    if (operations.size < this.facts.window) operations.set(op, line)
    else
      this.doubtOf(rule, `A session has more than ${this.facts.window} operations; the rest is not remembered.`, line)
  }

  private doubt(message: string, line: number): void {
    this.doubtOf('ReadYourWrites', message, line)
    this.doubtOf('MonotonicReads', message, line)
  }

  private doubtOf(rule: string, message: string, line: number): void {
    this.facts.judgement.doubt(rule, message, [line])
  }
}

function newSession(): Session {
  return {
    readPosition: 0,
    readLine: 0,
    writtenPosition: 0,
    writtenLine: 0,
    writtenOp: '',
    unplaced: false,
    forgotten: false,
    seen: new Map(),
    own: new Map(),
  }
}

/** The operations that a read lists; null when it lists none. */
export function listedOperations(value: AnyValue | undefined, key: string | undefined): readonly string[] | null {
  if (key !== undefined || !Array.isArray(value)) return null
  const items: readonly unknown[] = value
  return items.every(item => typeof item === 'string') ? items : null
}
