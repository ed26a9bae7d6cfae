// The chunk buffer that successors are collected in, and what makes candidates for the visited set of them.
import type { Helpers } from './expander.ts'
import type { Code } from './instructions.ts'
import { CHUNKS, OWN, RECENT_STATES, REFERENCE_BYTES, shardHeader, TRANSITIONS_HEADER } from './memories.ts'
import { fingerprintCode, homeBits, loadPart, loadParts, partsOf, storePart } from './table.ts'

/** `open(chunk)`: makes a chunk buffer empty, and the one that successors go to. */
export function openCode(code: Code, { chunk, global }: Helpers): void {
  code.getLocal(0).i32(chunk.headerBytes).op('i32.add').setGlobal(global('candidate'))
  code.i32(0).setGlobal(global('transitions'))
}

/** `seed(step)`: appends the state in the globals to the chunk buffer. */
export function seedCode(code: Code, { chunk, global }: Helpers, words: readonly number[]): void {
  words.forEach((word, index) => {
    code
      .getGlobal(global('candidate'))
      .getGlobal(word)
      .access('i32.store', index * 4, CHUNKS)
  })
  code
    .getGlobal(global('candidate'))
    .getLocal(0)
    .access('i32.store', words.length * 4, CHUNKS)
  code.getGlobal(global('candidate')).i32(chunk.candidateBytes).op('i32.add').setGlobal(global('candidate'))
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
      loadParts(code, parts, from, CHUNKS, part)
      fingerprintCode(
        code,
        parts.map((_, index) => part(index)),
        hash,
      )
      code.setLocal(hash)
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
      parts.forEach((pair, index) => {
        code.getLocal(part(index))
        loadPart(code, pair, address, OWN, own.recent)
        code.op('i64.eq')
        if (index > 0) code.op('i32.and')
      })
      code.op('i32.eqz').setLocal(fresh)
      for (const [target, memory, start] of [
        [address, OWN, own.recent],
        [to, CHUNKS, 0],
      ] as const) {
        parts.forEach((pair, index) => storePart(code, pair, target, part(index), memory, start))
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
      code.advance(from, chunk.candidateBytes)
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
