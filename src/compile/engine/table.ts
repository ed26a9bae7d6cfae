// The visited set in WebAssembly: packed states in open addressing, exact; a fingerprint only says where to look. Its
// shards are separate memories, so that it can outgrow one, and so that each is changed by one thread at a time.
//
// Candidates are inserted in passes over a batch: the first only touches the bucket of each, the last one inserts.
// The processor then fetches many buckets at once from memory instead of waiting for one after the other, which is what
// a prefetch instruction would be for; WebAssembly has none.
//
// Invariants of a shard: an empty slot is all zero, and no packed state is; an entry is in its home bucket, or in a
// later slot with no empty one between; nothing is removed. Homes grow with the fingerprint (a multiplication, not a
// mask), so a shard may have any number of buckets and can be enlarged in place: see `growCode`.
import type { Code } from './instructions.ts'
import {
  CHUNKS,
  type ChunkMap,
  FIRST_SHARD,
  NEW_COUNT,
  OWN,
  REFERENCE_BYTES,
  shardHeader,
  TAIL_BUCKETS,
  type TableMap,
} from './memories.ts'

/** Candidates whose buckets are touched before they are inserted. */
const BATCH = 128

/** Two packed words at a time where there are two. */
export interface Part {
  readonly offset: number
  readonly wide: boolean
}

/** The words of a packed state, in pairs. */
export function partsOf(wordCount: number): readonly Part[] {
  return Array.from({ length: Math.ceil(wordCount / 2) }, (_, pair) => ({
    offset: pair * 8,
    wide: pair * 2 + 1 < wordCount,
  }))
}

/** Pushes a part, as 64 bits, of what begins at an address in a local, plus `start`. */
export function loadPart(code: Code, { offset, wide }: Part, address: number, memory: number, start = 0): void {
  code.getLocal(address).access(wide ? 'i64.load' : 'i32.load', start + offset, memory)
  if (!wide) code.op('i64.extend_i32_u')
}

/** Writes a part, which a local holds. */
export function storePart(
  code: Code,
  { offset, wide }: Part,
  address: number,
  value: number,
  memory: number,
  start = 0,
): void {
  code.getLocal(address).getLocal(value)
  if (!wide) code.op('i32.wrap_i64')
  code.access(wide ? 'i64.store' : 'i32.store', start + offset, memory)
}

const MIX = 0xd6e8feb86659fd93n
const SEED = 0x9e3779b97f4a7c15n

/** Takes a whole state into locals of 64 bits, one for each pair of words. */
export function loadParts(
  code: Code,
  parts: readonly Part[],
  address: number,
  memory: number,
  local: (index: number) => number,
): void {
  parts.forEach((pair, index) => {
    loadPart(code, pair, address, memory)
    code.setLocal(local(index))
  })
}

/**
 * Leaves the fingerprint's 64 bits on the stack; `locals` hold the pairs of packed words, `hash` is a local of 64 bits.
 * Each pair is multiplied by an odd constant of its own, which the processor does for all of them at once; the sum's high
 * half is folded onto the low and mixed once more (multiply-shift hashing, Dietzfelbinger et al. 1997).
 */
export function fingerprintCode(code: Code, locals: readonly number[], hash: number): void {
  for (const [index, local] of locals.entries()) {
    code
      .getLocal(local)
      .i64(SEED * BigInt(index * 2 + 1))
      .op('i64.xor')
      .i64(factor(index))
      .op('i64.mul')
    if (index > 0) code.op('i64.add')
  }
  code.setLocal(hash)
  code.getLocal(hash).getLocal(hash).i64(32n).op('i64.shr_u', 'i64.xor').i64(MIX).op('i64.mul')
  code.setLocal(hash)
  code.getLocal(hash).getLocal(hash).i64(29n).op('i64.shr_u', 'i64.xor').i64(SEED).op('i64.mul')
}

/** An odd number for each pair of words, its bits as good as random. */
function factor(index: number): bigint {
  return BigInt.asUintN(64, (SEED ^ (MIX * BigInt(index * 2 + 1))) * MIX) | 1n
}

/** From 32 bits of fingerprint on the stack to the address of the home bucket. */
function homeCode(code: Code, table: TableMap, buckets: number): void {
  code.op('i64.extend_i32_u').getLocal(buckets).op('i64.extend_i32_u', 'i64.mul')
  code.i64(32n).op('i64.shr_u', 'i32.wrap_i64').i32(table.bucketBytes).op('i32.mul')
}

/**
 * Pushes the address of a bucket's first empty slot, which is after the bucket's slots when there is none. The slots of a
 * bucket are filled in order, so it is enough to count; in pairs, so that no sum waits for all slots before it.
 */
