// One check, from a loaded specification to findings: explore, rebuild the counterexamples, confirm each by replay.
import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { Exploration, Violation } from '../explore/exploration.ts'
import { SpecFault } from '../lang/fault.ts'
import { Machine } from '../lang/machine.ts'
import { propertiesOf, type Property } from '../lang/properties.ts'
import { type Config, defaultConfig, instantiate, suggestion } from '../lang/spec.ts'
import type { CheckFinding, Counterexample, PropertyFinding, Verdict } from '../report/findings.ts'
import { explain } from '../trace/explain.ts'
import { recordTrace } from '../trace/record.ts'
import { replay } from '../trace/replay.ts'
import { printTrace } from '../trace/trace.ts'
import { drive } from './drive.ts'
import { type EngineChoice, explorerOf } from './engines.ts'
import { shown, writeWhole } from './files.ts'
import type { Loaded } from './load.ts'

export interface CheckOptions {
  /** Names of the properties to check; empty for all. */
  readonly properties: readonly string[]
  readonly stopAtFirst: boolean
  readonly maxStates: number | null
  readonly maxBytes: number | null
  readonly timeoutMs: number | null
  readonly engine: EngineChoice
  /** Where counterexamples will be written; null for nowhere. */
  readonly directory: string | null
}

/** Without --max-memory, the visited set, or a search for a match, may take this share of the machine's memory. */
const MEMORY_SHARE = 0.5

/** The bytes that exploring or judging may take unless it is told otherwise. */
export function defaultMemory(): number {
  return Math.floor(totalmem() * MEMORY_SHARE)
}

/** A result that contradicts itself: a fault of this program, not of the specification. */
export class InternalError extends Error {}

/** Checks a specification under a configuration. */
export async function examine(loaded: Loaded, overrides: Config, options: CheckOptions): Promise<CheckFinding> {
  const machine = new Machine(instantiate(loaded.spec, overrides))
  const properties = select(propertiesOf(machine.instance), options.properties)
  const bytes = options.maxBytes ?? defaultMemory()
  const limits = { states: options.maxStates ?? Infinity, bytes }
  const search = explorerOf(loaded, machine, properties, limits, options.stopAtFirst, options.engine)
  const { exploration, timeMs } = await drive(search, {
    timeoutMs: options.timeoutMs,
    label: loaded.spec.name,
    limitBytes: bytes,
  })
  const counterexamples = properties.flatMap(property => {
    const violation = exploration.violations.get(property.name)
    return violation === undefined ? [] : [counterexample(loaded, exploration, violation, options.directory)]
  })
  const found = properties.map(property => propertyFinding(property, exploration, counterexamples, loaded))
  return {
    spec: loaded.spec.name,
    config: machine.instance.config,
    overrides: overridden(loaded, machine.instance.config),
    verdict: worst(found),
    ending: exploration.ending,
    properties: found,
    counterexamples,
    distinctCount: exploration.distinctCount,
    transitionCount: exploration.transitionCount,
    depth: exploration.depth,
    completeDepth: exploration.completeDepth,
    stateBits: machine.radices.reduce((bits, radix) => bits + Math.ceil(Math.log2(radix)), 0),
    actions: exploration.actions,
    limits: { states: options.maxStates, bytes, timeMs: options.timeoutMs },
    timeMs,
  }
}

/** Writes the counterexamples where the finding says that they are. */
export function writeTraces({ counterexamples }: CheckFinding): void {
  for (const { file, trace } of counterexamples) writeWhole(file, printTrace(trace), '--out DIR')
}

/** The properties of these names, or all. */
export function select(all: readonly Property[], names: readonly string[]): readonly Property[] {
  const unknown = names.find(name => !all.some(property => property.name === name))
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name)
    throw new SpecFault(
      'configuration',
      `There is no property ${unknown}. The properties are ${known.join(', ')}.`,
      suggestion(unknown, known, true),
    )
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
}

function counterexample(
  loaded: Loaded,
  exploration: Exploration,
  violation: Violation,
  directory: string | null,
): Counterexample {
  const { machine } = exploration
  const { property, path } = violation
  const trace = recordTrace(machine, path, property, loaded.source)
  const confirmed = replay(machine, trace)
  if (confirmed.verdict !== 'confirmed') {
    throw new InternalError(
      `The counterexample of ${property.name} does not replay: ${JSON.stringify(confirmed.rejection)}`,
    )
  }
  const file = join(directory ?? '', `${property.name}.json`)
  return { trace, explanation: explain(machine, property, confirmed.before, confirmed.after), file: shown(file) }
}

function propertyFinding(
  { name, kind }: Property,
  exploration: Exploration,
  counterexamples: readonly Counterexample[],
  { docs }: Loaded,
): PropertyFinding {
  const violation = exploration.violations.get(name)
  const verdict: Verdict =
    violation !== undefined ? 'violated' : exploration.ending === 'complete' ? 'holds' : 'unknown'
  const found = counterexamples.find(({ trace }) => trace.property === name)
  return {
    name,
    kind,
    verdict,
    depth: violation?.depth ?? null,
    trace: found?.file ?? null,
    sentence: docs.get(name) ?? '',
  }
}

/** One violated property decides; else one unknown. */
function worst(properties: readonly PropertyFinding[]): Verdict {
  const verdicts = new Set(properties.map(({ verdict }) => verdict))
  return verdicts.has('violated') ? 'violated' : verdicts.has('unknown') ? 'unknown' : 'holds'
}

/** The knobs that differ from their defaults. */
export function overridden(loaded: Loaded, config: Config): Config {
  const defaults = defaultConfig(loaded.spec)
  return Object.fromEntries(Object.entries(config).filter(([knob, value]) => String(defaults[knob]) !== String(value)))
}
