// Where the parts of a container are: entries of tables, cells of sequences and sets.
import { binary, type Cell, constant, constantOf, type Expr, load } from '../ir/ir.ts'
import type { Place } from './meaning.ts'
import type { TableDomain } from '../../lang/table.ts'

/** The entry of a table, as a place of its own. */
export function entry(domain: TableDomain, place: Place, index: Expr): Place {
  const width = domain.radices.length / domain.names.length
  const known = constantOf(index)
  if (known !== null)
    return place.index === null
      ? { ...place, at: place.at + known * width, reach: width }
      : { ...place, at: place.at + known * width, reach: place.reach - known * width }
  const moved = binary('mul', index, constant(width))
  return {
    ...place,
    index: place.index === null ? moved : binary('add', place.index, moved),
    reach: place.index === null ? domain.radices.length : place.reach,
  }
}

/** A cell of a container: `offset` cells after its first, moved by `index` of at most `count`. */
export function read(place: Place, offset: number, index: Expr | null, count: number): Expr {
  return load(cellOf(place, offset, index, count))
}

export function cellOf(place: Place, offset: number, index: Expr | null, count: number): Cell {
  const known = index === null ? 0 : constantOf(index)
  // A constant index outside the container is kept as an index: the check in front of it will fail, not the address.
  if (known !== null && (index === null || (known >= 0 && known < count))) {
    if (place.index === null)
      return { frame: place.frame, at: place.at + offset + known, index: null, stride: 0, count: 1 }
    return {
      frame: place.frame,
      at: place.at + offset + known,
      index: place.index,
      stride: 1,
      count: Math.max(1, place.reach - offset - known),
    }
  }
  if (place.index === null) return { frame: place.frame, at: place.at + offset, index, stride: 1, count }
  return {
    frame: place.frame,
    at: place.at + offset,
    index: binary('add', place.index, index as Expr),
    stride: 1,
    count: Math.max(1, place.reach - offset),
  }
}
