// Taking the steps that are enabled: for each instance, the states of a chunk in which it is, one after the other. What
// a step changes is kept in locals, so the columns stay as they are; the packed words of the successor are those of the
// state with the changed cells put in.
import type { Helpers } from './expander.ts'
import type { Leaf } from './instances.ts'
import { Code } from './instructions.ts'
import { eachAccess, footprintOf } from '../ir/footprint.ts'
import { type Cell, cellsOf, type Statement } from '../ir/ir.ts'
import { type Layout, maskOf } from '../ir/layout.ts'
import { CHUNKS, OWN, STEP_BITS } from './memories.ts'
import { mostLocals, type Piece } from './enabling.ts'
import { I32, I64, type ValueType } from './wasm.ts'

/** Cells that are accessed by a computed index are kept in locals when there are at most so many of them. */
const MAX_CHOICES = 8

/** Locals of `take`: bits of a row, which part of the row, a state's number and its offset, its candidate; for assignments. */
const [ROW, PART, LANE, BASE, CANDIDATE, SCRATCH, PLACE] = [0, 1, 2, 3, 4, 5, 6]
const EXPRESSION_LOCALS = 7

/** `ACTION.taken()`: puts the successors by instances of an action where the tallies say. */
export function takenCode(
  leaves: readonly Leaf[],
  layout: Layout,
  { own, chunk }: Helpers,
  transitions: readonly number[],
): Piece {
  const map = { memory: own, base: BASE, scratch: [SCRATCH, PLACE] as const, firstLocal: EXPRESSION_LOCALS }
  const code = new Code(map)
  const firstRegister = EXPRESSION_LOCALS + mostLocals(leaves)
  let registerCount = 0
  for (const leaf of leaves) {
    code.i32(0).setLocal(PART)
    code.loop(() => {
      code
        .getLocal(PART)
        .access('i64.load', own.rows + leaf.index * own.rowBytes, OWN)
        .setLocal(ROW)
      code.whileTrue(
        () => code.getLocal(ROW).op('i64.eqz', 'i32.eqz'),
        () => {
          code.getLocal(ROW).op('i64.ctz', 'i32.wrap_i64').getLocal(PART).i32(8).op('i32.mul', 'i32.add')
          code.teeLocal(LANE).i32(own.cellBytes).op('i32.mul').setLocal(BASE)
          take(leaf)
          code.getLocal(ROW).getLocal(ROW).i64(1n).op('i64.sub', 'i64.and').setLocal(ROW)
        },
      )
      code.getLocal(PART).i32(8).op('i32.add').teeLocal(PART).i32(own.rowBytes).op('i32.lt_u').branchIf(0)
    })
  }
  const i32s = EXPRESSION_LOCALS - 1 + mostLocals(leaves) + registerCount
  return { code, locals: [I64, ...Array.from({ length: i32s }, (): ValueType => I32)] }

  function take({ items, body, index }: Leaf): void {
    // Locals that the guards' part assigns, in branches too.
    for (const { statement } of items) if (statement.op === 'let' || statement.op === 'if') code.statements([statement])
    const written = footprintOf(body).writes.filter(cell => layout.fields[cell].bits > 0)
    // Transition properties find the new state in the columns.
    const kept = transitions.length > 0 ? [] : keepable(written, body)
    kept.forEach((cell, at) => {
      code.loadCell(only(cell)).setLocal(firstRegister + at)
      code.registers.set(cell, firstRegister + at)
    })
    registerCount = Math.max(registerCount, kept.length)
    code.statements(body)
    for (const transition of transitions) code.getLocal(BASE).getLocal(LANE).i32(index).call(transition)
    emit(index, written)
    code.registers.clear()
    for (const cell of written) if (!kept.includes(cell)) restore(cell)
  }

  /** Appends the successor to those of its state. */
  function emit(index: number, written: readonly number[]): void {
    tally()
    code.access('i32.load', own.tallies, OWN).setLocal(CANDIDATE)
    tally()
    code.getLocal(CANDIDATE).i32(chunk.candidateBytes).op('i32.add').access('i32.store', own.tallies, OWN)
    for (let word = 0; word < layout.wordCount; word++) {
      code.getLocal(CANDIDATE)
      repack(word, written)
      code.access('i32.store', word * 4, CHUNKS)
    }
    code.getLocal(CANDIDATE).getLocal(LANE).i32(STEP_BITS).op('i32.shl').i32(index).op('i32.or')
    code.access('i32.store', layout.wordCount * 4, CHUNKS)
  }

  /** Pushes the offset of the state in the column of tallies, and of each packed word. */
  function tally(): void {
    code.getLocal(LANE).i32(4).op('i32.mul')
  }

  /** One packed word of the successor: the state's own, with the cells that may have changed. */
  function repack(word: number, written: readonly number[]): void {
    const fields = written.map(cell => ({ cell, ...layout.fields[cell] })).filter(field => field.word === word)
    const mask = fields.reduce((bits, field) => bits | (maskOf(field.bits) << field.shift), 0)
    packed(word)
    if (fields.length === 0) return
    code.i32(~mask).op('i32.and')
    for (const { cell, shift } of fields) {
      code.loadCell(only(cell))
      if (shift > 0) code.i32(shift).op('i32.shl')
      code.op('i32.or')
    }
  }

  function packed(word: number): void {
    tally()
    code.access('i32.load', own.words + word * own.lanes * 4, OWN)
  }

  /** Writes a cell back from the packed words. */
  function restore(cell: number): void {
    const { word, shift, bits } = layout.fields[cell]
    code.address(only(cell))
    packed(word)
    if (shift > 0) code.i32(shift).op('i32.shr_u')
    if (shift + bits < 32) code.i32(maskOf(bits)).op('i32.and')
    code.storeTo(only(cell))
  }
}

function only(at: number): Cell {
  return { frame: 0, at, index: null, stride: 0, count: 1 }
}

/**
 * Which of the cells that statements write can be kept in locals: not those that are accessed by an index among many, nor
 * any that share an indexed access with such a cell.
 */
function keepable(written: readonly number[], statements: readonly Statement[]): readonly number[] {
  const indexed: (readonly number[])[] = []
  eachAccess(statements, cell => {
    if (cell.frame === 0 && cell.index !== null) indexed.push(cellsOf(cell))
  })
  const inMemory = new Set(indexed.filter(cells => cells.length > MAX_CHOICES).flat())
  for (let before = -1; before !== inMemory.size;) {
    before = inMemory.size
    for (const cells of indexed) {
      if (cells.some(cell => inMemory.has(cell))) for (const cell of cells) inMemory.add(cell)
    }
  }
  return written.filter(cell => !inMemory.has(cell))
}
