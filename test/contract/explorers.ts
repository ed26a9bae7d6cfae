// Every explorer, behind one signature: what holds of one must hold of all. The compiled one is run with one thread and
// with two, which is not the same: with two, its visited set has four shards.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Program } from '../../src/compile/ir/ir.ts'
import { compile } from '../../src/compile/front/program.ts'
import { exploreCompiled } from '../../src/explore/compiled.ts'
import type { Exploration, Explorer, Limits, StateListener } from '../../src/explore/exploration.ts'
import { finish } from '../../src/explore/levels.ts'
import { explore } from '../../src/explore/native.ts'
import { Machine } from '../../src/lang/machine.ts'
import { propertiesOf, type Property } from '../../src/lang/properties.ts'
import { type Config, instantiate, type Spec } from '../../src/lang/spec.ts'

/** A specification and the file that it is the default export of. */
export interface Subject {
  readonly spec: Spec
  readonly file: string
}

export interface Asked {
  readonly properties?: (property: Property) => boolean
  readonly limits?: Limits
  readonly stopAtFirst?: boolean
  readonly onState?: StateListener
}

export type Run = (subject: Subject, set: Config, asked?: Asked) => Exploration

type Begin = (
  subject: Subject,
  machine: Machine,
  properties: readonly Property[],
  limits: Limits,
  stopAtFirst: boolean,
  onState: StateListener | null,
) => Explorer

function running(begin: Begin): Run {
  return (subject, set, asked = {}) => {
    const machine = new Machine(instantiate(subject.spec, set))
    const properties = propertiesOf(machine.instance).filter(asked.properties ?? (() => true))
    const limits = asked.limits ?? { states: Infinity, bytes: 4e9 }
    return finish(begin(subject, machine, properties, limits, asked.stopAtFirst ?? false, asked.onState ?? null))
  }
}

function compiled(threadCount: number): Run {
  return running(({ file }, machine, properties, limits, stopAtFirst, onState) => {
    const program = compileFile(file, machine)
    return exploreCompiled({ machine, program }, properties, limits, stopAtFirst, threadCount, onState)
  })
}

/** The specification in a file, lowered under the configuration of a machine. */
export function compileFile(file: string, machine: Machine): Program {
  return compile(source(file), machine.instance.config, (specifier, importer) =>
    source(resolve(dirname(importer), specifier)),
  )
}

function source(file: string): { readonly file: string; readonly text: string } {
  return { file, text: readFileSync(file, 'utf8') }
}

export const EXPLORERS: readonly (readonly [name: string, run: Run])[] = [
  ['the native explorer', running((_, ...rest) => explore(...rest))],
  ['the compiled explorer', compiled(1)],
  ['the compiled explorer with two threads', compiled(2)],
]
