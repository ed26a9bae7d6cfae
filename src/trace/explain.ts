// Why a property is false in a state: the elements that decided its quantifiers, and the parts of the state it read on
// the way. Found by evaluating it once more behind proxies; reads made for elements that did not decide are forgotten.
import type { Tracker } from '../lang/container.ts'
import type { Machine } from '../lang/machine.ts'
import { type Binding, type Probe, probes } from '../lang/probe.ts'
import type { Property } from '../lang/properties.ts'
import { TableDomain } from '../lang/table.ts'
import type { Cells } from '../lang/container.ts'
import type { Json } from '../lang/value.ts'
import type { StateJson } from './changes.ts'

/** One part of a state that the evaluation read. */
interface Fact {
  /** `log[n1]`; under a transition property `before.epoch[n1]`. */
  readonly path: string
  readonly value: Json
}

export interface Explanation {
  readonly bindings: readonly Binding[]
  readonly facts: readonly Fact[]
}

/** Explains why `property` is false in `after`, or on the transition from `before` to `after`. */
export function explain(machine: Machine, property: Property, before: Cells, after: Cells): Explanation {
  const schema = machine.instance.state
  const notes = new Notes()
  const watched = (row: Cells, prefix: string): unknown => {
    const state = schema.create()
    schema.load(row, 0, state)
    const paths = cellPaths(machine)
    const tracker: Tracker = {
      read: (at, width) => {
        for (let cell = at; cell < at + width; cell++) notes.read(prefix + paths[cell])
      },
      write: () => {},
    }
    return schema.watch(state, 0, '', tracker)
  }
  probes.current = notes
  try {
    if (property.kind === 'transition') property.holds(watched(before, 'before.'), watched(after, 'after.'))
    else property.holds(watched(after, ''))
  } finally {
    probes.current = null
  }
  const states = { 'before.': machine.json(before), 'after.': machine.json(after) }
  return { bindings: notes.bindings, facts: notes.paths().map(path => ({ path, value: valueAt(path, states) })) }
}

/** What was read, in order, with marks to return to when an element turns out not to decide. */
class Notes implements Probe {
  bindings: Binding[] = []
  private reads: string[] = []
  private readonly quantifiers: { opened: Mark; entered: Mark }[] = []

  read(path: string): void {
    this.reads.push(path)
  }
  open(): void {
    this.quantifiers.push({ opened: this.mark(), entered: this.mark() })
  }
  enter(): void {
    const quantifier = this.quantifiers.at(-1)!
    this.bindings.length = quantifier.opened.bindings
    quantifier.entered = this.mark()
  }
  decided(binding: Binding): void {
    const { opened, entered } = this.quantifiers.pop()!
    this.reads = [...this.reads.slice(0, opened.reads), ...this.reads.slice(entered.reads)]
    this.bindings.splice(opened.bindings, 0, binding)
  }
  exhausted(): void {
    this.bindings.length = this.quantifiers.pop()!.opened.bindings
  }
  paths(): readonly string[] {
    return [...new Set(this.reads)]
  }
  private mark(): Mark {
    return { reads: this.reads.length, bindings: this.bindings.length }
  }
}

interface Mark {
  readonly reads: number
  readonly bindings: number
}

/** For each cell, the named part of the state it belongs to. */
function cellPaths(machine: Machine): readonly string[] {
  return machine.instance.state.fields.flatMap(({ name, domain, width }) => {
    if (!(domain instanceof TableDomain)) return Array.from({ length: width }, () => name)
    const each = width / domain.names.length
    return Array.from({ length: width }, (_, cell) => {
      const key: unknown = domain.keys.valueAt(Math.floor(cell / each))
      return `${name}[${domain.keys.label(key)}]`
    })
  })
}

function valueAt(path: string, states: { readonly 'before.': StateJson; readonly 'after.': StateJson }): Json {
  const before = path.startsWith('before.')
  const state = before ? states['before.'] : states['after.']
  const [, field, key] = /^(?:before\.|after\.)?(\w+)(?:\[(.+)\])?$/.exec(path)!
  const value = state[field]!
  return key === undefined ? value : (value as StateJson)[key]!
}
