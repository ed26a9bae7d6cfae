// One program as a WebAssembly module. A round takes a stretch of the frontier through three functions: `expand`
// takes states apart, judges them and takes every step that is enabled, which leaves candidates in a chunk buffer;
// `insert` puts the candidates of a chunk that belong to one shard into the visited set and marks the new ones;
// `collect` appends these to the next frontier, in the order in which they were found. Chunks are inserted and
// collected in the order of the frontier, so the order of discovery, and with it every count and every counterexample,
// is that of one thread, however many work.
import { closeCode, openCode, seedCode } from './candidates.ts'
import { enabledCode, invariantCode, MAX_COUNTED, type Piece } from './enabling.ts'
import {
  countedCode,
  EXPAND_BASE,
  EXPAND_LOCALS,
  EXPAND_SCRATCH,
  expandCode,
  type ExpanderInput,
  type Helpers,
  transitionCode,
  unpackCode,
} from './expander.ts'
import { instancesOf, type Leaf } from './instances.ts'
import { Code } from './instructions.ts'
import { constantOf } from '../ir/ir.ts'
import {
  type ChunkMap,
  chunkMap,
  CHUNKS,
  FRONTIERS,
  memoriesOf,
  OWN,
  type OwnMap,
  ownMap,
  PARENTS,
  STEP_BITS,
  type TableMap,
  tableMap,
} from './memories.ts'
import { growCode, insertCode, partsOf } from './table.ts'
import { takenCode } from './taking.ts'
import { encodeModule, I32, I64, type ValueType, type WasmFunction } from './wasm.ts'

export interface EngineInput extends ExpanderInput {
  readonly cellBytes: 1 | 2 | 4
  /** A power of two. */
  readonly shardCount: number
}

export interface EngineMap {
  readonly own: OwnMap
  readonly chunk: ChunkMap
  readonly table: TableMap
}

