// A specification at one size of window, made ready to be driven by events: calls become steps, steps are taken on the
// specification's own code, and budgets never run out.
import { namedCells } from '../../compile/ir/cells.ts'
import type { CompileStep, Statement } from '../../compile/ir/ir.ts'
import { Guards } from '../../explore/guards.ts'
import { type Cells, cells, type Tracker } from '../../lang/container.ts'
import { DISABLED, guards } from '../../lang/guard.ts'
import { Machine, type Step } from '../../lang/machine.ts'
import { Ids, Range } from '../../lang/scalars.ts'
import { SequenceDomain } from '../../lang/sequence.ts'
import { SetDomain } from '../../lang/set.ts'
import { type Config, instantiate, type Spec } from '../../lang/spec.ts'
import type { StateDomain } from '../../lang/state.ts'
import { TableDomain } from '../../lang/table.ts'
import { Value } from '../../lang/value.ts'
import type { Binding, Call } from './binding.ts'
import { FORGOTTEN, regionOf } from './regions.ts'

/** What traces are held against. */
export interface Subject {
  readonly spec: Spec
  readonly binding: Binding
  /** Every knob but the bounds. */
  readonly config: Config
  /** A machine's steps by their numbers, lowered one by one under its configuration. */
  readonly lower: (machine: Machine) => CompileStep
}

/** Loops over a log are unrolled in lowered guards, so that they grow with the window, some with its square. */
const MAX_ENTRIES = 256

export class Model {
  readonly entries: number
  readonly epochs: number
  private readonly nodes: number
  readonly machine: Machine
  private readonly trees: Guards
  private readonly rows: Rows
  private readonly subject: Subject
  private readonly found = new Map<string, readonly Step[]>()
  private readonly numbers: ReadonlyMap<Step, number>
  private readonly reset: readonly number[]
  /** The row that the native state equals. */
  private loaded: Cells | null = null
  private lower: CompileStep | null = null
  private small: Model | null = null
  private begin: Cells | null = null
  private named: readonly string[] | null = null
  /** For a disabled step and what was asked of it, the cells that `whyDisabled` tells. */
  private readonly whys = new Map<string, readonly number[]>()

  constructor(subject: Subject, nodes: number, entries: number, epochs: number) {
    this.subject = subject
    this.nodes = nodes
    this.entries = entries
    this.epochs = epochs
    const sizes = subject.binding.sizes(nodes, entries, epochs)
    this.machine = new Machine(instantiate(subject.spec, { ...subject.config, ...sizes }))
    this.trees = new Guards(this.machine)
    this.rows = new Rows(this.machine)
    this.numbers = new Map(this.machine.steps.map((step, index) => [step, index]))
    const forgotten = new Set(subject.binding.forgotten)
    this.reset = this.machine.instance.state.fields.flatMap(({ name, at, width }) =>
      forgotten.has(name) ? Array.from({ length: width }, (_, cell) => at + cell) : [],
    )
  }

  /** The body of a step, lowered. */
  bodyOf(step: Step): readonly Statement[] {
    this.lower ??= this.subject.lower(this.machine)
    return this.lower(this.numberOf(step)).body
  }

  /** What of it decides whether the step is enabled; null where that would be too large to look at. */
  guardsOf(step: Step): readonly Statement[] | null {
    if (this.entries > MAX_ENTRIES) return null
    this.lower ??= this.subject.lower(this.machine)
    return this.lower(this.numberOf(step), 'guards').body
  }

  /** The cells that the first false guard of a step read, natively; none when the step is enabled. */
  falseGuardCells(step: Step, row: Cells): readonly number[] {
    const read = new Set<number>()
    const state = this.tracked(row, read)
    guards.listener = holds => {
      if (holds) read.clear()
    }
    try {
      step.body(state, step.arguments)
    } catch (error) {
      if (error === DISABLED) return [...read]
      throw error
    } finally {
      guards.listener = null
    }
    // The step was taken on the native state.
    this.loaded = null
    return []
  }

