// A specification around one line of text: parts of every kind in its state, one action, one invariant.

/** Where a snippet goes; what is not given is harmless. */
export interface Snippet {
  /** Module level, after the imports. */
  readonly module?: string
  /** Among the constants of the specification's function. */
  readonly constants?: string
  /** The body of an action over a node `n` and a number `i`; `s` is the state. */
  readonly body?: string
  /** Another parameter of the action: its name and its domain. */
  readonly also?: readonly [name: string, domain: string]
  /** An invariant of `s`. */
  readonly holds?: string
  /** A transition property of `before` and `after`. */
  readonly step?: string
}

export function specificationOf({
  module = '',
  constants = '',
  body = '',
  also = ['unused', 'range(0, 0)'],
  holds = 'true',
  step = 'true',
}: Snippet): string {
  return `import { bool, equal, guard, ids, model, oneOf, optional, range, record, seq, set, spec, subsets, table, type Frozen, type Of } from 'primacy'
${module}
export default spec('snippet', { size: 2, list: [1, 3], flag: true, choice: oneOf('left', 'right') }, ({ size, list, flag, choice }) => {
  const Node = ids('node', size)
  type Node = Of<typeof Node>
  const Name = oneOf('x', 'y')
  const Entry = record({ at: range(0, 2), by: Node })
  const { state, action, invariant, transition } = model({
    k: range(0, 3),
    low: range(-2, 2),
    b: bool,
    name: Name,
    who: Node,
    maybe: optional(Node),
    held: optional(Entry),
    e: Entry,
    t: table(Node, range(0, 2)),
    named: table(Name, range(0, 2)),
    nested: table(Node, table(Node, bool)),
    q: seq(range(0, 3), 2),
    logs: table(Node, seq(Entry, 2)),
    g: set(Node),
    h: set(Node),
    pairs: set(Entry),
    chosen: subsets(Node),
    other: subsets(Node),
    cast: table(Node, subsets(Node)),
    ballots: seq(subsets(Node), 2),
    vote: record({ at: range(0, 2), by: subsets(Node) }),
    maybeSome: optional(subsets(Node)),
    wide: subsets(range(1, 10)),
  })
  type State = Frozen<Of<typeof state>>
  ${constants}
  const init = action({ n: Node, b: bool }, (s, { n, b }) => {
    s.who = n
    s.b = b
    s.g.add(n)
    s.q.push(n)
    s.logs[n].push({ at: 1, by: n })
  })
  return {
    state,
    init,
    actions: {
      act: action({ n: Node, i: range(0, 1), ${also.join(': ')} }, (s, { n, i, ${also[0]} }) => {
        ${body}
      }),
    },
    invariants: { holds: invariant(s => ${holds}) },
    transitions: { step: transition((before, after) => ${step}) },
  }
})
`
}
