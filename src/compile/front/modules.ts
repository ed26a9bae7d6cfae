// Modules as the compiler reads them: what they import and declare, put in scope in the order in which it can be used.
import { suggestion } from '../../lang/spec.ts'
import { evaluate, fail, refused } from './expressions.ts'
import {
  type Expression,
  type FunctionSyntax,
  parseModule,
  type SyntaxProgram as Syntax,
  type SyntaxStatement,
} from './parse.ts'
import { awaitAll, bind } from './patterns.ts'
import { isRefused } from './refusals.ts'
import { Lowering, Scope, type Source } from './scope.ts'
import { importedWord, WORDS } from './words.ts'

/** The text of a module that a specification imports, by its specifier and the file that imports it; null for none. */
export type ReadModule = (specifier: string, importer: string) => Source | null

/**
 * Reads a module and those it imports as the compiler does.
 *
 * @throws CompileError for what it cannot import, and what is outside the language, with its place.
 */
export function checkModule(source: Source, readModule: ReadModule): void {
  loadModule(source, new Scope(source, null), readModule)
}

/** Defines what a module declares; returns its default export. */
export function loadModule(
  source: Source,
  scope: Scope,
  readModule: ReadModule,
  importers: readonly string[] = [],
): Expression | null {
  const syntax: Syntax = parseModule(source.file, source.text).program
  let defaultExport: Expression | null = null
  hoist(
    syntax.body.flatMap(statement =>
      statement.type === 'ExportNamedDeclaration' ? (statement.declaration ?? []) : [statement],
    ),
    scope,
  )
  for (const statement of syntax.body) {
    if (statement.type === 'ImportDeclaration') importInto(statement, scope, readModule, importers)
    else if (statement.type === 'ExportDefaultDeclaration') defaultExport = statement.declaration as Expression
    else if (statement.type === 'ExportNamedDeclaration') {
      if (statement.declaration !== null) declareConstants(statement.declaration, scope)
    } else declareConstants(statement, scope)
  }
  return defaultExport
}

function importInto(
  statement: Extract<SyntaxStatement, { type: 'ImportDeclaration' }>,
  scope: Scope,
  readModule: ReadModule,
  importers: readonly string[],
): void {
  if (statement.importKind === 'type') return
  const from = statement.source.value
  const own = from === 'primacy'
  if (!own && !from.startsWith('.'))
    throw fail(
      statement,
      scope,
      `This imports ${from}.`,
      'A specification may import primacy and its own relative modules.',
    )
  const imported = own ? null : moduleScope(from, statement, scope, readModule, importers)
  for (const specifier of statement.specifiers ?? []) {
    if (specifier.type !== 'ImportSpecifier')
      throw fail(
        specifier,
        scope,
        'Only single words are imported, by name.',
        "Write  import { guard, model } from 'primacy'",
      )
    if (specifier.importKind === 'type') continue
    const name = specifier.imported.type === 'Identifier' ? specifier.imported.name : specifier.imported.value
    const meaning = imported === null ? importedWord(name) : imported.find(name)
    if (meaning === undefined)
      throw fail(specifier, scope, `${from} has no ${name}.`, imported === null ? importHint(name) : '')
    scope.define(specifier.local.name, meaning)
  }
}

function importHint(name: string): string {
  if (TYPES.has(name)) return `It is a type:  import type { ${name} } from 'primacy'`
  return suggestion(name, WORDS, true) || `It has ${WORDS.join(', ')}.`
}

/** What primacy has only for the type checker. */
const TYPES: ReadonlySet<string> = new Set(['Frozen', 'Of', 'Id'])

function moduleScope(
  from: string,
  statement: SyntaxStatement,
  importer: Scope,
  readModule: ReadModule,
  importers: readonly string[],
): Scope {
  const source = readModule(from, importer.source.file)
  if (source === null) {
    const whole = ['.ts', '/index.ts'].map(ending => from + ending).find(name => readModule(name, importer.source.file))
    const hint =
      whole === undefined ? 'The path is taken from where this file is.' : `Write the whole name:  '${whole}'`
    throw fail(statement, importer, `This imports ${from}, which is not there.`, hint)
  }
  const chain = [...importers, importer.source.file]
  if (chain.includes(source.file))
    throw fail(
      statement,
      importer,
      `This imports ${from}, which imports this module.`,
      'Put what both need into a module of its own.',
    )
  const scope = new Scope(source, null)
  loadModule(source, scope, readModule, chain)
  return scope
}

/** What is in scope from the start of a list of declarations: its functions, and the names that are still to come. */
export function hoist(statements: readonly SyntaxStatement[], scope: Scope): void {
  awaitAll(statements, scope)
  for (const statement of statements) {
    if (isFunction(statement)) scope.define(statement.id.name, { kind: 'function', node: statement, scope })
  }
}

function isFunction(
  statement: SyntaxStatement,
): statement is SyntaxStatement & FunctionSyntax & { id: { name: string } } {
  return statement.type === 'FunctionDeclaration' && statement.id !== null && !statement.generator && !statement.async
}

/** Constants of a module or of the specification's function. */
export function declareConstants(statement: SyntaxStatement, scope: Scope): void {
  if (
    statement.type === 'TSTypeAliasDeclaration' ||
    statement.type === 'TSInterfaceDeclaration' ||
    statement.type === 'EmptyStatement' ||
    isFunction(statement)
  )
    return
  if (isRefused(statement)) throw refused(statement, scope)
  if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const')
    throw fail(
      statement,
      scope,
      'Only constants stand here.',
      'Write const, and arrow functions:  const leads = (s: State, n: Node) => …',
    )
  for (const { id, init } of statement.declarations) {
    if (init === null) throw fail(statement, scope, 'A constant needs a value.')
    bind(id, evaluate(init, scope, new Lowering(null)), scope, meaning => meaning)
  }
}
