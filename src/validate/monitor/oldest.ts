// Forgetting in a map that is too large: what was put in first goes first.

/**
 * Once a map is larger than `limit`, drops its oldest quarter; returns how many entries went. One at a time would be
 * slow, since finding the first of a map passes over what was deleted before it.
 */
export function dropOldest(map: Map<unknown, unknown>, limit: number): number {
  if (map.size <= limit) return 0
  const wanted = map.size - limit + (limit >> 2)
  let dropped = 0
  for (const key of map.keys()) {
    if (dropped === wanted) break
    map.delete(key)
    dropped++
  }
  return dropped
}