export interface Engine extends EngineMap {
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Every property of an engine: invariants, transition properties, deadlock. Notes of violations are in this order. */
function checkedCount({ invariants, transitions }: Pick<EngineInput, 'invariants' | 'transitions'>): number {
  return invariants.length + transitions.length + 1
}

/** Bytes of code up to which an action is one function: engines refuse functions of more than some 7 MB. */
const FUNCTION_BYTES = 1 << 20

/** Globals of 32 bits, by index; the packed words of an initial state come after them. */
const GLOBALS = ['row', 'candidate', 'transitions'] as const

/** Builds the module. */
export function buildEngine(input: EngineInput): Engine {
  const { layout, program, shardCount } = input
  const { wordCount } = layout
  const chunk = chunkMap(wordCount, program.steps.length, shardCount)
  const own = ownMap(layout, input.cellBytes, chunk, {
    actions: input.actionNames.length,
    steps: program.steps.length,
    initials: input.initialCount,
    properties: checkedCount(input),
  })
  const table = tableMap(wordCount)
  const functions: WasmFunction[] = []
  const words = Array.from({ length: wordCount }, (_, word) => word)
  const locals = (count: number, type: ValueType = I32): ValueType[] => Array.from({ length: count }, () => type)
  const define = (
    name: string,
    parameters: number,
    { code: body, locals: declared }: Piece,
    exported = false,
  ): number =>
    functions.push({
      name,
      type: { parameters: locals(parameters), results: [] },
      locals: declared,
      body: body.bytes,
      exported,
    }) - 1
  /** Code that reads cells of the state whose offset is in a local. */
  const code = (firstLocal: number, base = 0, scratch: readonly [number, number] = [0, 0]): Code =>
    new Code({ memory: own, base, scratch, firstLocal })
  const global = (name: (typeof GLOBALS)[number]): number => GLOBALS.indexOf(name)
  const helpers: Helpers = { own, chunk, global }
  const firsts = (index: number): number => own.firsts + index * 8

  const invariants = input.invariants.flatMap((property, index) =>
    constantOf(property.holds) === 1
      ? []
      : [define(property.name, 2, invariantCode(property, firsts(index), layout, helpers))],
  )
  const transitions = input.transitions.flatMap((property, index) => {
    if (constantOf(property.holds) === 1) return []
    const body = code(3)
    transitionCode(body, property, firsts(input.invariants.length + index), helpers)
    return [define(property.name, 3, { code: body, locals: locals(property.localCount) })]
  })
  const actions = input.actionNames.flatMap((name, action) => {
    const instances = instancesOf(action, input)
    return instances.length === 0 ? [] : [{ name, action, instances }]
  })
  const enabled = actions.flatMap(({ name, instances }) =>
    inPieces(instances, MAX_COUNTED, leaves => enabledCode(leaves, layout, helpers)).map(piece =>
      define(`${name}.enabled`, 2, piece),
    ),
  )
  const taken = actions.flatMap(({ name, instances }) =>
    inPieces(instances, Infinity, leaves => takenCode(leaves, layout, helpers, transitions)).map(piece =>
      define(name, 0, piece),
    ),
  )
  const spans = actions.map(({ action }) => ({
    action,
    from: input.actionOf.indexOf(action),
    to: input.actionOf.lastIndexOf(action) + 1,
  }))

  const open = code(0)
  openCode(open, helpers)
  define('open', 1, { code: open, locals: [] }, true)
  const close = code(0)
  closeCode(close, helpers, wordCount)
  const parts = locals(partsOf(wordCount).length, I64)
  const closeIndex = define('close', 1, { code: close, locals: [...locals(5), ...parts, I64] }, true)
  const counted = code(0)
  countedCode(counted, helpers)
  const countedIndex = define('counted', 3, { code: counted, locals: [I32, I32, I64, I64, I64] })
  const unpack = code(0)
  const unpackIndex = define('unpack', 1, { code: unpack, locals: unpackCode(unpack, input, helpers) })
  const expand = code(EXPAND_LOCALS, EXPAND_BASE, EXPAND_SCRATCH)
  expandCode(expand, input, helpers, {
    unpack: unpackIndex,
    close: closeIndex,
    counted: countedIndex,
    ofGroups: [...invariants, ...enabled],
    taken,
    spans,
  })
  const expandLocals = locals(EXPAND_LOCALS - 5 + (input.final?.localCount ?? 0))
  define('expand', 5, { code: expand, locals: expandLocals }, true)
  const seed = code(0)
  seedCode(
    seed,
    helpers,
    words.map(word => GLOBALS.length + word),
  )
  define('seed', 1, { code: seed, locals: [] }, true)

  for (let shard = 0; shard < shardCount; shard++) {
    const insert = code(0)
    insertCode(insert, shard, wordCount, table, chunk)
    define(`insert${shard}`, 2, { code: insert, locals: [...locals(7), ...parts] }, true)
    const grow = code(0)
    growCode(grow, shard, wordCount, table, Math.log2(shardCount), own.bucket)
    define(`grow${shard}`, 2, { code: grow, locals: [...locals(5), I64, ...parts] }, true)
  }
  const collect = code(0)
  collectCode(collect, wordCount, own, chunk)
  define('collect', 6, { code: collect, locals: locals(3) }, true)

  const bytes = encodeModule({
    memories: memoriesOf(shardCount),
    globals: [...GLOBALS, ...words.map(word => `word${word}`)].map(name => ({ name, type: I32 as ValueType })),
    functions,
  })
  return { bytes, own, chunk, table }
}

/** The code for instances of an action, in as many pieces as it takes for none to be too long. */
function inPieces(
  instances: readonly Leaf[],
  most: number,
  build: (leaves: readonly Leaf[]) => Piece,
): readonly Piece[] {
  const piece = instances.length <= most ? build(instances) : null
  if (piece !== null && (piece.code.bytes.length <= FUNCTION_BYTES || instances.length === 1)) return [piece]
  const half = Math.ceil(instances.length / 2)
  return [instances.slice(0, half), instances.slice(half)].flatMap(part => inPieces(part, most, build))
}

/**
 * `collect(chunk, count, destination, parity, parent, record)`: copies `count` new candidates of a chunk to the frontier
 * being written. `parent` is the row of the chunk's first state; when `record` is not 0, it is the address at which the
 * parents of the new rows go.
 */
function collectCode(code: Code, wordCount: number, own: OwnMap, chunk: ChunkMap): void {
  const [base, count, destination, parity, parent, record, candidate, tag, fresh] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
  const copy = (memory: number) => (): void => {
    for (const { offset, wide } of partsOf(wordCount)) {
      code
        .getLocal(destination)
        .getLocal(candidate)
        .access(wide ? 'i64.load' : 'i32.load', offset, CHUNKS)
      code.access(wide ? 'i64.store' : 'i32.store', offset, memory)
    }
  }
  code.getLocal(base).i32(chunk.headerBytes).op('i32.add').setLocal(candidate)
  code.whileTrue(
    () => code.getLocal(count),
    () => {
      // Whether a candidate is new is hard to predict, so each is copied, and the next overwrites it unless it was new.
      code.getLocal(parity).when(copy(FRONTIERS[1]), copy(FRONTIERS[0]))
      code
        .getLocal(candidate)
        .access('i32.load', wordCount * 4, CHUNKS)
        .teeLocal(tag)
      code.i32(31).op('i32.shr_u').setLocal(fresh)
      code
        .getLocal(tag)
        .i32((1 << STEP_BITS) - 1)
        .op('i32.and')
        .i32(4)
        .op('i32.mul')
        .teeLocal(tag)
      code
        .getLocal(tag)
        .access('i32.load', own.newCounts, OWN)
        .getLocal(fresh)
        .op('i32.add')
        .access('i32.store', own.newCounts, OWN)
      code.getLocal(record).when(() => {
        code.getLocal(record).getLocal(parent)
        code
          .getLocal(candidate)
          .access('i32.load', wordCount * 4, CHUNKS)
          .i32(STEP_BITS)
          .op('i32.shr_u')
          .i32(0x7f)
          .op('i32.and', 'i32.add')
        code.access('i32.store', 0, PARENTS)
        code.getLocal(record).getLocal(tag).i32(2).op('i32.shr_u').access('i32.store', 4, PARENTS)
        code.getLocal(record).getLocal(fresh).i32(8).op('i32.mul', 'i32.add').setLocal(record)
      })
      code
        .getLocal(destination)
        .getLocal(fresh)
        .i32(wordCount * 4)
        .op('i32.mul', 'i32.add')
        .setLocal(destination)
      code.getLocal(count).getLocal(fresh).op('i32.sub').setLocal(count)
      code.advance(candidate, chunk.candidateBytes)
    },
  )
}
