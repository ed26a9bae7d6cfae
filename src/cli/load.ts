// Loading a specification: its text for positions, sentences and its digest, its module to run.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Docs, docsOf } from '../compile/front/docs.ts'
import { eraseTypes } from '../compile/front/erase.ts'
import { parseModule } from '../compile/front/parse.ts'
import { checkModule } from '../compile/front/modules.ts'
import { SpecFault } from '../lang/fault.ts'
import { isSpec, type Spec } from '../lang/spec.ts'
import { placeIn } from '../report/place.ts'
import type { SpecSource } from '../trace/trace.ts'
import { readModule } from './modules.ts'
import { packageRoot, readText, shown } from './files.ts'
import { placeAt } from './frame.ts'
import { UsageError } from './usage.ts'

export interface Loaded {
  readonly spec: Spec
  readonly docs: Docs
  readonly source: SpecSource
  /** Where the specification is, and what it says. */
  readonly file: string
  readonly text: string
}

/** The specification that `check` takes when it is given none. */
export const BUNDLED: string = join(packageRoot, 'spec', 'single-leader.ts')

/**
 * Loads the specification in `file`.
 *
 * @throws UsageError when there is none: no file, not TypeScript, no specification as its default export.
 */
export async function loadSpec(file: string = BUNDLED): Promise<Loaded> {
  const path = resolve(file)
  const text = readText(path, 'specification')
  if (!/\.[cm]?[jt]s$/.test(path))
    throw new UsageError(`${shown(path)} is no TypeScript file.`, 'A specification is a module whose name ends in .ts.')
  const [problem] = parseModule(path, text).problems
  if (problem !== undefined)
    throw new UsageError(
      `${problem.message}.`,
      'The file is not valid TypeScript.',
      placeAt(path, text, problem.offset),
    )
  const spec = await importSpec(path, text)
  return {
    spec,
    docs: docsOf(path, text),
    source: { specFile: shownSpec(path), specDigest: digestOf(text) },
    file: path,
    text,
  }
}

/** A bundled specification is named relative to the package, so that traces do not depend on where it is installed. */
function shownSpec(path: string): string {
  return path.startsWith(packageRoot + sep)
    ? path
        .slice(packageRoot.length + 1)
        .split(sep)
        .join('/')
    : shown(path)
}

/** Where the specification of a trace is: where it says, seen from here or from the package. */
export function findSpec(specFile: string): string {
  const candidates = [resolve(specFile), join(packageRoot, specFile)]
  return candidates.find(candidate => existsSync(candidate)) ?? candidates[0]
}

async function importSpec(path: string, text: string): Promise<Spec> {
  answerToOwnName()
  let module: { readonly default?: unknown }
  try {
    module = (await import(pathToFileURL(runnable(path)).href)) as { readonly default?: unknown }
  } catch (error) {
    if (error instanceof SpecFault) throw error
    // Of what cannot be linked, Node does not say where it stands; the compiler, which reads the same text, does.
    if (isUnlinked(error)) checkModule({ file: path, text }, readModule)
    throw new UsageError(
      `${shown(path)} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      'A specification may import primacy and its own relative modules.',
      error instanceof Error ? placeIn(error.stack ?? '') : null,
    )
  }
  if (isSpec(module.default)) return module.default
  throw new UsageError(
    `${shown(path)} has no specification as its default export.`,
    "End it with:  export default spec('name', { … }, ({ … }) => { … })",
  )
}

/** True of errors from before anything ran, or in names: no such module or export, syntax that Node does not strip. */
function isUnlinked(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return error instanceof SyntaxError || error instanceof ReferenceError || code === 'ERR_MODULE_NOT_FOUND'
}

/** Node does not run TypeScript below node_modules; there, the bundled specifications were compiled with the package. */
function runnable(path: string): string {
  const bundled = join(packageRoot, 'spec') + sep
  if (!path.startsWith(bundled) || !packageRoot.split(sep).includes('node_modules')) return path
  return join(packageRoot, 'dist', 'spec', path.slice(bundled.length).replace(/\.ts$/, '.js'))
}

let answering = false

/** `import … from 'primacy'` means the running package, also for a specification that lies outside any project. */
function answerToOwnName(): void {
  if (answering) return
  answering = true
  const entry = new URL(import.meta.url.endsWith('.ts') ? '../index.ts' : '../index.js', import.meta.url).href
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'primacy' ? { url: entry, shortCircuit: true } : next(specifier, context),
    // Node can do this too, after loading a compiler of its own: a tenth of a second and some 25 MB.
    load: (url, context, next) => {
      const source = url.endsWith('.ts') ? erased(fileURLToPath(url)) : null
      return source === null ? next(url, context) : { format: 'module', source, shortCircuit: true }
    },
  })
}

function erased(path: string): string | null {
  return existsSync(path) ? eraseTypes(path, readFileSync(path, 'utf8')) : null
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex')}`
}
