// Vector code against the definition of expressions: in every lane the value, and a fault only in lanes that are asked.
import { assert, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Code } from '../../src/compile/engine/instructions.ts'
import { constant, type Expr } from '../../src/compile/ir/ir.ts'
import type { LaneBytes } from '../../src/compile/engine/lanes.ts'
import { layOut } from '../../src/compile/ir/layout.ts'
import { Vectors } from '../../src/compile/engine/vectors.ts'
import { encodeModule, I32, V128 } from '../../src/compile/engine/wasm.ts'
import { expressions, load, outcome, RADICES, simplified, states } from './random-expressions.ts'

const LANES = 16
const CELLS = RADICES.length * LANES * 2
const [PATH, MASKS, NUMBERS] = [CELLS, CELLS + 16, CELLS + 32]

/** Computes an expression for neighbouring states; null when it does not fit into lanes. */
function vectorized(expr: Expr, laneBytes: LaneBytes, twice: boolean) {
  const memory = { cellBytes: laneBytes, lanes: LANES, frames: [0, 0] } as const
  const code = new Code({ memory, base: 0, scratch: [0, 0], firstLocal: 0 })
  const vectors = new Vectors(code, laneBytes, layOut(RADICES), 2)
  if (!vectors.fits(expr)) return null
  vectors.announce(expr)
  if (twice) vectors.announce(expr) // so that parts are kept
  code.i32(0).access('v128.load', PATH, 0).setLocal(1)
  code.i32(0)
  vectors.mask(expr, 1)
  code.access('v128.store', MASKS, 0).i32(0)
  vectors.number(expr, 1)
  code.access('v128.store', NUMBERS, 0)
  const bytes = encodeModule({
    memories: [{ name: 'own', shared: false }],
    globals: [],
    functions: [
      {
        name: 'run',
        type: { parameters: [I32], results: [] },
        locals: Array.from({ length: 1 + vectors.localCount }, () => V128 as typeof V128),
        body: code.bytes,
        exported: true,
      },
    ],
  })
  const own = new WebAssembly.Memory({ initial: 1 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { engine: { own } })
  const view = new DataView(own.buffer)
  const put = laneBytes === 1 ? view.setUint8.bind(view) : view.setUint16.bind(view)
  const get = laneBytes === 1 ? view.getUint8.bind(view) : view.getUint16.bind(view)
  return (
    rows: readonly (readonly number[])[],
    asked: number,
  ): { readonly truth: boolean; readonly value: number } | 'fault' => {
    rows.forEach((cells, lane) => {
      cells.forEach((value, cell) => put((cell * LANES + lane) * laneBytes, value, true))
      put(PATH + lane * laneBytes, lane === asked ? -1 : 0, true)
    })
    try {
      ;(exports['run'] as (base: number) => void)(0)
    } catch {
      return 'fault'
    }
    return { truth: get(MASKS + asked * laneBytes, true) !== 0, value: get(NUMBERS + asked * laneBytes, true) }
  }
}

describe.each([1, 2] as const)('in lanes of %i bytes', laneBytes => {
  it('every value and every fault is that of one state', () => {
    let judged = 0
    let faults = 0
    assert(
      property(expressions, states, (expr, rows) => {
        const simple = simplified(expr)
        const run = simple === null ? null : vectorized(simple, laneBytes, true)
        if (simple === null || run === null) return
        judged++
        const lanes = rows.slice(0, LANES / laneBytes)
        for (const [lane, cells] of lanes.entries()) {
          const expected = outcome(simple, cells)
          if (expected === 'fault') faults++
          expect(run(lanes, lane)).toEqual(
            expected === 'fault'
              ? 'fault'
              : { truth: expected !== 0, value: laneBytes === 1 ? expected & 0xff : expected & 0xffff },
          )
        }
      }),
      { numRuns: 2000 },
    )
    expect(judged).toBeGreaterThan(1000)
    expect(faults).toBeGreaterThan(100)
  })
})

describe('what does not fit into lanes is left alone', () => {
  const cell = load(5)
  it.each<[string, Expr]>([
    ['a sum beyond a byte', { op: 'binary', kind: 'add', a: cell, b: constant(300) }],
    ['a product of two cells', { op: 'binary', kind: 'mul', a: cell, b: load(3) }],
    [
      'numbers on both sides of what a byte tells apart',
      { op: 'binary', kind: 'add', a: { op: 'binary', kind: 'mul', a: cell, b: constant(50) }, b: constant(-1) },
    ],
  ])('%s', (_, expr) => {
    expect(vectorized(expr, 1, false)).toBeNull()
  })
})
