// The memories of a compiled exploration: lists that grow at their end, and how large the shards of the visited set are.
import { type TableMap, TAIL_BUCKETS } from '../compile/engine/memories.ts'
import { MAX_PAGES } from '../compile/engine/wasm.ts'

const PAGE_BYTES = 0x10000
const MEMORY_BYTES = MAX_PAGES * PAGE_BYTES

/** A list of packed states, or of parents, at the start of a memory that is enlarged as needed. */
export class Frontier {
  readonly memory: WebAssembly.Memory
  private readonly itemBytes: number
  private count = 0

  constructor(memory: WebAssembly.Memory, itemBytes: number) {
    this.memory = memory
    this.itemBytes = itemBytes
  }
  get bytes(): number {
    return this.memory.buffer.byteLength
  }
  /** The address after the last item. */
  get end(): number {
    return this.count * this.itemBytes
  }
  /** Makes room for more items. */
  reserve(more: number): void {
    const needed = (this.count + more) * this.itemBytes
    if (needed > this.bytes) growTo(this.memory, Math.max(needed, Math.min(MEMORY_BYTES, this.bytes * 1.5)))
  }
  add(items: number): void {
    this.count += items
  }
  clear(): void {
    this.count = 0
  }
}

/** Shards fill up to this share before they are enlarged: beyond it, probing goes on for too long. */
export const MAX_LOAD = 0.8

/** A shard is enlarged by this factor: at once while small, by less when memory is at stake. */
export const SHARD_GROWTH = { small: 2, large: 1.2, largeBytes: 1 << 26 } as const

/** Buckets that a shard begins with. */
export const FIRST_BUCKETS = 256

/** Buckets that a shard of `now` buckets should have for a number of entries. */
export function grownBuckets(now: number, entries: number, { bucketBytes, slotsPerBucket }: TableMap): number {
  const needed = Math.ceil(entries / slotsPerBucket / MAX_LOAD)
  if (needed <= now) return now
  const factor = now * bucketBytes < SHARD_GROWTH.largeBytes ? SHARD_GROWTH.small : SHARD_GROWTH.large
  return Math.max(needed, Math.ceil(now * factor))
}

export function shardBytes(buckets: number, bucketBytes: number): number {
  return (buckets + TAIL_BUCKETS) * bucketBytes
}

export function sharedMemory(bytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES), maximum: MAX_PAGES, shared: true })
}

/** Enlarges a memory; a RangeError says that it cannot be. */
export function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const pages = Math.ceil(bytes / PAGE_BYTES) - memory.buffer.byteLength / PAGE_BYTES
  if (pages > 0) memory.grow(pages)
}

/** As many shards as keep every thread busy and can hold what the limit allows; a power of two. */
export function shardsFor(bytes: number, threadCount: number): number {
  let shards = threadCount === 1 ? 1 : 4
  while (shards < 16 && (shards < threadCount || shards * MEMORY_BYTES < bytes)) shards *= 2
  return shards
}
