// Expressions of a map: the values of an event's fields, taken from the record. There is no code in them;
// what yields nothing (undefined) leaves its field out, and what cannot be read as it should be is a fault of the
// record, never silently nothing.
import { suggestion } from '../../lang/spec.ts'
import { checkMember, checkMemory, compilePattern } from './conditions.ts'
import { type As, convert, digest, FORMS, logPosition, numberFrom, textOf } from './conversions.ts'
import type { MapSource, Path } from './map-source.ts'
import type { Expression } from './mapping-types.ts'
import { follow, isPointer } from '../format/pointer.ts'
import { type Known, RecordFault, type Scope } from './scope.ts'

export type Evaluate = (scope: Scope) => unknown

type Parts = Readonly<Record<string, Expression>>

/** One form of computed expression: its further members, and how its argument becomes a value. */
interface Operator {
  readonly options: readonly string[]
  readonly compile: (parts: Parts, path: Path, compiler: ExpressionCompiler) => Evaluate
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['const', { options: [], compile: ({ const: value }) => always(value) }],
  ['get', { options: ['as', 'table', 'match', 'default'], compile: compileGet }],
  ['add', { options: [], compile: (parts, path, compiler) => combined('add', parts, path, compiler, sum) }],
  ['concat', { options: [], compile: (parts, path, compiler) => combined('concat', parts, path, compiler, joined) }],
  ['range', { options: [], compile: (parts, path, compiler) => combined('range', parts, path, compiler, range) }],
  ['hash', { options: [], compile: (parts, path, compiler) => mapped('hash', parts, path, compiler, digest) }],
  ['lsn', { options: [], compile: (parts, path, compiler) => mapped('lsn', parts, path, compiler, logPosition) }],
  ['fileName', { options: [], compile: compileFileName }],
  ['recall', { options: [], compile: compileRecall }],
  ['list', { options: ['of'], compile: compileList }],
])

const always =
  (value: unknown): Evaluate =>
  () =>
    value

/** Compiles the expressions of one map; its faults go to the map's source. */
export class ExpressionCompiler {
  readonly known: Known
  readonly source: MapSource

  constructor(known: Known, source: MapSource) {
    this.known = known
    this.source = source
  }

  compile(expression: Expression | undefined, path: Path): Evaluate {
    if (typeof expression === 'string')
      return isReference(expression) ? this.reference(expression, path) : always(expression)
    if (Array.isArray(expression)) return this.#array(expression as readonly Expression[], path)
    if (typeof expression !== 'object' || expression === null) return always(expression)
    const parts = expression as Parts
    const name = operatorIn(parts)
    return name === undefined ? this.#object(parts, path) : this.#operation(name, parts, path)
  }

  /** `$/a/b` in the record, `@/a/b` in the element. */
  reference(text: string, path: Path): Evaluate {
    const pointer = text.slice(1)
    if (!isPointer(pointer)) this.source.refuse('E-MAP-POINTER', path, `${pointer} is not a JSON pointer.`)
    const find = follow(pointer)
    if (text.startsWith('@')) {
      if (!this.known.element)
        this.source.refuse('E-MAP-POINTER', path, `${text} points into an element, but here is no forEach or list.`)
      return ({ element }) => find(element)
    }
    checkMember(pointer, path, this.known, this.source)
    return ({ record }) => find(record)
  }

  /** For expressions over an element. */
  inside(): ExpressionCompiler {
    return new ExpressionCompiler({ ...this.known, element: true }, this.source)
  }

  /** The parts of an object, to be joined with others'. */
  parts(parts: Parts, path: Path): ReadonlyMap<string, Evaluate> {
    return new Map(Object.entries(parts).map(([name, part]) => [name, this.compile(part, [...path, name])]))
  }

  #array(expressions: readonly Expression[], path: Path): Evaluate {
    const parts = expressions.map((part, position) => this.compile(part, [...path, position]))
    return scope => parts.map(part => part(scope)).filter(value => value !== undefined)
  }

  #object(parts: Parts, path: Path): Evaluate {
    return assembled(this.parts(parts, path))
  }

  #operation(name: string, parts: Parts, path: Path): Evaluate {
    const { options, compile } = OPERATORS.get(name)!
    for (const other of Object.keys(parts)) {
      if (other === name || options.includes(other)) continue
      const hint = options.length === 0 ? `${name} stands alone.` : suggestion(other, options)
      this.source.refuse('E-MAP-EXPRESSION', [...path, other], `${name} has no part ${other}.`, hint)
    }
    return compile(parts, path, this)
  }
}

/** An object of expressions yields the parts that there are, and nothing when there are none of them. */
export function assembled(parts: ReadonlyMap<string, Evaluate>): Evaluate {
  return scope => {
    const values: Record<string, unknown> = {}
    let isEmpty = parts.size > 0
    for (const [name, evaluate] of parts) {
      const value = evaluate(scope)
      if (value === undefined) continue
      values[name] = value
      isEmpty = false
    }
    return isEmpty ? undefined : values
  }
}

export function isReference(text: unknown): text is string {
  return typeof text === 'string' && /^[$@](?:$|\/)/.test(text)
}

/** The operator of an expression object; undefined for an object that stands for itself. */
export function operatorIn(parts: Parts): string | undefined {
  return Object.keys(parts).find(name => OPERATORS.has(name))
}

