// The code that expands a chunk of states: take the states apart into columns, judge them, find which steps are enabled
// in which of them, and put each successor where it belongs: in the order of the states, and of the steps of each.
import { type CompiledProperty, constant, type Expr, not, type Program } from '../ir/ir.ts'
import { groupLanes, wideOffset } from './enabling.ts'
import type { Code } from './instructions.ts'
import { type Layout, maskOf } from '../ir/layout.ts'
import { type ChunkMap, FRONTIERS, OWN, type OwnMap } from './memories.ts'
import { V128, type ValueType } from './wasm.ts'

export interface ExpanderInput {
  readonly program: Program
  readonly layout: Layout
  /** For each step, the index of its action; those of one action are neighbours. */
  readonly actionOf: readonly number[]
  readonly actionNames: readonly string[]
  /** How many instances of `init` there are. */
  readonly initialCount: number
  /** Which properties to check. */
  readonly invariants: readonly CompiledProperty[]
  readonly transitions: readonly CompiledProperty[]
  readonly final: CompiledProperty | null
  /** False when deadlock is not checked. */
  readonly deadlock: boolean
}

/** What every piece of code knows: where things are. */
export interface Helpers {
  readonly own: OwnMap
  readonly chunk: ChunkMap
  readonly global: (name: 'row' | 'candidate' | 'transitions') => number
}

/**
 * `NAME(base, state, step)`: notes the first step of which a property is false: of the first state, whichever step is
 * taken first. Locals of the property begin after the parameters.
 */
export function transitionCode(code: Code, property: CompiledProperty, at: number, { global }: Helpers): void {
  const [state, step] = [1, 2]
  const row = (): Code => code.getGlobal(global('row')).getLocal(state).op('i32.add')
  // Nothing noted is 0, less one the greatest row of all.
  code.i32(0).access('i32.load', at, OWN).i32(1).op('i32.sub')
  row()
    .op('i32.gt_u')
    .when(() => {
      code.expr(not(property.holds)).when(() => {
        code.i32(0)
        row().i32(1).op('i32.add').access('i32.store', at, OWN)
        code
          .i32(0)
          .getLocal(step)
          .access('i32.store', at + 4, OWN)
      })
    })
}

/** `counted(from, to, counters)`: adds up the rows between two addresses: states with any bit set, and bits. */
export function countedCode(code: Code, { own }: Helpers): void {
  const [from, to, counters, part, at, any, bits, row] = [0, 1, 2, 3, 4, 5, 6, 7]
  code.loop(() => {
    code.i64(0n).setLocal(any).getLocal(from).getLocal(part).op('i32.add').setLocal(at)
    code.loop(() => {
      code.getLocal(at).access('i64.load', 0, OWN).teeLocal(row).getLocal(any).op('i64.or').setLocal(any)
      code.getLocal(bits).getLocal(row).op('i64.popcnt', 'i64.add').setLocal(bits)
      code.getLocal(at).i32(own.rowBytes).op('i32.add').teeLocal(at).getLocal(to).op('i32.lt_u').branchIf(0)
    })
    code.getLocal(counters).getLocal(counters).access('i64.load', 0, OWN)
    code.getLocal(any).op('i64.popcnt', 'i64.add').access('i64.store', 0, OWN)
    code.getLocal(part).i32(8).op('i32.add').teeLocal(part).i32(own.rowBytes).op('i32.lt_u').branchIf(0)
  })
  code.getLocal(counters).getLocal(counters).access('i64.load', 8, OWN)
  code.getLocal(bits).op('i64.add').access('i64.store', 8, OWN)
}

/** Locals of `unpack` that are not vectors: the offset of a group of states in a column of cells. */
const UNPACK_LOCALS = 1

