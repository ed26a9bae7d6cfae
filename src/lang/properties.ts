// What is checked: the invariants and transition properties that were asked for, and deadlock.
import type { Tracker } from './container.ts'
import { SpecFault } from './fault.ts'
import { noCondition } from './guard.ts'
import type { Instance } from './spec.ts'
import type { StateDomain } from './state.ts'
import { StepFault, type Step } from './machine.ts'

type PropertyKind = 'invariant' | 'transition' | 'deadlock'

export interface Property {
  readonly name: string
  readonly kind: PropertyKind
  /** Of an invariant, `(state)`; of a transition property, `(before, after)`; of deadlock, `(state)`: is stopping fine? */
  readonly holds: (first: any, second?: any) => boolean
}

/** The name under which a stop that is not final is reported. */
const DEADLOCK = 'deadlock'

/** Every safety property of a specification, in the order of its table of contents. */
export function propertiesOf(instance: Instance): readonly Property[] {
  const properties: Property[] = []
  for (const [name, { holds }] of Object.entries(instance.invariants ?? {}))
    properties.push({ name, kind: 'invariant', holds })
  for (const [name, { holds }] of Object.entries(instance.transitions ?? {}))
    properties.push({ name, kind: 'transition', holds })
  properties.push({ name: DEADLOCK, kind: 'deadlock', holds: instance.final?.holds ?? (() => false) })
  return properties
}

/**
 * Evaluates a property on native states behind proxies, which no property may write to.
 *
 * @throws StepFault of a SpecFault `write`, with the place of the write.
 */
export function evaluateReadOnly(
  property: Property,
  schema: StateDomain<any>,
  states: readonly unknown[],
  step: Step | null,
): boolean {
  const tracker: Tracker = {
    read: () => {},
    write: path => {
      throw new SpecFault('write', `${path} is written to; a property may only read.`, 'Change the state in actions.')
    },
  }
  const [first, second] = states.map(state => schema.watch(state as never, 0, '', tracker))
  return evaluate(property, first, second, step)
}

/** Evaluates a property; what it throws is the specification's fault. */
export function evaluate(property: Property, first: unknown, second: unknown, step: Step | null): boolean {
  try {
    const holds: unknown = property.holds(first, second)
    if (typeof holds !== 'boolean') throw noCondition('it gives', holds)
    return holds
  } catch (error) {
    throw new StepFault(error, step, property.name)
  }
}
