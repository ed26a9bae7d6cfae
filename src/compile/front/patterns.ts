// Names given to meanings: a plain name, or fields taken by name.
import { fieldOf } from './convert.ts'
import { RecordDomain } from '../../lang/record.ts'
import type { Meaning } from './meaning.ts'
import type { Node, Pattern, SyntaxStatement } from './parse.ts'
import { CompileError, type Scope } from './scope.ts'

/** Puts in scope what statements declare, none of it usable yet: an outer name of the same spelling is hidden from here on. */
export function awaitAll(statements: readonly SyntaxStatement[], scope: Scope): void {
  for (const statement of statements) {
    if (statement.type !== 'VariableDeclaration') continue
    for (const declaration of statement.declarations) awaitNames(declaration.id, declaration, scope)
  }
}

/** As `awaitAll`, for one pattern, whose names have no value within `declaration`. */
export function awaitNames(pattern: Pattern, declaration: Node, scope: Scope): void {
  if (pattern.type === 'Identifier') scope.await(pattern.name, declaration)
  if (pattern.type !== 'ObjectPattern') return
  for (const property of pattern.properties)
    if (property.type === 'Property') awaitNames(property.value, declaration, scope)
}

/** Defines what a pattern names; `keep` says what a name stands for from then on. */
export function bind(pattern: Pattern, meaning: Meaning, scope: Scope, keep: (meaning: Meaning) => Meaning): void {
  if (pattern.type === 'Identifier') {
    scope.define(pattern.name, keep(meaning))
    return
  }
  if (pattern.type !== 'ObjectPattern')
    throw new CompileError(
      scope.source,
      pattern.start,
      'A plain name is needed here, or fields by name.',
      'Write:  { a, b }',
    )
  for (const property of pattern.properties) {
    const isPlain = property.type === 'Property' && property.key.type === 'Identifier' && !property.computed
    if (!isPlain || property.value.type === 'AssignmentPattern')
      throw new CompileError(
        scope.source,
        property.start,
        'Fields are taken by name, without defaults.',
        'Write:  { a, b }',
      )
    const { name } = property.key as { readonly name: string }
    const field = fieldNamed(meaning, name)
    if (field === null) throw new CompileError(scope.source, property.start, `There is no ${name} here.`)
    bind(property.value, field, scope, keep)
  }
}

function fieldNamed(meaning: Meaning, name: string): Meaning | null {
  if (meaning.kind === 'object') return meaning.fields.get(name) ?? null
  if (meaning.kind === 'number' && meaning.type instanceof RecordDomain)
    return fieldOf(meaning.type, meaning.expr, name)
  return null
}
