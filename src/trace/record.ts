// From a path of steps to a trace: the steps are taken natively, once more, and every state is written down.
import type { Machine, Step } from '../lang/machine.ts'
import type { Json } from '../lang/value.ts'
import { changesBetween } from './changes.ts'
import type { SpecSource, Trace, TraceStep, ViolationKind } from './trace.ts'

/**
 * Takes `path`, whose first step is an initial one, and records every step.
 *
 * @throws Error when a step of the path is not enabled: whoever found the path and the native run disagree.
 */
export function recordSteps(machine: Machine, path: readonly Step[]): readonly TraceStep[] {
  let row = machine.empty()
  let before = machine.json(row)
  return path.map((step, index) => {
    const next = machine.row()
    machine.load(row)
    if (!machine.run(step, row, next)) throw new Error(`step ${index}, ${step.action}, is not enabled natively`)
    row = next
    const state = machine.json(row)
    const changes = changesBetween(machine.instance.state, before, state)
    before = state
    return { action: step.action, args: argumentsJson(step), state, changes }
  })
}

/** Takes a path and records it as the counterexample of a property. */
export function recordTrace(
  machine: Machine,
  path: readonly Step[],
  violated: { readonly name: string; readonly kind: ViolationKind },
  source: SpecSource | null,
): Trace {
  const { instance } = machine
  return {
    format: 'primacy-trace',
    version: 1,
    spec: instance.name,
    ...source,
    config: instance.config,
    property: violated.name,
    kind: violated.kind,
    steps: recordSteps(machine, path),
    loop: null,
  }
}

/** A step's arguments as a trace holds them. */
export function argumentsJson(step: Step): { readonly [name: string]: Json } {
  return Object.fromEntries(
    Object.entries(step.parameters).map(([name, domain]) => [name, domain.toJson(step.arguments[name])]),
  )
}

/** A step as reports write it: `write(leader: n1)`. */
export function stepLabel(step: Step): string {
  const parts = Object.entries(step.parameters).map(
    ([name, domain]) => `${name}: ${domain.label(step.arguments[name])}`,
  )
  return `${step.action}(${parts.join(', ')})`
}