  /** As `falseGuardCells`, looked up where what decides is known. */
  whyDisabled(step: Step, row: Cells): readonly number[] {
    const number = this.numberOf(step)
    this.stateOf(row)
    this.trees.verdict(number, row)
    const key = `${number} ${this.trees
      .asked(number, row)
      .map(cell => row[cell])
      .join(' ')}`
    let why = this.whys.get(key)
    if (why === undefined) this.whys.set(key, (why = this.falseGuardCells(step, row)))
    return why
  }

  /** For each cell its region, a part of the state such as the end of a node's log; empty where it is set back after every step. */
  get regions(): readonly string[] {
    this.named ??= namedCells(this.machine.instance.state).map(({ name, field }) =>
      this.subject.binding.forgotten.includes(field) ? FORGOTTEN : regionOf(name),
    )
    return this.named
  }

  /** The steps that are looked through for what else is possible: in a large window, not those at each position of a log. */
  get surveyed(): readonly Step[] {
    if (this.entries <= MAX_ENTRIES) return this.machine.steps
    return this.machine.steps.filter(({ parameters }) =>
      Object.values(parameters).every(domain => !(domain instanceof Range)),
    )
  }

  /** The smallest window: enough to ask for words and footprints, which are those of all sizes. */
  static least(subject: Subject, nodes: number): Model {
    const model = new Model(subject, nodes, 2, 2)
    model.small = model
    return model
  }

  /** The same model with the smallest window. */
  get smallest(): Model {
    this.small ??= Model.least(this.subject, this.nodes)
    return this.small
  }

  /** The state in which a behaviour begins. */
  initial(): Cells {
    const { machine } = this
    const row = machine.row()
    machine.load(machine.empty())
    if (!machine.run(machine.initials[0], machine.empty(), row)) throw new Error('The initial step is not enabled.')
    this.loaded = row
    return row
  }

  /** The native state of a row, to look at. */
  stateOf(row: Cells): unknown {
    if (this.loaded === null) this.machine.load(row)
    else if (this.loaded !== row) this.machine.change(this.loaded, row)
    this.loaded = row
    return this.machine.state as unknown
  }

  /** What `look` finds in the native state of a row, and the cells that it reads for that. */
  watched<T>(row: Cells, look: (state: unknown) => T): { readonly found: T; readonly cells: ReadonlySet<number> } {
    const read = new Set<number>()
    return { found: look(this.tracked(row, read)), cells: read }
  }

  /** The native state of a row, behind a proxy that notes which cells are read. */
  private tracked(row: Cells, read: Set<number>): unknown {
    this.stateOf(row)
    const { machine } = this
    const tracker: Tracker = {
      read: (at, width) => {
        for (let cell = at; cell < at + width; cell++) read.add(cell)
      },
      write: () => {},
    }
    return machine.instance.state.watch(machine.state as never, 0, '', tracker)
  }

  /** The state after a step; null when it is not enabled. */
  take(step: Step, row: Cells): Cells | null {
    this.stateOf(row)
    const next = this.rows.next()
    // A false guard leaves the state as it was.
    if (!this.machine.run(step, row, next)) return null
    this.rows.keep()
    this.loaded = next
    return this.forget(next)
  }

  enabled(step: Step, row: Cells): boolean {
    const number = this.numbers.get(step)!
    const known = this.trees.known(number, row)
    if (known !== null) return known < 0
    this.stateOf(row)
    return this.trees.verdict(number, row) < 0
  }

  /** Whether any state may enable the step, for all that the configuration says. */
  mayHappen(step: Step): boolean {
    // Its guards are known from the first state in which it was asked for.
    this.begin ??= this.initial()
    return this.enabled(step, this.begin) || !this.trees.neverEnabled(this.numbers.get(step)!)
  }

