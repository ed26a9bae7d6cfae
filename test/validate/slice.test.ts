// What a slice says of a step, held true by trying: its outcome is the step's own, and whatever else is changed in the
// state, the cells that the sources name decide it.
import { describe, expect, it } from 'vitest'
import { namedCells } from '../../src/compile/ir/cells.ts'
import type { Cells } from '../../src/lang/container.ts'
import type { Config } from '../../src/lang/spec.ts'
import { Model } from '../../src/validate/match/model.ts'
import { Slice, type Sources } from '../../src/validate/match/slice.ts'
import { singleLeader } from '../../src/validate/match/single-leader.ts'
import { stepLabel } from '../../src/trace/record.ts'
import { chooser, reached } from './behaviours.ts'
import { subjectOf } from './judging.ts'

const CONFIGURATIONS: { readonly [name: string]: Config } = {
  'the defaults': {},
  'copies that count, the best elected': { ack: 'any', poll: 2, elect: 'best', fence: 'stonith' },
  'connected followers, lazily': { ack: 'allConnected', followerFlush: 'lazy', followerApply: 'lazy' },
  'suspicion, demotion, cancelled waits': { ack: 'set', detect: 'imperfect', fence: 'demote', cancelWait: true },
  'polls in two steps': { ack: 'any', twoStep: true, fence: 'freeze', voteCheck: true },
}

describe.each(Object.entries(CONFIGURATIONS))('with %s', (_, config) => {
  const model = new Model(subjectOf(config), 3, 2, 3)
  const states = reached(model)
  const kept = model.machine.instance.state.fields.flatMap(({ name, at, width }) =>
    singleLeader.forgotten.includes(name) ? [] : Array.from({ length: width }, (__, cell) => at + cell),
  )

  const names = namedCells(model.machine.instance.state).map(({ name }) => name)

  it('the outcome of an enabled step is the one of a run, and only a disabled step has a false part', () => {
    const wrong = new Set<string>()
    for (const row of states.slice(0, 120))
      for (const step of model.machine.steps) {
        const slice = new Slice(model.bodyOf(step), row)
        const after = slice.after()
        const end = model.take(step, row)
        if ((end !== null) !== (slice.falseParts.length === 0)) wrong.add(`${stepLabel(step)}: enabled`)
        else if (end !== null && kept.some(cell => after?.[cell] !== end[cell])) wrong.add(stepLabel(step))
      }
    expect([...wrong]).toEqual([])
  })

  it('a false guard, asked natively, reads cells of which its false part knows some', () => {
    const wrong = new Set<string>()
    let falseCount = 0
    for (const row of states.slice(0, 60))
      for (const step of model.machine.steps.filter(of => !model.enabled(of, row))) {
        const read = model.falseGuardCells(step, row)
        const [first] = new Slice(model.bodyOf(step), row).falseParts
        if (first === undefined || first.size === 0) continue
        falseCount++
        if (![...first].some(cell => read.includes(cell))) wrong.add(stepLabel(step))
      }
    expect([...wrong]).toEqual([])
    expect(falseCount).toBeGreaterThan(100)
  })

  it('an enabled step has no false guard, and is not taken by asking', () => {
    const [row] = states
    const enabled = model.machine.steps.filter(step => model.enabled(step, row))
    expect(enabled.length).toBeGreaterThan(0)
    for (const step of enabled) {
      model.stateOf(row)
      expect(model.falseGuardCells(step, row)).toEqual([])
      model.stateOf(row)
      expect(model.pack()).toEqual(row)
    }
  })

  it('nothing but the sources of a cell decides it, and nothing but those of a false part that it is false', () => {
    const choose = chooser(3)
    const wrong = new Set<string>()
    let triedCount = 0
    for (const row of states.slice(0, 80))
      for (const step of model.machine.steps) {
        const body = model.bodyOf(step)
        const slice = new Slice(body, row)
        const other = states[choose(states.length)]
        for (const part of slice.falseParts) {
          triedCount++
          if (new Slice(body, mix(row, other, part)).falseParts.length === 0)
            wrong.add(`${stepLabel(step)}: false part`)
        }
        const after = slice.after()
        if (after === null) continue
        for (const cell of kept) {
          if (after[cell] === row[cell] && choose(8) > 0) continue
          const mixed = new Slice(body, mix(row, other, slice.sourcesOf(cell))).after()
          if (mixed !== null && mixed[cell] !== after[cell]) wrong.add(`${stepLabel(step)}: ${names[cell]}`)
        }
      }
    expect([...wrong]).toEqual([])
    expect(triedCount).toBeGreaterThan(1000)
  })
})

/** A state with the cells of one where they are named, and of another elsewhere. */
function mix(row: Cells, other: Cells, named: Sources): Cells {
  const mixed = other.slice()
  for (const cell of named) mixed[cell] = row[cell]
  return mixed
}
