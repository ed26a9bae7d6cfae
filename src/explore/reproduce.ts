// A fault that the compiled engine only traps on, found again natively, where it has words and a place.
import { type Machine, type Step, StepFault } from '../lang/machine.ts'
import { evaluateReadOnly, type Property } from '../lang/properties.ts'
import { ExplorationFault } from './exploration.ts'

/**
 * Takes `path`, then judges the state it leads to and tries every step from there, behind proxies, in the order in
 * which the explorers do. Returns when nothing goes wrong.
 *
 * @throws ExplorationFault with the first fault.
 */
export function reproduceFault(machine: Machine, path: readonly Step[], properties: readonly Property[]): void {
  const schema = machine.instance.state
  const invariants = properties.filter(({ kind }) => kind === 'invariant')
  /** Those not violated yet. */
  let transitions = properties.filter(({ kind }) => kind === 'transition')
  let row = machine.empty()
  for (const step of path) {
    const next = machine.row()
    machine.load(row)
    machine.run(step, row, next)
    row = next
  }
  let taken: readonly Step[] = path
  try {
    machine.load(row)
    for (const property of invariants) evaluateReadOnly(property, schema, [machine.state], null)
    const before = schema.create()
    schema.load(row, 0, before)
    const next = machine.row()
    let enabled = false
    for (const step of machine.steps) {
      machine.load(row)
      if (machine.watch(step, row).failed >= 0) continue
      enabled = true
      machine.run(step, row, next)
      taken = [...path, step]
      transitions = transitions.filter(property => evaluateReadOnly(property, schema, [before, machine.state], step))
      taken = path
    }
    machine.load(row)
    const deadlock = properties.find(({ kind }) => kind === 'deadlock')
    if (!enabled && deadlock !== undefined) evaluateReadOnly(deadlock, schema, [machine.state], null)
  } catch (error) {
    if (error instanceof StepFault) throw new ExplorationFault(machine, taken, error)
    throw error
  }
}
