// Both explorers on one specification, and what they must agree on.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { expect } from 'vitest'
import { compile } from '../../src/compile/front/program.ts'
import type { Program } from '../../src/compile/ir/ir.ts'
import { exploreCompiled } from '../../src/explore/compiled.ts'
import type { Thresholds } from '../../src/explore/crew.ts'
import { type Exploration, ExplorationFault, type Limits, type StateListener } from '../../src/explore/exploration.ts'
import { finish } from '../../src/explore/levels.ts'
import { exploreAll } from '../../src/explore/native.ts'
import { Machine, type Step } from '../../src/lang/machine.ts'
import { type Property, propertiesOf } from '../../src/lang/properties.ts'
import { type Config, instantiate, type Spec } from '../../src/lang/spec.ts'

const UNLIMITED: Limits = { states: Infinity, bytes: Infinity }

/** Helpers from the first state on, all of them up: what only large explorations do otherwise. */
export const HELPERS_AT_ONCE: Partial<Thresholds> = { recruiting: { from: 0, awaited: true } }

/** A specification as both engines take it. */
export interface Source {
  readonly file: string
  readonly text: string
  readonly spec: Spec
}

/** Modules written to a folder of their own, which `dispose` removes. */
export class Folder {
  private readonly path = mkdtempSync(join(tmpdir(), 'primacy-test-'))
  private count = 0

  write(name: string, text: string): string {
    const file = join(this.path, name)
    writeFileSync(file, text)
    return file
  }
  /** Imports a specification given as text. */
  async load(text: string): Promise<Source> {
    return load(this.write(`spec${this.count++}.ts`, text))
  }
  dispose(): void {
    rmSync(this.path, { recursive: true })
  }
}

export async function load(file: string): Promise<Source> {
  const path = resolve(file)
  const { default: spec } = (await import(path)) as { readonly default: Spec }
  return { file: path, text: readFileSync(path, 'utf8'), spec }
}

/** The program of a source text under the configuration of a machine. */
export function compiled({ file, text }: Pick<Source, 'file' | 'text'>, config: Config): Program {
  return compile({ file, text }, config, (specifier, importer) => {
    const path = resolve(dirname(importer), specifier)
    return { file: path, text: readFileSync(path, 'utf8') }
  })
}

/** What an exploration found, or the fault it met, as plain data. */
interface Told {
  readonly ruledOut: readonly string[]
  readonly actions?: {
    readonly [name: string]: { readonly enabled: number; readonly taken: number; readonly fresh: number }
  }
  readonly [part: string]: unknown
}

export interface Question {
  readonly set?: Config
  /** Names of properties; all of them without. */
  readonly only?: readonly string[]
  readonly limits?: Limits
  readonly stopAtFirst?: boolean
  /** True: compare every state heard. */
  readonly states?: boolean
  /** True: the native run is behind proxies, and finds what the compiled engine traps on. */
  readonly watched?: boolean
}

export function native(source: Source, question: Question = {}): Told {
  const machine = new Machine(instantiate(source.spec, question.set))
  const properties = chosen(machine, question)
  const { limits = UNLIMITED, stopAtFirst = false, watched = false } = question
  return told(question, onState => exploreAll(machine, properties, limits, stopAtFirst, onState, watched))
}

export function compiledly(
  source: Source,
  question: Question = {},
  threadCount = 1,
  thresholds: Partial<Thresholds> = {},
): Told {
  const machine = new Machine(instantiate(source.spec, question.set))
  const properties = chosen(machine, question)
  const program = compiled(source, machine.instance.config)
  const { limits = UNLIMITED, stopAtFirst = false } = question
  return told(question, onState =>
    finish(exploreCompiled({ machine, program }, properties, limits, stopAtFirst, threadCount, onState, thresholds)),
  )
}

/** Fails unless both engines say the same; returns what they say. */
export function expectAgreement(source: Source, question: Question = {}): Told {
  const expected = native(source, question)
  expectSame(compiledly(source, question), expected)
  return expected
}

/** Fails unless the compiled engine told what the native one did. */
export function expectSame(found: Told, expected: Told): void {
  expect(found).toEqual(expected)
}

function chosen(machine: Machine, { only }: Question): readonly Property[] {
  const all = propertiesOf(machine.instance)
  return only === undefined ? all : all.filter(({ name }) => only.includes(name))
}

function told({ states = false }: Question, run: (onState: StateListener | null) => Exploration): Told {
  const heard: string[] = []
  try {
    const found = run(states ? cells => void heard.push(cells.join()) : null)
    const { ending, distinctCount, transitionCount, completeDepth, violations, actions } = found
    return {
      ending,
      distinctCount,
      transitionCount,
      depth: found.depth,
      completeDepth,
      violations: Object.fromEntries(
        Array.from(violations, ([name, { depth, path }]) => [name, { depth, path: pathOf(path) }]),
      ),
      actions: Object.fromEntries(
        Array.from(actions, ([name, { enabled, taken, new: fresh }]) => [name, { enabled, taken, fresh }]),
      ),
      ruledOut: [...actions].flatMap(([name, { ruledOut }]) => (ruledOut ? [name] : [])),
      heard,
    }
  } catch (error) {
    if (!(error instanceof ExplorationFault)) throw error
    return { fault: error.message, path: pathOf(error.path), ruledOut: [] }
  }
}

function pathOf(path: readonly Step[]): readonly string[] {
  return path.map(step =>
    Object.entries(step.arguments).reduce(
      (text, [name, value]) => `${text} ${name}=${JSON.stringify(step.parameters[name].toJson(value))}`,
      step.action,
    ),
  )
}
