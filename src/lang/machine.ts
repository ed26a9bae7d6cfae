// A specification instance made ready to step: its action instances enumerated, one native state to run bodies on, and
// the packed row that a step produces. Everything the explorer and replay know about running a body is here.
import { type Cells, cells, type Tracker } from './container.ts'
import { SpecFault } from './fault.ts'
import { DISABLED, guards } from './guard.ts'
import { excessOf } from './instances.ts'
import type { Action } from './model.ts'
import type { Instance } from './spec.ts'
import type { Json, Value } from './value.ts'

/** One action with its arguments: what a transition is labelled with. */
export interface Step {
  readonly action: string
  readonly arguments: { readonly [name: string]: unknown }
  readonly body: Action['body']
  readonly parameters: Action['parameters']
}

/** What one watched run of a body read and found out. */
export interface Watched {
  /** Cells read up to the last guard, in order of first reading. */
  readonly reads: readonly number[]
  /** Index of the false guard; -1 when all held. */
  readonly failed: number
  /** How many guards the body met. */
  readonly met: number
}

/** A body that went wrong: the step, and what it threw. */
export class StepFault extends Error {
  readonly step: Step | null
  readonly property: string | null
  override readonly cause: unknown

  constructor(cause: unknown, step: Step | null, property: string | null = null) {
    super(cause instanceof Error ? cause.message : String(cause))
    this.name = 'StepFault'
    this.cause = cause
    this.step = step
    this.property = property
  }
}

/** Instances that are listed: a few gigabytes of them. */
const MAX_INSTANCES = 2 ** 22

export class Machine {
  readonly instance: Instance
  readonly initials: readonly Step[]
  readonly steps: readonly Step[]
  /** How many values each cell takes. */
  readonly radices: readonly number[]
  readonly radix: number
  /** The native state that bodies run on. Between steps it equals the row last loaded. */
  readonly state: any
  private readonly reads: Reads
  private readonly watchedState: any

  constructor(instance: Instance) {
    this.instance = instance
    const actions = Object.entries(instance.actions)
    for (const listed of [[['init', instance.init] as const], actions]) checkCount(listed)
    this.initials = enumerate('init', instance.init)
    this.steps = actions.flatMap(([name, action]) => enumerate(name, action))
    this.radices = instance.state.radices
    this.radix = Math.max(1, ...this.radices)
    this.state = instance.state.create()
    this.reads = new Reads(this.radices)
    this.watchedState = instance.state.watch(this.state, 0, '', this.reads)
  }

  get width(): number {
    return this.radices.length
  }

  /** A row of cells, as wide as a state. */
  row(): Cells {
    return cells(this.width, this.radix)
  }

  /** The state before any initial step: first members, nothing in sequences and sets. */
  empty(): Cells {
    const row = this.row()
    this.instance.state.store(this.instance.state.create(), row, 0)
    return row
  }

  load(row: Cells): void {
    this.instance.state.load(row, 0, this.state)
  }

  /**
   * Runs a step on the native state, which must equal `from`, and packs the result into `to`. False when a guard was
   * false; the state is then unchanged.
   *
   * @throws StepFault when the body throws or leaves a bound; found out at the write itself by a second, watched run.
   */
  run(step: Step, from: Cells, to: Cells): boolean {
    try {
      step.body(this.state, step.arguments)
    } catch (error) {
      if (error === DISABLED) return false
      throw this.diagnose(step, from, error)
    }
    if (this.instance.state.store(this.state, to, 0)) return true
    throw this.diagnose(
      step,
      from,
      new SpecFault('bound', this.instance.state.escape(this.state) ?? 'A value left its domain.'),
    )
  }

  /** Takes the native state, which must equal `from`, to `to`: quicker than to load where they differ little. */
  change(from: Cells, to: Cells): void {
    this.instance.state.change(from, to, this.state)
  }

  /**
   * Runs a step behind proxies, to learn which cells its guards read and to check every write where it happens. Leaves
   * the native state as `row`.
   */
  watch(step: Step, row: Cells): Watched {
    const { reads } = this
    reads.reset()
    let met = 0
    let failed = -1
    guards.listener = holds => {
      if (reads.wrote !== null) {
        throw new SpecFault(
          'guard',
          `a guard comes after the write to ${reads.wrote}.`,
          'Guards come first: move it above the first write, or make the write conditional.',
        )
      }
      if (!holds) failed = met
      met++
      reads.settle()
    }
    try {
      step.body(this.watchedState, step.arguments)
    } catch (error) {
      if (error !== DISABLED) throw new StepFault(error, step)
    } finally {
      guards.listener = null
      this.load(row)
    }
    return { reads: reads.settled(), failed, met }
  }

  /** The packed state in JSON. */
  json(row: Cells): { readonly [name: string]: Json } {
    this.load(row)
    return this.instance.state.toJson(this.state)
  }

  private diagnose(step: Step, from: Cells, error: unknown): StepFault {
    this.load(from)
    try {
      this.watch(step, from)
    } catch (found) {
      if (found instanceof StepFault) return found
      throw found
    }
    this.load(from)
    return new StepFault(error, step)
  }
}

/** Records reads of cells that can differ; a cell with one value cannot decide anything. */
class Reads implements Tracker {
  wrote: string | null = null
  private readonly radices: readonly number[]
  private readonly seen = new Set<number>()
  private count = 0

  constructor(radices: readonly number[]) {
    this.radices = radices
  }
  read(at: number, width: number): void {
    for (let cell = at; cell < at + width; cell++) if (this.radices[cell] > 1) this.seen.add(cell)
  }
  write(path: string): void {
    this.wrote ??= path
  }
  reset(): void {
    this.wrote = null
    this.seen.clear()
    this.count = 0
  }
  /** A guard was met: what was read so far may have decided it. */
  settle(): void {
    this.count = this.seen.size
  }
  settled(): readonly number[] {
    return [...this.seen].slice(0, this.count)
  }
}

function checkCount(actions: readonly (readonly [name: string, action: Action])[]): void {
  const excess = excessOf(
    actions.map(([name, { parameters }]) => [name, parameters] as const),
    MAX_INSTANCES,
  )
  if (excess !== null) throw new SpecFault('declaration', excess.message, excess.hint)
}

/** Every choice of arguments, the first parameter slowest. */
function enumerate(name: string, action: Action): Step[] {
  let choices: { [parameter: string]: unknown }[] = [{}]
  for (const [parameter, domain] of Object.entries(action.parameters)) {
    choices = choices.flatMap(chosen =>
      Array.from(domain as Value<unknown>, value => ({ ...chosen, [parameter]: value })),
    )
  }
  const { body, parameters } = action
  return choices.map(chosen => ({ action: name, arguments: Object.freeze(chosen), body, parameters }))
}
