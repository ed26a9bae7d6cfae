// Every recorded expectation, from an independent checker or a closed form, against every explorer.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Spec } from '../../src/lang/spec.ts'
import type { Expectations, ExpectedRow } from '../../src/report/expectations.ts'
import { EXPLORERS } from '../contract/explorers.ts'

const documents = globSync('spec/**/*.expect.json').map(file => ({
  file,
  expectations: JSON.parse(readFileSync(file, 'utf8')) as Expectations,
}))

it('finds the documents', () => {
  expect(documents.length).toBeGreaterThanOrEqual(4)
})

describe.each(documents)('$file', ({ file, expectations }) => {
  const rows: readonly ExpectedRow[] = [...expectations.rows, ...(expectations.overview ?? [])]

  const runs = EXPLORERS.flatMap(([name, run]) => rows.map(row => ({ name, run, row })))

  it.each(runs)('$row.id, by $name: $row.title', async ({ run, row }) => {
    const path = resolve(join(dirname(file), expectations.spec))
    const { default: spec } = (await import(path)) as { readonly default: Spec }
    const names = Object.keys(row.results)
    const found = run({ spec, file: path }, row.set, { properties: ({ name }) => names.includes(name) })
    const got = Object.fromEntries(
      Object.entries(row.results).map(([name, expected]) => {
        const violation = found.violations.get(name)
        if (violation !== undefined) return [name, { verdict: 'violated', steps: violation.depth }]
        const counts = { distinct: found.distinctCount, transitions: found.transitionCount, depth: found.depth }
        const { transitions, ...others } = counts
        return [name, { verdict: 'holds', ...(expected.transitions === undefined ? others : { ...others, transitions }) }]
      }),
    )
    expect(got).toEqual(row.results)
  })
})
