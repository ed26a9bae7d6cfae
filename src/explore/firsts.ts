// The first violation of each property in the order in which states are found, gathered from the threads that noticed
// them and told to all, since a property that is violated is not judged any more.
import type { Property } from '../lang/properties.ts'
import type { ControlMap } from './control.ts'

/** Where a property was first violated. */
export interface First {
  readonly row: number
  /** Of a transition property: the index of the step. */
  readonly step: number | null
}

export class Firsts {
  private readonly found = new Map<Property, First>()
  private readonly noted: readonly (Property | null)[]
  private readonly threadCount: number
  private readonly control: Int32Array
  private readonly where: ControlMap

  /** `noted`: the properties in the order in which the engine notes them; null for what is not checked. */
  constructor(noted: readonly (Property | null)[], threadCount: number, control: Int32Array, where: ControlMap) {
    this.noted = noted
    this.threadCount = threadCount
    this.control = control
    this.where = where
  }

  get size(): number {
    return this.found.size
  }
  /** The row of the last of them; -1 when there is none. */
  get lastRow(): number {
    return Math.max(-1, ...Array.from(this.found.values(), ({ row }) => row))
  }

  of(property: Property): First | undefined {
    return this.found.get(property)
  }

  /** True of a property that no row before this one violates. */
  isOpen(property: Property, row: number): boolean {
    return (this.found.get(property)?.row ?? row) >= row
  }

  /** Takes over what threads noticed. */
  gather(): void {
    this.noted.forEach((property, index) => {
      if (property === null) return
      for (let thread = 0; thread < this.threadCount; thread++) {
        const at = this.where.first(thread, index)
        const row = (this.control[at] >>> 0) - 1
        if (row < 0 || (this.found.get(property)?.row ?? Infinity) <= row) continue
        this.found.set(property, { row, step: property.kind === 'transition' ? this.control[at + 1] : null })
      }
    })
    if (this.size > 0) this.tell(Infinity)
  }

  /** Tells every thread which properties rows before `end` violate. */
  tell(end: number): void {
    this.noted.forEach((property, index) => {
      const first = property === null ? undefined : this.found.get(property)
      const told = first !== undefined && first.row < end ? [first.row + 1, first.step ?? 0] : [0, 0]
      for (let thread = 0; thread < this.threadCount; thread++) this.control.set(told, this.where.first(thread, index))
    })
  }
}
