// Which steps are enabled in which states of a chunk, and which properties the states violate: guards and invariants
// over columns, many states at a time (see `vectors.ts`), and one state at a time where that does not go.
import type { Helpers } from './expander.ts'
import type { Leaf } from './instances.ts'
import { Code } from './instructions.ts'
import { type CompiledProperty, not, type Statement } from '../ir/ir.ts'
import type { Layout } from '../ir/layout.ts'
import { OWN, type OwnMap } from './memories.ts'
import type { Opcode } from './opcodes.ts'
import { Vectors } from './vectors.ts'
import { I32, V128, type ValueType } from './wasm.ts'

/** The code of a function, and its locals beyond the parameters. */
export interface Piece {
  readonly code: Code
  readonly locals: readonly ValueType[]
}

/** Instances that one function can count in lanes of a byte. */
export const MAX_COUNTED = 255

/** Parameters: the offset of a group of states in a column of cells; a bit for each of them that there is. */
const [BASE, PRESENT] = [0, 1]

/** Then: states still to be asked, the offset of one, those in which a step is enabled; two for assignments. */
const [LANES, LANE_BASE, ENABLED, SCRATCH, PLACE] = [2, 3, 4, 5, 6]
const EXPRESSION_LOCALS = 7

/** States of a group: those of one vector, or of a byte of a row where cells are too wide for vectors. */
export function groupLanes({ cellBytes }: Pick<OwnMap, 'cellBytes'>): 8 | 16 {
  return cellBytes === 1 ? 16 : 8
}

/** Pushes, for the offset in a column of cells that a local holds, that in a column of 32 bits a state. */
export function wideOffset(code: Code, { cellBytes }: Pick<OwnMap, 'cellBytes'>, base: number): Code {
  code.getLocal(base)
  return cellBytes === 4 ? code : code.i32(4 / cellBytes).op('i32.mul')
}

/** From the offset of a group in a column of cells to that of its bits in a row. */
function rowShift({ cellBytes }: Pick<OwnMap, 'cellBytes'>): number {
  return 3 + Math.log2(cellBytes)
}

/** What both kinds of functions begin with. */
class Group {
  readonly code: Code
  /** Code for one state of the group, written to the same place. */
  readonly one: Code
  readonly vectors: Vectors | null
  /** The local with the lanes of the states that there are. */
  readonly valid: number
  private readonly own: OwnMap
  private readonly localCount: number

  constructor(own: OwnMap, layout: Layout, localCount: number) {
    const map = { memory: own, scratch: [SCRATCH, PLACE] as const, firstLocal: EXPRESSION_LOCALS }
    const { cellBytes } = own
    this.own = own
    this.localCount = localCount
    this.code = new Code({ ...map, base: BASE })
    this.one = new Code({ ...map, base: LANE_BASE }, this.code.bytes)
    this.valid = EXPRESSION_LOCALS + localCount
    this.vectors = cellBytes === 4 ? null : new Vectors(this.code, cellBytes, layout, this.valid + 1)
    if (this.vectors !== null) this.code.getLocal(BASE).access('v128.load', own.valid, OWN).setLocal(this.valid)
  }

  get piece(): Piece {
    const vectorCount = this.vectors === null ? 0 : 1 + this.vectors.localCount
    return {
      code: this.code,
      locals: [
        ...Array.from({ length: EXPRESSION_LOCALS - 2 + this.localCount }, (): ValueType => I32),
        ...Array.from({ length: vectorCount }, (): ValueType => V128),
      ],
    }
  }

  /** Pushes the lanes of a path as bits. */
  bits(path: number): void {
    if (this.vectors === null) this.code.getLocal(PRESENT)
    else this.code.getLocal(path).op(this.own.cellBytes === 1 ? 'i8x16.bitmask' : 'i16x8.bitmask')
  }

  /** Runs `body` for one state after the other of those whose bits are on the stack. */
  eachLane(body: () => void): void {
    const { code } = this
    code.setLocal(LANES)
    code.whileTrue(
      () => code.getLocal(LANES),
      () => {
        code.getLocal(LANES).op('i32.ctz').i32(this.own.cellBytes).op('i32.mul')
        code.getLocal(BASE).op('i32.add').setLocal(LANE_BASE)
        body()
        code.getLocal(LANES).getLocal(LANES).i32(1).op('i32.sub', 'i32.and').setLocal(LANES)
      },
    )
  }
}

