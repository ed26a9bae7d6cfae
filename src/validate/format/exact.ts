// Numbers that JSON holds and readers of JSON do not: beyond 2^53 - 1 neighbours become one number, so that the number to
// be told of is not the one that was written.

/** In a number, or in numbers listed or named, the key of the first that may have been rounded as it was read; null for none. */
export function inexactIn(value: unknown): readonly string[] | null {
  if (isInexact(value)) return []
  if (typeof value !== 'object' || value === null) return null
  const found = Object.entries(value).find(([, part]) => isInexact(part))
  return found === undefined ? null : [found[0]]
}

function isInexact(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
}
