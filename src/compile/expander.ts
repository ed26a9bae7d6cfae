// The code that expands one state: unpack it into cells, judge it, try every instance of every action, and emit each
// successor. A step changes the cells in place; the cells it may have written are packed, and then restored from the
// packed words of the state, which stay in globals.
import { type CompiledProperty, constant, type Expr, not, type Program, writtenCells } from './ir.ts'
import type { Leaf } from './instances.ts'
import type { Code } from './instructions.ts'
import { type Layout, maskOf } from './layout.ts'
import {
  type ChunkMap,
  CHUNKS,
  FRONTIERS,
  OWN,
  type OwnMap,
  RECENT_STATES,
  REFERENCE_BYTES,
  shardHeader,
  STEP_BITS,
  successorBytes,
  TRANSITIONS_HEADER,
} from './memories.ts'
import { fingerprintCode, homeBits, partsOf } from './table.ts'

export interface ExpanderInput {
  readonly program: Program
  readonly layout: Layout
  /** For each step, the index of its action. */
  readonly actionOf: readonly number[]
  readonly actionNames: readonly string[]
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
  readonly global: (name: 'row' | 'origin' | 'step' | 'any' | 'candidate' | 'transitions') => number
  /** The global that holds a packed word of the state being expanded. */
  readonly word: (index: number) => number
}

/** `emit(words)`: appends a successor to the chunk buffer, with its fingerprint. */
export function emitCode(code: Code, { global }: Helpers, wordCount: number): void {
  const hash = wordCount
  const address = wordCount + 1
  code.getGlobal(global('candidate')).setLocal(address)
  for (let word = 0; word < wordCount; word++) {
    code
      .getLocal(address)
      .getLocal(word)
      .access('i32.store', word * 4, CHUNKS)
  }
  code.getLocal(address).getGlobal(global('origin')).getGlobal(global('step')).op('i32.or')
  code.access('i32.store', wordCount * 4, CHUNKS)
  code.getLocal(address)
  fingerprintCode(code, wordCount, word => code.getLocal(word), hash)
  code.access('i64.store', wordCount * 4 + 4, CHUNKS)
  code.getLocal(address).i32(successorBytes(wordCount)).op('i32.add').setGlobal(global('candidate'))
}

/** From the packed words to the cells of the frames that are read. */
function unpackCode(code: Code, { layout, transitions }: ExpanderInput, helpers: Helpers): void {
  const frames: readonly (0 | 1)[] = transitions.length === 0 ? [0] : [0, 1]
  layout.fields.forEach((_, cell) => {
    for (const frame of frames) restore(code, cell, frame, layout, helpers)
  })
}

/** Writes a cell from the packed words of the current state. */
function restore(code: Code, cell: number, frame: 0 | 1, layout: Layout, { word: global }: Helpers): void {
  const { word, shift, bits } = layout.fields[cell]
  code.i32(0)
  if (bits === 0) code.i32(0)
  else {
    code.getGlobal(global(word))
    if (shift > 0) code.i32(shift).op('i32.shr_u')
    if (shift + bits < 32) code.i32(maskOf(bits)).op('i32.and')
  }
  code.storeTo({ frame, at: cell, index: null, stride: 0, count: 1 })
}

/** `NAME()`: notes the first state, or step, of which a property is false. */
export function judgeCode(code: Code, property: CompiledProperty, at: number, ofStep: boolean, helpers: Helpers): void {
  code
    .i32(0)
    .access('i32.load', at, OWN)
    .op('i32.eqz')
    .when(() => {
      code.expr(not(property.holds)).when(() => note(code, at, ofStep, helpers))
    })
}

function note(code: Code, at: number, ofStep: boolean, { global }: Helpers): void {
  code.i32(0).getGlobal(global('row')).i32(1).op('i32.add').access('i32.store', at, OWN)
  if (ofStep)
    code
      .i32(0)
      .getGlobal(global('step'))
      .access('i32.store', at + 4, OWN)
}

/** Locals of an action's code that are not for expressions. */
export const ACTION_LOCALS = 2

/** For assignments, and how many instances were taken. */
const [SCRATCH, TAKEN] = [0, 1]

/** Counts the instances of an action that were taken: the end of `ACTION()`. */
export function tallyCode(code: Code, action: number, { own, global }: Helpers): void {
  const counters = own.counters + action * 16
  code.getLocal(TAKEN).when(() => {
    code.i32(1).setGlobal(global('any'))
    code.getGlobal(global('transitions')).getLocal(TAKEN).op('i32.add').setGlobal(global('transitions'))
    count(counters, () => code.i64(1n))
    count(counters + 8, () => code.getLocal(TAKEN).op('i64.extend_i32_u'))
  })

  function count(at: number, amount: () => void): void {
    code.i32(0).i32(0).access('i64.load', at, OWN)
    amount()
    code.op('i64.add').access('i64.store', at, OWN)
  }
}

