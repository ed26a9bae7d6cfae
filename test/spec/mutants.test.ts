// Seeded bugs: each must be caught by the property it names, with a counterexample of the recorded length, under a
// configuration in which the correct model satisfies that property.
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import singleLeader from '../../spec/single-leader.ts'
import { exploreAll } from '../../src/explore/native.ts'
import { Machine } from '../../src/lang/machine.ts'
import { propertiesOf } from '../../src/lang/properties.ts'
import { type Config, instantiate, type Spec } from '../../src/lang/spec.ts'

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
function shortest(spec: Spec, set: Config, property: string): number | null {
  const machine = new Machine(instantiate(spec, set))
  const checked = propertiesOf(machine.instance).filter(({ name }) => name === property)
  expect(checked).toHaveLength(1)
  const found = exploreAll(machine, checked, undefined, true)
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

  it(`is caught by ${mutant.property} in ${mutant.steps} steps, and only the mutant is`, async () => {
    const file = join(folder, `${name}.ts`)
    writeFileSync(file, source.replace(mutant.replace, () => mutant.with))
    const { default: mutated } = (await import(file)) as { readonly default: Spec }
    expect(shortest(singleLeader, mutant.set, mutant.property)).toBeNull()
    expect(shortest(mutated, mutant.set, mutant.property)).toBe(mutant.steps)
  })
})