function freeSlotCode(code: Code, table: TableMap, memory: number, address: number): void {
  const count = (from: number, to: number): void => {
    if (to - from === 1) {
      code
        .getLocal(address)
        .access('i32.load', from * table.slotBytes, memory)
        .i32(0)
        .op('i32.ne')
      return
    }
    const middle = Math.floor((from + to) / 2)
    count(from, middle)
    count(middle, to)
    code.op('i32.add')
  }
  count(0, table.slotsPerBucket)
  code.i32(table.slotBytes).op('i32.mul').getLocal(address).op('i32.add')
}

/**
 * Inserts the candidates of one chunk that belong to a shard; marks those that are new and writes their count down.
 * Locals: (address of the chunk buffer, buckets, 7 of 32 bits, one of 64 bits for each pair of words).
 */
export function insertCode(code: Code, shard: number, wordCount: number, table: TableMap, chunk: ChunkMap): void {
  const [base, buckets, at, end, batchEnd, fresh, candidate, address, free] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
  const parts = partsOf(wordCount)
  const part = (index: number): number => 9 + index
  const memory = FIRST_SHARD + shard
  const slotsEnd = table.slotsPerBucket * table.slotBytes
  code.getLocal(base).access('i32.load', shardHeader(shard), CHUNKS).setLocal(end)
  code
    .getLocal(base)
    .i32(chunk.references + shard * chunk.referenceBytes)
    .op('i32.add')
    .setLocal(at)
  code.i32(0).setLocal(fresh)
  code.whileTrue(
    () => code.getLocal(at).getLocal(end).op('i32.lt_u'),
    () => {
      code
        .getLocal(at)
        .i32(BATCH * REFERENCE_BYTES)
        .op('i32.add')
        .setLocal(batchEnd)
      code.getLocal(end).getLocal(batchEnd).getLocal(end).getLocal(batchEnd).op('i32.lt_u', 'select').setLocal(batchEnd)
      eachOfBatch(() => {
        home()
        touch()
      })
      // Where the bucket is full, the next one is looked at too.
      eachOfBatch(() => {
        home()
        code
          .teeLocal(free)
          .getLocal(free)
          .access('i32.load', (table.slotsPerBucket - 1) * table.slotBytes, memory)
        code.i32(0).op('i32.ne').i32(table.bucketBytes).op('i32.mul', 'i32.add')
        touch()
      })
      code.loop(() => {
        code.getLocal(at).access('i32.load', 0, CHUNKS).setLocal(candidate)
        loadParts(code, parts, candidate, CHUNKS, part)
        code.getLocal(at).access('i32.load', 4, CHUNKS)
        homeCode(code, table, buckets)
        code.setLocal(address)
        probe()
        code.getLocal(at).i32(REFERENCE_BYTES).op('i32.add').teeLocal(at)
        code.getLocal(batchEnd).op('i32.lt_u').branchIf(0)
      })
    },
  )
  code
    .getLocal(base)
    .getLocal(fresh)
    .access('i32.store', shardHeader(shard) + NEW_COUNT, CHUNKS)

  /** Does something with every reference of the batch, which is in `address`. */
  function eachOfBatch(body: () => void): void {
    code.getLocal(at).setLocal(address)
    code.loop(() => {
      body()
      code.getLocal(address).i32(REFERENCE_BYTES).op('i32.add').teeLocal(address)
      code.getLocal(batchEnd).op('i32.lt_u').branchIf(0)
    })
  }

  /**
   * Brings the bucket whose address is on the stack into the processor's cache. A load would have to wait for its value
   * before those after it can retire; a store does not, so where a bucket has bytes to spare, zero is written there. A load
   * whose value is dropped stays, since it might trap.
   */
  function touch(): void {
    if (slotsEnd < table.bucketBytes) code.i32(0).access('i32.store', slotsEnd, memory)
    else code.access('i32.load', 0, memory).op('drop')
  }

  /** Pushes the address of the home bucket of the reference in `address`. */
  function home(): void {
    code.getLocal(address).access('i32.load', 4, CHUNKS)
    homeCode(code, table, buckets)
  }

  /**
   * Looks through buckets until the state or an empty slot is found. Slots of a bucket are filled in order, so the first
   * empty one is known from how many are filled. All slots are compared without a branch: which of them it will be is
   * what no processor can predict.
   */
  function probe(): void {
    const slots = Array.from({ length: table.slotsPerBucket }, (_, slot) => slot * table.slotBytes)
    code.block(() => {
      code.loop(() => {
        for (const [place, slot] of slots.entries()) {
          parts.forEach((pair, index) => {
            loadPart(code, pair, address, memory, slot)
            code.getLocal(part(index)).op('i64.eq')
            if (index > 0) code.op('i32.and')
          })
          if (place > 0) code.op('i32.or')
        }
        code.branchIf(1)
        freeSlotCode(code, table, memory, address)
        code.teeLocal(free)
        code
          .getLocal(address)
          .i32(slotsEnd)
          .op('i32.add', 'i32.ne')
          .when(() => {
            parts.forEach((pair, index) => storePart(code, pair, free, part(index), memory))
            code
              .getLocal(candidate)
              .getLocal(candidate)
              .access('i32.load', wordCount * 4, CHUNKS)
            code
              .i32(1 << 31)
              .op('i32.or')
              .access('i32.store', wordCount * 4, CHUNKS)
            code.advance(fresh, 1).branch(2)
          })
        code.advance(address, table.bucketBytes).branch(0)
      })
    })
  }
}

