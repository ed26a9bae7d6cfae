// The cells of a state by the names a specification gives them: log[n1].length, log[n1][0], acked{..}.
import type { Container } from '../../lang/container.ts'
import { SequenceDomain } from '../../lang/sequence.ts'
import { SetDomain } from '../../lang/set.ts'
import { StateDomain } from '../../lang/state.ts'
import { TableDomain } from '../../lang/table.ts'
import { Value } from '../../lang/value.ts'

export interface NamedCell {
  readonly name: string
  /** The field of the state that it is part of. */
  readonly field: string
  /** The value that a place stands for, in words. */
  readonly label: (place: number) => string
}

/** One for each cell of a state, in order. */
export function namedCells(state: Container<any>): readonly NamedCell[] {
  if (!(state instanceof StateDomain)) return []
  return state.fields.flatMap(({ name, domain }) => partsOf(domain, name).map(part => ({ ...part, field: name })))
}

type Part = Omit<NamedCell, 'field'>

function partsOf(domain: Value<any> | Container<any>, path: string): readonly Part[] {
  if (domain instanceof Value) return [{ name: path, label: labelling(domain) }]
  if (domain instanceof TableDomain)
    return domain.keys.members.flatMap((key: unknown) => partsOf(domain.item, `${path}[${domain.keys.label(key)}]`))
  if (domain instanceof SequenceDomain) {
    const items = Array.from({ length: domain.max }, (_, index) => ({
      name: `${path}[${index}]`,
      label: labelling(domain.item),
    }))
    return [{ name: `${path}.length`, label: String }, ...items]
  }
  return domain instanceof SetDomain ? wordsOf(domain, path) : []
}

/** A set of at most eight members is one cell; a larger one has its members numbered. */
function wordsOf({ item, radices }: SetDomain<any>, path: string): readonly Part[] {
  return radices.map((_, word) => ({
    name: radices.length === 1 ? `${path}{..}` : `${path}{${word * 8}..${Math.min(item.size, word * 8 + 8) - 1}}`,
    label: place => {
      const members = item.members.slice(word * 8, word * 8 + 8).filter((__, bit) => ((place >> bit) & 1) === 1)
      return `{${members.map((member: unknown) => item.label(member)).join(', ')}}`
    },
  }))
}

function labelling(domain: Value<any>): (place: number) => string {
  return place => (place >= 0 && place < domain.size ? domain.label(domain.valueAt(place)) : String(place))
}
