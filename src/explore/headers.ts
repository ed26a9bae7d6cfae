// What the headers of the chunk buffers say after a phase: one place that knows how to read them.
import {
  type ChunkMap,
  NEW_COUNT,
  REFERENCE_BYTES,
  shardHeader,
  TRANSITIONS_HEADER,
} from '../compile/engine/memories.ts'

/** In the place of a chunk's transitions, which are never so many. */
const TRAPPED = 0xffffffff

export class ChunkHeaders {
  private readonly map: ChunkMap
  private readonly words: Uint32Array

  constructor(map: ChunkMap, chunks: WebAssembly.Memory) {
    this.map = map
    this.words = new Uint32Array(chunks.buffer)
  }

  /** Transitions that led to the chunk's successors. */
  transitionCount(chunk: number): number {
    return this.at(chunk, TRANSITIONS_HEADER)
  }
  /** Notes that a chunk was not expanded to its end. */
  noteTrap(chunk: number): void {
    this.words[this.index(chunk, TRANSITIONS_HEADER)] = TRAPPED
  }
  hasTrapped(chunk: number): boolean {
    return this.transitionCount(chunk) === TRAPPED
  }
  /** Candidates of a chunk that belong to a shard, before they are inserted. */
  candidateCount(chunk: number, shard: number): number {
    const { bytes, references, referenceBytes } = this.map
    const first = chunk * bytes + references + shard * referenceBytes
    return (this.at(chunk, shardHeader(shard)) - first) / REFERENCE_BYTES
  }
  /** How many of them were new, once they are inserted. */
  newCount(chunk: number, shard: number): number {
    return this.at(chunk, shardHeader(shard) + NEW_COUNT)
  }
  /** New states of a chunk, over all shards. */
  newCountOfChunk(chunk: number): number {
    let total = 0
    for (let shard = 0; shard < this.map.shardCount; shard++) total += this.newCount(chunk, shard)
    return total
  }

  private at(chunk: number, offset: number): number {
    return this.words[this.index(chunk, offset)]
  }
  private index(chunk: number, offset: number): number {
    return (chunk * this.map.bytes + offset) / 4
  }
}
