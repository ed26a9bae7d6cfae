// Steps that may have happened without an event. They are guessed only when an event needs them: a hidden step that
// commutes with the event and was not needed for it can as well come later. So from each state the search goes on through
// hidden steps until the event is possible, and past that only through steps that the event would interfere with.
// (Delaying what commutes is the idea of Godefroid's sleep sets and of Mazurkiewicz traces.)
import { namedCells } from '../../compile/ir/cells.ts'
import { footprintOf, union } from '../../compile/ir/footprint.ts'
import type { Step } from '../../lang/machine.ts'
import type { Binding, Call } from './binding.ts'
import { completeness } from '../format/completeness.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Model } from './model.ts'

/** The names of the actions that may happen in hiding. */
export function hiddenActions(binding: Binding, { header, events }: ForeignTrace): ReadonlySet<string> {
  const occurring = new Set(events.map(({ event }) => event.type))
  return new Set(
    Object.entries(binding.recordings).flatMap(([action, { types, hidden }]) => {
      const said = new Set(types.map(type => completeness(header, occurring, type)))
      if (said.has('all')) return []
      return hidden === 'unless-all' || said.has('some') ? [action] : []
    }),
  )
}

/** Parts of the state that steps read and may write: `role[n1]`, `log[n1].length`, `log[n1]#` for the entries of a log. */
interface Regions {
  readonly reads: ReadonlySet<string>
  readonly writes: ReadonlySet<string>
}

/**
 * Which steps touch what others depend on, by their footprints in the lowered specification. Footprints are taken of one
 * small model, by regions instead of cells: those are the same at every size.
 */
export class Interference {
  private readonly model: Model
  private readonly commuting: ReadonlySet<string>
  /** For each cell its region, and none where it is set back after every step. */
  private readonly regions: readonly string[]
  private readonly known = new Map<Step, Regions>()
  private readonly verdicts = new Map<Step, Map<Step, boolean>>()

  constructor(small: Model, binding: Binding) {
    this.model = small
    this.commuting = new Set(binding.commuting.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]))
    this.regions = namedCells(small.machine.instance.state).map(({ name, field }) =>
      binding.forgotten.includes(field) ? FORGOTTEN : regionOf(name),
    )
  }

  /** False when the two certainly commute wherever both are enabled. */
  between(a: Step, b: Step): boolean {
    let known = this.verdicts.get(a)
    if (known === undefined) this.verdicts.set(a, (known = new Map()))
    let verdict = known.get(b)
    if (verdict === undefined) known.set(b, (verdict = this.judge(a, b)))
    return verdict
  }

  private judge(a: Step, b: Step): boolean {
    if (this.commuting.has(`${a.action} ${b.action}`)) return false
    const [one, other] = [this.regionsOf(a), this.regionsOf(b)]
    return meet(one.writes, other.reads) || meet(one.writes, other.writes) || meet(other.writes, one.reads)
  }

  /** What the steps may write that a call may be, whatever its free arguments and unless the configuration rules them out. */
  writesOf(call: Call): ReadonlySet<string> {
    const { model } = this
    const steps = model.stepsOf(call).filter(step => model.mayHappen(step))
    return new Set(steps.flatMap(step => [...this.regionsOf(step).writes]))
  }

  writesOfStep(step: Step): ReadonlySet<string> {
    return this.regionsOf(step).writes
  }

  private regionsOf(step: Step): Regions {
    const known = this.known.get(step)
    if (known !== undefined) return known
    const footprint = union(this.likeIt(step).map(alike => footprintOf(this.model.bodyOf(alike))))
    const named = (cells: readonly number[]): ReadonlySet<string> => {
      const regions = new Set(cells.map(cell => this.regions[cell]))
      regions.delete(FORGOTTEN)
      return regions
    }
    const made = { reads: named(footprint.reads), writes: named(footprint.writes) }
    this.known.set(step, made)
    return made
  }

  /** The steps of the small model with the same arguments; where it is too small for an argument, with any. */
  private likeIt(step: Step): readonly Step[] {
    let alike = this.model.machine.steps.filter(({ action }) => action === step.action)
    for (const [name, domain] of Object.entries(step.parameters)) {
      const wanted = domain.label(step.arguments[name])
      const same = alike.filter(candidate => domain.label(candidate.arguments[name]) === wanted)
      if (same.length > 0) alike = same
    }
    return alike
  }
}

/** What is set back after every step. */
const FORGOTTEN = ''

/** The region of a cell, by its name. */
export function regionOf(name: string): string {
  return name.replace(/\{.*$/, '').replace(/\[\d+\]$/, '#')
}

function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const region of a) if (b.has(region)) return true
  return false
}
