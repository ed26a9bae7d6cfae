// What the language has, one construct a line: each compiles, and does in the compiled engine what it does natively.
import { afterAll, describe, expect, it } from 'vitest'
import { expectAgreement, Folder, native } from './engines.ts'
import { type Snippet, specificationOf } from './snippets.ts'

const folder = new Folder()
afterAll(() => folder.dispose())

type Row = readonly [title: string, snippet: Snippet]

/** Explored behind proxies, so that a fault of one engine is one of the other. */
async function agreed(snippet: Snippet): Promise<unknown> {
  return expectAgreement(await folder.load(specificationOf(snippet)), { states: true, watched: true })
}

const writes: readonly Row[] = [
  ['a number', { body: 's.k = 2' }],
  ['a negative number', { body: 's.low = -1 - i' }],
  ['a truth value', { body: 's.b = !s.b' }],
  ['a name', { body: "s.name = s.name === 'x' ? 'y' : 'x'" }],
  ['an id', { body: 's.who = n' }],
  ['none', { body: 's.maybe = null' }],
  ['an id where none may be', { body: 's.maybe = n' }],
  ['a record', { body: 's.e = { at: i + 1, by: n }' }],
  ['a record where none may be', { body: 's.held = s.held === null ? { at: i, by: n } : null' }],
  ['one of two records, or none', { body: 's.held = s.b ? { at: i, by: n } : s.k > 0 ? null : s.e' }],
  [
    'one of two that keeps its values',
    { body: 'const x = s.b ? { at: s.k % 3, by: s.who } : null\ns.k = 2\ns.who = n\ns.held = x' },
  ],
  ['a record of the state', { body: 'if (s.q.length > 0) s.held = s.e' }],
  ['an entry of a table', { body: 's.t[n] = i' }],
  ['an entry by name', { body: 's.named.y = i' }],
  ['an entry by a name in brackets', { body: "s.named['x'] = 2" }],
  ['an entry by a name of the state', { body: 's.named[s.name] = 1' }],
  ['an entry of a table in a table', { body: 's.nested[n][s.who] = true' }],
  ['an entry where both keys are computed', { body: 's.nested[s.who][s.e.by] = !s.nested[s.who][s.e.by]' }],
  ['an entry where the first key is computed', { body: 's.nested[s.who][n] = i === 1' }],
  ['to a sequence', { body: 'guard(s.q.length < 2)\ns.q.push(i)' }],
  ['the end of a sequence', { body: 's.q.truncate(i)' }],
  ['the end of a sequence at less than nothing', { body: 's.q.truncate(i - 1)' }],
  ['the end of a sequence beyond its length', { body: 's.q.truncate(i + 5)' }],
  ['a copy of a sequence', { body: 's.logs[n].copyFrom(s.logs[s.who])' }],
  ['a copy of a sequence onto itself', { body: 's.logs[n].copyFrom(s.logs[n])' }],
  ['to a set', { body: 's.g.add(n)' }],
  ['from a set', { body: 's.g.delete(n)' }],
  ['a copy of a set', { body: 's.h.copyFrom(s.g)' }],
  ['to a set of records', { body: 's.pairs.add({ at: i, by: n })' }],
  ['with an operator', { body: 'guard(s.k < 3)\ns.k += 1' }],
  ['with another operator', { body: 's.k *= i' }],
]

