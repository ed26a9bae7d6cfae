// Types erased from TypeScript, in place: what is left is JavaScript with every character where it was, so that stack
// traces need no map. Only what can be blanked is: for anything else, and for the few places where JavaScript would read
// what is left otherwise, there is no answer, and who runs the module must know another way.
import { parseModule } from './parse.ts'

interface Span {
  readonly start: number
  readonly end: number
}

/** Any node of a syntax tree; its other properties are nodes, lists of them, and what is neither. */
interface Tree extends Span {
  readonly type: string
  readonly [property: string]: unknown
}

/** Statements that are about types only. */
const DECLARATIONS: ReadonlySet<string> = new Set(['TSTypeAliasDeclaration', 'TSInterfaceDeclaration'])

const IN_PLACE: ReadonlySet<string> = new Set([
  'TSTypeAnnotation',
  'TSTypeParameterDeclaration',
  'TSTypeParameterInstantiation',
])

/** Expressions with a type behind them. */
const TYPED: ReadonlySet<string> = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'])

/** What continues the line before it where no semicolon stands between; comments in between do not matter. */
const CONTINUES = /(?:[ \t]|\/\*[\s\S]*?\*\/)*(?:\/\/[^\n]*)?\r?\n\s*[([`+\-/*]/y

/** A comment of several lines: it ends the line that it begins on. */
const LINES_LATER = /[ \t]*\/\*(?:(?!\*\/)[^\n])*\n/y

/** Ends the search: this module has what cannot be blanked. */
class Unerasable extends Error {}

/** The JavaScript of a TypeScript module; null when blanking is not enough. */
export function eraseTypes(fileName: string, text: string): string | null {
  const { program, problems } = parseModule(fileName, text)
  if (problems.length > 0) return null
  const blanks: (Span & { readonly by?: string })[] = []
  try {
    visit(program as unknown as Tree)
  } catch (error) {
    if (error instanceof Unerasable) return null
    throw error
  }
  let erased = ''
  let at = 0
  for (const { start, end, by = '' } of blanks.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue // inside another
    erased += text.slice(at, start) + by + text.slice(start + by.length, end).replace(/[^\r\n]/g, ' ')
    at = end
  }
  return erased + text.slice(at)

  function visit(node: Tree): void {
    const { type, start, end } = node
    // An empty statement, so that the one before does not go on with the one after.
    if (DECLARATIONS.has(type) || isOfTypes(node)) blanks.push({ start, end, by: ';' })
    else if (IN_PLACE.has(type)) blank(node)
    else if (TYPED.has(type)) {
      const expression = node['expression'] as Tree
      blank({ start: expression.end, end })
      visit(expression)
    } else if (isSpecifierOfType(node)) {
      const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0
      if (/^\s*\//.test(text.slice(end))) throw new Unerasable()
      blanks.push({ start, end: end + comma })
    } else if (isBeyond(node)) throw new Unerasable()
    else {
      if (type === 'Identifier' && node['optional'] === true) {
        const mark = start + String(node['name']).length
        if (text[mark] !== '?') throw new Unerasable()
        blanks.push({ start: mark, end: mark + 1 })
      }
      for (const child of childrenOf(node)) visit(child)
    }
  }

  function blank({ start, end }: Span): void {
    CONTINUES.lastIndex = end
    LINES_LATER.lastIndex = end
    if (CONTINUES.test(text) || LINES_LATER.test(text)) throw new Unerasable()
    blanks.push({ start, end })
  }

  /** What has no JavaScript beneath it, or whose type separates what must stay on one line. */
  function isBeyond(node: Tree): boolean {
    const { type } = node
    if (type.startsWith('TS') || type.startsWith('Class') || type === 'Decorator') return true
    if (
      type === 'ExportDefaultDeclaration' &&
      isTree(node['declaration']) &&
      DECLARATIONS.has(node['declaration'].type)
    )
      return true
    if (node['declare'] === true || node['definite'] === true) return true
    if (type === 'Identifier') return node['name'] === 'this'
    if (type.endsWith('Pattern') && node['optional'] === true) return true
    const { typeParameters, returnType, params } = node
    if (isTree(typeParameters) && /[\n/]/.test(text.slice(node.start, typeParameters.end + 3))) return true
    if (type !== 'ArrowFunctionExpression' || !isTree(returnType)) return false
    const last = Array.isArray(params) ? (params.findLast(isTree)?.end ?? node.start) : node.start
    return text.slice(last, returnType.end).includes('\n')
  }
}

/** `import type`, `export type`. */
function isOfTypes({ type, ...node }: Tree): boolean {
  if (type === 'ImportDeclaration') return node['importKind'] === 'type'
  return (type === 'ExportNamedDeclaration' || type === 'ExportAllDeclaration') && node['exportKind'] === 'type'
}

/** `type Name` within braces. */
function isSpecifierOfType({ type, ...node }: Tree): boolean {
  if (type === 'ImportSpecifier') return node['importKind'] === 'type'
  return type === 'ExportSpecifier' && node['exportKind'] === 'type'
}

function childrenOf(node: Tree): readonly Tree[] {
  return Object.values(node).flatMap(value => (Array.isArray(value) ? value : [value]).filter(isTree))
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}
