// Retries: what several attempts at one operation can have done, which depends on whether the system recognises them.
import type { Operation } from '../order/operations.ts'

/**
 * The operations with their retries resolved. With `dedup` an operation takes effect once, between its first call and its
 * last end; without, each attempt is an operation of its own. While nobody knows, it takes effect in that time, and every
 * further attempt may have taken effect too: that allows what either allows.
 */
export function withAttempts(operations: readonly Operation[], dedup: boolean | undefined): readonly Operation[] {
  if (dedup === false || operations.every(({ attempt }) => attempt === 1)) return operations
  return chainsOf(operations).flatMap(chain => {
    if (chain.length === 1) return chain
    const whole = merged(chain)
    if (dedup === true || whole.f === 'read') return [whole]
    const extra = chain.slice(1).map(attempt => indeterminate(attempt))
    // Where the last attempt is known to have failed, an earlier one may have succeeded all the same.
    return whole.outcome === 'fail' ? chain : [whole, ...extra]
  })
}

/** Attempts at one operation, each after the one before. */
function chainsOf(operations: readonly Operation[]): readonly (readonly Operation[])[] {
  const latest = new Map<string, Operation[]>()
  const chains: Operation[][] = []
  for (const operation of operations) {
    const name = JSON.stringify([operation.client, operation.op])
    const chain = latest.get(name)
    if (chain !== undefined && operation.attempt > 1) chain.push(operation)
    else {
      const fresh = [operation]
      latest.set(name, fresh)
      chains.push(fresh)
    }
  }
  return chains
}

/** One operation from the first call to the last end, as its last attempt ended; one that succeeded decides for all. */
function merged(chain: readonly Operation[]): Operation {
  const first = chain[0]
  const last = chain.findLast(({ outcome }) => outcome === 'ok') ?? chain.at(-1)!
  const lines = [...new Set(chain.flatMap(attempt => attempt.lines))].toSorted((a, b) => a - b)
  const known = chain.findLast(({ index }) => index !== null)
  return {
    ...last,
    argument: last.argument ?? first.argument,
    key: last.key ?? first.key,
    call: first.call,
    begins: first.begins,
    epoch: known?.epoch ?? null,
    index: known?.index ?? null,
    lines,
  }
}

function indeterminate(operation: Operation): Operation {
  return { ...operation, outcome: 'info', return: Infinity, ends: Infinity }
}
