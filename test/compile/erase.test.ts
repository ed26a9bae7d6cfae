// Types erased in place, against Node's own erasure of the same modules.
import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { describe, expect, it, vi } from 'vitest'
import { eraseTypes } from '../../src/compile/front/erase.ts'

vi.spyOn(process, 'emitWarning').mockImplementation(() => {}) // that Node's erasure is experimental

/** What counts: not how much was blanked, nor the empty statements in place of types. */
const bare = (text: string): string => text.replace(/[\s;]/g, '')

const files = globSync(['spec/**/*.ts', 'test/lang/mistakes/*.ts'])

describe('erasing types', () => {
  it('knows the specifications to try', () => {
    expect(files.length).toBeGreaterThan(10)
  })

  it.each(files)('leaves of %s what Node leaves, each character in its place', file => {
    const text = readFileSync(file, 'utf8')
    const erased = eraseTypes(file, text)
    expect(erased).not.toBeNull()
    expect(bare(erased!)).toBe(bare(stripTypeScriptTypes(text)))
    expect(erased!.length).toBe(text.length)
    const changed = Array.from(erased!).filter((character, at) => character !== text[at])
    expect(changed.filter(character => character !== ' ' && character !== ';')).toEqual([])
  })

  it.each([
    ['const x = 1 as number', 'const x = 1'],
    ['const x: Array<number> = [1]', 'const x                = [1]'],
    ['import { type A, b, type C } from "m"', 'import {         b,        } from "m"'],
    ['const f = <T>(x?: T, y = x!) => y', 'const f =    (x    , y = x ) => y'],
    [
      'const f = (x: (number | null)[]): x is number[] => true',
      'const f = (x                   )                => true',
    ],
    ['const a = b satisfies C as D', 'const a = b'],
    ['type A = 1\n(b)', ';         \n(b)'],
    ['let s = `${a as string}`', 'let s = `${a          }`'],
    ['const o = { f(x: number) { return x } }', 'const o = { f(x        ) { return x } }'],
  ])('of %j is %j', (text, erased) => {
    expect(eraseTypes('m.ts', text)!.trimEnd()).toBe(erased)
  })

  it.each([
    ['an enum', 'enum E { a }'],
    ['a class', 'class A { private x = 1 }'],
    ['a cast before a line that would go on', 'const a = b as C\n(d)'],
    ['a type before a line that would go on', 'let a: B\n[c]'],
    ['a result type on lines of its own', 'const f = (a: A):\n  B => a'],
    ['a comment behind the cast, before such a line', 'const a = b as C /* x */\n(d)'],
    ['a long comment behind it', `const a = b as C // ${'x'.repeat(300)}\n(d)`],
    ['a comment of several lines behind it', 'const a = b as C /* x\n */ (d)'],
    ['a result type on the next line', 'const f = (a)\n  : B => a'],
    ['an interface by default', 'export default interface Foo { a: 1 }'],
    ['a comment within a list of imports', 'import { type A /* c */, b } from "m"'],
    ['a comment before a question mark', 'const f = (x /* ? */ ?: number) => x'],
    ['a type parameter before a comment', 'const f = () => { return <T> /* c */\n(x: T) => x }'],
    ['a namespace', 'namespace N { export const a = 1 }'],
    ['a declaration', 'declare const a: number'],
    ['a syntax error', 'const = 1'],
  ])('gives no answer for %s', (_, text) => {
    expect(eraseTypes('m.ts', text)).toBeNull()
  })
})
