// A footprint is sound when what it leaves out can be exchanged: a step taken in two states that agree on the fields it
// reads is enabled in both or in neither, and changes what it may write in the same way, and nothing else.
import { assert, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import singleLeader from '../../spec/single-leader.ts'
import slr from '../../spec/examples/slr.ts'
import { namedCells } from '../../src/compile/ir/cells.ts'
import { footprintOf } from '../../src/compile/ir/footprint.ts'
import type { Cells } from '../../src/lang/container.ts'
import { Machine } from '../../src/lang/machine.ts'
import { type Config, instantiate, type Spec } from '../../src/lang/spec.ts'
import { compileFile, EXPLORERS } from '../contract/explorers.ts'

const [, explore] = EXPLORERS[0]

const SUBJECTS: readonly (readonly [file: string, spec: Spec, set: Config])[] = [
  ['spec/examples/slr.ts', slr, { writes: 2, epochs: 2 }],
  ['spec/single-leader.ts', singleLeader, { reads: 1, session: true }],
]

describe.each(SUBJECTS)('footprints of %s', (file, spec, set) => {
  const machine = new Machine(instantiate(spec, set))
  const program = compileFile(file, machine)
  const cells = namedCells(machine.instance.state)
  const states: Cells[] = []
  explore({ spec, file }, set, { onState: state => states.push(state.slice()) })
  const footprints = program.steps.map(({ body }) => footprintOf(body))

  it('name every cell', () => {
    expect(new Set(cells.map(({ name }) => name)).size).toBe(machine.width)
  })

  it('leave out only what a step neither reads nor writes', () => {
    let takenCount = 0
    const enabledIn = (row: Cells, index: number, to: Cells): boolean => {
      machine.load(row)
      return machine.run(machine.steps[index], row, to)
    }
    assert(
      property(nat(states.length - 1), nat(states.length - 1), (first, second) => {
        footprints.forEach(({ reads, writes }, index) => {
          const from = states[first]
          const touched = new Set([...reads, ...writes].map(cell => cells[cell].field))
          const mixed = from.map((place, cell) => (touched.has(cells[cell].field) ? place : states[second][cell]))
          const [to, mixedTo] = [machine.row(), machine.row()]
          const enabled = enabledIn(from, index, to)
          const mixedEnabled = enabledIn(mixed, index, mixedTo)
          takenCount += Number(enabled)
          const written = new Set(enabled ? writes : [])
          const expected = mixed.map((place, cell) => (written.has(cell) ? to[cell] : place))
          expect([mixedEnabled, (mixedEnabled ? mixedTo : mixed).join()]).toEqual([enabled, expected.join()])
          const changed = [...to.keys()].filter(cell => enabled && to[cell] !== from[cell])
          expect(changed.filter(cell => !written.has(cell))).toEqual([])
        })
      }),
      { numRuns: 60 },
    )
    expect(takenCount).toBeGreaterThan(50)
  })
})

describe('a footprint', () => {
  it('follows branches, indices and bound names, and knows the state before from the state after', () => {
    const load = (at: number, frame: 0 | 1 = 0) =>
      ({ op: 'load', cell: { frame, at, index: null, stride: 0, count: 1 } }) as const
    const footprint = footprintOf([
      { op: 'guard', condition: { op: 'choose', condition: load(1), then: load(2), else: load(9, 1) }, offset: 0 },
      { op: 'let', local: 0, value: load(3) },
      {
        op: 'if',
        condition: load(4),
        then: [
          { op: 'store', cell: { frame: 0, at: 10, index: load(5), stride: 2, count: 3 }, value: load(6), size: null },
        ],
        else: [{ op: 'require', condition: load(7) }],
      },
    ])
    expect(footprint).toEqual({ reads: [1, 2, 3, 4, 5, 6, 7], writes: [10, 12, 14] })
  })
})