/** `unpack(base)`: takes a group of states apart, from the columns of their packed words to those of cells. */
export function unpackCode(code: Code, { layout, transitions }: ExpanderInput, { own }: Helpers): readonly ValueType[] {
  const base = 0
  const { cellBytes, lanes } = own
  /** Vectors of packed words that a group takes. */
  const quarters = groupLanes(own) / 4
  const frames: readonly (0 | 1)[] = transitions.length === 0 ? [0] : [0, 1]
  for (let word = 0; word < layout.wordCount; word++) {
    for (let quarter = 0; quarter < quarters; quarter++) {
      wideOffset(code, own, base).access('v128.load', own.words + word * lanes * 4 + quarter * 16, OWN)
      code.setLocal(UNPACK_LOCALS + quarter)
    }
    layout.fields.forEach((field, at) => {
      if (field.bits === 0 || field.word !== word) return
      for (const frame of frames) field4(field, code.offset({ frame, at }))
    })
  }
  return Array.from({ length: quarters }, (): ValueType => V128)

  function field4({ shift, bits }: Layout['fields'][number], offset: number): void {
    const part = (quarter: number): void => {
      code.getLocal(UNPACK_LOCALS + quarter)
      if (shift > 0) code.i32(shift).op('i32x4.shr_u')
      if (shift + bits < 32) code.vector(maskOf(bits), 4).op('v128.and')
    }
    const half = (first: number): void => {
      part(first)
      part(first + 1)
      code.op('i16x8.narrow_i32x4_u')
    }
    if (cellBytes === 4) {
      for (let quarter = 0; quarter < quarters; quarter++) {
        code.getLocal(base)
        part(quarter)
        code.access('v128.store', offset + quarter * 16, OWN)
      }
      return
    }
    code.getLocal(base)
    half(0)
    if (cellBytes === 1) {
      half(2)
      code.op('i8x16.narrow_i16x8_u')
    }
    code.access('v128.store', offset, OWN)
  }
}

/** Locals of `expand` that are not for expressions; the last two are for assignments. */
export const EXPAND_LOCALS = 9
export const EXPAND_BASE = 5
export const EXPAND_SCRATCH = [7, 8] as const

