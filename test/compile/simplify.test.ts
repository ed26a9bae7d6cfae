// The law of simplification, against an evaluator of the intermediate representation that follows only its definition.
import { assert, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { constant } from '../../src/compile/ir/ir.ts'
import { expressions, load, outcome, simplified, states } from './random-expressions.ts'

describe('simplification', () => {
  it('keeps every value, and every fault', () => {
    let judged = 0
    assert(
      property(expressions, states, (expr, rows) => {
        const simple = simplified(expr)
        if (simple === null) return
        judged++
        for (const cells of rows) expect(outcome(simple, cells)).toBe(outcome(expr, cells))
      }),
      { numRuns: 3000 },
    )
    expect(judged).toBeGreaterThan(2000)
  })

  it('refuses what may leave 32 bits', () => {
    const large = constant(2 ** 30)
    const cell = load(3)
    expect(simplified({ op: 'binary', kind: 'mul', a: cell, b: large })).toBeNull()
    expect(simplified({ op: 'binary', kind: 'mul', a: constant(1), b: large })).toEqual(large)
  })

  it('refuses a divisor that may be 0', () => {
    const cell = load(3)
    expect(simplified({ op: 'binary', kind: 'rem', a: constant(7), b: cell })).toBeNull()
  })
})