/**
 * Enlarges a shard in place from `old` to `buckets` buckets; its memory is large enough. What it held is moved to the
 * far end, then taken bucket by bucket and inserted anew. A bucket is copied out and made empty before its entries are
 * inserted, so the slots of every bucket stay filled in order. Since homes grow with the fingerprint, a home is never
 * behind the bucket being read; what is put into buckets not yet read is read again later, from where it then belongs.
 * Locals: (old, buckets, 5 of 32 bits, one of 64 bits, one of 64 bits for each pair of words).
 */
export function growCode(
  code: Code,
  shard: number,
  wordCount: number,
  table: TableMap,
  shardBits: number,
  scratch: number,
): void {
  const [old, buckets, from, end, entry, address, free] = [0, 1, 2, 3, 4, 5, 6]
  const hash = 7
  const parts = partsOf(wordCount)
  const part = (index: number): number => 8 + index
  const memory = FIRST_SHARD + shard
  const slotsEnd = table.slotsPerBucket * table.slotBytes
  const bytesOf = (count: number): Code =>
    code.getLocal(count).i32(TAIL_BUCKETS).op('i32.add').i32(table.bucketBytes).op('i32.mul')
  bytesOf(buckets).setLocal(end)
  code.getLocal(end)
  bytesOf(old).op('i32.sub').setLocal(from)
  code.getLocal(from).i32(0)
  bytesOf(old).copyMemory(memory)
  // What lies behind the old end is zero, and stays untouched until it is needed: memory counts from its first use.
  code.i32(0).i32(0).getLocal(from)
  bytesOf(old)
  code.getLocal(from)
  bytesOf(old).op('i32.lt_u', 'select').fillMemory(memory)
  code.whileTrue(
    () => code.getLocal(from).getLocal(end).op('i32.lt_u'),
    () => {
      copyOut()
      code.i32(scratch).setLocal(entry)
      // What follows the copy is zero: the first empty slot is there at the latest.
      code.whileTrue(() => code.getLocal(entry).access('i32.load', 0, OWN), move)
      code.advance(from, table.bucketBytes)
    },
  )

  /** Moves the bucket being read to the scratch place. */
  function copyOut(): void {
    for (const pair of partsOf(slotsEnd / 4)) {
      code.i32(scratch)
      loadPart(code, pair, from, memory)
      if (!pair.wide) code.op('i32.wrap_i64')
      code.access(pair.wide ? 'i64.store' : 'i32.store', pair.offset, OWN)
      code.getLocal(from)
      if (pair.wide) code.i64(0n).access('i64.store', pair.offset, memory)
      else code.i32(0).access('i32.store', pair.offset, memory)
    }
  }

  function move(): void {
    loadParts(code, parts, entry, OWN, part)
    fingerprintCode(
      code,
      parts.map((_, index) => part(index)),
      hash,
    )
    homeBits(code, shardBits)
    homeCode(code, table, buckets)
    code.setLocal(address)
    code.block(() => {
      code.loop(() => {
        freeSlotCode(code, table, memory, address)
        code
          .teeLocal(free)
          .getLocal(address)
          .i32(slotsEnd)
          .op('i32.add', 'i32.ne')
          .when(() => {
            parts.forEach((pair, index) => storePart(code, pair, free, part(index), memory))
            code.branch(2)
          })
        code.advance(address, table.bucketBytes).branch(0)
      })
    })
    code.advance(entry, table.slotBytes)
  }
}

/** From 64 bits of fingerprint on the stack to the 32 that choose the bucket: those below the ones of the shard. */
export function homeBits(code: Code, shardBits: number): void {
  code.i64(BigInt(32 - shardBits)).op('i64.shr_u', 'i32.wrap_i64')
}
