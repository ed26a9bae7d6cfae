// Which of the model's epochs an epoch of the trace is. The model numbers the epochs that were led 1, 2, 3, …; where every
// promotion was recorded the trace itself says which these are. Where some may be missing, only what has happened so far
// says it: each epoch of the model has the trace's number, or none yet, when a promotion was taken that nobody recorded.

/** The trace's numbers of the model's epochs, from 1 on, ascending; null where it is not known. */
export type Led = readonly (number | null)[]

/** The model's epochs from `ge` to `le`; none when `le` is less. */
export interface Epochs {
  readonly ge: number
  readonly le: number
}

/** The epochs of the model that may be one that somebody led. */
export function ledAs(led: Led, epoch: number): Epochs {
  const { below, above } = around(led, epoch)
  const known = led.indexOf(epoch)
  return known >= 0 ? { ge: known + 1, le: known + 1 } : { ge: below + 1, le: above - 1 }
}

/** The newest epochs of the model that a node may know when it has heard of this one, which maybe nobody led. */
export function heardAs(led: Led, epoch: number): Epochs {
  const { ge, le } = ledAs(led, epoch)
  return led.includes(epoch) ? { ge, le } : { ge: 0, le }
}

/** With so many epochs, of which the new ones are not known. */
export function widened(led: Led, count: number): Led {
  return led.length >= count ? led : [...led, ...Array.from({ length: count - led.length }, () => null)]
}

/** With an epoch of the model known to be one of the trace; the same when it was known, or is another. */
export function named(led: Led, rank: number, epoch: number): Led {
  if (rank < 1 || rank > led.length || led[rank - 1] !== null) return led
  const { ge, le } = ledAs(led, epoch)
  return rank < ge || rank > le ? led : led.with(rank - 1, epoch)
}

/** The known epochs next to one, by their ranks; 0 and one past the end where there are none. */
function around(led: Led, epoch: number): { below: number; above: number } {
  let below = 0
  let above = led.length + 1
  for (const [index, known] of led.entries()) {
    if (known === null) continue
    if (known < epoch) below = index + 1
    else if (known > epoch && above > led.length) above = index + 1
  }
  return { below, above }
}
