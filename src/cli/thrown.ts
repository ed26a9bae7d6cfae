// What JavaScript says of names that are wrong, in the words in which the compiler says it.
import { suggestion } from '../lang/spec.ts'
import { WORDS } from '../compile/front/words.ts'

/** A message and a hint for what a specification threw; null for what is best said as it was thrown. */
export function inOwnWords(thrown: unknown): { readonly message: string; readonly hint: string } | null {
  if (!(thrown instanceof ReferenceError)) return null
  const [, early] = /^Cannot access '(.+)' before initialization$/.exec(thrown.message) ?? []
  if (early !== undefined)
    return {
      message: `${early} is used before its declaration, or in it.`,
      hint: `It has no value there yet, and hides any other ${early} further out from the start of the block.`,
    }
  const [, unknown] = /^(.+) is not defined$/.exec(thrown.message) ?? []
  if (unknown === undefined) return null
  return {
    message: `${unknown} is not defined in the specification.`,
    hint:
      suggestion(unknown, WORDS, true) ||
      'A specification may use its own constants and functions, and what it imports from primacy.',
  }
}
