// Equality of recorded values: two are equal when their JSON is, whatever the order in which an object's keys stand.
import type { AnyValue } from './repltrace.ts'

/** One text for all equal values. */
export function canonical(value: AnyValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(item => canonical(item as AnyValue)).join(',')}]`
  const entries = Object.entries(value as { readonly [key: string]: AnyValue })
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .join(',')}}`
}
