// Conditions of a map on a record: which records are looked at, and which rule is theirs. They only compare: two records
// that agree in what the conditions point to are treated alike.
import { suggestion } from '../../lang/spec.ts'
import { asNumber } from './conversions.ts'
import type { MapSource, Path } from './map-source.ts'
import type { Conditions, Test } from './mapping-types.ts'
import { follow, isPointer, stepsOf } from '../format/pointer.ts'
import type { Known, Scope } from './scope.ts'

export type Holds = (scope: Scope) => boolean

/** The conjunction of all conditions; faults of the map go to its source. */
export function compileConditions(conditions: Conditions, path: Path, known: Known, source: MapSource): Holds {
  const tests = Object.entries(conditions).map(([place, test]) => {
    const find = compilePlace(place, [...path, place], known, source)
    const passes = compileTest(test, [...path, place], known, source)
    return (scope: Scope) => passes(find(scope), scope)
  })
  return scope => tests.every(test => test(scope))
}

function compilePlace(place: string, path: Path, known: Known, source: MapSource): (scope: Scope) => unknown {
  if (place.startsWith('#')) {
    const name = place.slice(1)
    checkMemory(name, path, known, source)
    return ({ memory }) => memory.get(name)
  }
  if (!isPointer(place)) {
    const hint = `JSON pointers begin with a slash: /${place.replaceAll('.', '/')}`
    source.refuse(
      'E-MAP-POINTER',
      path,
      `${place} is neither a JSON pointer nor the #name of something remembered.`,
      hint,
    )
  }
  checkMember(place, path, known, source)
  const find = follow(place)
  return ({ record }) => find(record)
}

export function checkMemory(name: string, path: Path, known: Known, source: MapSource): void {
  if (known.memory.includes(name)) return
  const none = 'What the map declares as its memory is known to rules, the header and unmatchedName.'
  const hint = known.memory.length === 0 ? none : suggestion(name, known.memory)
  source.refuse('E-MAP-MEMORY', path, `Nothing is remembered by the name ${name} here.`, hint)
}

/** Where all members of records are known, as with text and named columns, a pointer must begin with one of them. */
export function checkMember(pointer: string, path: Path, known: Known, source: MapSource): void {
  const member = stepsOf(pointer)[0]
  if (known.members === null || member === undefined || known.members.includes(member)) return
  source.refuse('E-MAP-POINTER', path, `Records have no ${member}.`, suggestion(member, known.members))
}

type Passes = (value: unknown, scope: Scope) => boolean

function compileTest(test: Test, path: Path, known: Known, source: MapSource): Passes {
  if (Array.isArray(test)) return value => test.some(choice => choice === value)
  if (typeof test !== 'object' || test === null) return value => value === test
  const { exists, matches, gt, lt, same, not } = test
  const parts: Passes[] = []
  if (exists !== undefined) parts.push(value => (value !== undefined) === exists)
  if (matches !== undefined) {
    const expression = compilePattern(matches, [...path, 'matches'], source)
    parts.push(value => typeof value === 'string' && expression.test(value))
  }
  if (gt !== undefined) parts.push(value => asNumber(value) > gt)
  if (lt !== undefined) parts.push(value => asNumber(value) < lt)
  if (same !== undefined) {
    const find = compilePlace(same, [...path, 'same'], known, source)
    parts.push((value, scope) => value === find(scope))
  }
  if (not !== undefined) {
    const negated = compileTest(not, [...path, 'not'], known, source)
    parts.push((value, scope) => !negated(value, scope))
  }
  return (value, scope) => parts.every(part => part(value, scope))
}

const NEVER = /(?!)/

/** A regular expression of the map; one that matches nothing where it is none. */
export function compilePattern(text: string, path: Path, source: MapSource): RegExp {
  try {
    return new RegExp(text, 'u')
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /s, '') : String(error)
    source.refuse('E-MAP-REGEX', path, `Not a regular expression: ${reason}.`)
    return NEVER
  }
}
