// One thread of a compiled exploration: an instance of the engine, and its share of each phase. Pieces of work are
// claimed one by one; which thread gets which changes nothing about the result.
import { parentAddress } from '../compile/engine/memories.ts'
import { COMMANDS, CONTROL, type ControlMap, controlMap, type Setup } from './control.ts'
import { ChunkHeaders } from './headers.ts'

interface EngineExports {
  readonly expand: (chunk: number, address: number, count: number, row: number, parity: number) => void
  readonly collect: (
    chunk: number,
    count: number,
    destination: number,
    parity: number,
    parent: number,
    record: number,
  ) => void
  readonly open: (chunk: number) => void
  readonly seed: (step: number) => void
  readonly close: (chunk: number) => void
  readonly [name: string]: WebAssembly.ExportValue
}

export class EngineThread {
  readonly exports: EngineExports
  private readonly setup: Setup
  private readonly where: ControlMap
  private readonly own: WebAssembly.Memory
  private readonly headers: ChunkHeaders

  constructor(setup: Setup) {
    this.setup = setup
    this.where = controlMap(setup.threadCount, setup.propertyCount)
    this.own = new WebAssembly.Memory({ initial: Math.ceil(setup.map.own.bytes / 0x10000) })
    this.headers = new ChunkHeaders(setup.map.chunk, setup.memories['chunks'])
    const instance = new WebAssembly.Instance(setup.module, { engine: { ...setup.memories, own: this.own } })
    this.exports = instance.exports as EngineExports
  }

  /** Forgets which steps led to new states: those that led to initial states are no transitions. */
  forgetSteps(): void {
    const { newCounts, firsts } = this.setup.map.own
    new Uint8Array(this.own.buffer, newCounts, firsts - newCounts).fill(0)
  }

  /** Does its share of the phase that the control block describes. */
  run(): void {
    const { control, thread } = this.setup
    try {
      switch (control[CONTROL.command]) {
        case COMMANDS.expand:
          return this.expand()
        case COMMANDS.insert:
          return this.insert()
        case COMMANDS.collect:
          return this.collect()
        case COMMANDS.publish:
          return this.publish()
      }
    } catch (error) {
      control[this.where.failed(thread)] = 1
      throw error
    }
  }

  /**
   * Pieces in order, in runs that get shorter towards the end: neighbouring chunks share successors, which the thread
   * that has emitted them need not emit again, and all threads end at about the same time (guided self-scheduling,
   * Polychronopoulos and Kuck 1987).
   */
  private *claims(): Generator<number> {
    const { control, threadCount } = this.setup
    const pieces = control[CONTROL.pieces]
    for (;;) {
      const first = Atomics.load(control, CONTROL.claim)
      if (first >= pieces) return
      const end = first + Math.ceil((pieces - first) / (2 * threadCount))
      if (Atomics.compareExchange(control, CONTROL.claim, first, end) !== first) continue
      for (let piece = first; piece < end; piece++) yield piece
    }
  }

  private expand(): void {
    this.adoptFirsts()
    for (const chunk of this.claims()) if (this.expandChunk(chunk) !== null) this.headers.noteTrap(chunk)
    this.reportFirsts()
  }

  /**
   * Expands a chunk that trapped once more, knowing the violations that the control block tells. Returns the row of the
   * first state that traps all the same, or null.
   */
  expandAgain(chunk: number): number | null {
    this.adoptFirsts()
    // What later chunks have emitted is to come from this one.
    this.forgetRecent()
    const trapped = this.expandChunk(chunk)
    this.reportFirsts()
    return trapped
  }

