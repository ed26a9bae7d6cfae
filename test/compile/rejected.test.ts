// What the language does not have, one construct a line: where the compiler stops, and what it says to write instead.
// `▸` stands in front of the place; it is taken out before the text is compiled.
import { describe, expect, it } from 'vitest'
import { CompileError } from '../../src/compile/front/scope.ts'
import { compiled } from './engines.ts'
import { type Snippet, specificationOf } from './snippets.ts'

const CONFIG = { size: 2, list: [1, 3], flag: true, choice: 'left' }

type Row = readonly [title: string, snippet: Snippet, message: RegExp, hint: RegExp]

/** What the compiler says about a text, and the line and column of where. */
function refusal(text: string): { message: string; hint: string; place: string } {
  try {
    compiled({ file: '/nowhere/snippet.ts', text }, CONFIG)
  } catch (error) {
    if (!(error instanceof CompileError)) throw error
    return { message: error.message, hint: error.hint, place: placeOf(error.source.text, error.offset) }
  }
  return { message: 'nothing', hint: '', place: '' }
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `${before.length}:${before.at(-1)!.length + 1}`
}

const outside: readonly Row[] = [
  ['Math.random', { body: 's.b = ▸Math.random() > 0.5' }, /calls Math\.random/, /make them a parameter/],
  ['Date.now', { body: 's.k = ▸Date.now() % 2' }, /calls Date\.now/, /make them a parameter/],
  ['an unknown function', { body: 's.k = ▸parseInt(i)' }, /calls parseInt/, /parameter of the action/],
  ['console', { body: '▸console.log(s)' }, /calls console\.log/, /./],
  ['Math.sqrt', { body: 's.k = ▸Math.sqrt(i)' }, /Math\.sqrt/, /floor, min, max and abs/],
  ['Math.PI', { body: 's.k = ▸Math.PI' }, /Math/, /own constants/],
  ['while', { body: '▸while (s.k < 3) s.k += 1' }, /while/, /const n of Node/],
  ['do', { body: '▸do { s.k = 1 } while (s.b)' }, /do … while/, /const n of Node/],
  ['for with three parts', { body: '▸for (let j = 0; j < 2; j += 1) s.k = j' }, /for \(…; …; …\)/, /const n of Node/],
  ['for in', { body: '▸for (const j in s.t) s.k = 1' }, /for … in/, /const n of Node/],
  ['break', { body: 'for (const m of Node) ▸break' }, /break/, /if/],
  ['continue', { body: 'for (const m of Node) { if (s.b) ▸continue\ns.k = 1 }' }, /continue/, /if/],
  ['switch', { body: '▸switch (s.k) { case 1: s.k = 2 }' }, /switch/, /if/],
  ['try', { body: '▸try { s.k = 1 } catch { }' }, /try/, /guard/],
  ['throw', { body: "▸throw new Error('no')" }, /throw/, /guard/],
  ['++', { body: '▸s.k++' }, /\+\+/, /\+= 1/],
  ['--', { body: '▸--s.k' }, /--/, /-= 1/],
  ['delete', { body: '▸delete s.t[n]' }, /delete/, /table/],
  ['==', { body: 's.b = ▸s.k == 1' }, /==/, /===/],
  ['!=', { body: 's.b = ▸s.k != 1' }, /!=/, /!==/],
  ['a plain division', { body: 's.k = ▸s.k / 2' }, /\//, /Math\.floor\(a \/ b\)/],
  ['=== on sets', { body: 's.b = ▸s.chosen === s.other' }, /equal\(a, b\)/, /identities/],
  ['!== on sets where none may be', { body: 's.b = ▸s.maybeSome !== s.chosen' }, /equal\(a, b\)/, /identities/],
  ['a set of other things', { body: '▸s.wide = s.chosen' }, /can not be in subsets\(range\(1, 10\)\)/, /^$/],
  ['a set of the state as a value', { body: '▸s.chosen = s.g' }, /can not be in subsets/, /^$/],
  ['a copy of a set of other things', { body: '▸s.g.copyFrom(s.wide)' }, /same domain/, /^$/],
  ['a change of a set that is a value', { body: '▸s.chosen.add(n)' }, /no add/, /./],
  ['a power', { body: 's.k = ▸s.k ** 2' }, /\*\*/, /a \* a/],
  ['bits', { body: 's.k = ▸s.k & 1' }, /&/, /%/],
  ['in', { body: "s.b = ▸'at' in s.e" }, / in /, /./],
  ['typeof', { body: "s.b = ▸typeof s.k === 'number'" }, /typeof/, /./],
  ['void', { body: '▸void s.k' }, /void/, /./],
  ['optional chaining', { body: 's.k = ▸s.held?.at' }, /\?\./, /=== null/],
  ['??', { body: 's.who = ▸s.maybe ?? n' }, /\?\?/, /=== null/],
  ['a template string', { body: 's.name = ▸`x`' }, /template string/, /quotes/],
  ['spread in a record', { body: 's.e = { ▸...s.e, at: 1 }' }, /plain fields/, /each field by name/],
  ['spread arguments', { constants: 'const f = (x: number) => x', body: 's.k = f(▸...list)' }, /Spread/, /one by one/],
  ['new', { body: 's.k = ▸new Set().size' }, /new/, /./],
  ['await', { module: 'const late = ▸await import("./x.ts")' }, /await/, /./],
  ['this', { body: 's.k = ▸this.x' }, /this/, /./],
  ['a comma', { body: 's.k = (▸1, 2)' }, /comma/, /./],
  ['an assignment in an expression', { body: 's.k = (▸s.b = true) ? 1 : 0' }, /assignment inside/, /statement/],
  ['a function expression', { constants: 'const f = ▸function (x: number) { return x }' }, /function expression/, /=>/],
  ['a generator', { constants: '▸function* f() { yield 1 }' }, /generator/, /=>/],
  ['a class', { constants: '▸class A {}' }, /class/, /record/],
  ['an enum', { module: '▸enum Colour { Red }' }, /enum/, /oneOf/],
  ['a variable of the module', { module: '▸let count = 0' }, /Only constants/, /const/],
  ['a statement of the module', { module: '▸console.log(1)' }, /Only constants/, /const/],
  ['a fraction', { body: 's.k = ▸0.5' }, /0\.5/, /whole/],
  ['a bigint', { body: 's.k = ▸1n' }, /1n/, /whole/],
  ['a regular expression', { body: 's.b = ▸/x/.test("x")' }, /\/x\//, /./],
  ['a method of a string', { body: "s.b = ▸s.name.startsWith('x')" }, /startsWith/, /===/],
  ['a method of arrays', { holds: '▸s.q.map(x => x).length === 1' }, /map/, /every, some, count/],
  ['a list that is computed', { body: 's.b = ▸[s.k, 1].includes(1)' }, /constant numbers/, /seq or a set/],
  ['undefined', { body: 's.b = s.maybe === ▸undefined' }, /undefined/, /null/],
  [
    'recursion',
    { constants: 'const f = (x: number): number => ▸f(x)', body: 's.k = f(i)' },
    /calls itself/,
    /loop over a domain/,
  ],
  [
    'recursion among statements',
    { constants: 'const f = (s: Of<typeof state>) => {\ns.k = 1\n▸f(s)\n}', body: 'f(s)' },
    /calls itself/,
    /loop over a domain/,
  ],
  ['an unknown import', { module: "▸import { readFileSync } from 'node:fs'" }, /imports node:fs/, /relative modules/],
  ['a default import', { module: "import ▸primacy from 'primacy'" }, /by name/, /import \{/],
  ['an unknown word', { module: "import { ▸lock } from 'primacy'" }, /no lock/, /./],
]

const misused: readonly Row[] = [
  ['a guard after a write', { body: 's.k = 1\n▸guard(s.b)' }, /after the write to s\.k/, /above the first write/],
  ['a guard in an if', { body: 'if (s.b) ▸guard(s.k > 0)' }, /only some states/, /guard\(!condition \|\|/],
  [
    'a guard after an early return',
    { body: 'if (s.b) return\n▸guard(s.k > 0)' },
    /only some states/,
    /guard\(!condition/,
  ],
  ['a guard in a loop over a sequence', { body: 'for (const x of s.q) ▸guard(x > 0)' }, /only some states/, /every/],
  ['a guard in an expression', { body: 's.b = ▸guard(s.b)' }, /statement/, /./],
  ['a guard without a condition', { body: '▸guard()' }, /condition/, /./],
  ['a whole table', { body: '▸s.t = s.t' }, /container/, /copyFrom/],
  ['a whole sequence', { body: '▸s.logs[n] = s.logs[s.who]' }, /container/, /copyFrom/],
  ['an item of a sequence', { body: '▸s.q[0] = 1' }, /not assigned/, /push and truncate/],
  ['a field of a record', { body: '▸s.e.at = 1' }, /record is a value/, /new record/],
  ['an unknown field', { body: '▸s.nope = 1' }, /no field nope/, /./],
  ['an unknown field that is read', { body: 's.k = ▸s.nope' }, /no field nope/, /./],
  ['a write in a property', { holds: '(▸s.k = 1) === 1' }, /assignment inside/, /statement/],
  ['a method that writes, in a property', { holds: '▸s.g.add(s.who)' }, /add/, /./],
  ['a constant that is assigned', { body: 'const x = 1\n▸x = 2' }, /x can not be assigned/, /let/],
  ['a foreign name', { body: "▸s.name = 'z'" }, /^'z' can not be in oneOf\('x', 'y'\)\.$/, /^$/],
  ['a foreign key', { body: "s.k = ▸s.named['z']" }, /no key/, /./],
  ['a number as a condition', { body: 'if (▸s.k) s.k = 1' }, /truth value/, /!== 0/],
  ['a truth value as a number', { body: 's.k = ▸s.b + 1' }, /number/, /./],
  ['records by identity', { holds: '▸s.e === s.e' }, /equal\(a, b\)/, /identities/],
  ['what can never be equal', { holds: '▸s.k === s.name' }, /never be equal/, /one domain/],
  ['a return of a value', { body: '▸return 1' }, /gives no value/, /./],
  ['a return in a loop', { body: '▸for (const m of Node) { if (s.b) return }' }, /return/, /./],
  ['a statement without effect', { body: '▸s.k' }, /does nothing/, /assignment/],
  ['a loop over a number', { body: '▸for (const x of s.k) s.b = true' }, /loop goes over/, /for \(const n of Node\)/],
  [
    'default values of fields',
    { constants: 'const f = ({ ▸at = 1 }: { at: number }) => at', body: 's.k = f(s.e)' },
    /defaults/,
    /\{ a, b \}/,
  ],
  [
    'a missing argument',
    { constants: 'const f = (x: number, y: number) => x + y', body: 's.k = ▸f(1)' },
    /argument/,
    /./,
  ],
  ['a quantifier without a function', { holds: '▸Node.every()' }, /function/, /./],
  ['has without a member', { holds: '▸s.g.has()' }, /member/, /./],
  ['a set compared with another kind', { holds: '▸s.g.subsetOf(s.pairs)' }, /no set of/, /one domain/],
  ['a domain from the state', { body: 'const D = range(0, ▸s.k)' }, /constant/, /configuration/],
]

const misspelt: readonly Row[] = [
  ['a field', { body: 's.k = ▸s.chosn.size' }, /The state has no field chosn\./, /^Did you mean chosen\?$/],
  ['a field that nothing is like', { body: 's.k = ▸s.quorum' }, /no field quorum/, /^Its fields are k, low, b, /],
  ['a field of a record', { body: 's.k = ▸s.e.ta' }, /The record has no field ta\./, /^Its fields are at, by\.$/],
  [
    'a constant',
    { constants: 'const needed = 1', body: 's.k = ▸neeeded' },
    /neeeded is not/,
    /^Did you mean needed\?$/,
  ],
  [
    'a function',
    { constants: 'const needs = () => 1', body: 's.k = ▸need()' },
    /need is not/,
    /^Did you mean needs\?$/,
  ],
  [
    'a name in a comparison',
    { holds: "oneOf('leader', 'follower').some(role => ▸role === 'laeder')" },
    /^A value of .* and 'laeder' can never be equal\.$/,
    /^Did you mean leader\?$/,
  ],
  [
    'a record with other fields',
    { body: '▸s.e = { ta: 1, by: n }' },
    /^A record with ta, by can not/,
    /Its fields are at, by/,
  ],
  ['a method', { body: '▸s.q.pusch(1)' }, /There is no pusch\(\)/, /push, truncate/],
  [
    'a method of a domain',
    { body: '▸Node.forEach(m => s.t[m])' },
    /There is no forEach\(\)/,
    /for \(const n of Node\)/,
  ],
]

const early: readonly Row[] = [
  [
    'in its own declaration',
    { body: 'const x = ▸x + 1\ns.k = x' },
    /x is used in its own/,
    /does not depend on itself/,
  ],
  ['in its own declaration as a variable', { body: 'let x = ▸x' }, /x is used in its own/, /does not depend on itself/],
  [
    'in its own declaration, in the place of a parameter',
    { body: 'if (s.b) {\nconst i = ▸i + 1\ns.k = i\n}' },
    /i is used in its own/,
    /Another i further out is hidden/,
  ],
  ['before its declaration', { body: 's.k = ▸x\nconst x = 1' }, /x is used before its/, /further up/],
  [
    'before its declaration, in the place of a knob',
    { body: 's.k = ▸size\nconst size = 1' },
    /size is used before its/,
    /Another size further out is hidden/,
  ],
  ['as the object of a field', { body: 's.k = ▸e.at\nconst e = s.e' }, /e is used before/, /further up/],
  ['as the object of a method', { body: '▸log.truncate(0)\nconst log = s.q' }, /log is used before/, /further up/],
  ['in place of Math', { body: 's.k = ▸Math.min(1, i)\nconst Math = 1' }, /Math is used before/, /further up/],
  ['by an assignment', { body: '▸x = 1\nlet x = 2' }, /x is used before/, /further up/],
  ['in a declaration beside it', { body: 'const a = ▸b, b = 1\ns.k = a' }, /b is used before/, /further up/],
  ['taken from itself', { body: 'const { at } = { at: ▸at }\ns.k = at' }, /at is used in its own/, /itself/],
  ['after an early return', { body: 'if (s.b) return\ns.k = ▸x\nconst x = 1' }, /x is used before/, /further up/],
  [
    'in the list of its own loop',
    { constants: 'const m = [1]', body: 'for (const m of ▸m) s.k = 1' },
    /m is used in its own/,
    /Another m further out/,
  ],
  [
    'in a loop, before it is declared there',
    { body: 'for (const m of Node) {\ns.who = ▸m\nconst m = n\n}' },
    /m is used before/,
    /Another m further out/,
  ],
  [
    'in a function, before it is declared there',
    {
      constants: 'const f = (x: number) => {\nif (▸size > 1) return x\nconst size = 1\nreturn size\n}',
      body: 's.k = f(i)',
    },
    /size is used before/,
    /Another size further out/,
  ],
  [
    'by a function that is called too early',
    { constants: 'const f = () => ▸late\nconst early = f()\nconst late = 1' },
    /late is used before/,
    /further up/,
  ],
  ['among the constants', { constants: 'const a = ▸b\nconst b = 1' }, /b is used before/, /further up/],
  ['in the module', { module: 'const a = ▸b\nexport const b = 1' }, /b is used before/, /further up/],
]

const arithmetic: readonly Row[] = [
  [
    'a product beyond 32 bits',
    { body: 's.b = (s.k + 1) * 1000000000 > 5' },
    /act computes with numbers .*32 bits/,
    /Narrow/,
  ],
  ['a sum beyond 32 bits', { holds: 's.k + 2147483647 > s.low' }, /holds computes with numbers/, /Narrow/],
  ['a constant beyond 32 bits', { holds: 's.k < 5000000000' }, /5,000,000,000/, /Narrow/],
  ['constants multiplied beyond 32 bits', { holds: 's.k < 100000 * 100000' }, /10,000,000,000/, /Narrow/],
  ['a divisor that may be 0', { body: 's.b = 3 % s.k === 0' }, /act divides by a number that may be 0/, /d > 0/],
  ['a quotient by what may be 0', { body: 's.b = Math.floor(3 / s.k) === 0' }, /may be 0/, /d > 0/],
]

describe.each([
  ['refuses', outside],
  ['refuses the misuse of', misused],
  ['refuses a name that is used', early],
  ['refuses, with what was meant perhaps,', misspelt],
])('%s', (_, rows) => {
  it.each(rows)('%s', (_title, snippet, message, hint) => {
    const marked = specificationOf(snippet)
    const at = marked.indexOf('▸')
    expect(refusal(marked.replace('▸', ''))).toEqual({
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
      place: placeOf(marked, at),
    })
  })
})

describe('refuses, naming the action or the property,', () => {
  it.each(arithmetic)('%s', (_title, snippet, message, hint) => {
    const { message: said, hint: advice } = refusal(specificationOf(snippet))
    expect({ said, advice }).toEqual({
      said: expect.stringMatching(message) as string,
      advice: expect.stringMatching(hint) as string,
    })
  })
})