const statements: readonly Row[] = [
  ['a guard', { body: 'guard(s.k < 3 && s.g.has(n))\ns.k += 1' }],
  ['a constant between guards', { body: 'guard(s.q.length > 0)\nconst first = s.q[0]\nguard(first > 0)\ns.k = first' }],
  ['several constants', { body: 'const a = s.k, b = a % 2\ns.k = b' }],
  ['a constant that keeps its value', { body: 'const old = s.who\ns.who = n\ns.maybe = old' }],
  [
    'a record that keeps its values',
    { body: 'const old = { at: s.t[n], by: s.who }\ns.t[n] = 2\ns.who = n\ns.e = old' },
  ],
  ['a sequence that stays the same one', { body: 'const log = s.logs[s.who]\ns.who = n\nlog.truncate(0)' }],
  ['fields taken by name', { body: 'const { at, by } = s.e\ns.e = { at: (at + 1) % 3, by: n }\ns.maybe = by' }],
  ['fields taken under another name', { body: 'const { at: when } = s.e\ns.t[n] = when' }],
  ['a variable', { body: 'let sum = 0\nfor (const m of Node) sum += s.t[m]\ns.k = Math.min(3, sum)' }],
  ['a constant that a variable gave its value', { body: 'let x = i\nconst old = x\nx += 1\ns.k = old' }],
  ['an if', { body: 'if (s.b) s.k = 1' }],
  ['an if with an else', { body: 'if (s.b) { s.k = 1 } else if (i === 1) s.k = 2\nelse { s.k = 0 }' }],
  ['an early return', { body: 'if (s.b) return\ns.k = 1' }],
  ['an early return in braces', { body: 'if (s.b) {\ns.low = 1\nreturn\n}\ns.k = 1' }],
  ['a loop over a domain', { body: 'for (const m of Node) s.t[m] = i' }],
  ['a loop over a sequence', { body: 'for (const x of s.q) s.k = x' }],
  ['a loop whose item keeps its value', { body: 'for (const e of s.logs[n]) {\ns.logs[n].truncate(0)\ns.e = e\n}' }],
  ['a loop over a set', { body: 'for (const m of s.g) s.t[m] = 1' }],
  ['a loop over a set that changes', { body: 'for (const m of s.g) {\ns.g.delete(m)\ns.h.add(m)\n}' }],
  ['a block', { body: '{\nconst x = i\ns.k = x\n}' }],
  ['what the configuration decides', { body: "if (choice === 'right') s.k = 3\nelse s.k = list.length" }],
  ['a target that the write itself moves', { body: 's.logs[s.logs[n].length > 0 ? s.logs[n][0].by : n].truncate(0)' }],
]

const helpers: readonly Row[] = [
  [
    'a function with an expression',
    { constants: 'const next = (x: number) => (x + 1) % 3', body: 's.t[n] = next(s.t[n])' },
  ],
  [
    'a function with statements',
    {
      constants:
        'const best = (s: State, m: Node) => {\nconst x = s.t[m]\nif (x > 1) return 2\nelse if (s.b) return 1\nreturn x\n}',
      body: 's.k = best(s, n)',
    },
  ],
  [
    'a function declaration',
    { constants: 'function next(x: number) {\nreturn (x + 1) % 3\n}', body: 's.t[n] = next(s.t[n])' },
  ],
  [
    'a function that writes',
    { constants: 'const set1 = (s: Of<typeof state>, m: Node) => {\ns.t[m] = 1\n}', body: 'set1(s, n)' },
  ],
  ['a function that guards', { constants: 'const needs = (s: State) => {\nguard(s.b)\n}', body: 'needs(s)\ns.k = 1' }],
  [
    'a function that gives a record of what it is given',
    {
      constants: 'const entry = (at: number, by: Node) => ({ at, by })',
      body: 's.e = entry((s.e.at + 1) % 3, s.who)',
    },
  ],
  ['a function of a record', { constants: 'const when = ({ at }: { at: number }) => at', body: 's.t[n] = when(s.e)' }],
  [
    'a function in fields taken by name',
    {
      constants: 'const at = (s: State, m: Node) => {\nconst { at } = s.e\nreturn m === s.who ? at : 0\n}',
      body: 's.t[n] = at(s, n)',
    },
  ],
  ['a constant of the module', { module: 'const most = 2', body: 's.t[n] = most' }],
  [
    'a function of the module',
    { module: 'export const half = (x: number): number => Math.floor(x / 2)', body: 's.t[n] = half(s.k)' },
  ],
  ['a function of another module', { module: "import { twice } from './other.ts'", body: 's.k = twice(i)' }],
]

