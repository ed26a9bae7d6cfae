// What traces/FORMAT.md and traces/RECIPES.md say is what the reader does; the recipes are run where their language is
// installed, and skipped elsewhere.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { COMPANION_CODES, FILE_CODES, INPUT_CODES, OPERATION_CODES } from '../../src/validate/format/problems.ts'
import { readForeignTrace } from '../../src/validate/format/read.ts'
import { EVENT_SHAPES, EVENT_TYPES, HEADER_SHAPE, type Shape } from '../../src/validate/format/vocabulary.ts'
import { problemsOf } from './traces.ts'

function blocksOf(text: string) {
  return Array.from(text.matchAll(/```(\w+)\n([^]*?)```/g), ([, language, code]) => ({ language, code }))
}

function parsed(lines: string): readonly unknown[] {
  return lines
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as unknown)
}

const format = readFileSync('traces/FORMAT.md', 'utf8')
const recipes = readFileSync('traces/RECIPES.md', 'utf8')

describe('the page on the format', () => {
  it('lists every code with its meaning, and no other', () => {
    const listed = Array.from(format.matchAll(/^\| `(E-[A-Z-]+)` \| (.*) \|$/gm), ([, code, meaning]) => [
      code,
      meaning,
    ])
    expect(Object.fromEntries(listed)).toEqual({
      ...FILE_CODES,
      ...INPUT_CODES,
      ...OPERATION_CODES,
      ...COMPANION_CODES,
    })
  })

  it.each(EVENT_TYPES)('lists the fields of %s as the schema has them', type => {
    const { required = [], properties = {} } = EVENT_SHAPES.get(type)!
    const row = format.split('\n').find(line => line.startsWith('| `') && line.split('|')[1].includes(`\`${type}\``))
    const [needed, others] = row!
      .split('|')
      .slice(3, 5)
      .map(cell => cell.split(',').flatMap(word => word.trim() || []))
    const common = new Set(['type', 'seq', 'ts', 'vc', 'id', 'causes', 'group', 'obs', 'src'])
    expect(needed.toSorted()).toEqual(required.filter(field => field !== 'type').toSorted())
    const optional = Object.keys(properties).filter(field => !common.has(field) && !required.includes(field))
    expect(others.toSorted()).toEqual(optional.toSorted())
  })

  it('names every field of the header, of observations and of events in general', () => {
    const fields = Object.entries(HEADER_SHAPE.properties!).flatMap(([field, { properties }]: [string, Shape]) =>
      properties === undefined || field === 'complete' || field === 'system' || field === 'privacy'
        ? [field]
        : Object.keys(properties).map(inner => `${field}.${inner}`),
    )
    const left = new Set(['type', 'format', 'version'])
    expect(fields.filter(field => !left.has(field) && !format.includes(`\`${field}\``))).toEqual([])
  })

  it.each(blocksOf(format))('shows traces that are read without problems', ({ code }) => {
    expect(problemsOf(code)).toEqual([])
  })
})

describe('recipes', () => {
  const sample = blocksOf(recipes).find(({ language }) => language === 'json')!.code
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'primacy-recipe-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('promise a trace that is read without problems, gap and end included', () => {
    const read = readForeignTrace('n1.ndjson', sample)
    expect(read).toMatchObject({ trace: { ended: true, events: [{}, { event: { type: 'gap' } }, {}] } })
  })

  const recorder = JSON.stringify(resolve('src/recorder.ts'))

  /** Per language: what must be installed, the file that a program goes into, and how it is run. */
  const runs = [
    { language: 'ts', needs: 'true', file: 'recipe.mts', command: '"$0" recipe.mts' },
    { language: 'sh', needs: 'jq --version', file: 'recipe.sh', command: 'sh recipe.sh' },
    { language: 'py', needs: 'python3 --version', file: 'recipe.py', command: 'python3 recipe.py' },
    { language: 'go', needs: 'go version', file: 'recipe.go', command: 'go run recipe.go' },
    { language: 'java', needs: 'java -version', file: 'Trace.java', command: 'java Trace.java' },
    { language: 'rs', needs: 'rustc --version', file: 'recipe.rs', command: 'rustc -o recipe recipe.rs && ./recipe' },
  ]

  it('have a way to be run in every language', () => {
    const languages = blocksOf(recipes).map(({ language }) => language)
    expect(languages.filter(language => language !== 'json')).toEqual(runs.map(({ language }) => language))
  })

  for (const { language, needs, file, command } of runs) {
    const installed = spawnSync('sh', ['-c', needs]).status === 0
    it.skipIf(!installed)(`in ${language} write that trace (needs: ${needs})`, () => {
      const { code } = blocksOf(recipes).find(block => block.language === language)!
      writeFileSync(join(folder, file), code.replace("'primacy/trace'", recorder))
      const run = spawnSync('sh', ['-c', command, process.execPath], { cwd: folder, encoding: 'utf8' })
      expect([run.status, run.status === 0 ? '' : run.stderr]).toEqual([0, ''])
      expect(parsed(readFileSync(join(folder, 'n1.ndjson'), 'utf8'))).toEqual(parsed(sample))
    })
  }
})
