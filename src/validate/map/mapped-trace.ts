// Mapping a whole log: from its text or its lines to a trace and an account of what became of each record.
import type { Recorded } from '../format/foreign-trace.ts'
import { Mapper, type Mapped, type MappingOptions } from './mapper.ts'
import type { Mapping } from './mapping.ts'

/** Maps a log, given as its text or its lines. */
export function mapTrace(log: string | Iterable<string>, mapping: Mapping, options: MappingOptions): Mapped {
  const mapper = new Mapper(mapping, options)
  const { reader } = mapping
  const events: Recorded[] = []
  if (reader.by === 'document') {
    const text = typeof log === 'string' ? log : [...log].join('\n')
    for (const found of reader.read(text)) events.push(...mapper.accept(found))
  } else {
    let line = 0
    for (const text of typeof log === 'string' ? log.split('\n') : log) events.push(...mapper.acceptLine(text, ++line))
  }
  return mapped(mapper, events, options)
}

/** Maps a log as its lines arrive. */
export async function mapStream(
  lines: AsyncIterable<string>,
  mapping: Mapping,
  options: MappingOptions,
): Promise<Mapped> {
  if (mapping.reader.by === 'document') {
    const text: string[] = []
    for await (const line of lines) text.push(line)
    return mapTrace(text, mapping, options)
  }
  const mapper = new Mapper(mapping, options)
  const events: Recorded[] = []
  let line = 0
  for await (const text of lines) events.push(...mapper.acceptLine(text, ++line))
  return mapped(mapper, events, options)
}

function mapped(mapper: Mapper, events: readonly Recorded[], { file }: MappingOptions): Mapped {
  const result = mapper.finish()
  if ('problems' in result) return result
  return { trace: { file, header: result.header, events, ended: true }, stats: result.stats }
}
