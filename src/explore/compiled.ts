// The compiled explorer: the search of `levels.ts` over packed states, by an engine in WebAssembly. It keeps no
// parents beyond the first states; when a violation lies further on, the search is run once more up to there,
// with parents, which is cheaper than remembering 8 bytes for every state of every search that finds nothing.
import type { Engine } from '../compile/engine/engine.ts'
import { type Layout, pack, unpack } from '../compile/ir/layout.ts'
import { memoriesOf, parentAddress } from '../compile/engine/memories.ts'
import type { Cells } from '../lang/container.ts'
import { type Step, StepFault } from '../lang/machine.ts'
import type { Property } from '../lang/properties.ts'
import { assemble } from './assembly.ts'
import { CONTROL, controlMap } from './control.ts'
import { actionCounts, type Compiled } from './coverage.ts'
import { Crew, RECRUITING, type Thresholds } from './crew.ts'
import {
  type ActionCount,
  type Ending,
  type Exploration,
  ExplorationFault,
  type Explorer,
  type Limits,
  type Progress,
  roundFrom,
  type StateListener,
  type Violation,
} from './exploration.ts'
import { Firsts } from './firsts.ts'
import { FIRST_BUCKETS, Frontier, grownBuckets, growTo, shardBytes, sharedMemory, shardsFor } from './frontier.ts'
import { ChunkHeaders } from './headers.ts'
import { byLevels, finish, levelCounts, type LevelSearch } from './levels.ts'
import { reproduceFault } from './reproduce.ts'

const THRESHOLDS: Thresholds = { recruiting: RECRUITING, recordedRows: 1 << 18 }

/** The parent of initial states. */
const NO_ROW = 0xffffffff

/** The engine and this program's native twin contradict each other: a fault of this program. */
export class DisagreementError extends Error {}

/**
 * Explores every reachable state with the compiled engine. The result does not depend on `threadCount`.
 *
 * @throws ExplorationFault when the specification itself goes wrong, DisagreementError when the native twin differs.
 */
export function* exploreCompiled(
  compiled: Compiled,
  properties: readonly Property[],
  limits: Limits,
  stopAtFirst: boolean,
  threadCount: number,
  onState: StateListener | null = null,
  thresholds: Partial<Thresholds> = {},
): Explorer {
  const all = { ...THRESHOLDS, ...thresholds }
  const search = new CompiledSearch(compiled, properties, limits, threadCount, all, onState)
  try {
    return yield* byLevels(search, limits, stopAtFirst)
  } finally {
    search.dispose()
  }
}

class CompiledSearch implements LevelSearch {
  readonly propertyCount: number
  size = 0
  private readonly compiled: Compiled
  private readonly properties: readonly Property[]
  private readonly limits: Limits
  private readonly threadCount: number
  private readonly thresholds: Thresholds
  private readonly onState: StateListener | null
  private readonly layout: Layout
  private readonly engine: Engine
  private readonly shardCount: number
  private readonly memories: { readonly [name: string]: WebAssembly.Memory }
  private readonly frontiers: readonly [Frontier, Frontier]
  private readonly parents: Frontier
  private readonly headers: ChunkHeaders
  private readonly control: Int32Array
  private readonly counts: BigUint64Array
  private readonly crew: Crew
  private readonly used: number[]
  private readonly firsts: Firsts
  private readonly levelEnds: number[] = []
  private transitionCount = 0
  /** The first state that was found. */
  private firstState: Cells | null = null
  /** Which of the two frontiers is being read. */
  private parity = 1
  /** The row of the first state of the frontier being read. */
  private levelStart = 0

  constructor(
    compiled: Compiled,
    properties: readonly Property[],
    limits: Limits,
    threadCount: number,
    thresholds: Thresholds,
    onState: StateListener | null,
  ) {
    const { machine, program } = compiled
    this.compiled = compiled
    this.properties = properties
    this.propertyCount = properties.length
    this.limits = limits
    this.threadCount = threadCount
    this.thresholds = thresholds
    this.onState = onState
    this.shardCount = shardsFor(limits.bytes, threadCount)
    const { layout, engine, noted } = assemble(compiled, properties, this.shardCount)
    this.layout = layout
    this.engine = engine
    const { table, chunk } = this.engine
    this.memories = Object.fromEntries(
      memoriesOf(this.shardCount)
        .filter(({ shared }) => shared)
        .map(({ name }) => {
          const bytes =
            name === 'chunks'
              ? chunk.bytes * chunk.count
              : name.startsWith('shard')
                ? shardBytes(FIRST_BUCKETS, table.bucketBytes)
                : 0
          return [name, sharedMemory(bytes)]
        }),
    )
    this.frontiers = [
      new Frontier(this.memories['even'], table.slotBytes),
      new Frontier(this.memories['odd'], table.slotBytes),
    ]
    this.parents = new Frontier(this.memories['parents'], 8)
    this.parents.reserve(1)
    this.parents.add(1) // nothing is recorded at address 0
    this.headers = new ChunkHeaders(chunk, this.memories['chunks'])
    const where = controlMap(threadCount, noted.length)
    this.control = new Int32Array(new SharedArrayBuffer(where.length * 4))
    this.control[CONTROL.buckets] = FIRST_BUCKETS
    this.used = Array.from({ length: this.shardCount }, () => 0)
    const actionNames = Object.keys(machine.instance.actions)
    const countSize = actionNames.length * 2 + program.steps.length
    this.counts = new BigUint64Array(new SharedArrayBuffer(countSize * threadCount * 8))
    const setup = {
      module: new WebAssembly.Module(this.engine.bytes),
      map: { own: this.engine.own, chunk, table },
      memories: this.memories,
      control: this.control,
      counts: this.counts,
      shardCount: this.shardCount,
      actionCount: actionNames.length,
      stepCount: program.steps.length,
      propertyCount: noted.length,
      threadCount,
      thread: 0,
    }
    this.crew = new Crew(setup, thresholds.recruiting)
    this.firsts = new Firsts(noted, threadCount, this.control, this.crew.where)
  }

