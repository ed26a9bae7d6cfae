// The rooms of the source and what each may import. Data flows one way: specification → compile → explore → trace →
// report; only the command line touches files, processes and clocks.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseSync } from 'oxc-parser'
import { describe, expect, it } from 'vitest'

interface Room {
  /** Other rooms it may import. */
  readonly rooms: readonly string[]
  /** Packages and Node modules it may import. */
  readonly packages: readonly string[]
}

const ANYTHING = '*'

const COMPILE = ['src/compile/ir', 'src/compile/front', 'src/compile/engine']

/** The rooms that judge other implementations' traces. */
const VALIDATE = ['format', 'map', 'order', 'clients', 'monitor', 'match', 'companions', 'mutate'].map(
  room => `src/validate/${room}`,
)

const ROOMS: { readonly [room: string]: Room } = {
  spec: { rooms: ['spec'], packages: ['primacy'] },
  'src/index.ts': { rooms: ['src/lang'], packages: [] },
  // Types only; see below.
  'src/recorder.ts': { rooms: ['src/validate/format'], packages: ['node:fs'] },
  'src/lang': { rooms: [], packages: [] },
  'src/compile/ir': { rooms: ['src/lang'], packages: [] },
  'src/compile/front': { rooms: ['src/lang', 'src/compile/ir'], packages: ['oxc-parser'] },
  'src/compile/engine': { rooms: ['src/lang', 'src/compile/ir'], packages: [] },
  'src/explore': { rooms: ['src/lang', ...COMPILE], packages: ['node:worker_threads'] },
  'src/trace': { rooms: ['src/lang', ...COMPILE, 'traces'], packages: ['ajv/dist/2020.js'] },
  // Of the rooms in it: what was recorded, then what is made of it; they do not know each other otherwise.
  'src/validate/format': { rooms: ['src/lang', 'traces'], packages: ['ajv/dist/2020.js'] },
  'src/validate/map': {
    rooms: ['src/lang', 'src/validate/format', 'traces', 'traces/presets'],
    packages: ['ajv/dist/2020.js', 'csv-parse/sync', 'jsonc-parser'],
  },
  'src/validate/order': { rooms: ['src/validate/format'], packages: [] },
  'src/validate/clients': { rooms: ['src/validate/format', 'src/validate/order'], packages: [] },
  'src/validate/monitor': { rooms: ['src/validate/format'], packages: [] },
  'src/validate/match': {
    rooms: ['src/lang', ...COMPILE, 'src/explore', 'src/trace', 'src/validate/format', 'src/validate/order'],
    packages: [],
  },
  'src/validate/companions': {
    rooms: ['src/lang', 'src/validate/format', 'src/validate/match', 'traces'],
    packages: ['ajv/dist/2020.js'],
  },
  'src/validate/mutate': { rooms: ['src/validate/format'], packages: [] },
  'src/validate': { rooms: ['src/lang', ...VALIDATE], packages: [] },
  'src/export': { rooms: ['src/lang', ...COMPILE, 'src/trace'], packages: [] },
  'src/report': { rooms: ['src/lang', 'src/trace', 'src/validate', ...VALIDATE], packages: ['node:url'] },
  'src/cli': {
    rooms: [
      'src/lang',
      ...COMPILE,
      'src/explore',
      'src/trace',
      'src/validate',
      ...VALIDATE,
      'src/export',
      'src/report',
    ],
    packages: [ANYTHING],
  },
}

/** Packages that only some files of a room may know. */
const ONLY_IN: { readonly [name: string]: readonly string[] } = {
  'oxc-parser': ['src/compile/front/parse.ts'],
  'csv-parse/sync': ['src/validate/map/inputs.ts'],
  'jsonc-parser': ['src/validate/map/map-source.ts', 'src/validate/map/inputs.ts'],
  'node:worker_threads': ['src/explore/crew.ts', 'src/explore/helper.ts'],
}

const CLOCKS = /\b(?:Date\.now|new Date|performance\.now|process\.(?:argv|exit|stdout|stderr|cwd|env))\b/

function roomOf(file: string): string {
  return Object.keys(ROOMS).find(room => file === room || file.startsWith(`${room}/`)) ?? dirname(file)
}

function importsOf(file: string, text: string): readonly string[] {
  const { module } = parseSync(file, text)
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    // Without its quotes; anything but a literal stays an expression, which only a room that may import anything has.
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
      text.slice(start, end).replaceAll(/^['"]|['"]$/g, ''),
    ),
  ]
}

/** What a file imports although its room may not. */
function trespasses(file: string, text: string): readonly string[] {
  const room = roomOf(file)
  const allowed = ROOMS[room] ?? { rooms: [], packages: [] }
  return importsOf(file, text).flatMap(specifier => {
    if (!specifier.startsWith('.')) {
      const known = allowed.packages.includes(ANYTHING) || allowed.packages.includes(specifier)
      const home = ONLY_IN[specifier]
      if (known && (home === undefined || home.includes(file))) return []
      return [`${file} imports ${specifier}; ${room} may import the packages: ${allowed.packages.join(', ') || 'none'}`]
    }
    const target = roomOf(relative('.', join(dirname(file), specifier)))
    if (target === room || allowed.rooms.includes(target)) return []
    return [`${file} imports from ${target}; ${room} may import only: ${allowed.rooms.join(', ') || 'nothing'}`]
  })
}

const files = globSync('{src,spec}/**/*.ts')

describe('layering', () => {
  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(20)
  })

  it.each(files)('%s imports only what its room may', file => {
    expect(trespasses(file, readFileSync(file, 'utf8'))).toEqual([])
  })

  it('says no to an import across the current', () => {
    expect(trespasses('src/lang/value.ts', "import { Visited } from '../explore/visited.ts'")).toHaveLength(1)
    expect(trespasses('src/explore/visited.ts', "export { readFile } from 'node:fs'")).toHaveLength(1)
    expect(trespasses('src/explore/visited.ts', "const fs = await import('node:fs')")).toHaveLength(1)
    expect(trespasses('src/explore/visited.ts', 'const fs = await import(name)')).toHaveLength(1)
    expect(trespasses('src/explore/visited.ts', "import type { Trace } from '../trace/trace.ts'")).toHaveLength(1)
    expect(trespasses('spec/x.ts', "import { guard } from '../src/lang/guard.ts'")).toHaveLength(1)
    expect(trespasses('src/explore/levels.ts', "import { Worker } from 'node:worker_threads'")).toHaveLength(1)
    expect(trespasses('src/compile/front/docs.ts', "import { parseSync } from 'oxc-parser'")).toHaveLength(1)
  })

  it('lets the recorder into other programs alone: of the rooms it knows types', () => {
    const text = readFileSync('src/recorder.ts', 'utf8')
    expect(text.match(/^import .* from '\..*'$/gm)).toEqual([expect.stringMatching(/^import type /)])
  })

  it.each(files.filter(file => !file.startsWith('src/cli/')))('%s touches neither process nor clock', file => {
    const code = readFileSync(file, 'utf8').replaceAll(/\/\/.*|\/\*[^]*?\*\//g, '')
    expect(CLOCKS.exec(code)?.[0]).toBeUndefined()
  })

  const written = files.filter(
    file => file.startsWith('src/') && !readFileSync(file, 'utf8').startsWith('// Generated'),
  )

  it.each(written)('%s is named for a noun and fits in a head', file => {
    expect(file).not.toMatch(/\b(?:utils?|helpers|common)\b/)
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(400)
  })
})
