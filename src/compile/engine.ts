// One program as a WebAssembly module. A round takes a stretch of the frontier through three functions: `expand`
// unpacks states, judges them and lets every action try its instances, which leaves candidates in a chunk buffer;
// `insert` puts the candidates of a chunk that belong to one shard into the visited set and marks the new ones;
// `collect` appends these to the next frontier, in the order in which they were found. Chunks are inserted and
// collected in the order of the frontier, so the order of discovery, and with it every count and every counterexample,
// is that of one thread, however many work.
import {
  ACTION_LOCALS,
  attemptCode,
  closeCode,
  emitCode,
  EXPAND_LOCALS,
  expandCode,
  type ExpanderInput,
  gatherCode,
  type Helpers,
  judgeCode,
  openCode,
  takenCode,
  tallyCode,
} from './expander.ts'
import { instancesOf, type Leaf } from './instances.ts'
import { Code } from './instructions.ts'
import { constantOf, type CompiledProperty } from './ir.ts'
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
import { encodeModule, type FunctionType, I32, I64, type ValueType, type WasmFunction } from './wasm.ts'

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

/** Bytes of code up to which an invariant is judged in place. */
const IN_PLACE_BYTES = 800

/** Bytes of code up to which an action is one function: engines refuse functions of more than some 7 MB. */
const FUNCTION_BYTES = 1 << 20

/** Globals of 32 bits, by index; the packed words of the state being expanded come after them. */
const GLOBALS = ['row', 'origin', 'step', 'any', 'candidate', 'transitions'] as const

/** Builds the module. */
export function buildEngine(input: EngineInput): Engine {
  const { layout, program, shardCount } = input
  const { wordCount } = layout
  const own = ownMap(layout, input.cellBytes, {
    actions: input.actionNames.length,
    steps: program.steps.length,
    properties: checkedCount(input),
    shards: shardCount,
  })
  const chunk = chunkMap(wordCount, program.steps.length, shardCount)
  const table = tableMap(wordCount)
  const functions: WasmFunction[] = []
  const words = Array.from<ValueType>({ length: wordCount }).fill(I32)
  const locals = (count: number, type: ValueType = I32): ValueType[] => Array.from({ length: count }, () => type)
  const define = (
    name: string,
    type: FunctionType,
    declared: readonly ValueType[],
    code: Code,
    exported = false,
  ): number => functions.push({ name, type, locals: declared, body: code.bytes, exported }) - 1
  const code = (firstLocal: number): Code => new Code(own, firstLocal)
  const nothing: FunctionType = { parameters: [], results: [] }
  const global = (name: (typeof GLOBALS)[number]): number => GLOBALS.indexOf(name)
  const helpers: Helpers = { own, chunk, global, word: index => GLOBALS.length + index }

  const emit = code(0)
  emitCode(emit, helpers, wordCount)
  const emitIndex = define('emit', { parameters: words, results: [] }, [I64, I32], emit)

  /** The code that judges each property that is not true in any case, and the property's place among all. */
  const judging = (properties: readonly CompiledProperty[], from: number, firstLocal: number, ofStep: boolean) =>
    properties.flatMap((property, index) => {
      if (constantOf(property.holds) === 1) return []
      const body = code(firstLocal)
      judgeCode(body, property, own.firsts + (from + index) * 8, ofStep, helpers)
      return [{ property, body }]
    })
  const transitions = judging(input.transitions, input.invariants.length, 0, true).map(({ property, body }) =>
    define(property.name, nothing, locals(property.localCount), body),
  )

  /** The code that tries instances of an action, in as many pieces as it takes for none to be too long. */
  const attempts = (instances: readonly Leaf[]): readonly { readonly body: Code; readonly localCount: number }[] => {
    const body = code(ACTION_LOCALS)
    attemptCode(body, instances, input, helpers, { emit: emitIndex, transitions })
    const half = Math.ceil(instances.length / 2)
    if (body.bytes.length > FUNCTION_BYTES && instances.length > 1)
      return [...attempts(instances.slice(0, half)), ...attempts(instances.slice(half))]
    const localCount = instances.reduce((most, instance) => Math.max(most, instance.localCount), 0)
    return [{ body, localCount: ACTION_LOCALS + localCount }]
  }
  const actions = input.actionNames.flatMap((name, action) => {
    const instances = instancesOf(action, input)
    if (instances.length === 0) return []
    const pieces = attempts(instances)
    if (pieces.length === 1) {
      const [{ body, localCount }] = pieces
      tallyCode(body, action, helpers)
      return [define(name, nothing, locals(localCount), body)]
    }
    const parts = pieces.map(({ body, localCount }, index) => {
      takenCode(body)
      return define(`${name}.${index + 1}`, { parameters: [], results: [I32] }, locals(localCount), body)
    })
    const whole = code(ACTION_LOCALS)
    gatherCode(whole, parts)
    tallyCode(whole, action, helpers)
    return [define(name, nothing, locals(ACTION_LOCALS), whole)]
  })

  const open = code(0)
  openCode(open, helpers)
  const openIndex = define('open', { parameters: [I32], results: [] }, [], open, true)
  const close = code(0)
  closeCode(close, helpers, wordCount)
  const parts = locals(partsOf(wordCount).length, I64)
  const closeIndex = define('close', { parameters: [I32], results: [] }, [...locals(5), ...parts, I64], close, true)
  const expand = code(EXPAND_LOCALS)
  // What is short is done in place: a call per state costs more than many an invariant.
  let placedLocals = input.final?.localCount ?? 0
  const invariants = judging(input.invariants, 0, EXPAND_LOCALS, false).map(({ property, body }) => {
    if (body.bytes.length > IN_PLACE_BYTES) {
      // Its locals begin where those of `expand` do, so the code serves either place.
      return code(0).call(define(property.name, nothing, locals(EXPAND_LOCALS + property.localCount), body))
    }
    placedLocals = Math.max(placedLocals, property.localCount)
    return body
  })
  expandCode(expand, input, helpers, { open: openIndex, close: closeIndex, invariants, actions })
  define('expand', { parameters: locals(5), results: [] }, locals(1 + placedLocals), expand, true)
  const seed = code(1)
  seed.getLocal(0).setGlobal(global('step'))
  for (let index = 0; index < wordCount; index++) seed.getGlobal(helpers.word(index))
  seed.call(emitIndex)
  define('seed', { parameters: [I32], results: [] }, [], seed, true)

  for (let shard = 0; shard < shardCount; shard++) {
    const insert = code(0)
    insertCode(insert, shard, wordCount, table, chunk)
    define(`insert${shard}`, { parameters: locals(2), results: [] }, [...locals(7), ...parts], insert, true)
    const grow = code(0)
    growCode(grow, shard, wordCount, table, Math.log2(shardCount))
    define(`grow${shard}`, { parameters: locals(2), results: [] }, [...locals(7), I64, ...words], grow, true)
  }
  const collect = code(0)
  collectCode(collect, wordCount, own, chunk)
  define('collect', { parameters: locals(6), results: [] }, locals(3), collect, true)

  const bytes = encodeModule({
    memories: memoriesOf(shardCount),
    globals: [...GLOBALS, ...words.map((_, word) => `word${word}`)].map(name => ({ name, type: I32 as ValueType })),
    functions,
  })
  return { bytes, own, chunk, table }
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
