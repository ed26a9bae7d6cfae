// Steps that may have happened without an event, and which steps interfere: what does not interfere with an event, nor leads
// to a step that does, can as well come after it.
import { footprintOf, union } from '../../compile/ir/footprint.ts'
import type { Step } from '../../lang/machine.ts'
import { Ids } from '../../lang/scalars.ts'
import type { Binding, Call } from './binding.ts'
import { completeness } from '../format/completeness.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Model } from './model.ts'
import { meet, named } from './regions.ts'

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

/** Parts of the state that steps read and may write. */
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
  private readonly known = new Map<Step, Regions>()
  private readonly carried = new Map<Step, ReadonlySet<string>>()
  private readonly verdicts = new Map<Step, Map<Step, boolean>>()

  constructor(small: Model, binding: Binding) {
    this.model = small
    this.commuting = new Set(binding.commuting.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]))
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

  /** What the steps may write that a call may be. */
  writesOf(call: Call): ReadonlySet<string> {
    return new Set(this.stepsOf(call).flatMap(step => [...this.regionsOf(step).writes]))
  }

  writesOfStep(step: Step): ReadonlySet<string> {
    return this.regionsOf(step).writes
  }

  /** What a guard may depend on beside what it reads itself: what was read before, into constants. */
  carriedIn(step: Step): ReadonlySet<string> {
    let carried = this.carried.get(step)
    if (carried === undefined) {
      const read = this.likeIt(step).flatMap(alike => {
        const body = this.model.bodyOf(alike)
        const last = body.findLastIndex(({ op }) => op === 'guard')
        return footprintOf(body.slice(0, last + 1).filter(({ op }) => op !== 'guard')).reads
      })
      this.carried.set(step, (carried = this.named(read)))
    }
    return carried
  }

  readsOfStep(step: Step): ReadonlySet<string> {
    return this.regionsOf(step).reads
  }

  /** The steps of the small model that a call may be, whatever its free arguments and unless the configuration rules them out. */
  stepsOf(call: Call): readonly Step[] {
    return this.model.stepsOf(call).filter(step => this.model.mayHappen(step))
  }

  /** What regions have in their names that are a node's. */
  markOf(node: number): string {
    const nodes = this.model.machine.steps.flatMap(({ parameters }) => Object.values(parameters))
    const domain = nodes.find(parameter => parameter instanceof Ids)
    return `[${domain?.label(domain.valueAt(node - 1))}]`
  }

  /** The steps of the small model that a node takes part in. */
  stepsAt(node: number): readonly Step[] {
    return this.model.stepsAt(new Set([node])).filter(step => this.model.mayHappen(step))
  }

  private regionsOf(step: Step): Regions {
    const known = this.known.get(step)
    if (known !== undefined) return known
    const footprint = union(this.likeIt(step).map(alike => footprintOf(this.model.bodyOf(alike))))
    const made = { reads: this.named(footprint.reads), writes: this.named(footprint.writes) }
    this.known.set(step, made)
    return made
  }

  private named(cells: readonly number[]): ReadonlySet<string> {
    return named(cells, this.model.regions)
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
