// The most naive explorer there could be, as an oracle for the real one: states as JSON, guards by throwing, no cells,
// no guard trees, no undo. Follows only the definition of the semantics.
import { DISABLED } from '../src/lang/guard.ts'
import type { Action } from '../src/lang/model.ts'
import type { Instance } from '../src/lang/spec.ts'
import type { Value } from '../src/lang/value.ts'

export interface PlainResult {
  readonly distinct: number
  readonly transitions: number
  readonly depth: number
  /** States at each depth. */
  readonly levelCounts: readonly number[]
  /** Of each invariant and transition property that fails: the steps to the first failure. */
  readonly violated: { readonly [name: string]: number }
  readonly taken: { readonly [action: string]: number }
}

export function explorePlainly(instance: Instance): PlainResult {
  const schema = instance.state
  const known = new Map<string, number>()
  const violated: { [name: string]: number } = {}
  const taken: { [action: string]: number } = {}
  const levelCounts: number[] = []
  let transitions = 0
  let depth = 0
  const fresh = (json: string): never => {
    const state = schema.create()
    const cells = new Uint32Array(schema.radices.length)
    const packed: readonly number[] = JSON.parse(json) as number[]
    cells.set(packed)
    schema.load(cells, 0, state)
    return state as never
  }
  const pack = (state: never): string => {
    const cells = new Uint32Array(schema.radices.length)
    if (!schema.store(state, cells, 0)) throw new Error('a bound was left')
    return JSON.stringify(Array.from(cells))
  }
  const successors = (json: string, action: Action): string[] =>
    choices(action).flatMap(chosen => {
      const state = fresh(json)
      try {
        action.body(state, chosen)
      } catch (error) {
        if (error === DISABLED) return []
        throw error
      }
      return [pack(state)]
    })
  let frontier = [...new Set(successors(pack(schema.create() as never), instance.init))]
  for (let level = 0; frontier.length > 0; level++) {
    const next: string[] = []
    levelCounts.push(frontier.length)
    for (const json of frontier) {
      known.set(json, level)
      depth = level
      for (const [name, { holds }] of Object.entries(instance.invariants ?? {})) {
        if (!holds(fresh(json))) violated[name] ??= level
      }
    }
    for (const json of frontier) {
      for (const [name, action] of Object.entries(instance.actions)) {
        for (const successor of successors(json, action)) {
          transitions++
          taken[name] = (taken[name] ?? 0) + 1
          for (const [property, { holds }] of Object.entries(instance.transitions ?? {})) {
            if (!holds(fresh(json), fresh(successor))) violated[property] ??= level + 1
          }
          if (known.has(successor)) continue
          known.set(successor, level + 1)
          next.push(successor)
        }
      }
    }
    frontier = next
  }
  return { distinct: known.size, transitions, depth, levelCounts, violated, taken }
}

function choices(action: Action): { readonly [parameter: string]: unknown }[] {
  let all: { [parameter: string]: unknown }[] = [{}]
  for (const [name, domain] of Object.entries(action.parameters)) {
    all = all.flatMap(chosen => Array.from(domain as Value<unknown>, value => ({ ...chosen, [name]: value })))
  }
  return all
}
