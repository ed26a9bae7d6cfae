// The configurations that a search has entered, exactly: which operations have taken effect, and the state. A hash only
// says where to look; words are compared one by one.

/** A set of short sequences of 32-bit numbers. Invariant: at most half of `slots` is in use. */
export class Configurations {
  size = 0
  /** Sequences one after the other, each behind its length. */
  private words = new Int32Array(1 << 10)
  private used = 0
  /** Where a sequence begins, plus one; 0 is free. */
  private slots = new Int32Array(1 << 8)

  /** False when the first `length` numbers of `sequence` are in the set already. */
  add(sequence: Int32Array, length: number): boolean {
    const mask = this.slots.length - 1
    let slot = hash(sequence, 0, length) & mask
    for (let at = this.slots[slot]; at !== 0; at = this.slots[slot]) {
      if (this.equals(at - 1, sequence, length)) return false
      slot = (slot + 1) & mask
    }
    this.slots[slot] = this.append(sequence, length) + 1
    if (++this.size * 2 > this.slots.length) this.grow()
    return true
  }

  private equals(at: number, sequence: Int32Array, length: number): boolean {
    if (this.words[at] !== length) return false
    for (let index = 0; index < length; index++) if (this.words[at + 1 + index] !== sequence[index]) return false
    return true
  }

  private append(sequence: Int32Array, length: number): number {
    const at = this.used
    this.used += length + 1
    if (this.used > this.words.length) {
      const larger = new Int32Array(Math.max(this.used, this.words.length * 2))
      larger.set(this.words)
      this.words = larger
    }
    this.words[at] = length
    for (let index = 0; index < length; index++) this.words[at + 1 + index] = sequence[index]
    return at
  }

  private grow(): void {
    const slots = new Int32Array(this.slots.length * 2)
    const mask = slots.length - 1
    for (let at = 0; at < this.used; at += this.words[at] + 1) {
      let slot = hash(this.words, at + 1, this.words[at]) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = at + 1
    }
    this.slots = slots
  }
}

/** MurmurHash3's mixing of whole words. */
function hash(words: Int32Array, from: number, length: number): number {
  let mixed = length
  for (let index = from; index < from + length; index++) {
    let word = Math.imul(words[index], 0xcc9e2d51)
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593)
    mixed ^= word
    mixed = (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