const shadows: readonly Row[] = [
  ['of a block over a parameter', { body: '{\nconst i = s.k\ns.low = i % 2\n}\ns.k = i' }],
  ['of a loop over a parameter', { body: 'for (const i of Node) s.t[i] = 1\ns.k = i' }],
  ['of the body of a loop over the name of the loop', { body: 'for (const m of Node) {\nconst m = n\ns.t[m] = i\n}' }],
  ['of an inner loop', { body: 'for (const m of Node) for (const m of s.q) s.k = m' }],
  ['of a variable', { body: 'let x = i\n{\nlet x = 2\nx -= 1\ns.low = x\n}\nx += 1\ns.k = x' }],
  ['of an if, not of what follows it', { body: 'if (s.b) {\nconst size = 1\ns.k = size\n}\ns.low = size - i' }],
  ['of an if that returns', { body: 'if (s.b) {\nconst size = 1\ns.k = size\nreturn\n}\nconst size = 3\ns.k = size' }],
  ['of a field taken by name', { body: 'if (s.b) {\nconst { at: i } = s.e\ns.k = i\n}\ns.low = i' }],
  ['of a parameter over a function', { constants: 'const f = (f: number) => f + 1', body: 's.k = f(i)' }],
  ['of a parameter, given the outer one', { constants: 'const f = (size: number) => size + 1', body: 's.k = f(size)' }],
  [
    'of a block in a function, not of what follows it',
    {
      constants:
        'const f = (s: State) => {\nif (s.b) {\nconst size = s.k\nif (size > 1) return size\n}\nreturn size\n}',
      body: 's.k = f(s)\ns.b = !s.b',
    },
  ],
  [
    'of a constant of a function that two ways lead to',
    {
      constants:
        'const f = (s: State) => {\nif (s.b) {\nif (s.k > 0) return 0\n}\nconst size = s.k\nreturn size + 1\n}',
      body: 's.k = f(s)\ns.b = !s.b',
    },
  ],
  ['of a function that waits for it', { body: 'const f = () => late\nconst late = i\ns.k = f()' }],
  [
    'of a function that waits for it, after a return',
    { body: 'const f = () => late\nif (s.b) return\nconst late = i\ns.k = f()' },
  ],
  [
    'of a function above the one it calls',
    { constants: 'const f = (x: number) => g(x)\nconst g = (x: number) => x + 1', body: 's.k = f(i)' },
  ],
  [
    'of a declaration below its use',
    { constants: 'const two = next(1)\nfunction next(x: number) {\nreturn x + 1\n}', body: 's.k = two' },
  ],
]

