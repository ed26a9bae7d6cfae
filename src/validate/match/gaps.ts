// Where a recording says that it lost events: a `gap`, or a hole in a node's numbers. Between the node's event before the
// loss and the one after it, everything that the node takes part in may have happened.
import type { ForeignTrace } from '../format/foreign-trace.ts'

export interface Gap {
  readonly node: string
  /** How many events were lost; null when nobody knows. */
  readonly lost: number | null
  /** The node's last event before, by its number; -1 when there is none. */
  readonly after: number
  /** Its first event since; -1 when nothing came any more. */
  readonly before: number
}

/** The gaps of a trace, by the events before which they lie. */
export function gapsOf({ events }: ForeignTrace): readonly Gap[] {
  const gaps: Gap[] = []
  const latest = new Map<string, { readonly number: number; readonly seq: number | null }>()
  const open = new Map<string, { readonly lost: number | null; readonly after: number }>()
  for (const [number, { event }] of events.entries()) {
    const { node } = event
    if (node === undefined) continue
    const known = latest.get(node)
    const seq = event.seq ?? null
    if (event.type === 'gap') {
      // Losses with nothing between them are one.
      const said = open.get(node)
      const lost = said === undefined ? event.lost : sum(said.lost, event.lost)
      open.set(node, { lost, after: said?.after ?? known?.number ?? -1 })
    } else {
      const said = open.get(node)
      const expected = known === undefined ? 1 : known.seq === null ? null : known.seq + 1
      const hole = seq !== null && expected !== null && seq > expected ? seq - expected : 0
      if (said !== undefined || hole > 0)
        gaps.push({
          node,
          lost: said === undefined ? hole : said.lost,
          after: said?.after ?? known?.number ?? -1,
          before: number,
        })
      open.delete(node)
    }
    latest.set(node, { number, seq })
  }
  for (const [node, { lost, after }] of open) gaps.push({ node, lost, after, before: -1 })
  return gaps
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}