/** `ACTION.enabled(base, present)`: for a group of states, writes the rows of instances, and adds to the tallies. */
export function enabledCode(leaves: readonly Leaf[], layout: Layout, { own }: Helpers): Piece {
  const group = new Group(own, layout, mostLocals(leaves))
  const { code, vectors } = group
  const { cellBytes } = own
  /** The local in which the lanes count. */
  const counts = vectors?.local() ?? null
  for (const { items } of leaves) for (const { statement } of items) announce(statement)
  walk(leaves, 0, group.valid)
  if (counts !== null) addCounts(counts)
  return group.piece

  function announce(statement: Statement): void {
    if (statement.op === 'guard' || statement.op === 'require') vectors?.announce(statement.condition)
    else if (statement.op === 'let') vectors?.announce(statement.value)
  }

  /** Neighbouring instances that begin with the same guards ask them once; `path` is a local with the lanes left. */
  function walk(those: readonly Leaf[], depth: number, path: number): void {
    for (let from = 0; from < those.length;) {
      const item = those[from].items[depth]
      let to = from + 1
      if (item === undefined) note(those[from], path)
      else if (!isVector(item.statement)) askEach(those[from], depth, path)
      else {
        while (to < those.length && those[to].items[depth]?.key === item.key) to++
        const shared = those.slice(from, to)
        vectors!.scoped(() => ask(item.statement, shared, depth, path))
      }
      from = to
    }
  }

  function isVector(statement: Statement): boolean {
    if (vectors === null) return false
    switch (statement.op) {
      case 'guard':
      case 'require':
        return vectors.fits(statement.condition)
      case 'let':
        return vectors.fits(statement.value)
      case 'if':
      case 'store':
        return false
    }
  }

  function ask(statement: Statement, those: readonly Leaf[], depth: number, path: number): void {
    switch (statement.op) {
      case 'guard': {
        vectors!.mask(statement.condition, path)
        const left = vectors!.local()
        code.getLocal(path).op('v128.and').setLocal(left)
        const isLast = those.every(({ items }) => items.length === depth + 1)
        if (isLast) return walk(those, depth + 1, left)
        // What remains to be asked is skipped when no state is left to ask it of.
        code
          .getLocal(left)
          .op('v128.any_true')
          .when(() => vectors!.scoped(() => walk(those, depth + 1, left)))
        return
      }
      case 'let':
        vectors!.number(statement.value, path)
        vectors!.define(statement.local, statement.value)
        return walk(those, depth + 1, path)
      case 'require':
        vectors!.require(statement.condition, path)
        return walk(those, depth + 1, path)
      default:
    }
  }

  /** An instance is enabled in the lanes of a path. */
  function note({ index }: Leaf, path: number): void {
    if (counts === null) return countEach(index, () => group.bits(path))
    writeRow(index, () => group.bits(path))
    code.getLocal(counts).getLocal(path)
    code.op(cellBytes === 1 ? 'i8x16.sub' : 'i16x8.sub').setLocal(counts)
  }

  /** Asks what is left to ask of an instance one state at a time. */
  function askEach({ items, index }: Leaf, depth: number, path: number): void {
    code.i32(0).setLocal(ENABLED)
    group.bits(path)
    group.eachLane(() => {
      code.block(() => {
        items.forEach(({ statement }, at) => {
          if (statement.op === 'guard') {
            if (at >= depth) group.one.expr(not(statement.condition)).branchIf(0)
          } else if (at >= depth || statement.op === 'let') group.one.statements([statement])
        })
        code.getLocal(ENABLED).i32(1).getLocal(LANES).op('i32.ctz', 'i32.shl', 'i32.or').setLocal(ENABLED)
      })
    })
    countEach(index, () => code.getLocal(ENABLED))
  }

  function countEach(index: number, bits: () => void): void {
    writeRow(index, bits)
    bits()
    group.eachLane(() => {
      wideOffset(code, own, LANE_BASE)
      wideOffset(code, own, LANE_BASE)
      code.access('i32.load', own.tallies, OWN).i32(1).op('i32.add').access('i32.store', own.tallies, OWN)
    })
  }

  function writeRow(index: number, bits: () => void): void {
    code.getLocal(BASE).i32(rowShift(own)).op('i32.shr_u')
    bits()
    code.access(groupLanes(own) === 16 ? 'i32.store16' : 'i32.store8', own.rows + index * own.rowBytes, OWN)
  }

  /** Adds what the lanes have counted to the tallies, which are wider. */
  function addCounts(local: number): void {
    const halves = ['low', 'high'] as const
    const widened = halves.flatMap((half): readonly (readonly Opcode[])[] => {
      if (cellBytes === 2) return [[`i32x4.extend_${half}_i16x8_u`]]
      return halves.map(quarter => [`i16x8.extend_${half}_i8x16_u`, `i32x4.extend_${quarter}_i16x8_u`])
    })
    widened.forEach((opcodes, part) => {
      wideOffset(code, own, BASE)
      wideOffset(code, own, BASE)
      code.access('v128.load', own.tallies + part * 16, OWN)
      code.getLocal(local).op(...opcodes, 'i32x4.add')
      code.access('v128.store', own.tallies + part * 16, OWN)
    })
  }
}

/** `NAME(base, present)`: notes the first state of a group that violates an invariant; `at` is where. */
export function invariantCode(property: CompiledProperty, at: number, layout: Layout, { own, global }: Helpers): Piece {
  const group = new Group(own, layout, property.localCount)
  const { code, vectors } = group
  code
    .i32(0)
    .access('i32.load', at, OWN)
    .op('i32.eqz')
    .when(() => {
      vectors?.announce(property.holds)
      if (vectors?.fits(property.holds) === true) {
        code.getLocal(group.valid)
        vectors.mask(property.holds, group.valid)
        const violated = vectors.local()
        code.op('v128.andnot').setLocal(violated)
        group.bits(violated)
        code.teeLocal(LANES).when(() => note(() => code.getLocal(LANES).op('i32.ctz')))
      } else {
        group.bits(group.valid)
        group.eachLane(() => {
          group.one.expr(not(property.holds)).when(() => {
            note(() => code.getLocal(LANES).op('i32.ctz'))
            code.op('return')
          })
        })
      }
    })
  return group.piece

  function note(lane: () => void): void {
    code.i32(0).getGlobal(global('row')).getLocal(BASE).i32(Math.log2(own.cellBytes)).op('i32.shr_u', 'i32.add')
    lane()
    code.op('i32.add').i32(1).op('i32.add').access('i32.store', at, OWN)
  }
}

export function mostLocals(parts: readonly { readonly localCount: number }[]): number {
  return parts.reduce((most, part) => Math.max(most, part.localCount), 0)
}
