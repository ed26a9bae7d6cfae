// The guide to maps says what is so: its example is run, and it names every preset and every form.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { MAP_CODES } from '../../src/validate/map/codes.ts'
import { FORMS } from '../../src/validate/map/conversions.ts'
import { mapTrace } from '../../src/validate/map/mapped-trace.ts'
import { readMapping } from '../../src/validate/map/mapping.ts'
import { PRESET_NAMES } from '../../src/validate/map/presets.ts'

const guide = readFileSync('traces/MAPPING.md', 'utf8')

it('has an example that makes what it shows', () => {
  const [log, map, shown] = [...guide.matchAll(/^```(?:json)?\n([^]*?)^```$/gm)].map(([, block]) => block)
  const read = readMapping(map, 'acme.map.json')
  if ('problems' in read) throw new Error(JSON.stringify(read.problems))
  const result = mapTrace(log, read.mapping, { file: 'acme.log' })
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  const lines = result.trace.events.map(({ event, line }) => `${line} ${JSON.stringify(event)}\n`)
  expect(lines.join('')).toBe(shown)
  expect(result.stats).toMatchObject({ records: 5, mapped: 4, dropped: { starts: 1 } })
})

it.each([...PRESET_NAMES, ...FORMS])('names %s', name => {
  expect(guide).toContain(`\`${name}\``)
})

it('lists every code of a problem with its meaning, and no other', () => {
  const listed = Array.from(guide.matchAll(/^\| `(E-[A-Z-]+)` \| (.*) \|$/gm), ([, code, meaning]) => [code, meaning])
  expect(Object.fromEntries(listed)).toEqual(MAP_CODES)
})