  get bytes(): number {
    const shards = this.used.reduce((sum, _, shard) => sum + this.memories[`shard${shard}`].buffer.byteLength, 0)
    return shards + this.frontiers[0].bytes + this.frontiers[1].bytes + this.parents.bytes
  }
  get violationCount(): number {
    return this.firsts.size
  }

  dispose(): void {
    this.crew.dismiss()
  }

  /** Initial states are found natively, and inserted as the successors of nothing. */
  start(): void {
    const { machine } = this.compiled
    const { control, layout } = this
    const empty = machine.empty()
    const row = machine.row()
    const { exports } = this.crew.first
    const { states } = this.engine.chunk
    const found: { readonly words: Uint32Array; readonly step: number }[] = []
    machine.initials.forEach((step, index) => {
      machine.load(empty)
      try {
        if (!machine.run(step, empty, row)) return
        found.push({ words: pack(layout, row), step: index })
        this.firstState ??= row.slice()
      } catch (error) {
        if (error instanceof StepFault) throw new ExplorationFault(machine, [], error)
        throw error
      }
    })
    control[CONTROL.row] = -1
    for (let from = 0; from < found.length; from += states) {
      exports.open(0)
      for (const { words, step } of found.slice(from, from + states)) {
        words.forEach((word, index) => ((exports[`word${index}`] as WebAssembly.Global).value = word))
        exports.seed(step)
      }
      exports.close(0)
      this.settle(1)
    }
    this.crew.first.forgetSteps()
  }

  openLevel(): void {
    this.levelStart = this.levelEnds.at(-1) ?? 0
    this.levelEnds.push(this.size)
    this.parity = 1 - this.parity
    this.frontiers[1 - this.parity].clear()
  }

  /** Batch by batch: whatever the size of one, states are found in the same order. */
  expand(row: number, count: number): void {
    const { chunk } = this.engine
    if (this.onState !== null) this.tell(row, count, this.onState)
    this.crew.grow(this.size)
    const batch = chunk.count * chunk.states
    for (let at = 0; at < count; at += batch) this.expandBatch(row + at, Math.min(batch, count - at))
  }

  private expandBatch(row: number, count: number): void {
    const { control, crew, engine } = this
    const chunks = Math.ceil(count / engine.chunk.states)
    control[CONTROL.row] = row
    control[CONTROL.count] = count
    control[CONTROL.parity] = this.parity
    control[CONTROL.address] = (row - this.levelStart) * engine.table.slotBytes
    crew.run('expand', chunks)
    this.firsts.gather()
    for (let chunk = 0; chunk < chunks; chunk++) {
      if (this.headers.hasTrapped(chunk)) this.expandAgain(chunk)
      this.transitionCount += this.headers.transitionCount(chunk)
    }
    this.settle(chunks)
  }

  progress(row: number): Progress {
    return {
      depth: this.levelEnds.length - 1,
      distinctCount: this.size,
      transitionCount: this.transitionCount,
      frontierCount: this.size - row,
      levelCounts: levelCounts(this.levelEnds, this.size),
      bytes: this.bytes,
    }
  }

  *conclude(ending: Ending, completeDepth: number): Generator<Progress, Exploration> {
    const violations = new Map<string, Violation>()
    const last = this.firsts.lastRow
    const recorded = last < this.thresholds.recordedRows ? this : yield* this.again(last)
    for (const property of this.properties) {
      const first = this.firsts.of(property)
      if (first === undefined) continue
      const reached = recorded.pathTo(first.row)
      const path = first.step === null ? reached : [...reached, this.compiled.machine.steps[first.step]]
      violations.set(property.name, { property, path, depth: path.length - 1 })
    }
    if (recorded !== this) recorded.dispose()
    return {
      machine: this.compiled.machine,
      ending,
      distinctCount: this.size,
      transitionCount: this.transitionCount,
      depth: Math.max(0, this.size > (this.levelEnds.at(-1) ?? 0) ? this.levelEnds.length : this.levelEnds.length - 1),
      completeDepth: Math.max(0, completeDepth),
      violations,
      actions: this.published(),
    }
  }