function compileGet(parts: Parts, path: Path, compiler: ExpressionCompiler): Evaluate {
  const { get, as, table, match } = parts
  const { source } = compiler
  if (!isReference(get)) {
    const hint = typeof get === 'string' ? `To point into the record, write $/${get.replace(/^\//, '')}` : ''
    source.refuse('E-MAP-EXPRESSION', [...path, 'get'], 'get takes a reference such as $/a/b.', hint)
    return always(undefined)
  }
  const find = compiler.reference(get, [...path, 'get'])
  const extract = match === undefined ? (value: unknown) => value : extraction(match, [...path, 'match'], source)
  const translate = table === undefined ? (value: unknown) => value : translation(table, [...path, 'table'], compiler)
  const form = as === undefined ? null : formNamed(as, [...path, 'as'], source)
  const otherwise = compiler.compile(parts['default'], [...path, 'default'])
  const isPlain = match === undefined && table === undefined && form === null
  return scope => {
    const found = find(scope)
    // A null is a value; but there is no number in it, no text to search and nothing to translate.
    if (found === undefined || (found === null && !isPlain)) return otherwise(scope)
    const translated = translate(extract(found))
    if (translated === undefined) {
      if (parts['default'] !== undefined || table === undefined) return otherwise(scope)
      const words = `There is no ${JSON.stringify(found)} in the table ${textOf(table)}.`
      throw new RecordFault(words, 'Add it to the table, or give the expression a default.')
    }
    return form === null ? translated : convert(translated, form, get)
  }
}

/** The first group of the pattern, in a text or in the first text of a list that has it. */
function extraction(match: unknown, path: Path, source: MapSource): (value: unknown) => unknown {
  const pattern = compilePattern(textOf(match), path, source)
  return value => {
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
    const found = texts.flatMap(text => (typeof text === 'string' ? (pattern.exec(text) ?? []) : []))
    return found[1] ?? found[0]
  }
}

function translation(name: unknown, path: Path, { known, source }: ExpressionCompiler): (value: unknown) => unknown {
  const table = known.tables.get(textOf(name))
  if (table === undefined) {
    const hint = known.tables.size === 0 ? 'The map has no tables.' : suggestion(textOf(name), [...known.tables.keys()])
    source.refuse('E-MAP-TABLE', path, `There is no table ${textOf(name)}.`, hint)
  }
  return value => (value === undefined ? undefined : table?.get(textOf(value)))
}

function formNamed(as: unknown, path: Path, source: MapSource): As | null {
  const form = FORMS.find(name => name === as)
  if (form !== undefined) return form
  const hint = `${suggestion(textOf(as), FORMS)} Forms are ${FORMS.join(', ')}.`
  source.refuse('E-MAP-EXPRESSION', path, `There is no form ${textOf(as)}.`, hint)
  return null
}

/** An operator over several values; nothing when one of them is nothing. */
function combined(
  name: string,
  parts: Parts,
  path: Path,
  compiler: ExpressionCompiler,
  combine: (values: readonly unknown[]) => unknown,
): Evaluate {
  const expressions = parts[name]
  const wanted = name === 'range' ? 2 : null
  if (!Array.isArray(expressions) || (wanted !== null && expressions.length !== wanted)) {
    const message = `${name} takes a list of ${wanted === null ? 'expressions' : 'two expressions, the first and the last position'}.`
    compiler.source.refuse('E-MAP-EXPRESSION', [...path, name], message)
    return always(undefined)
  }
  const evaluates = expressions.map((part, at) => compiler.compile(part as Expression, [...path, name, at]))
  return scope => {
    const values = evaluates.map(evaluate => evaluate(scope))
    return values.some(value => value === undefined || value === null) ? undefined : combine(values)
  }
}

/** An operator over one value; nothing stays nothing. */
function mapped(
  name: string,
  parts: Parts,
  path: Path,
  compiler: ExpressionCompiler,
  change: (value: unknown) => unknown,
): Evaluate {
  const evaluate = compiler.compile(parts[name], [...path, name])
  return scope => {
    const value = evaluate(scope)
    return value === undefined || value === null ? undefined : change(value)
  }
}

const sum = (values: readonly unknown[]): number => values.map(numberFrom).reduce((total, value) => total + value, 0)

const joined = (values: readonly unknown[]): string => values.map(textOf).join('')

/** A batch without entries has no positions: nothing, as with the empty appends that keep a leader in power. */
function range(values: readonly unknown[]): number | [number, number] | undefined {
  const [first, last] = values.map(numberFrom) as [number, number]
  if (first > last) return undefined
  return first === last ? first : [first, last]
}

/** The first group of the pattern in the name of the log's file, without its folders. */
function compileFileName(parts: Parts, path: Path, { source }: ExpressionCompiler): Evaluate {
  const find = extraction(parts['fileName'], [...path, 'fileName'], source)
  return ({ file }) => find(file.replace(/^.*[/\\]/s, ''))
}

function compileRecall(parts: Parts, path: Path, { known, source }: ExpressionCompiler): Evaluate {
  const name = textOf(parts['recall'])
  checkMemory(name, [...path, 'recall'], known, source)
  return ({ memory }) => memory.get(name)
}

function compileList(parts: Parts, path: Path, compiler: ExpressionCompiler): Evaluate {
  const elements = compiler.compile(parts['list'], [...path, 'list'])
  const each = compiler.inside().compile(parts['of'] ?? '@', [...path, 'of'])
  return scope => {
    const values = elements(scope)
    if (values === undefined || values === null) return undefined
    if (!Array.isArray(values)) throw new RecordFault(`${JSON.stringify(parts['list'])} is not a list.`)
    return values.map(element => each({ ...scope, element })).filter(value => value !== undefined)
  }
}
