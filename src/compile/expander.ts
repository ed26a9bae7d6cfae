// The code that expands one state: unpack it into cells, judge it, try every instance of every action, and emit each
// successor. A step changes the cells in place; the cells it may have written are packed, and then restored from the
// packed words of the state, which stay in globals.
import { type CompiledProperty, type CompiledStep, constant, constantOf, type Expr, not, type Program, type Statement, writtenCells } from './ir.ts'
import type { Code } from './instructions.ts'
import { type Layout, maskOf } from './layout.ts'
import { type ChunkMap, CHUNKS, FRONTIERS, OWN, type OwnMap, RECENT_STATES, REFERENCE_BYTES, shardHeader, STEP_BITS, TRANSITIONS_HEADER } from './memories.ts'
import { assigned } from './simplify.ts'
import { fingerprintCode, homeBits } from './table.ts'

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

/**
 * `emit(words)`: appends a candidate to the chunk buffer, and a reference to it for its shard; unless this thread has
 * emitted the same state lately. Most transitions of a breadth-first search lead to states that were reached shortly
 * before (Tronci et al., "Exploiting Transition Locality in Automatic Verification", CHARME 2001), and a state that was
 * emitted before is in the visited set, or ahead of this candidate on its way there: leaving it out changes nothing.
 */
export function emitCode(code: Code, { own, chunk, global }: Helpers, wordCount: number, shardCount: number): void {
  const hash = wordCount
  const address = wordCount + 1
  const shardBits = Math.log2(shardCount)
  code.getGlobal(global('transitions')).i32(1).op('i32.add').setGlobal(global('transitions'))
  fingerprintCode(code, wordCount, word => code.getLocal(word), hash)
  code.setLocal(hash)
  // The lowest bits that no shard or bucket is chosen by are badly mixed; these are among the next.
  code.getLocal(hash).i64(24n).op('i64.shr_u', 'i32.wrap_i64').i32(RECENT_STATES - 1).op('i32.and')
  code.i32(wordCount * 4).op('i32.mul').setLocal(address)
  for (let word = 0; word < wordCount; word++) {
    code.getLocal(address).access('i32.load', own.recent + word * 4, OWN).getLocal(word).op('i32.eq')
    if (word > 0) code.op('i32.and')
  }
  code.when(() => code.op('return'))
  for (let word = 0; word < wordCount; word++) {
    code.getLocal(address).getLocal(word).access('i32.store', own.recent + word * 4, OWN)
    code.getGlobal(global('candidate')).getLocal(word).access('i32.store', word * 4, CHUNKS)
  }
  code.getGlobal(global('candidate')).getGlobal(global('origin')).getGlobal(global('step')).op('i32.or')
  code.access('i32.store', wordCount * 4, CHUNKS)
  const shard = (): void => {
    if (shardBits === 0) code.i32(0)
    else code.getLocal(hash).i64(BigInt(64 - shardBits)).op('i64.shr_u', 'i32.wrap_i64').i32(4).op('i32.mul')
  }
  shard()
  code.access('i32.load', own.references, OWN).teeLocal(address)
  code.getGlobal(global('candidate')).access('i32.store', 0, CHUNKS)
  code.getLocal(address).getLocal(hash)
  homeBits(code, shardBits)
  code.access('i32.store', 4, CHUNKS)
  shard()
  code.getLocal(address).i32(REFERENCE_BYTES).op('i32.add').access('i32.store', own.references, OWN)
  code.getGlobal(global('candidate')).i32(chunk.candidateBytes).op('i32.add').setGlobal(global('candidate'))
}

/** `unpack()`: from the packed words to the cells of the frames that are read. */
export function unpackCode(code: Code, { layout, transitions }: ExpanderInput, helpers: Helpers): void {
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
  code.i32(0).access('i32.load', at, OWN).op('i32.eqz').when(() => {
    code.expr(not(property.holds)).when(() => note(code, at, ofStep, helpers))
  })
}

function note(code: Code, at: number, ofStep: boolean, { global }: Helpers): void {
  code.i32(0).getGlobal(global('row')).i32(1).op('i32.add').access('i32.store', at, OWN)
  if (ofStep) code.i32(0).getGlobal(global('step')).access('i32.store', at + 4, OWN)
}

