// What a trace is held against: a specification, the binding of its names to events, and its configuration from the
// trace's header and the command line.
import type { Config } from '../lang/spec.ts'
import { defaultConfig, parseSetting, suggestion } from '../lang/spec.ts'
import type { Binding } from '../validate/match/binding.ts'
import type { Subject } from '../validate/match/model.ts'
import { type CheckModel, knobsOf, modelFaults } from '../validate/format/model-faults.ts'
import type { Header } from '../validate/format/repltrace.ts'
import { singleLeader } from '../validate/match/single-leader.ts'
import type { ExpectedRow } from '../report/expectations.ts'
import { compileStepsLoaded } from './engines.ts'
import type { Loaded } from './load.ts'
import { MAIN_EXPECTATIONS, readExpectations } from './expectation-files.ts'
import { parseSettings, UsageError } from './usage.ts'

const BINDINGS: readonly Binding[] = [singleLeader]

/** A specification that traces can be held against. */
export function bindingOf(loaded: Loaded): Binding {
  const binding = BINDINGS.find(({ spec }) => spec === loaded.spec.name)
  if (binding !== undefined) return binding
  throw new UsageError(
    `No events are bound to the actions of ${loaded.spec.name}.`,
    `Traces can be held against ${BINDINGS.map(({ spec }) => spec).join(', ')}, or any specification of that name with its actions.`,
  )
}

/** Every knob but the bounds; null when neither the header nor the command line says how the system is configured. */
export async function configOf(
  loaded: Loaded,
  binding: Binding,
  header: Header,
  preset: string | undefined,
  settings: readonly string[],
): Promise<Config | null> {
  const { model } = header
  if (model === undefined && preset === undefined && settings.length === 0) return null
  const named = preset ?? (typeof model?.['preset'] === 'string' ? model['preset'] : undefined)
  const set = parseSettings(loaded.spec, settings)
  const given = { ...(await presetConfig(named, binding)), ...headerConfig(loaded, model), ...set }
  const bound = Object.keys(set).find(knob => binding.bounds.includes(knob))
  if (bound !== undefined)
    throw new UsageError(
      `${bound} bounds a search; of a recorded trace the events say how many there are.`,
      `Leave ${bound} out.`,
    )
  const bounds = new Set(binding.bounds)
  const all = { ...defaultConfig(loaded.spec), ...given }
  return Object.fromEntries(Object.entries(all).filter(([knob]) => !bounds.has(knob)))
}

/** The modes of the overview, without their bounds. */
async function presetConfig(name: string | undefined, { bounds }: Binding): Promise<Config> {
  if (name === undefined) return {}
  const modes = await presets()
  const preset = modes.find(({ id }) => id === name)
  if (preset !== undefined)
    return Object.fromEntries(Object.entries(preset.set).filter(([knob]) => !bounds.includes(knob)))
  const names = modes.map(({ id }) => id)
  throw new UsageError(`There is no preset ${name}. Presets are ${names.join(', ')}.`, suggestion(name, names, true))
}

async function presets(): Promise<readonly ExpectedRow[]> {
  return (await readExpectations(MAIN_EXPECTATIONS)).expectations.overview ?? []
}

/** Holds the configurations that headers name against the specification. A preset of the command line goes before theirs. */
export async function modelCheck(loaded: Loaded, preset: string | undefined): Promise<CheckModel> {
  bindingOf(loaded)
  const names = preset === undefined ? (await presets()).map(({ id }) => id) : null
  return model => modelFaults(model, loaded.spec, names)
}

function headerConfig(loaded: Loaded, model: Header['model']): Config {
  return Object.fromEntries(knobsOf(model).map(([knob, value]) => [knob, parseSetting(loaded.spec, knob, value)]))
}

export function subjectOf(loaded: Loaded, binding: Binding, config: Config): Subject {
  return { spec: loaded.spec, binding, config, lower: machine => compileStepsLoaded(loaded, machine) }
}
