// The configuration that a header names, held against the specification: a word that is misspelt there would otherwise be
// told without its place, or judge the trace under another configuration than it was recorded under.
import { defaultConfig, parseSetting, type Spec, suggestion } from '../../lang/spec.ts'
import { SpecFault } from '../../lang/fault.ts'
import { below } from './pointer.ts'
import type { Fault } from './problems.ts'
import type { Header } from './repltrace.ts'
import { shown } from './schema-problems.ts'
import { isOwnField } from './vocabulary.ts'

type Model = NonNullable<Header['model']>

/** What is wrong with the model of a header; pointers are into the header. */
export type CheckModel = (model: Model) => readonly Fault[]

/** What of a model is no knob: the named configuration, and whether retries are recognised, which is for clients' histories. */
const NO_KNOBS = new Set(['preset', 'dedup'])

/** The knobs of a model: what remains is for people. */
export function knobsOf(model: Header['model']): readonly (readonly [knob: string, value: string])[] {
  return Object.entries(model ?? {}).flatMap(([knob, value]) =>
    NO_KNOBS.has(knob) || isOwnField(knob) ? [] : [[knob, Array.isArray(value) ? value.join(',') : String(value)]],
  )
}

/** `presets` are those that a header may name; null where its own is of no account. */
export function modelFaults(model: Model, spec: Spec, presets: readonly string[] | null): readonly Fault[] {
  const { preset } = model
  return [
    ...(preset === undefined || presets === null || presets.includes(preset) ? [] : [presetFault(preset, presets)]),
    ...knobsOf(model).flatMap(([knob, value]) => knobFault(spec, knob, value) ?? []),
  ]
}

function presetFault(preset: string, presets: readonly string[]): Fault {
  return {
    code: 'E-PRESET',
    message: `There is no preset ${shown(preset)}.`,
    hint: `${suggestion(preset, presets, true)} Presets are ${presets.join(', ')}.`.trimStart(),
    pointer: '/model/preset',
    on: 'value',
  }
}

function knobFault(spec: Spec, knob: string, value: string): Fault | null {
  const pointer = below('/model', knob)
  const knobs = Object.keys(spec.defaults)
  if (!knobs.includes(knob)) {
    const hint = suggestion(knob, [...knobs, ...NO_KNOBS], true) || `Its knobs are ${knobs.join(', ')}.`
    const message = `${spec.name} has no knob ${knob}.`
    return { code: 'E-KNOB', message, hint: `${hint} Fields of your own begin with x-.`, pointer, on: 'key' }
  }
  try {
    parseSetting(spec, knob, value)
    return null
  } catch (error) {
    if (!(error instanceof SpecFault)) throw error
    const left = `Left out, it is ${String(defaultConfig(spec)[knob])}.`
    return {
      code: 'E-SETTING',
      message: error.message,
      hint: `${error.hint} ${left}`.trimStart(),
      pointer,
      on: 'value',
    }
  }
}