  /** The steps that a call may be, in the machine's order. */
  stepsOf(call: Call): readonly Step[] {
    let key = call.action
    for (const name in call.args) key += ` ${name} ${String(call.args[name])}`
    let steps = this.found.get(key)
    if (steps === undefined) {
      const wanted = Object.entries(call.args)
      steps = this.machine.steps.filter(
        step =>
          step.action === call.action && wanted.every(([name, value]) => sameArgument(step.arguments[name], value)),
      )
      this.found.set(key, steps)
    }
    return steps
  }

  /** The steps that one of the nodes takes part in. */
  stepsAt(nodes: ReadonlySet<number>): readonly Step[] {
    return this.machine.steps.filter(({ parameters, arguments: given }) =>
      Object.entries(parameters).some(([name, domain]) => domain instanceof Ids && nodes.has(given[name] as number)),
    )
  }

  private numberOf(step: Step): number {
    return this.numbers.get(step)!
  }

  /** The row of the native state, after something changed it from outside. */
  pack(): Cells {
    const row = this.machine.row()
    if (!this.machine.instance.state.store(this.machine.state as never, row, 0))
      throw new Error(this.machine.instance.state.escape(this.machine.state as never) ?? 'a value left its domain')
    this.loaded = null
    return row
  }

  /** The state of a smaller window, in this one. */
  widen(from: Model, row: Cells): Cells {
    const target = this.machine.instance.state.create()
    transfer(from.machine.instance.state, from.stateOf(row), target)
    const wide = this.machine.row()
    this.machine.instance.state.store(target, wide, 0)
    return wide
  }

  private forget(row: Cells): Cells {
    let dirty = false
    for (const cell of this.reset) {
      if (row[cell] === 0) continue
      row[cell] = 0
      dirty = true
    }
    if (dirty) this.loaded = null
    return row
  }
}

/** Rows that lie many to a piece of memory: one of its own for each would cost more than the step. */
class Rows {
  private readonly width: number
  private readonly radix: number
  private piece: Cells
  private used = 0

  constructor({ width, radix }: Machine) {
    this.width = width
    this.radix = radix
    this.piece = cells(0, radix)
  }

  /** A row for the outcome of a step; the same one again until it is kept. Every cell of it is to be written. */
  next(): Cells {
    if (this.used + this.width > this.piece.length) {
      this.piece = cells(this.width * ROWS, this.radix)
      this.used = 0
    }
    return this.piece.subarray(this.used, this.used + this.width)
  }

  keep(): void {
    this.used += this.width
  }
}

/** Rows in a piece. While one is referred to, all stay. */
const ROWS = 256

function sameArgument(given: unknown, wanted: number | readonly number[]): boolean {
  if (typeof wanted === 'number') return given === wanted
  const members = [...(given as Iterable<number>)]
  return members.length === wanted.length && wanted.every(member => members.includes(member))
}

/** Copies a state into one whose domains hold at least as much. */
function transfer(domain: StateDomain, from: unknown, to: unknown): void {
  const source = from as { [name: string]: unknown }
  const target = to as { [name: string]: unknown }
  for (const { name, domain: field } of domain.fields) {
    if (field instanceof Value) target[name] = source[name]
    else copy(field, source[name], target[name])
  }
}

function copy(domain: unknown, from: unknown, to: unknown): void {
  if (domain instanceof TableDomain) {
    const [source, target] = [from, to] as [{ [key: string]: unknown }, { [key: string]: unknown }]
    for (const name of domain.names) {
      if (domain.item instanceof Value) target[name] = source[name]
      else copy(domain.item, source[name], target[name])
    }
  } else if (domain instanceof SequenceDomain) (to as { copyFrom(other: unknown): void }).copyFrom(from)
  else if (domain instanceof SetDomain)
    for (const member of from as Iterable<unknown>) (to as { add(member: unknown): void }).add(member)
}