/** `expand(chunk, address, count, row, parity)`: expands `count` states of the frontier from an address. */
export function expandCode(
  code: Code,
  input: ExpanderInput,
  { own, chunk, global }: Helpers,
  calls: {
    readonly unpack: number
    readonly close: number
    readonly counted: number
    /** Functions for each group of states, with its offset in a column of cells, and a bit for each state. */
    readonly ofGroups: readonly number[]
    /** Functions that take the steps of one action. */
    readonly taken: readonly number[]
    /** Of each action that has any, its first step and the one after the last. */
    readonly spans: readonly { readonly action: number; readonly from: number; readonly to: number }[]
  },
): void {
  const [base, address, count, row, parity, offset, at] = [0, 1, 2, 3, 4, EXPAND_BASE, 6]
  const { wordCount } = input.layout
  const { cellBytes } = own
  const [present, next] = [at, at]
  code.getLocal(row).setGlobal(global('row'))
  code.getLocal(parity).when(
    () => readWords(FRONTIERS[1]),
    () => readWords(FRONTIERS[0]),
  )
  fill(own.valid, () => code.getLocal(count).i32(cellBytes).op('i32.mul'), 0xff)
  code.getLocal(count).i32(cellBytes).op('i32.mul').i32(own.valid).op('i32.add').i32(0)
  code.i32(own.lanes).getLocal(count).op('i32.sub').i32(cellBytes).op('i32.mul').fillMemory(OWN)
  fill(own.tallies, () => code.i32(own.lanes * 4), 0)
  fill(own.rows, () => code.i32(input.program.steps.length * own.rowBytes), 0)
  eachGroup(() => {
    code.getLocal(offset).call(calls.unpack)
    bitsPresent()
    for (const judge of calls.ofGroups) code.getLocal(offset).getLocal(present).call(judge)
  })
  if (input.deadlock) noteDeadlock()
  placeSuccessors()
  for (const take of calls.taken) code.call(take)
  for (const { action, from, to } of calls.spans) {
    code.i32(own.rows + from * own.rowBytes).i32(own.rows + to * own.rowBytes)
    code.i32(own.counters + action * 16).call(calls.counted)
  }
  code.getLocal(base).call(calls.close)

  function fill(from: number, bytes: () => void, byte: number): void {
    code.i32(from).i32(byte)
    bytes()
    code.fillMemory(OWN)
  }

  function eachState(body: () => void): void {
    code.i32(0).setLocal(offset)
    code.loop(() => {
      body()
      code.getLocal(offset).i32(4).op('i32.add').teeLocal(offset)
      code.getLocal(count).i32(4).op('i32.mul', 'i32.lt_u').branchIf(0)
    })
  }

  function readWords(memory: number): void {
    eachState(() => {
      for (let word = 0; word < wordCount; word++) {
        code
          .getLocal(offset)
          .getLocal(address)
          .access('i32.load', word * 4, memory)
          .access('i32.store', own.words + word * own.lanes * 4, OWN)
      }
      code.advance(address, wordCount * 4)
    })
  }

  function eachGroup(body: () => void): void {
    code.i32(0).setLocal(offset)
    code.loop(() => {
      body()
      code
        .getLocal(offset)
        .i32(groupLanes(own) * cellBytes)
        .op('i32.add')
        .teeLocal(offset)
      code.getLocal(count).i32(cellBytes).op('i32.mul', 'i32.lt_u').branchIf(0)
    })
  }

  /** A bit for each state of the group that there is. */
  function bitsPresent(): void {
    const lanes = groupLanes(own)
    const left = (): Code => code.getLocal(count).getLocal(offset).i32(Math.log2(cellBytes)).op('i32.shr_u', 'i32.sub')
    code.i32((1 << lanes) - 1).i32(1)
    left().op('i32.shl').i32(1).op('i32.sub')
    left().i32(lanes).op('i32.ge_u', 'select').setLocal(present)
  }

  /** A state without enabled step, unless it is final. */
  function noteDeadlock(): void {
    const first = own.firsts + (input.invariants.length + input.transitions.length) * 8
    const holds: Expr = input.final?.holds ?? constant(0)
    code.i32(0).access('i32.load', first, OWN).op('i32.eqz')
    code.when(() => {
      code.i32(0).setLocal(at)
      code.block(() => {
        code.loop(() => {
          code.getLocal(at).i32(4).op('i32.mul').access('i32.load', own.tallies, OWN).op('i32.eqz')
          code.when(() => {
            code.getLocal(at).i32(cellBytes).op('i32.mul').setLocal(offset)
            code.expr(not(holds)).when(() => {
              code.i32(0).getLocal(row).getLocal(at).i32(1).op('i32.add', 'i32.add').access('i32.store', first, OWN)
              code.branch(3)
            })
          })
          code.advance(at, 1).getLocal(at).getLocal(count).op('i32.lt_u').branchIf(0)
        })
      })
    })
  }

  /** From how many successors each state has to where they begin. */
  function placeSuccessors(): void {
    code.getLocal(base).i32(chunk.headerBytes).op('i32.add').setLocal(next)
    eachState(() => {
      code.getLocal(next).getLocal(offset).access('i32.load', own.tallies, OWN)
      code.i32(chunk.candidateBytes).op('i32.mul', 'i32.add')
      code.getLocal(offset).getLocal(next).access('i32.store', own.tallies, OWN)
      code.setLocal(next)
    })
    code.getLocal(next).setGlobal(global('candidate'))
    code.getLocal(next).getLocal(base).op('i32.sub').i32(chunk.headerBytes).op('i32.sub')
    code.i32(chunk.candidateBytes).op('i32.div_u').setGlobal(global('transitions'))
  }
}
