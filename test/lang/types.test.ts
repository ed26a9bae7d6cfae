// What the compiler says about specifications. Each file in mistakes/ holds one seeded mistake, on the line marked so,
// beside its correct twin: the marked line must not compile, and every other line must. Both compilers that the
// repository installs are asked: the native one as a process, on the built types that users get; TypeScript 6 as the
// language service of an editor, on the sources.
import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'

/** What a compiler complains about: `file:line` of each diagnostic. */
type Complaints = readonly string[]

const MISTAKES = globSync('test/lang/mistakes/*.ts').toSorted()
const SPECIFICATION = 'test/lang/replication.ts'
const FILES = [SPECIFICATION, ...MISTAKES]

/** The repository's own options; twins that nothing uses are no complaint here. */
const FLAGS = { noUnusedLocals: false, noUnusedParameters: false }

function marked(file: string): Complaints {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, index) => (line.endsWith('// mistake') ? [`${file}:${index + 1}`] : []))
}

async function nativeComplaints(): Promise<Complaints> {
  const options = ['--ignoreConfig', '--strict', '--noEmit', '--target', 'es2023', '--module', 'nodenext']
  const more = ['--allowImportingTsExtensions', '--skipLibCheck', '--types', 'node', '--pretty', 'false']
  const command = ['node_modules/@typescript/native/bin/tsc', ...options, ...more, ...FILES]
  const printed = await promisify(execFile)(process.execPath, command).then(
    ({ stdout }) => stdout,
    (error: unknown) => String((error as { stdout?: unknown }).stdout ?? error),
  )
  return Array.from(printed.matchAll(/^(\S+)\((\d+),\d+\): error/gm), ([, file, line]) => `${file}:${line}`)
}

/** An editor's view of the repository, `edits` standing for files being typed in. */
function editor(edits: { readonly [file: string]: string } = {}): ts.LanguageService {
  const { config } = ts.readConfigFile('tsconfig.json', file => ts.sys.readFile(file)) as { readonly config: unknown }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd())
  return ts.createLanguageService({
    getCompilationSettings: () => ({ ...options, ...FLAGS }),
    getCurrentDirectory: () => process.cwd(),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getScriptFileNames: () => [...FILES],
    getScriptVersion: () => '1',
    getScriptSnapshot: file => {
      const text = edits[file] ?? ts.sys.readFile(file)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    fileExists: file => ts.sys.fileExists(file),
    readFile: file => ts.sys.readFile(file),
  })
}

function editorComplaints(): Complaints {
  const service = editor()
  return FILES.flatMap(file =>
    [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)].map(
      ({ file: source, start }) => `${file}:${source!.getLineAndCharacterOfPosition(start!).line + 1}`,
    ),
  )
}

/** What an editor offers where `typed` ends, typed instead of `line` of the specification. */
function offered(line: string, typed: string): readonly string[] {
  const text = readFileSync(SPECIFICATION, 'utf8')
  expect(text.split(line)).toHaveLength(2)
  const service = editor({ [SPECIFICATION]: text.replace(line, () => typed) })
  const found = service.getCompletionsAtPosition(SPECIFICATION, text.indexOf(line) + typed.length, {})
  return (found?.entries ?? []).map(({ name }) => name).toSorted()
}

it('knows eleven mistakes', () => {
  expect(MISTAKES.map(file => marked(file).length)).toEqual(Array.from({ length: 11 }, () => 1))
})

describe.each([
  ['the native compiler', nativeComplaints],
  ['TypeScript 6', editorComplaints],
] as const)('%s', (_, compile) => {
  let complaints: Complaints = []
  beforeAll(async () => {
    complaints = await compile()
  })

  it('accepts the specification that introduces the language', () => {
    expect(complaints.filter(place => place.startsWith(SPECIFICATION))).toEqual([])
  })

  it.each(MISTAKES.map(file => [basename(file, '.ts'), file]))('refuses %s, and only that', (_name, file) => {
    const found = complaints.filter(place => place.startsWith(`${file}:`))
    expect([...new Set(found)]).toEqual(marked(file))
  })
})

describe('completion', () => {
  it('after s. lists exactly the fields of the state', () => {
    const fields = ['acked', 'crashes', 'epoch', 'log', 'role', 'submitted', 'up']
    expect(offered('s.submitted[w] = true', 's.')).toEqual(fields)
  })

  it("after s.role[n] === ' lists exactly the roles", () => {
    expect(offered('s.submitted[w] = true', "s.role[leader] === '")).toEqual(['follower', 'leader'])
  })
})