const values: readonly Row[] = [
  ['every of a domain', { holds: 'Node.every(m => s.t[m] < 1)' }],
  ['some of a domain', { holds: 'Node.some(m => s.g.has(m) && m === s.who)' }],
  ['count of a domain', { holds: 'Node.count(m => s.g.has(m)) === 1' }],
  ['max and min of a domain', { holds: 'Node.max(m => s.t[m]) === Node.min(m => s.t[m])' }],
  ['a domain of names', { holds: 'Name.every(x => s.named[x] === 0)' }],
  ['a domain of records', { holds: 'Entry.some(x => s.pairs.has(x))' }],
  ['every and some of a sequence', { holds: 's.q.every((x, j) => x > j) && s.q.some(x => x === 2)' }],
  ['count, max and min of a sequence', { holds: 's.q.count(x => x > 1) + s.q.max(x => x) < s.q.min(x => -x) + 4' }],
  [
    'every, some and count of a set',
    { holds: 's.g.every(m => m === s.who) && s.g.some(m => s.b) && s.g.count(m => m > 1) === 0' },
  ],
  ['max and min of a set', { holds: 's.g.max(m => m) === s.g.min(m => s.t[m] + 1)' }],
  ['size and length', { holds: 's.g.size === s.q.length && list.length === 2' }],
  ['subsets', { holds: 's.h.subsetOf(s.g) && !s.g.subsetOf(s.h)' }],
  ['membership of what may be outside', { holds: 's.pairs.has({ at: s.k + 3, by: s.who })' }],
  ['membership of none', { holds: 's.g.has(s.maybe as Node)' }],
  ['equality of records', { holds: 'equal(s.e, { at: s.k, by: s.who })' }],
  ['equality with a record outside its domain', { holds: '!equal(s.e, { at: s.k - 1, by: s.who })' }],
  ['equality of sequences', { holds: 'equal(s.logs[Node.first], s.logs[s.who])' }],
  ['equality of sets', { holds: 'equal(s.g, s.h)' }],
  ['ids compared and counted from 1', { holds: 's.who < 2 && s.who === 1 && Node.first === s.who' }],
  ['none', { holds: 's.maybe === null && s.held === null' }],
  ['a list of the configuration', { holds: 'list.includes(s.who)' }],
  ['arithmetic', { holds: 's.k * 2 - -s.low + 7 % 4 < Math.abs(s.low - 3)' }],
  ['remainders of negative numbers', { holds: '(s.low - 1) % 2 === -1' }],
  ['quotients of negative numbers', { holds: 'Math.floor((s.low - 1) / 2) === -1' }],
  ['quotients by negative numbers', { holds: 'Math.floor((s.q.length + 6) / -2) === -4' }],
  ['Math.min, Math.max', { holds: 'Math.min(s.k, 1, s.who) < Math.max(s.k, 1)' }],
  ['a divisor that was asked about', { holds: 's.k > 0 && 3 % s.k === 1' }],
  ['a decision', { holds: "(choice === 'left' ? s.k : s.low) === (flag ? 0 : 1)" }],
  [
    'both states of a step',
    { body: 's.k = i', step: 'after.k >= before.k && Node.every(m => before.t[m] === after.t[m])' },
  ],
]

const faults: readonly Row[] = [
  ['leaving a range', { body: 's.k += 1' }],
  ['a sequence that grows too long', { body: 's.q.push(0)' }],
  ['an item past the end', { body: 's.k = s.q[i]' }],
  ['an item past the end that is only compared', { body: 's.b = s.q[i] === 3' }],
  ['an item before the first', { body: 's.b = s.q[i - 1] === 3' }],
  ['an item of nothing in an invariant', { body: 's.q.truncate(0)', holds: 's.q[0] > 0' }],
  [
    'an item that no longer is there, in an invariant, whatever its value',
    { body: 's.q.truncate(0)', holds: 's.q[0] >= 0' },
  ],
  ['the greatest of nothing', { body: 's.q.truncate(0)', step: 'after.q.max(x => x) > 0' }],
  ['a foreign key', { body: 's.t[(n + 1) as Node] = 1' }],
  ['a foreign member', { body: 's.g.add((n + i) as Node)' }],
  ['none where a value is due', { body: 's.who = s.maybe as Node' }],
  ['a fault multiplied by nothing', { body: 's.k = 0 * s.q[1]' }],
  ['a subset past the end', { body: 's.k = s.ballots[i].size' }],
]

const SOME = ['v', 'subsets(Node)'] as const
const TENS = ['v', 'subsets(range(1, 10))'] as const
const CHOOSE = 's.other = s.chosen\ns.chosen = v'