/** Calls functions that each try some instances, and adds up what they took. */
export function gatherCode(code: Code, parts: readonly number[]): void {
  for (const part of parts) code.getLocal(TAKEN).call(part).op('i32.add').setLocal(TAKEN)
}

/** Leaves on the stack what `attemptCode` has counted. */
export function takenCode(code: Code): void {
  code.getLocal(TAKEN)
}

/** Tries instances of an action in order, and counts those that are taken. */
export function attemptCode(
  code: Code,
  instances: readonly Leaf[],
  { layout }: ExpanderInput,
  helpers: Helpers,
  calls: { readonly emit: number; readonly transitions: readonly number[] },
): void {
  nested(instances, 0)

  /** Neighbouring instances that begin with the same guards ask them once. Their order stays. */
  function nested(leaves: readonly Leaf[], depth: number): void {
    for (let from = 0; from < leaves.length;) {
      const item = leaves[from].items[depth]
      if (item === undefined) {
        take(leaves[from++])
        continue
      }
      let to = from + 1
      while (to < leaves.length && leaves[to].items[depth]?.key === item.key) to++
      const group = leaves.slice(from, to)
      if (item.statement.op === 'guard') {
        code.expr(item.statement.condition).when(() => nested(group, depth + 1))
      } else {
        code.statements([item.statement], SCRATCH)
        nested(group, depth + 1)
      }
      from = to
    }
  }

  function take({ body, index }: Leaf): void {
    code.i32(index).setGlobal(helpers.global('step'))
    code.advance(TAKEN, 1)
    code.statements(body, SCRATCH)
    for (const transition of calls.transitions) code.call(transition)
    const written = [...writtenCells(body)].filter(cell => layout.fields[cell].bits > 0).toSorted((a, b) => a - b)
    for (let word = 0; word < layout.wordCount; word++) repack(word, written)
    code.call(calls.emit)
    for (const cell of written) restore(code, cell, 0, layout, helpers)
  }

  /** One packed word of the successor: the current one, with the cells that may have changed. */
  function repack(word: number, written: readonly number[]): void {
    const fields = written.map(cell => ({ cell, ...layout.fields[cell] })).filter(field => field.word === word)
    const mask = fields.reduce((bits, field) => bits | (maskOf(field.bits) << field.shift), 0)
    code.getGlobal(helpers.word(word))
    if (fields.length === 0) return
    code.i32(~mask).op('i32.and')
    for (const { cell, shift } of fields) {
      code.loadCell({ frame: 0, at: cell, index: null, stride: 0, count: 1 })
      if (shift > 0) code.i32(shift).op('i32.shl')
      code.op('i32.or')
    }
  }
}

/** `open(chunk)`: makes a chunk buffer empty, and the one that successors go to. */
export function openCode(code: Code, { chunk, global }: Helpers): void {
  code.getLocal(0).i32(chunk.headerBytes).op('i32.add').setGlobal(global('candidate'))
  code.i32(0).setGlobal(global('transitions'))
}

/**
 * `close(chunk)`: makes candidates of the successors that a chunk buffer holds, and for each a reference for its shard;
 * leaves out those that this thread has emitted lately. Most transitions of a breadth-first search lead to states that
 * were reached shortly before (Tronci et al., "Exploiting Transition Locality in Automatic Verification", CHARME 2001),
 * and a state that was emitted before is in the visited set, or ahead of this candidate on its way there: leaving it
 * out changes nothing. Whether it is left out is hard to predict, so everything is written in any case, and overwritten
 * by what comes next. Locals: (address of the chunk buffer, 5 of 32 bits, one of 64 bits for each pair of words, the
 * fingerprint).
 */
