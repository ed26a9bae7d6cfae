// The only place that parses TypeScript. Everything else sees ESTree nodes and comments with offsets into the text.
import {
  type ArrowFunctionExpression,
  type BindingPattern,
  type Comment,
  type Function as FunctionNode,
  type FunctionBody,
  type ParamPattern,
  parseSync,
  type Program,
} from 'oxc-parser'

/** The kinds of nodes, for those who read them. */
export type { Expression, Node, Program as SyntaxProgram, Statement as SyntaxStatement } from 'oxc-parser'

/** What gives names: of a constant, or of a parameter. */
export type Pattern = BindingPattern | ParamPattern

/** A function of a specification. */
export type FunctionSyntax = ArrowFunctionExpression | (FunctionNode & { readonly body: FunctionBody })

export interface Parsed {
  readonly program: Program
  readonly comments: readonly Comment[]
  /** Syntax errors: what, and the offset at which. */
  readonly problems: readonly { readonly message: string; readonly offset: number }[]
}

/** What was parsed last of each file: the same text is asked for to run it, for its comments, and to compile it. */
const latest = new Map<string, { readonly text: string; readonly parsed: Parsed }>()

/** Parses the text of a TypeScript module. */
export function parseModule(fileName: string, text: string): Parsed {
  const known = latest.get(fileName)
  if (known?.text === text) return known.parsed
  const parsed = parsedOnce(fileName, text)
  latest.set(fileName, { text, parsed })
  return parsed
}

function parsedOnce(fileName: string, text: string): Parsed {
  const result = parseSync(fileName, text, {
    sourceType: 'module',
    lang: 'ts',
    astType: 'ts',
    showSemanticErrors: true,
  })
  const problems = result.errors.map(error => ({ message: error.message, offset: error.labels[0]?.start ?? 0 }))
  return { program: result.program, comments: result.comments, problems }
}
