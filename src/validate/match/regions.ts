// Parts of the state that are the same at every size of window: `role[n1]`, `log[n1].length`, `log[n1]#` for the entries
// of a log.

/** The region of what is set back after every step. */
export const FORGOTTEN = ''

/** The region of a cell, by its name. */
export function regionOf(name: string): string {
  return name.replace(/\{.*$/, '').replace(/\[\d+\]$/, '#')
}

/** The regions of some cells, given those of all, without what is set back. */
export function named(cells: Iterable<number>, regions: readonly string[]): Set<string> {
  const names = new Set<string>()
  for (const cell of cells) names.add(regions[cell])
  names.delete(FORGOTTEN)
  return names
}

/** Whether two sets of regions have one in common. */
export function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const region of a) if (b.has(region)) return true
  return false
}