  /** The steps to a row, from what was recorded. */
  private pathTo(row: number): readonly Step[] {
    const { machine } = this.compiled
    const parents = new Uint32Array(this.memories['parents'].buffer)
    const path: Step[] = []
    for (let at = row; at !== NO_ROW;) {
      const [parent, step] = parents.subarray(parentAddress(at) / 4, parentAddress(at) / 4 + 2)
      path.unshift((parent === NO_ROW ? machine.initials : machine.steps)[step])
      at = parent
    }
    return path
  }

  /** Searches once more until a row is known, with every parent recorded. */
  private *again(row: number): Generator<Progress, CompiledSearch> {
    const all = { ...this.thresholds, recordedRows: Infinity }
    const search = new CompiledSearch(this.compiled, [], this.limits, this.threadCount, all, null)
    search.start()
    for (let at = 0; search.size <= row;) {
      search.openLevel()
      for (const end = search.size; at < end && search.size <= row;) {
        const count = Math.min(roundFrom(at), end - at)
        search.expand(at, count)
        at += count
        yield this.progress(this.size)
      }
    }
    return search
  }

  /** Puts the candidates of a round's chunks into the visited set, and the new ones into the next frontier. */
  private settle(chunks: number): void {
    const { control, crew, headers, shardCount } = this
    control[CONTROL.chunks] = chunks
    control[CONTROL.parity] = this.parity
    let most = 0
    for (let shard = 0; shard < shardCount; shard++) {
      let candidates = 0
      for (let chunk = 0; chunk < chunks; chunk++) candidates += headers.candidateCount(chunk, shard)
      most = Math.max(most, this.used[shard] + candidates)
    }
    this.makeRoom(most)
    crew.run('insert', shardCount)
    control[CONTROL.buckets] = control[CONTROL.wantedBuckets]
    let fresh = 0
    for (let shard = 0; shard < shardCount; shard++) {
      let own = 0
      for (let chunk = 0; chunk < chunks; chunk++) own += headers.newCount(chunk, shard)
      this.used[shard] += own
      fresh += own
    }
    const next = this.frontiers[1 - this.parity]
    next.reserve(fresh)
    control[CONTROL.destination] = next.end
    control[CONTROL.newRow] = this.size
    control[CONTROL.recording] = Number(this.size < this.thresholds.recordedRows)
    if (this.size < this.thresholds.recordedRows) this.parents.reserve(fresh)
    crew.run('collect', chunks)
    next.add(fresh)
    if (this.size < this.thresholds.recordedRows) this.parents.add(fresh)
    this.size += fresh
  }

  /**
   * Has every shard enlarged until it has room for a number of entries; its memory is enlarged here. All shards at once,
   * since they fill at the same rate: one after another, each would keep all threads but one waiting.
   */
  private makeRoom(entries: number): void {
    const { control, engine, memories, shardCount } = this
    const { table } = engine
    const wanted = grownBuckets(control[CONTROL.buckets], entries, table)
    control[CONTROL.wantedBuckets] = wanted
    if (wanted === control[CONTROL.buckets]) return
    for (let shard = 0; shard < shardCount; shard++) {
      growTo(memories[`shard${shard}`], shardBytes(wanted, table.bucketBytes))
    }
  }

  /**
   * A thread that does not know that a property is violated in an earlier chunk judges it, and may trap on it. Expands
   * such a chunk once more, as the one thread that has seen all chunks before it would.
   */
  private expandAgain(chunk: number): void {
    this.firsts.tell(this.control[CONTROL.row] + (chunk + 1) * this.engine.chunk.states)
    const trapped = this.crew.first.expandAgain(chunk)
    this.firsts.gather()
    if (trapped !== null) this.raiseTrap(trapped)
  }

  /** A trap is a fault of the specification; its native twin says which, and where. */
  private raiseTrap(row: number): never {
    const search = row < this.thresholds.recordedRows ? this : finish(this.again(row))
    const path = search.pathTo(row)
    if (search !== this) search.dispose()
    // What is violated already is not judged again.
    const open = this.properties.filter(property => this.firsts.isOpen(property, row))
    reproduceFault(this.compiled.machine, path, open)
    throw new DisagreementError('The compiled engine met a fault that the native run does not have.')
  }

  private published(): ReadonlyMap<string, ActionCount> {
    this.crew.run('publish', 0)
    return actionCounts(this.compiled, this.counts, this.threadCount, this.firstState)
  }

  private tell(row: number, count: number, onState: StateListener): void {
    const words = new Uint32Array(this.frontiers[this.parity].memory.buffer)
    const cells = this.compiled.machine.row()
    for (let at = row - this.levelStart; at < row - this.levelStart + count; at++) {
      unpack(this.layout, words.subarray(at * this.layout.wordCount, (at + 1) * this.layout.wordCount), cells)
      onState(cells)
    }
  }
}
