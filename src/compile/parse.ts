// The only place that parses TypeScript. Everything else sees ESTree nodes and comments with offsets into the text.
import { type Comment, parseSync, type Program } from 'oxc-parser'

/** The kinds of nodes, for those who read them. */
export type {
  ArrowFunctionExpression,
  Expression,
  Node,
  ObjectPattern,
  Program as SyntaxProgram,
  Statement as SyntaxStatement,
} from 'oxc-parser'

export interface Parsed {
  readonly program: Program
  readonly comments: readonly Comment[]
  /** Syntax errors: what, and the offset at which. */
  readonly problems: readonly { readonly message: string; readonly offset: number }[]
}

/** Parses the text of a TypeScript module. */
export function parseModule(fileName: string, text: string): Parsed {
  const result = parseSync(fileName, text, {
    sourceType: 'module',
    lang: 'ts',
    astType: 'ts',
    showSemanticErrors: true,
  })
  const problems = result.errors.map(error => ({ message: error.message, offset: error.labels[0]?.start ?? 0 }))
  return { program: result.program, comments: result.comments, problems }
}
