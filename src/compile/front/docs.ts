// The sentences of a specification: the doc comment before each knob, action and property, by name. Reports quote
// them, so that what a property means is said once, beside its definition.
import { parseModule } from './parse.ts'

/** Sentences by name; a name is a knob, an action, a helper or a property. */
export type Docs = ReadonlyMap<string, string>

/** Collects the doc comments of a specification's source text. */
export function docsOf(fileName: string, text: string): Docs {
  const docs = new Map<string, string>()
  for (const comment of parseModule(fileName, text).comments) {
    if (comment.type !== 'Block' || !comment.value.startsWith('*')) continue
    const name = /^\s*(?:export\s+)?(?:const\s+|function\s+)?['"]?([\w$]+)['"]?\s*[:=(,]/.exec(
      text.slice(comment.end),
    )?.[1]
    if (name !== undefined && !docs.has(name)) docs.set(name, sentence(comment.value.slice(1)))
  }
  return docs
}

/** One line, without the stars. */
function sentence(comment: string): string {
  return comment
    .replace(/^\s*\*? ?/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
