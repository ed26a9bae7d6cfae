// Replay: take a trace's steps natively, compare each recorded state with the one the specification gives, and see the
// property fail at the end. Nothing in the trace is believed: states, changes, and the violation are all found again.
import type { Cells } from '../lang/container.ts'
import { DISABLED, guards } from '../lang/guard.ts'
import type { Machine, Step } from '../lang/machine.ts'
import { evaluate, type Property, propertiesOf } from '../lang/properties.ts'
import { suggestion } from '../lang/spec.ts'
import type { Json } from '../lang/value.ts'
import { changesBetween, equalJson, type Change, type StateJson } from './changes.ts'
import { argumentsJson, stepLabel } from './record.ts'
import type { Trace, TraceStep } from './trace.ts'

/** Where a recorded value and the specification disagree. */
export interface Difference {
  readonly path: string
  /** What the trace says. */
  readonly expected: Json
  /** What the specification gives. */
  readonly got: Json
}

export type Rejection =
  | { readonly kind: 'unknown-property'; readonly step: number; readonly hint: string }
  | { readonly kind: 'unknown-action'; readonly step: number; readonly hint: string }
  | { readonly kind: 'unknown-arguments'; readonly step: number }
  /** `stack` leads to the guard that is false. */
  | {
      readonly kind: 'disabled'
      readonly step: number
      readonly guard: number
      readonly stack: string
      readonly enabled: readonly string[]
    }
  | { readonly kind: 'state'; readonly step: number; readonly differences: readonly Difference[] }
  | { readonly kind: 'changes'; readonly step: number; readonly differences: readonly Difference[] }
  | { readonly kind: 'not-violated'; readonly step: number }

export type Replay =
  /** `before` and `after` are the last two states; of a trace of one step, the initial state comes after the empty one. */
  | { readonly verdict: 'confirmed'; readonly property: Property; readonly before: Cells; readonly after: Cells }
  | { readonly verdict: 'rejected'; readonly rejection: Rejection }

/** Replays a trace on a machine made for the trace's own specification and configuration. */
export function replay(machine: Machine, trace: Trace): Replay {
  const property = propertiesOf(machine.instance).find(({ name }) => name === trace.property)
  const last = trace.steps.length - 1
  if (property === undefined || property.kind !== trace.kind) {
    const names = propertiesOf(machine.instance).map(({ name }) => name)
    return rejected({
      kind: 'unknown-property',
      step: last,
      hint: property === undefined ? suggestion(trace.property, names) : `It is of kind ${property.kind}.`,
    })
  }
  let row = machine.empty()
  let previous = row
  let step: Step | null = null
  for (const [index, recorded] of trace.steps.entries()) {
    const found = findStep(machine, recorded, index)
    if ('kind' in found) return rejected(found)
    const next = machine.row()
    machine.load(row)
    if (!machine.run(found.step, row, next)) return rejected(disabled(machine, found.step, row, index))
    const rejection = compare(machine, recorded, row, next, index)
    if (rejection !== null) return rejected(rejection)
    step = found.step
    previous = row
    row = next
  }
  return fails(machine, property, previous, row, step)
    ? { verdict: 'confirmed', property, before: previous, after: row }
    : rejected({ kind: 'not-violated', step: last })
}

function rejected(rejection: Rejection): Replay {
  return { verdict: 'rejected', rejection }
}

/** The step a trace names, found by its arguments as JSON. */
function findStep(machine: Machine, recorded: TraceStep, index: number): { readonly step: Step } | Rejection {
  const steps = index === 0 ? machine.initials : machine.steps
  const named = steps.filter(step => step.action === recorded.action)
  if (named.length === 0) {
    const names = [...new Set(steps.map(step => step.action))]
    return { kind: 'unknown-action', step: index, hint: suggestion(recorded.action, names) }
  }
  const step = named.find(candidate => equalJson(argumentsJson(candidate), recorded.args))
  return step === undefined ? { kind: 'unknown-arguments', step: index } : { step }
}

function compare(machine: Machine, recorded: TraceStep, before: Cells, after: Cells, index: number): Rejection | null {
  const schema = machine.instance.state
  const state = machine.json(after)
  const differences = [
    ...changesBetween(schema, recorded.state, state).map(({ path, from, to }) => ({ path, expected: from, got: to })),
    ...unknownFields(recorded.state, state),
  ]
  if (differences.length > 0) return { kind: 'state', step: index, differences }
  const changes = changesBetween(schema, machine.json(before), state)
  if (equalJson(changes, recorded.changes)) return null
  return { kind: 'changes', step: index, differences: changeDifferences(recorded.changes, changes) }
}

function unknownFields(recorded: StateJson, state: StateJson): readonly Difference[] {
  return Object.entries(recorded).flatMap(([path, expected]) => (path in state ? [] : [{ path, expected, got: null }]))
}

function changeDifferences(recorded: readonly Change[], actual: readonly Change[]): readonly Difference[] {
  const paths = [...new Set([...recorded, ...actual].map(change => change.path))]
  return paths
    .map(path => ({ path, expected: changeAt(recorded, path), got: changeAt(actual, path) }))
    .filter(({ expected, got }) => !equalJson(expected, got))
}

function changeAt(changes: readonly Change[], path: string): Json {
  const change = changes.find(candidate => candidate.path === path)
  return change === undefined ? 'unchanged' : { from: change.from, to: change.to }
}

/** Which guard is false, with the stack at its call, and what could be taken instead. */
function disabled(machine: Machine, step: Step, row: Cells, index: number): Rejection {
  let met = 0
  let stack = ''
  machine.load(row)
  guards.listener = holds => {
    if (holds) met++
    else stack = new Error('guard').stack ?? ''
  }
  try {
    step.body(machine.state, step.arguments)
  } catch (error) {
    if (error !== DISABLED) throw error
  } finally {
    guards.listener = null
  }
  const enabled = (index === 0 ? machine.initials : machine.steps).filter(candidate => {
    machine.load(row)
    return machine.run(candidate, row, machine.row())
  })
  return { kind: 'disabled', step: index, guard: met, stack, enabled: enabled.map(candidate => stepLabel(candidate)) }
}

function fails(machine: Machine, property: Property, before: Cells, after: Cells, step: Step | null): boolean {
  machine.load(after)
  if (property.kind === 'transition') {
    const from = machine.instance.state.create()
    machine.instance.state.load(before, 0, from)
    return !evaluate(property, from, machine.state, step)
  }
  if (property.kind === 'invariant') return !evaluate(property, machine.state, undefined, step)
  const stuck = machine.steps.every(candidate => {
    machine.load(after)
    return !machine.run(candidate, after, machine.row())
  })
  machine.load(after)
  return stuck && !evaluate(property, machine.state, undefined, step)
}