  /**
   * Expands the states of a chunk. Returns the row of the first that traps, or null. States that are expanded together
   * trap together, also for a property that an earlier one of them violates, which is not judged any more after that:
   * then no state traps alone, the violation is noted by now, and all are expanded together again.
   */
  private expandChunk(chunk: number): number | null {
    const { control, map, actionCount, propertyCount } = this.setup
    const first = chunk * map.chunk.states
    const row = control[CONTROL.row] + first
    const count = Math.min(map.chunk.states, control[CONTROL.count] - first)
    const expand = (state: number, states: number): boolean => {
      const address = control[CONTROL.address] + (first + state) * map.table.slotBytes
      try {
        this.exports.expand(chunk * map.chunk.bytes, address, states, row + state, control[CONTROL.parity])
        return true
      } catch (error) {
        if (!(error instanceof WebAssembly.RuntimeError) || error.message !== 'unreachable') throw error
        return false
      }
    }
    for (let attempt = 0; attempt <= propertyCount; attempt++) {
      if (expand(0, count)) return null
      const counters = new BigUint64Array(this.own.buffer, map.own.counters, actionCount * 2)
      const before = counters.slice()
      let state = 0
      while (state < count && expand(state, 1)) state++
      // What they counted and emitted alone was not for good.
      counters.set(before)
      this.forgetRecent()
      if (state < count) return row + state
    }
    throw new Error('A fault of many states together is one of none of them.')
  }

  private forgetRecent(): void {
    const { own } = this.setup.map
    new Uint8Array(this.own.buffer, own.recent, own.bytes - own.recent).fill(0)
  }

  private insert(): void {
    const { control, map } = this.setup
    const buckets = control[CONTROL.buckets]
    const wanted = control[CONTROL.wantedBuckets]
    for (const shard of this.claims()) {
      if (wanted !== buckets) {
        // The directing thread has enlarged the memory; growing it by nothing is how this one learns of it.
        this.setup.memories[`shard${shard}`].grow(0)
        call(this.exports[`grow${shard}`], buckets, wanted)
      }
      for (let chunk = 0; chunk < control[CONTROL.chunks]; chunk++) {
        call(this.exports[`insert${shard}`], chunk * map.chunk.bytes, wanted)
      }
    }
  }

  private collect(): void {
    const { control, map } = this.setup
    // Pieces are claimed in order, so what the chunks before have is added up once.
    let before = 0
    let counted = 0
    for (const chunk of this.claims()) {
      for (; counted < chunk; counted++) before += this.headers.newCountOfChunk(counted)
      const record = control[CONTROL.recording] === 0 ? 0 : parentAddress(control[CONTROL.newRow] + before)
      this.exports.collect(
        chunk * map.chunk.bytes,
        this.headers.newCountOfChunk(chunk),
        control[CONTROL.destination] + before * map.table.slotBytes,
        1 - control[CONTROL.parity],
        control[CONTROL.row] + chunk * map.chunk.states,
        record,
      )
    }
  }

  /** Takes over what is violated already, which is not judged any more. */
  private adoptFirsts(): void {
    const { control, propertyCount, thread } = this.setup
    const from = this.where.first(thread, 0)
    this.firsts.set(control.subarray(from, from + propertyCount * 2))
  }

  /** Tells the first violations that this thread has noticed. */
  private reportFirsts(): void {
    this.setup.control.set(this.firsts, this.where.first(this.setup.thread, 0))
  }

  private get firsts(): Int32Array {
    return new Int32Array(this.own.buffer, this.setup.map.own.firsts, this.setup.propertyCount * 2)
  }

  /** Adds its counters to those of the others: for each action enabled and taken, for each step the new states. */
  private publish(): void {
    const { counts, map, actionCount, stepCount, thread } = this.setup
    const size = actionCount * 2 + stepCount
    const actions = new BigUint64Array(this.own.buffer, map.own.counters, actionCount * 2)
    const fresh = new Uint32Array(this.own.buffer, map.own.newCounts, stepCount)
    counts.set(actions, thread * size)
    fresh.forEach((count, step) => {
      counts[thread * size + actionCount * 2 + step] = BigInt(count)
    })
  }
}

function call(exported: WebAssembly.ExportValue, a: number, b: number): void {
  ;(exported as (a: number, b: number) => void)(a, b)
}
