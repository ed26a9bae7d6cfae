// What a step changed: the smallest named parts of the state that differ, tables entry by entry.
import { TableDomain } from '../lang/table.ts'
import type { StateDomain } from '../lang/state.ts'
import type { Json } from '../lang/value.ts'

export interface Change {
  /** A field, or an entry of a table: `nextId`, `log[n1]`. */
  readonly path: string
  readonly from: Json
  readonly to: Json
}

export type StateJson = { readonly [field: string]: Json }

/** The parts that differ between two states of one schema, in the order of declaration. */
export function changesBetween(schema: StateDomain, before: StateJson, after: StateJson): readonly Change[] {
  const changes: Change[] = []
  for (const { name, domain } of schema.fields) compare(domain, before[name], after[name], name, changes)
  return changes
}

function compare(domain: unknown, from: Json | undefined, to: Json | undefined, path: string, into: Change[]): void {
  if (equalJson(from, to)) return
  if (domain instanceof TableDomain && isObject(from) && isObject(to)) {
    for (const key of Object.keys(to)) compare(domain.item, from[key], to[key], `${path}[${key}]`, into)
  } else {
    into.push({ path, from: from ?? null, to: to ?? null })
  }
}

function isObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** Structural equality; objects are equal whatever the order of their keys. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every(key => key in b && equalJson((a as StateJson)[key], (b as StateJson)[key]))
}
