// How many instances actions have, before they are listed: one for each choice of arguments.
import type { Value } from './value.ts'

/** Actions that have too many instances together: the one that has most, and what to say of it. */
export interface Excess {
  readonly action: string
  readonly message: string
  readonly hint: string
}

/** What is wrong with actions that have more than `limit` instances together; null when they have not. */
export function excessOf(
  actions: Iterable<readonly [name: string, parameters: { readonly [name: string]: Value<any> }]>,
  limit: number,
): Excess | null {
  const counted = Array.from(actions, ([name, parameters]) => {
    const sizes = Object.entries(parameters).map(([parameter, { size }]) => ({ parameter, size }))
    return { name, sizes, count: sizes.reduce((product, { size }) => product * size, 1) }
  })
  const total = counted.reduce((sum, { count }) => sum + count, 0)
  if (total <= limit) return null
  const { name, sizes, count } = counted.reduce((most, next) => (next.count > most.count ? next : most))
  const all = total === count ? '' : `, of ${shown(total)} in all`
  return {
    action: name,
    message: `${name} has ${shown(count)} instances${all}; at most ${shown(limit)} can be explored.`,
    hint: `There is one for each choice of arguments: ${sizes.map(({ parameter, size }) => `${shown(size)} of ${parameter}`).join(' × ')}. Give its parameters smaller domains.`,
  }
}

function shown(count: number): string {
  return count.toLocaleString('en')
}