export function closeCode(code: Code, { own, chunk, global }: Helpers, wordCount: number): void {
  const [base, from, to, fresh, address, shard] = [0, 1, 2, 3, 4, 5]
  const parts = partsOf(wordCount)
  const part = (index: number): number => 6 + index
  const hash = 6 + parts.length
  const shardBits = Math.log2(chunk.shardCount)
  for (let index = 0; index < chunk.shardCount; index++) {
    code
      .i32(0)
      .getLocal(base)
      .i32(chunk.references + index * chunk.referenceBytes)
      .op('i32.add')
    code.access('i32.store', own.references + index * 4, OWN)
  }
  code.getLocal(base).i32(chunk.headerBytes).op('i32.add').teeLocal(from).setLocal(to)
  code.whileTrue(
    () => code.getLocal(from).getGlobal(global('candidate')).op('i32.lt_u'),
    () => {
      code
        .getLocal(from)
        .access('i64.load', wordCount * 4 + 4, CHUNKS)
        .setLocal(hash)
      // Neither the bits that choose the shard and the bucket, nor the lowest, which are mixed least.
      code
        .getLocal(hash)
        .i64(16n)
        .op('i64.shr_u', 'i32.wrap_i64')
        .i32(RECENT_STATES - 1)
        .op('i32.and')
      code
        .i32(wordCount * 4)
        .op('i32.mul')
        .setLocal(address)
      parts.forEach(({ offset, wide }, index) => {
        code.getLocal(from).access(wide ? 'i64.load' : 'i32.load', offset, CHUNKS)
        if (!wide) code.op('i64.extend_i32_u')
        code.teeLocal(part(index))
        code.getLocal(address).access(wide ? 'i64.load' : 'i32.load', own.recent + offset, OWN)
        if (!wide) code.op('i64.extend_i32_u')
        code.op('i64.eq')
        if (index > 0) code.op('i32.and')
      })
      code.op('i32.eqz').setLocal(fresh)
      for (const [target, memory, start] of [
        [address, OWN, own.recent],
        [to, CHUNKS, 0],
      ] as const) {
        parts.forEach(({ offset, wide }, index) => {
          code.getLocal(target).getLocal(part(index))
          if (!wide) code.op('i32.wrap_i64')
          code.access(wide ? 'i64.store' : 'i32.store', start + offset, memory)
        })
      }
      code
        .getLocal(to)
        .getLocal(from)
        .access('i32.load', wordCount * 4, CHUNKS)
        .access('i32.store', wordCount * 4, CHUNKS)
      if (shardBits === 0) code.i32(0).setLocal(shard)
      else
        code
          .getLocal(hash)
          .i64(BigInt(64 - shardBits))
          .op('i64.shr_u', 'i32.wrap_i64')
          .i32(4)
          .op('i32.mul')
          .setLocal(shard)
      code.getLocal(shard).access('i32.load', own.references, OWN).teeLocal(address)
      code.getLocal(to).access('i32.store', 0, CHUNKS)
      code.getLocal(address).getLocal(hash)
      homeBits(code, shardBits)
      code.access('i32.store', 4, CHUNKS)
      code.getLocal(shard).getLocal(address).getLocal(fresh).i32(REFERENCE_BYTES).op('i32.mul', 'i32.add')
      code.access('i32.store', own.references, OWN)
      code.getLocal(to).getLocal(fresh).i32(chunk.candidateBytes).op('i32.mul', 'i32.add').setLocal(to)
      code.advance(from, successorBytes(wordCount))
    },
  )
  code.getLocal(base).getGlobal(global('transitions')).access('i32.store', TRANSITIONS_HEADER, CHUNKS)
  for (let index = 0; index < chunk.shardCount; index++) {
    code
      .getLocal(base)
      .i32(0)
      .access('i32.load', own.references + index * 4, OWN)
    code.access('i32.store', shardHeader(index), CHUNKS)
  }
}

/** Locals of `expand` that are not for expressions. */
export const EXPAND_LOCALS = 6

/** `expand(chunk, address, count, row, parity)`: expands `count` states of the frontier from an address. */
export function expandCode(
  code: Code,
  input: ExpanderInput,
  helpers: Helpers,
  calls: {
    readonly open: number
    readonly close: number
    readonly invariants: readonly Code[]
    readonly actions: readonly number[]
  },
): void {
  const [base, address, count, row, parity, origin] = [0, 1, 2, 3, 4, 5]
  const { own, global } = helpers
  const { wordCount } = input.layout
  const load = (memory: number) => (): void => {
    for (let word = 0; word < wordCount; word++) {
      code
        .getLocal(address)
        .access('i32.load', word * 4, memory)
        .setGlobal(helpers.word(word))
    }
  }
  code.getLocal(base).call(calls.open)
  code.getLocal(row).setGlobal(global('row'))
  code.whileTrue(
    () => code.getLocal(count),
    () => {
      code.getLocal(parity).when(load(FRONTIERS[1]), load(FRONTIERS[0]))
      code.getLocal(origin).setGlobal(global('origin'))
      unpackCode(code, input, helpers)
      code.i32(0).setGlobal(global('any'))
      for (const invariant of calls.invariants) code.append(invariant)
      for (const action of calls.actions) code.call(action)
      if (input.deadlock) stop()
      code
        .advance(address, wordCount * 4)
        .advance(origin, 1 << STEP_BITS)
        .advance(count, -1)
      code.getGlobal(global('row')).i32(1).op('i32.add').setGlobal(global('row'))
    },
  )
  code.getLocal(base).call(calls.close)

  /** A state without enabled action, unless it is final. */
  function stop(): void {
    const at = own.firsts + (input.invariants.length + input.transitions.length) * 8
    const holds: Expr = input.final?.holds ?? constant(0)
    code
      .getGlobal(global('any'))
      .i32(0)
      .access('i32.load', at, OWN)
      .op('i32.or', 'i32.eqz')
      .when(() => {
        code.expr(not(holds)).when(() => note(code, at, false, helpers))
      })
  }
}
