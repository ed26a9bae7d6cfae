// Recordings of a cluster that works: five nodes, entries that every follower receives in an order of its own, an answer
// when some of them have, and a failover every five hundred entries. The same seed gives the same text.
import { Random } from '../src/validate/mutate/random.ts'

const NODES = ['n1', 'n2', 'n3', 'n4', 'n5']

/** Entries between two failovers. */
const REIGN = 500

/** Of a file in the order of each node only: entries of which the lines of one node stand together. */
const CHUNK = 20

const TYPES = ['append', 'receive', 'reply', 'crash', 'promote', 'restart', 'follow', 'flush', 'apply', 'demote']
const COMPLETE = Object.fromEntries(TYPES.map(type => [type, 'all']))

interface Event {
  readonly type: string
  readonly node: string
  readonly [field: string]: unknown
}

/**
 * The lines of a trace with about so many events; in `node` order the file mixes the nodes as nothing happened. Of the
 * missing types nothing was recorded.
 */
export function recording(
  order: 'total' | 'node',
  least: number,
  seed: number,
  missing: readonly string[] = [],
): readonly string[] {
  const random = new Random(seed)
  const init = { leader: NODES[0], epoch: 1, last: 0 }
  const complete = { ...COMPLETE, ...Object.fromEntries(missing.map(type => [type, 'none'])) }
  const lines: object[] = [
    { type: 'header', format: 'repltrace', version: '1.0', nodes: NODES, init, clock: { order }, complete },
  ]
  const numbers = new Map<string, number>()
  const write = (events: readonly Event[]): void => {
    for (const event of events) {
      if (missing.includes(event.type)) continue
      const seq = (numbers.get(event.node) ?? 0) + 1
      numbers.set(event.node, seq)
      lines.push({ ...event, seq })
    }
  }
  let [leader, epoch, last] = [NODES[0], 1, 0]
  while (lines.length <= least) {
    const entries = Array.from({ length: CHUNK }, () => replicated(leader, epoch, ++last, random)).flat()
    write(order === 'total' ? entries : NODES.flatMap(name => entries.filter(({ node }) => node === name)))
    if (last % REIGN !== 0) continue
    const next = NODES[(NODES.indexOf(leader) + 1 + random.below(NODES.length - 1)) % NODES.length]
    write(failover(leader, next, ++epoch, last))
    leader = next
  }
  lines.push({ type: 'end', count: lines.length - 1 })
  return lines.map(line => JSON.stringify(line))
}

/** One entry, from the client's write to its answer. */
function replicated(leader: string, epoch: number, index: number, random: Random): readonly Event[] {
  const followers = [...random.shuffled(NODES.filter(name => name !== leader))]
  const receipts = followers.map(node => ({ type: 'receive', node, from: leader, index, epoch, obs: { last: index } }))
  const answered = 1 + random.below(receipts.length)
  const op = `w${index}`
  return [
    { type: 'append', node: leader, index, epoch, op },
    ...receipts.slice(0, answered),
    { type: 'reply', node: leader, op, index, ok: true },
    ...receipts.slice(answered),
  ]
}

function failover(old: string, leader: string, epoch: number, last: number): readonly Event[] {
  return [
    { type: 'crash', node: old },
    { type: 'promote', node: leader, epoch, index: last },
    { type: 'restart', node: old, obs: { last } },
    ...NODES.filter(name => name !== leader).map(node => ({ type: 'follow', node, from: leader })),
  ]
}
