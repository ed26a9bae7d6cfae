import { assert, constantFrom, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import singleLeader from '../../spec/single-leader.ts'
import { findTrace } from '../find-trace.ts'
import { exploreAll } from '../../src/explore/native.ts'
import { Machine } from '../../src/lang/machine.ts'
import { propertiesOf } from '../../src/lang/properties.ts'
import { instantiate } from '../../src/lang/spec.ts'
import { explain } from '../../src/trace/explain.ts'
import { readTrace } from '../../src/trace/read.ts'
import { recordTrace } from '../../src/trace/record.ts'
import { replay, type Rejection } from '../../src/trace/replay.ts'
import { printTrace, type Trace } from '../../src/trace/trace.ts'

const LOSS = findTrace(singleLeader, { reads: 1 }, 'NoLostAckedWrite')

function replayed(trace: Trace) {
  return replay(new Machine(instantiate(singleLeader, trace.config)), trace)
}

function rejection(trace: Trace): Rejection {
  const result = replayed(trace)
  if (result.verdict === 'confirmed') throw new Error('the trace was confirmed')
  return result.rejection
}

/** The trace with one step replaced. */
function edited(trace: Trace, index: number, change: Partial<Trace['steps'][number]>): Trace {
  return { ...trace, steps: trace.steps.map((step, at) => (at === index ? { ...step, ...change } : step)) }
}

describe('replay', () => {
  it('confirms every counterexample of every kind of configuration', () => {
    const machine = new Machine(
      instantiate(singleLeader, {
        reads: 1,
        session: true,
        restartRole: 'keep',
        epochSource: 'local',
        detect: 'imperfect',
        suspicions: 1,
        epochDurable: false,
        rejoin: 'blind',
      }),
    )
    const found = exploreAll(machine, propertiesOf(machine.instance), { states: 20_000, bytes: Infinity })
    expect(found.violations.size).toBeGreaterThan(6)
    for (const violation of found.violations.values()) {
      const trace = recordTrace(machine, violation.path, violation.property, null)
      expect(trace.steps.length - 1).toBe(violation.depth)
      const read = readTrace(printTrace(trace))
      expect('trace' in read && replayed(read.trace).verdict).toBe('confirmed')
    }
  })

  it('rejects any edited value of any state, at its step, with what was expected and got', () => {
    assert(
      property(
        integer({ min: 0, max: LOSS.steps.length - 1 }),
        constantFrom(...Object.keys(LOSS.steps[0].state)),
        (index, field) => {
          const state = { ...LOSS.steps[index].state, [field]: 'forged' }
          const found = rejection(edited(LOSS, index, { state }))
          expect(found).toMatchObject({ kind: 'state', step: index })
          expect(found.kind === 'state' && found.differences).toEqual([
            { path: field, expected: 'forged', got: LOSS.steps[index].state[field] },
          ])
        },
      ),
    )
  })

  it('rejects an edited change', () => {
    const [first, ...others] = LOSS.steps[1].changes
    expect(rejection(edited(LOSS, 1, { changes: others }))).toMatchObject({ kind: 'changes', step: 1 })
    expect(rejection(edited(LOSS, 1, { changes: [{ ...first, from: 7 }, ...others] }))).toMatchObject({
      kind: 'changes',
    })
  })

  it('rejects a step that is not enabled, and says which guard is false and what is enabled', () => {
    const found = rejection({ ...LOSS, steps: LOSS.steps.filter((_, index) => index !== 1) })
    expect(found).toMatchObject({ kind: 'disabled', step: 1, guard: 1 })
    expect(found.kind === 'disabled' && found.enabled).toContain('write(leader: n1)')
    expect(found.kind === 'disabled' && found.stack).toContain('single-leader.ts')
  })

  it('rejects a trace under another configuration', () => {
    const found = rejection({ ...LOSS, config: { ...LOSS.config, ack: 'any' } })
    expect(found).toMatchObject({ kind: 'disabled', step: 2 })
  })

  it('rejects unknown actions, arguments and properties', () => {
    expect(rejection(edited(LOSS, 1, { action: 'writ' }))).toMatchObject({
      kind: 'unknown-action',
      hint: 'Did you mean write?',
    })
    expect(rejection(edited(LOSS, 1, { args: { leader: 'n9' } }))).toMatchObject({ kind: 'unknown-arguments', step: 1 })
    expect(rejection(edited(LOSS, 0, { action: 'write' }))).toMatchObject({ kind: 'unknown-action', step: 0 })
    expect(rejection({ ...LOSS, property: 'NoLoss' })).toMatchObject({ kind: 'unknown-property' })
    expect(rejection({ ...LOSS, kind: 'transition' })).toMatchObject({ kind: 'unknown-property' })
  })

  it('rejects a behaviour that does not end in the violation', () => {
    expect(rejection({ ...LOSS, steps: LOSS.steps.slice(0, -1) })).toMatchObject({ kind: 'not-violated', step: 3 })
    expect(rejection({ ...LOSS, property: 'MonotonicEpoch', kind: 'transition' })).toMatchObject({
      kind: 'not-violated',
    })
    expect(rejection({ ...LOSS, property: 'deadlock', kind: 'deadlock' })).toMatchObject({ kind: 'not-violated' })
  })
})

describe('explanations', () => {
  it('name the elements that decided and only what was read for them', () => {
    const machine = new Machine(instantiate(singleLeader, LOSS.config))
    const result = replay(machine, LOSS)
    if (result.verdict !== 'confirmed') throw new Error('rejected')
    const { bindings, facts } = explain(machine, result.property, result.before, result.after)
    expect(bindings).toEqual([
      { variable: 'l', value: 'n2' },
      { variable: 'a', value: '(id 1, epoch 1)' },
    ])
    expect(facts.map(({ path }) => path)).toEqual(['up[n2]', 'role[n2]', 'epoch[n2]', 'elected', 'acked', 'log[n2]'])
    expect(facts.at(-1)).toEqual({ path: 'log[n2]', value: [] })
  })

  it('show both states of a transition', () => {
    const trace = findTrace(singleLeader, { epochDurable: false, crashes: 2 }, 'MonotonicEpoch')
    const machine = new Machine(instantiate(singleLeader, trace.config))
    const result = replay(machine, trace)
    if (result.verdict !== 'confirmed') throw new Error('rejected')
    const { facts } = explain(machine, result.property, result.before, result.after)
    expect(facts.map(({ path }) => path)).toEqual(['after.epoch[n2]', 'before.epoch[n2]'])
  })
})
