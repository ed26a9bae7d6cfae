// Reading a map: a declarative file that says how the records of another system's log become events. A map is read
// once, and refused with every fault that can be seen without a record; `Mapper` then applies it.
import { suggestion } from '../../lang/spec.ts'
import { compileConditions, type Holds } from './conditions.ts'
import { checkCommon, compileEmission, type Emit } from './emissions.ts'
import { HEADER_FIELDS, isOwnField } from '../format/vocabulary.ts'
import { type Evaluate, ExpressionCompiler } from './expressions.ts'
import type { InputProblem } from '../format/foreign-trace.ts'
import { type RecordReader, recordReader } from './inputs.ts'
import { checkSchema } from './map-schema.ts'
import { MapSource, type Path } from './map-source.ts'
import type { Conditions, Emission, Expression, MapFile, Rule } from './mapping-types.ts'
import type { Known } from './scope.ts'

interface Recollection {
  readonly name: string
  readonly of: Holds
  /** Null to count. */
  readonly keep: Evaluate | null
  readonly by: Evaluate
}

interface MappingRule {
  readonly name: string
  readonly when: Holds
  readonly outcome: { readonly drop: string } | { readonly emit: readonly Emit[] }
}

/** A map that was read without a fault. */
export interface Mapping {
  readonly file: string
  readonly reader: RecordReader
  readonly select: Holds
  readonly memory: readonly Recollection[]
  /** The header's fields over the first selected record; nodes and clients are left out where they are collected. */
  readonly header: ReadonlyMap<string, Evaluate>
  readonly collects: { readonly nodes: boolean; readonly clients: boolean }
  /** Null where the map does not say. */
  readonly unmatchedName: Evaluate | null
  readonly rules: readonly MappingRule[]
}

export type ReadMapping = { readonly mapping: Mapping } | { readonly problems: readonly InputProblem[] }

/** Reads a map from the text of a file; the problems' codes begin with `E-MAP-`. */
export function readMapping(text: string, file: string): ReadMapping {
  const source = new MapSource(text, file)
  if (source.problems.length === 0) checkSchema(source)
  if (source.problems.length > 0) return { problems: source.problems }
  const mapping = compile(source.value as MapFile, source)
  return source.problems.length > 0 ? { problems: source.problems } : { mapping }
}

function compile(map: MapFile, source: MapSource): Mapping {
  const reader = recordReader(map.input, source)
  const tables = Object.entries(map.tables ?? {}).map(
    ([name, table]) => [name, new Map(Object.entries(table))] as const,
  )
  // What is remembered follows from the record alone, so that no order of memories matters.
  const record: Known = { tables: new Map(tables), memory: [], members: reader.members, element: false }
  const known: Known = { ...record, memory: Object.keys(map.memory ?? {}) }
  const compiler = new ExpressionCompiler(known, source)
  const early = new ExpressionCompiler(record, source)
  const conditions = (when: Conditions, path: Path) => compileConditions(when, path, record, source)
  const common = map.common ?? {}
  checkReachable(map.rules, source)
  checkCommon(common, map.rules.flatMap(emissionsOf), compiler)
  return {
    file: source.file,
    reader,
    select: conditions(map.select ?? {}, ['select']),
    memory: Object.entries(map.memory ?? {}).map(([name, { of, keep, by }]) => ({
      name,
      of: conditions(of, ['memory', name, 'of']),
      keep: keep === undefined ? null : early.compile(keep, ['memory', name, 'keep']),
      by: early.compile(by, ['memory', name, 'by']),
    })),
    ...compileHeader(map.header ?? {}, compiler),
    unmatchedName: map.unmatchedName === undefined ? null : compiler.compile(map.unmatchedName, ['unmatchedName']),
    rules: map.rules.map((rule, at) => ({
      name: rule.name ?? defaultName(rule, at),
      when: compileConditions(rule.when ?? {}, ['rules', at, 'when'], known, source),
      outcome: compileOutcome(rule, at, common, compiler),
    })),
  }
}

function compileHeader(
  header: Readonly<Record<string, Expression>>,
  compiler: ExpressionCompiler,
): Pick<Mapping, 'header' | 'collects'> {
  const fields = Object.entries(header).filter(([, expression]) => expression !== 'collect')
  for (const name of Object.keys(header)) {
    if (HEADER_FIELDS.includes(name) || isOwnField(name)) continue
    const hint = suggestion(name, HEADER_FIELDS)
    compiler.source.refuse('E-MAP-FIELD', ['header', name], `A header has no field ${name}.`, hint)
  }
  return {
    header: new Map(fields.map(([name, expression]) => [name, compiler.compile(expression, ['header', name])])),
    collects: {
      nodes: header['nodes'] === undefined || header['nodes'] === 'collect',
      clients: header['clients'] === 'collect',
    },
  }
}

function compileOutcome(
  rule: Rule,
  at: number,
  common: Readonly<Record<string, Expression>>,
  compiler: ExpressionCompiler,
): MappingRule['outcome'] {
  const path = ['rules', at]
  if (rule.drop !== undefined) {
    if (rule.emit !== undefined)
      compiler.source.refuse('E-MAP-RULE', path, 'A rule either emits events or drops the record.')
    return { drop: rule.drop }
  }
  if (rule.emit === undefined)
    compiler.source.refuse('E-MAP-RULE', path, 'The rule does nothing.', 'Give it an emit, or a drop with the reason.')
  const isList = Array.isArray(rule.emit)
  const emit = emissionsOf(rule).map((emission, position) =>
    compileEmission(emission, [...path, 'emit', ...(isList ? [position] : [])], common, compiler),
  )
  return { emit }
}

function emissionsOf({ emit }: Rule): readonly Emission[] {
  if (emit === undefined) return []
  return Array.isArray(emit) ? emit : [emit]
}

function defaultName(rule: Rule, at: number): string {
  const types = emissionsOf(rule).map(({ type }) => type)
  return `rule ${at + 1} (${rule.drop === undefined ? types.join(', ') : 'drop'})`
}

/** A rule after one that takes every record, or the same records, would never be asked. */
function checkReachable(rules: readonly Rule[], source: MapSource): void {
  const takers = new Map<string, number>()
  for (const [at, { when = {} }] of rules.entries()) {
    const same = JSON.stringify(Object.entries(when).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    const taker = takers.get('[]') ?? takers.get(same)
    if (taker === undefined) {
      takers.set(same, at)
      continue
    }
    const earlier = rules[taker].name ?? `rule ${taker + 1}`
    const message = `No record reaches this rule: ${earlier} takes them all.`
    source.refuse('E-MAP-UNREACHABLE', ['rules', at], message, 'Put the rule with fewer conditions last.')
  }
}
