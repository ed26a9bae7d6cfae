// Which explorer runs, and what it is given: the native one takes the specification as it runs, the compiled one its
// source, lowered.
import { availableParallelism } from 'node:os'
import { compile, compileSteps } from '../compile/front/program.ts'
import type { CompileStep, Program } from '../compile/ir/ir.ts'
import { exploreCompiled } from '../explore/compiled.ts'
import type { Explorer, Limits } from '../explore/exploration.ts'
import { explore } from '../explore/native.ts'
import type { Machine } from '../lang/machine.ts'
import type { Property } from '../lang/properties.ts'
import type { Loaded } from './load.ts'
import { readModule } from './modules.ts'

export type EngineName = 'wasm' | 'native'

export interface EngineChoice {
  readonly engine: EngineName
  /** Threads of the compiled explorer; results do not depend on it. */
  readonly workers: number
}

export const DEFAULT_ENGINE: EngineChoice = { engine: 'wasm', workers: availableParallelism() }

/** More threads than this gain nothing, and each has a share of the visited set to itself. */
const MAX_WORKERS = 16

/** An exploration, not begun. */
export function explorerOf(
  loaded: Loaded,
  machine: Machine,
  properties: readonly Property[],
  limits: Limits,
  stopAtFirst: boolean,
  { engine, workers }: EngineChoice,
): Explorer {
  if (engine === 'native') return explore(machine, properties, limits, stopAtFirst)
  const program = compileLoaded(loaded, machine)
  return exploreCompiled({ machine, program }, properties, limits, stopAtFirst, Math.min(workers, MAX_WORKERS))
}

/** The specification's source, lowered under the configuration of a machine. */
export function compileLoaded({ file, text }: Loaded, machine: Machine): Program {
  return compile({ file, text }, machine.instance.config, readModule)
}

/** Single steps of it, by their numbers in the machine, lowered when they are asked for. */
export function compileStepsLoaded({ file, text }: Loaded, machine: Machine): CompileStep {
  return compileSteps({ file, text }, machine.instance.config, readModule)
}