/** `ACTION()`: tries every instance of an action in order; null when the configuration rules all of them out. */
export function actionCode(
  code: Code,
  action: number,
  input: ExpanderInput,
  helpers: Helpers,
  calls: { readonly emit: number; readonly transitions: readonly number[] },
): number | null {
  const { program, actionOf, layout } = input
  const steps = program.steps.flatMap((step, index) =>
    actionOf[index] === action && !isRuledOut(step) ? [{ ...split(step, index), index }] : [],
  )
  if (steps.length === 0) return null
  const [scratch, taken] = [0, 1]
  nested(steps, 0)
  const counters = helpers.own.counters + action * 16
  code.getLocal(taken).when(() => {
    code.i32(1).setGlobal(helpers.global('any'))
    count(counters, () => code.i64(1n))
    count(counters + 8, () => code.getLocal(taken).op('i64.extend_i32_u'))
  })
  return 2 + Math.max(...steps.map(({ index }) => program.steps[index].localCount))

  function count(at: number, amount: () => void): void {
    code.i32(0).i32(0).access('i64.load', at, OWN)
    amount()
    code.op('i64.add').access('i64.store', at, OWN)
  }

  /** Neighbouring instances that begin with the same guards ask them once. Their order stays. */
  function nested(leaves: readonly Leaf[], depth: number): void {
    for (let from = 0; from < leaves.length; ) {
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
        code.statements([item.statement], scratch)
        nested(group, depth + 1)
      }
      from = to
    }
  }

  function take({ body, index }: Leaf): void {
    code.i32(index).setGlobal(helpers.global('step'))
    code.advance(taken, 1)
    code.statements(body, scratch)
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

/** `open(chunk)`: makes a chunk buffer empty, and the one that candidates go to. */
export function openCode(code: Code, { own, chunk, global }: Helpers): void {
  const base = 0
  code.getLocal(base).i32(chunk.headerBytes).op('i32.add').setGlobal(global('candidate'))
  code.i32(0).setGlobal(global('transitions'))
  for (let shard = 0; shard < chunk.shardCount; shard++) {
    code.i32(0).getLocal(base).i32(chunk.references + shard * chunk.referenceBytes).op('i32.add')
    code.access('i32.store', own.references + shard * 4, OWN)
  }
}

/** `close(chunk)`: writes down how far a chunk buffer is filled. */
export function closeCode(code: Code, { own, chunk, global }: Helpers): void {
  const base = 0
  code.getLocal(base).getGlobal(global('candidate')).access('i32.store', 0, CHUNKS)
  code.getLocal(base).getGlobal(global('transitions')).access('i32.store', TRANSITIONS_HEADER, CHUNKS)
  for (let shard = 0; shard < chunk.shardCount; shard++) {
    code.getLocal(base).i32(0).access('i32.load', own.references + shard * 4, OWN)
    code.access('i32.store', shardHeader(shard), CHUNKS)
  }
}

/** `expand(chunk, address, count, row, parity)`: expands `count` states of the frontier from an address. */
export function expandCode(
  code: Code,
  input: ExpanderInput,
  helpers: Helpers,
  calls: {
    readonly open: number
    readonly close: number
    readonly unpack: number
    readonly invariants: readonly number[]
    readonly actions: readonly number[]
  },
): void {
  const [base, address, count, row, parity, origin] = [0, 1, 2, 3, 4, 5]
  const { own, global } = helpers
  const { wordCount } = input.layout
  const load = (memory: number) => (): void => {
    for (let word = 0; word < wordCount; word++) {
      code.getLocal(address).access('i32.load', word * 4, memory).setGlobal(helpers.word(word))
    }
  }
  code.getLocal(base).call(calls.open)
  code.getLocal(row).setGlobal(global('row'))
  code.whileTrue(
    () => code.getLocal(count),
    () => {
      code.getLocal(parity).when(load(FRONTIERS[1]), load(FRONTIERS[0]))
      code.getLocal(origin).setGlobal(global('origin'))
      code.call(calls.unpack).i32(0).setGlobal(global('any'))
      for (const invariant of calls.invariants) code.call(invariant)
      for (const action of calls.actions) code.call(action)
      if (input.deadlock) stop()
      code.advance(address, wordCount * 4).advance(origin, 1 << STEP_BITS).advance(count, -1)
      code.getGlobal(global('row')).i32(1).op('i32.add').setGlobal(global('row'))
    },
  )
  code.getLocal(base).call(calls.close)

  /** A state without enabled action, unless it is final. */
  function stop(): void {
    const at = own.firsts + (input.invariants.length + input.transitions.length) * 8
    const holds: Expr = input.final?.holds ?? constant(0)
    code.getGlobal(global('any')).i32(0).access('i32.load', at, OWN).op('i32.or', 'i32.eqz').when(() => {
      code.expr(not(holds)).when(() => note(code, at, false, helpers))
    })
  }
}

/** One instance: what decides whether it is enabled, apart from what follows. */
interface Leaf {
  readonly items: readonly { readonly statement: Statement; readonly key: string }[]
  readonly body: readonly Statement[]
  readonly index: number
}

/** True when the configuration and the arguments alone decide against a step. */
export function isRuledOut(step: CompiledStep): boolean {
  return step.body.some(statement => statement.op === 'guard' && constantOf(statement.condition) === 0)
}

/** Everything up to the last guard decides whether the step is enabled; a guard that is a conjunction is several. */
function split(step: CompiledStep, index: number): Pick<Leaf, 'items' | 'body'> {
  const last = step.body.findLastIndex(statement => statement.op === 'guard')
  const items = step.body
    .slice(0, last + 1)
    .flatMap(statement =>
      statement.op === 'guard'
        ? conjuncts(statement.condition).map((condition): Statement => ({ ...statement, condition }))
        : [statement],
    )
  const body = step.body.slice(last + 1)
  const reassigned = assigned(body)
  return {
    items: items.map(statement => {
      // A local that the body assigns again is this instance's own: the next one must find it as it was.
      const own = statement.op === 'let' && reassigned.has(statement.local) ? index : null
      return { statement, key: JSON.stringify({ ...statement, offset: 0, own }) }
    }),
    body,
  }
}

function conjuncts(condition: Expr): readonly Expr[] {
  if (condition.op !== 'choose' || constantOf(condition.else) !== 0) return [condition]
  return [...conjuncts(condition.condition), ...conjuncts(condition.then)]
}
