// Seeded bugs: each must be caught by the property it names, with a counterexample of the recorded length, under a
// configuration in which the correct model satisfies that property.
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import singleLeader from '../../spec/single-leader.ts'
import type { Config, Spec } from '../../src/lang/spec.ts'
import { EXPLORERS, type Run, type Subject } from '../contract/explorers.ts'

interface Mutant {
  readonly about: string
  readonly replace: string
  readonly with: string
  readonly set: Config
  readonly property: string
  readonly steps: number
}

const source = readFileSync('spec/single-leader.ts', 'utf8')
const mutants = globSync('spec/mutants/*.json')
  .toSorted()
  .map(file => ({ name: basename(file, '.json'), mutant: JSON.parse(readFileSync(file, 'utf8')) as Mutant }))
const folder = mkdtempSync(join(tmpdir(), 'primacy-mutants-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Steps of the shortest counterexample of a property; null when it holds. */
function shortest(run: Run, subject: Subject, set: Config, property: string): number | null {
  const found = run(subject, set, { properties: ({ name }) => name === property, stopAtFirst: true })
  return found.violations.get(property)?.depth ?? null
}

it('has mutants for most properties', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(8)
  expect(new Set(mutants.map(({ mutant }) => mutant.property)).size).toBeGreaterThanOrEqual(8)
})

it('lists every mutant in the README', () => {
  const readme = readFileSync('spec/mutants/README.md', 'utf8')
  expect(mutants.filter(({ name }) => !readme.includes(name)).map(({ name }) => name)).toEqual([])
})

describe.each(mutants)('$name', ({ name, mutant }) => {
  it('changes one place of the model', () => {
    expect(source.split(mutant.replace)).toHaveLength(2)
  })

  it.each(EXPLORERS)(
    `is caught by ${mutant.property} in ${mutant.steps} steps, and only the mutant is, by %s`,
    async (_, run) => {
      const file = join(folder, `${name}.ts`)
      writeFileSync(file, source.replace(mutant.replace, () => mutant.with))
      const { default: mutated } = (await import(file)) as { readonly default: Spec }
      const original = { spec: singleLeader, file: 'spec/single-leader.ts' }
      expect(shortest(run, original, mutant.set, mutant.property)).toBeNull()
      expect(shortest(run, { spec: mutated, file }, mutant.set, mutant.property)).toBe(mutant.steps)
    },
  )
})
