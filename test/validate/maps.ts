// Small maps for tests, and what becomes of records by them.
import type { InputProblem } from '../../src/validate/format/foreign-trace.ts'
import { mapTrace } from '../../src/validate/map/mapped-trace.ts'
import type { Mapped, MappingOptions } from '../../src/validate/map/mapper.ts'
import { type Mapping, readMapping } from '../../src/validate/map/mapping.ts'

/** A map of the parts that a test is about; the rest is the least there can be. */
function map(parts: object): string {
  const least = { map: 'repltrace-map/1', input: { kind: 'ndjson' }, rules: [{ emit: { type: 'note' } }] }
  return JSON.stringify({ ...least, ...parts }, null, 2)
}

export function read(parts: object): Mapping {
  const result = readMapping(map(parts), 'my.map.json')
  if ('problems' in result) throw new Error(JSON.stringify(result.problems, null, 2))
  return result.mapping
}

export function apply(parts: object, records: readonly unknown[], options: Partial<MappingOptions> = {}): Mapped {
  const text = records.map(record => JSON.stringify(record)).join('\n')
  return mapTrace(text, read(parts), { file: 'log', ...options })
}

export function events(result: Mapped): readonly unknown[] {
  if ('problems' in result) throw new Error(JSON.stringify(result.problems, null, 2))
  return result.trace.events.map(({ event }) => event)
}

/** The event of a note whose own field x-v is an expression. */
export function value(expression: unknown, record: unknown, parts: object = {}): unknown {
  const rules = [{ emit: { type: 'note', 'x-v': expression } }]
  return (events(apply({ rules, ...parts }, [record]))[0] as { 'x-v'?: unknown })['x-v']
}

export function refusals(parts: object): readonly InputProblem[] {
  const result = readMapping(map(parts), 'my.map.json')
  return 'problems' in result ? result.problems : []
}

export function problems(result: Mapped): readonly InputProblem[] {
  return 'problems' in result ? result.problems : []
}
