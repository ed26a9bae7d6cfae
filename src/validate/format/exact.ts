// Numbers that JSON holds and readers of JSON do not: beyond 2^53 - 1 neighbours become one number, so that the number to
// be told of is not the one that was written.

/** The place in a value, a number or a list of them, of the first that may have been rounded as it was read; null for none. */
export function inexactIn(value: unknown): readonly number[] | null {
  if (isInexact(value)) return []
  const at = Array.isArray(value) ? value.findIndex(isInexact) : -1
  return at === -1 ? null : [at]
}

function isInexact(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
}
