// Where the engine keeps what. Every thread has one memory of its own (cells, counters, what it noticed); the others
// are shared: one chunk buffer for each piece of a round, the frontier being read and the one being written, the
// parents of states when a path is wanted, and the shards of the visited set.
import type { Layout } from '../ir/layout.ts'
import type { WasmMemory } from './wasm.ts'

/** States that one thread expands at a time, at most; their successors wait in one chunk buffer. */
const CHUNK_STATES = 128

/** States whose chunks are expanded, inserted and collected together, at most. */
const BATCH_STATES = 1 << 13

/** What the chunk buffers may take together, unless those of a single state take more. */
const CHUNKS_BYTES = 2 ** 30

/** Bits of a candidate's tag that hold its step; above them the state it came from, then whether it was new. */
export const STEP_BITS = 24

/** Memories by index, in the order in which the module imports them; the shards of the visited set follow. */
export const OWN = 0
export const CHUNKS = 1
export const FRONTIERS = [2, 3] as const
export const PARENTS = 4
export const FIRST_SHARD = 5

/** Where the parent of a row, and the step from it, are recorded: never at 0, which says that nothing is. */
export function parentAddress(row: number): number {
  return (row + 1) * 8
}

/** The memories of an engine whose visited set has a number of shards. */
export function memoriesOf(shardCount: number): readonly WasmMemory[] {
  const shards = Array.from({ length: shardCount }, (_, shard) => `shard${shard}`)
  return [
    { name: 'own', shared: false },
    ...['chunks', 'even', 'odd', 'parents', ...shards].map(name => ({ name, shared: true })),
  ]
}

/** A power of two; what fits beside the rest into a processor's own cache. */
export const RECENT_STATES = 1 << 13

/**
 * Where the memory of one thread holds what. The states of a chunk are taken apart into columns: the values of one cell,
 * state by state, so that one vector instruction sees those of many states. Counters of actions are 64 bits wide.
 */
export interface OwnMap {
  readonly cellBytes: 1 | 2 | 4
  /** States of a column: those of a chunk, in whole vectors. */
  readonly lanes: number
  /** The columns of the state an action changes, and those of the state before, for transition properties. */
  readonly frames: readonly [number, number]
  /** The column of each packed word, 32 bits a state. */
  readonly words: number
  /** A column as wide as those of cells: all ones where there is a state. */
  readonly valid: number
  /** For each state how many steps are enabled, 32 bits; then, where its next successor goes. */
  readonly tallies: number
  /** For each step a row of bits: in which states it is enabled. */
  readonly rows: number
  readonly rowBytes: number
  /** For each action: in how many states it was enabled, how many of its instances were taken. */
  readonly counters: number
  /** For each step, or initial instance: how many new states it led to, 32 bits. */
  readonly newCounts: number
  /** For each property: the row of its first violation plus one, then the step; 32 bits each. */
  readonly firsts: number
  /** For each shard: where the next reference goes. */
  readonly references: number
  /** A copy of one bucket of the visited set, while a shard is enlarged; after it, a word that stays zero. */
  readonly bucket: number
  /** States this thread has emitted lately, each at the place its fingerprint says. */
  readonly recent: number
  readonly bytes: number
}

const VECTOR_BYTES = 16

/** Bits of a row are read 64 at a time. */
const ROW_BITS = 64

export function ownMap(
  layout: Layout,
  cellBytes: 1 | 2 | 4,
  chunk: ChunkMap,
  counts: { readonly actions: number; readonly steps: number; readonly initials: number; readonly properties: number },
): OwnMap {
  const lanes = Math.ceil(chunk.states / VECTOR_BYTES) * VECTOR_BYTES
  const rowBytes = Math.ceil(lanes / ROW_BITS) * 8
  let bytes = 0
  const place = (size: number): number => {
    const at = bytes
    bytes = aligned(bytes + size)
    return at
  }
  const frames = [layout.fields.length, layout.fields.length].map(cells => place(cells * lanes * cellBytes))
  return {
    cellBytes,
    lanes,
    frames: [frames[0], frames[1]],
    words: place(layout.wordCount * lanes * 4),
    valid: place(lanes * cellBytes),
    tallies: place(lanes * 4),
    rows: place(counts.steps * rowBytes),
    rowBytes,
    counters: place(counts.actions * 16),
    newCounts: place(Math.max(counts.steps, counts.initials) * 4),
    firsts: place(counts.properties * 8),
    references: place(chunk.shardCount * 4),
    bucket: place(tableMap(layout.wordCount).bucketBytes + 4),
    recent: place(RECENT_STATES * layout.wordCount * 4),
    bytes,
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16
}

/**
 * One chunk buffer: a header, then candidates in the order of the frontier and of steps, then for each shard references (address of the candidate, fingerprint) to those that belong to it.
 */
export interface ChunkMap {
  readonly shardCount: number
  /** States of one chunk: fewer where there are so many steps that the buffers of a whole batch would grow too large. */
  readonly states: number
  /** Chunks of one batch. */
  readonly count: number
  /** Packed words, then the tag. */
  readonly candidateBytes: number
  /** How many transitions there were, then for each shard what `shardHeader` says. */
  readonly headerBytes: number
  readonly references: number
  readonly referenceBytes: number
  /** Of one whole buffer. */
  readonly bytes: number
}

export const REFERENCE_BYTES = 8

export function chunkMap(wordCount: number, stepCount: number, shardCount: number): ChunkMap {
  const candidateBytes = wordCount * 4 + 4
  const stateBytes = Math.max(1, stepCount) * (candidateBytes + shardCount * REFERENCE_BYTES)
  const batch = Math.min(BATCH_STATES, Math.max(1, 2 ** Math.floor(Math.log2(CHUNKS_BYTES / stateBytes))))
  const states = Math.min(CHUNK_STATES, Math.ceil((batch * CHUNK_STATES) / BATCH_STATES))
  const capacity = states * Math.max(1, stepCount)
  const headerBytes = aligned(16 + shardCount * 8)
  const references = aligned(headerBytes + capacity * candidateBytes)
  const referenceBytes = capacity * REFERENCE_BYTES
  const bytes = aligned(references + shardCount * referenceBytes)
  return { shardCount, states, count: batch / states, candidateBytes, headerBytes, references, referenceBytes, bytes }
}

/** Where a chunk's header holds how many transitions led to its candidates, those left out included. */
export const TRANSITIONS_HEADER = 0

/** After `shardHeader`: where the count of a shard's new candidates is. */
export const NEW_COUNT = 4

/** Where a chunk's header holds the end of a shard's references; the count of new ones follows it. */
export function shardHeader(shard: number): number {
  return 16 + shard * 8
}

/** How packed states lie in a shard of the visited set. */
export interface TableMap {
  readonly slotBytes: number
  readonly slotsPerBucket: number
  readonly bucketBytes: number
}

const CACHE_LINE = 64

/** Buckets fill a cache line where states are small enough, so that a lookup usually touches one. */
export function tableMap(wordCount: number): TableMap {
  const slotBytes = wordCount * 4
  if (slotBytes > CACHE_LINE / 2) return { slotBytes, slotsPerBucket: 1, bucketBytes: slotBytes }
  return { slotBytes, slotsPerBucket: Math.floor(CACHE_LINE / slotBytes), bucketBytes: CACHE_LINE }
}

/** Buckets behind the last home, for entries pushed past the end: probing never wraps. */
export const TAIL_BUCKETS = 1024