const subsetRows: readonly Row[] = [
  ['assigned from a parameter', { also: SOME, body: 's.chosen = v' }],
  ['assigned from each other', { also: SOME, body: CHOOSE }],
  ['in a table', { also: SOME, body: 's.cast[n] = i === 0 ? s.cast[s.who] : v' }],
  ['in a sequence', { also: SOME, body: 'guard(s.ballots.length < 2)\ns.ballots.push(v)' }],
  ['in a record', { also: SOME, body: 's.vote = { at: i, by: s.vote.at === 0 ? v : s.chosen }\ns.chosen = v' }],
  ['where none may be', { also: SOME, body: 's.maybeSome = s.maybeSome === null ? v : null' }],
  ['of more than eight members', { also: TENS, body: 'guard(v.size < 3)\ns.wide = v', holds: '!s.wide.has(9)' }],
  ['asked for a member', { also: SOME, body: CHOOSE, holds: '!s.chosen.has(s.who) && !s.other.has(Node.first)' }],
  ['asked for a member that can be none', { also: SOME, body: CHOOSE, holds: '!s.chosen.has((s.who + 1) as Node)' }],
  ['asked in a guard', { also: SOME, body: 'guard(!s.chosen.has(n) && s.chosen.size < 2)\ns.chosen = v' }],
  ['asked for their size', { also: SOME, body: CHOOSE, holds: 's.chosen.size + s.other.size < 3' }],
  [
    'asked for every, some and count',
    {
      also: SOME,
      body: CHOOSE,
      holds: 's.chosen.every(m => s.other.some(x => x !== m)) || s.chosen.count(m => m > 1) > 0',
    },
  ],
  [
    'asked for max and min',
    { also: SOME, body: CHOOSE, holds: 's.chosen.size === 0 || s.chosen.max(m => m) < 2 || s.chosen.min(m => m) > 0' },
  ],
  ['compared by inclusion', { also: SOME, body: CHOOSE, holds: 's.chosen.subsetOf(s.other) || s.other.subsetOf(s.g)' }],
  ['that a set is included in', { also: SOME, body: CHOOSE, holds: 's.g.subsetOf(s.chosen) || s.h.subsetOf(s.other)' }],
  [
    'compared for equality',
    { also: SOME, body: CHOOSE, holds: '!equal(s.chosen, s.other) || equal(s.chosen, s.cast[s.who])' },
  ],
  [
    'equal to a set',
    { also: SOME, body: `guard(!equal(v, s.g))\n${CHOOSE}`, holds: '!equal(s.h, s.chosen) && !equal(s.other, s.g)' },
  ],
  ['copied to a set', { also: SOME, body: `${CHOOSE}\ns.g.copyFrom(s.chosen)\ns.h.copyFrom(v)` }],
  ['looped over', { also: SOME, body: 's.chosen = v\nfor (const m of s.chosen) s.t[m] = i + 1' }],
  [
    'looped over while they are assigned',
    { also: SOME, body: 's.chosen = v\nfor (const m of s.chosen) {\ns.chosen = s.other\ns.h.add(m)\n}\ns.other = v' },
  ],
  ['as a parameter, looped over', { also: SOME, body: 'for (const m of v) s.t[m] = v.size' }],
  ['one of two', { also: SOME, body: `${CHOOSE}\ns.k = (s.b ? v : s.cast[n]).count(m => m === s.who)` }],
  ['as a variable', { also: SOME, body: 'let x = v\nif (s.b) x = s.chosen\ns.chosen = v\ns.other = x' }],
  [
    'given to a function',
    {
      constants: 'const Some = subsets(Node)\nconst most = (x: Of<typeof Some>) => x.size > 1',
      also: SOME,
      body: CHOOSE,
      holds: 'most(s.chosen) === most(s.other)',
    },
  ],
  [
    'each of a domain',
    { also: SOME, body: CHOOSE, holds: 'subsets(Node).some(x => x.size === 1 && equal(x, s.chosen))' },
  ],
]

folder.write('other.ts', 'export const twice = (x: number): number => x + x\n')

describe.each([
  ['writes', writes],
  ['has', statements],
  ['calls', helpers],
  ['keeps the name', shadows],
  ['knows', values],
  ['has subsets', subsetRows],
])('%s', (_, rows) => {
  it.each(rows)('%s', async (_title, snippet) => {
    expect(await agreed(snippet)).not.toHaveProperty('fault')
  })
})

describe('faults on', () => {
  it.each(faults)('%s', async (_title, snippet) => {
    expect(await agreed(snippet)).toHaveProperty('fault')
  })

  it.each(faults)('%s, also natively and unwatched', async (_title, snippet) => {
    expect(native(await folder.load(specificationOf(snippet)))).toHaveProperty('fault')
  })
})
