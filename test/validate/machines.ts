// Behaviours of the bundled specification under several configurations, and which of its properties are false in them.
import singleLeader from '../../spec/single-leader.ts'
import { Machine, type Step } from '../../src/lang/machine.ts'
import { evaluate, propertiesOf } from '../../src/lang/properties.ts'
import { type Config, instantiate } from '../../src/lang/spec.ts'

const MANY: Config = { crashes: 2, restarts: 2, reads: 3, session: true, writes: 3, epochs: 3 }
const CONFIGS: readonly Config[] = [
  { ...MANY, ack: 'async' },
  { ...MANY, ack: 'any', elect: 'best', poll: 2, fence: 'freeze', readAt: 'leader' },
  { ...MANY, ack: 'any', detect: 'imperfect', suspicions: 2 },
  { ...MANY, ack: 'async', leaderFlush: false, restartRole: 'keep', visible: 'append' },
  { ...MANY, ack: 'first', detect: 'imperfect', suspicions: 2, epochSource: 'local', rejoin: 'blind' },
  {
    ...MANY,
    ack: 'async',
    detect: 'imperfect',
    suspicions: 2,
    epochSource: 'local',
    rejoin: 'blind',
    restartRole: 'keep',
  },
  { ...MANY, ack: 'any', followerFlush: 'lazy', followerApply: 'lazy', epochDurable: false, restartKeeps: 'applied' },
  { ...MANY, ack: 'any', twoStep: true, fence: 'freeze', poll: 2, promoteKeeps: 'applied', followerApply: 'lazy' },
]
/** A machine for each of several configurations, in which different rules are violated. */
export const machines: readonly Machine[] = CONFIGS.map(set => new Machine(instantiate(singleLeader, set)))

/** A behaviour: of the enabled steps, each choice takes one. */
export function behaviour(machine: Machine, choices: readonly number[]): readonly Step[] {
  let row = machine.row()
  machine.load(machine.empty())
  machine.run(machine.initials[0], machine.empty(), row)
  const path: Step[] = [machine.initials[0]]
  for (const choice of choices) {
    for (let tried = 0; tried < machine.steps.length; tried++) {
      const step = machine.steps[(choice + tried * 7919) % machine.steps.length]
      const next = machine.row()
      machine.load(row)
      if (!machine.run(step, row, next)) continue
      path.push(step)
      row = next
      break
    }
  }
  return path
}

/** The properties that are false in some state or step of a behaviour. */
export function falseIn(machine: Machine, path: readonly Step[]): ReadonlySet<string> {
  const found = new Set<string>()
  const before = machine.instance.state.create()
  let row = machine.empty()
  for (const [index, step] of path.entries()) {
    const next = machine.row()
    machine.load(row)
    machine.run(step, row, next)
    machine.instance.state.load(row, 0, before)
    machine.load(next)
    for (const checked of propertiesOf(machine.instance)) {
      if (checked.kind === 'invariant' && !evaluate(checked, machine.state, undefined, null)) found.add(checked.name)
      if (checked.kind === 'transition' && index > 0 && !evaluate(checked, before, machine.state, step))
        found.add(checked.name)
    }
    row = next
  }
  return found
}
