// Names in scope, and the state of one lowering: locals handed out, statements emitted, whether anything was written.
import type { Statement } from '../ir/ir.ts'
import type { Meaning } from './meaning.ts'
import type { Node } from './parse.ts'

/** The text a node belongs to, for error places. */
export interface Source {
  readonly file: string
  readonly text: string
}

export class Scope {
  readonly source: Source
  private readonly names = new Map<string, Meaning>()
  private readonly outer: Scope | null

  constructor(source: Source, outer: Scope | null) {
    this.source = source
    this.outer = outer
  }
  inner(): Scope {
    return new Scope(this.source, this)
  }
  /** Takes a name that is declared further down: until it is defined, using it is an error, as in JavaScript. */
  await(name: string, declaration: Node): void {
    this.names.set(name, { kind: 'pending', declaration, hides: this.outer?.find(name) !== undefined })
  }
  define(name: string, meaning: Meaning): void {
    this.names.set(name, meaning)
  }
  find(name: string): Meaning | undefined {
    return this.names.get(name) ?? this.outer?.find(name)
  }
  /** Every name in scope, the innermost first. */
  all(): readonly string[] {
    return [...this.names.keys(), ...(this.outer?.all() ?? [])]
  }
}

/** One body or property being lowered. */
export class Lowering {
  localCount = 0
  /** What was written first, once something was. */
  wrote: string | null = null
  /** How many branches that the state decides are around the place being lowered. */
  branches = 0
  /** How many calls of functions as statements are around the place being lowered. */
  depth = 0
  /** Locals that may be assigned again. */
  readonly variables = new Set<number>()
  /** Where statements go; null where only an expression may stand. */
  sink: Statement[] | null

  constructor(sink: Statement[] | null) {
    this.sink = sink
  }
  local(): number {
    return this.localCount++
  }
  /** Like `collect`, for what only some states get to. */
  branch(lower: () => void): readonly Statement[] {
    this.branches++
    try {
      return this.collect(lower)
    } finally {
      this.branches--
    }
  }
  /** Runs `lower` with another place for statements and returns what it emitted. */
  collect(lower: () => void): readonly Statement[] {
    const outer = this.sink
    const inner: Statement[] = []
    this.sink = inner
    try {
      lower()
    } finally {
      this.sink = outer
    }
    return inner
  }
}

/** A construct outside the language, with its place in the source. */
export class CompileError extends Error {
  readonly source: Source
  readonly offset: number
  readonly hint: string

  constructor(source: Source, offset: number, message: string, hint = '') {
    super(message)
    this.name = 'CompileError'
    this.source = source
    this.offset = offset
    this.hint = hint
  }
}
