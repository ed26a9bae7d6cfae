// The native explorer: breadth first over the specification's own code, every distinct state once, in order of
// discovery. It is the oracle the compiled engine is held against, so its loop is the textbook's; what makes it quick
// enough is in the leaves (`visited.ts`, `guards.ts`).
import type { Cells } from '../lang/container.ts'
import { type Machine, type Step, StepFault } from '../lang/machine.ts'
import { evaluate, evaluateReadOnly, type Property } from '../lang/properties.ts'
import type { StateFields, StateOf } from '../lang/state.ts'
import {
  type ActionCount,
  type Ending,
  type Exploration,
  ExplorationFault,
  type Explorer,
  type Limits,
  type Progress,
  type StateListener,
  type Violation,
} from './exploration.ts'
import { Guards, undetermined } from './guards.ts'
import { byLevels, finish, levelCounts, type LevelSearch } from './levels.ts'
import { Visited } from './visited.ts'

/**
 * Explores every reachable state. With `watched`, everything runs behind proxies: many times slower, but every write is
 * checked where it happens.
 *
 * @throws ExplorationFault when the specification itself goes wrong.
 */
export function explore(
  machine: Machine,
  properties: readonly Property[],
  limits: Limits,
  stopAtFirst: boolean,
  onState: StateListener | null = null,
  watched = false,
): Explorer {
  return byLevels(new NativeSearch(machine, properties, onState, watched), limits, stopAtFirst)
}

class NativeSearch implements LevelSearch {
  private readonly visited: Visited
  private readonly violations = new Map<string, Violation>()
  private readonly machine: Machine
  private readonly onState: StateListener | null
  private readonly watched: boolean
  readonly propertyCount: number
  private readonly invariants: readonly Property[]
  private readonly transitions: readonly Property[]
  private readonly deadlock: Property | undefined
  private readonly actions: ReadonlyMap<string, ActionCount>
  private readonly guards: Guards
  private candidates: readonly { readonly step: Step; readonly index: number; readonly count: ActionCount }[]
  private readonly from: Cells
  private readonly to: Cells
  /** Equals `from`: what transition properties call the state before. */
  private readonly before: StateOf<StateFields>
  private transitionCount = 0
  /** The row being expanded; -1 while the initial states are found. */
  private current = -1
  /** For each level begun, the row after its last. */
  private readonly levelEnds: number[] = []
  private deepest = 0

  constructor(machine: Machine, properties: readonly Property[], onState: StateListener | null, watched: boolean) {
    this.machine = machine
    this.onState = onState
    this.watched = watched
    this.visited = new Visited(machine.width, machine.radix)
    this.propertyCount = properties.length
    this.invariants = properties.filter(property => property.kind === 'invariant')
    this.transitions = properties.filter(property => property.kind === 'transition')
    this.deadlock = properties.find(property => property.kind === 'deadlock')
    const names = Object.keys(machine.instance.actions)
    this.actions = new Map(names.map(name => [name, { enabled: 0, taken: 0, new: 0, ruledOut: false }]))
    this.guards = new Guards(machine)
    this.candidates = machine.steps.map((step, index) => ({ step, index, count: this.actions.get(step.action)! }))
    this.from = machine.row()
    this.to = machine.row()
    this.before = machine.instance.state.create()
  }

  get size(): number {
    return this.visited.size
  }
  get bytes(): number {
    return this.visited.bytes
  }
  get violationCount(): number {
    return this.violations.size
  }

  start(): void {
    const { machine } = this
    const empty = machine.empty()
    this.attempt(() => {
      machine.initials.forEach((step, index) => {
        machine.load(empty)
        if (machine.run(step, empty, this.to)) this.visited.add(this.to, -1, index)
      })
    })
  }

  openLevel(): void {
    this.levelEnds.push(this.size)
  }

  expand(row: number, count: number): void {
    this.attempt(() => {
      for (let at = row; at < row + count; at++) this.expandOne(at)
    })
  }

  /** Judges a state and takes every enabled step from it. */
  private expandOne(row: number): void {
    const { machine, guards, from, to } = this
    this.current = row
    this.enter(row)
    this.onState?.(from)
    this.judge(row)
    let taken = 0
    let lastEnabled: ActionCount | null = null
    for (const { step, index, count } of this.candidates) {
      if (guards.verdict(index, from) >= 0) continue
      if (this.watched) machine.watch(step, from)
      if (!machine.run(step, from, to)) throw this.unexpectedGuard(step)
      taken++
      count.taken++
      if (count !== lastEnabled) count.enabled++
      lastEnabled = count
      this.judgeTransition(step)
      if (this.visited.add(to, row, index) >= 0) {
        count.new++
        this.deepest = this.levelEnds.length
      }
      machine.change(to, from)
    }
    this.transitionCount += taken
    if (taken === 0) this.judgeStop()
    if (row === 0) this.dropRuledOut()
  }

  /** Makes a state the one to expand. Between two expansions everything still equals the one before, which it resembles. */
  private enter(row: number): void {
    const { machine, from, to } = this
    const { state } = machine.instance
    this.visited.read(row, to)
    if (row === 0) {
      machine.load(to)
      state.load(to, 0, this.before)
    } else {
      machine.change(from, to)
      state.change(from, to, this.before)
    }
    from.set(to)
  }

  /** Says of a fault by which steps it was reached. */
  private attempt(run: () => void): void {
    try {
      run()
    } catch (error) {
      if (error instanceof StepFault) throw new ExplorationFault(this.machine, this.pathOf(error), error)
      throw error
    }
  }

  /** The steps to where a fault arose; a transition property's fault arises after the step. */
  private pathOf(fault: StepFault): readonly Step[] {
    const path = this.current < 0 ? [] : this.pathTo(this.current)
    return fault.property === null || fault.step === null ? path : [...path, fault.step]
  }

  progress(row: number): Progress {
    return {
      depth: this.levelEnds.length - 1,
      distinctCount: this.size,
      transitionCount: this.transitionCount,
      frontierCount: this.size - row,
      levelCounts: levelCounts(this.levelEnds, this.size),
      bytes: this.bytes,
    }
  }

  // oxlint-disable-next-line require-yield -- another search has to look for the paths; this one knows them
  *conclude(ending: Ending, completeDepth: number): Generator<Progress, Exploration> {
    return {
      machine: this.machine,
      ending,
      distinctCount: this.size,
      transitionCount: this.transitionCount,
      depth: this.deepest,
      completeDepth: Math.max(0, completeDepth),
      violations: this.violations,
      actions: this.actions,
    }
  }

  /** Checks the invariants in the state that the machine has loaded. */
  private judge(row: number): void {
    const { state } = this.machine
    for (const property of this.invariants) {
      // In the first state behind proxies: there a property that writes is found out before it can do harm.
      if (row === 0) evaluateReadOnly(property, this.machine.instance.state, [state], null)
      if (this.violations.has(property.name)) continue
      if (!this.holds(property, [state], null)) this.report(property, null)
    }
  }

  private judgeTransition(step: Step): void {
    for (const property of this.transitions) {
      if (this.violations.has(property.name)) continue
      if (!this.holds(property, [this.before, this.machine.state], step)) this.report(property, step)
    }
  }

  private judgeStop(): void {
    const property = this.deadlock
    if (property === undefined || this.violations.has(property.name)) return
    if (!this.holds(property, [this.machine.state], null)) this.report(property, null)
  }

  /** Judges a property. What it throws is told behind proxies, which know its place in the state. */
  private holds(property: Property, states: readonly [unknown, unknown?], step: Step | null): boolean {
    const schema = this.machine.instance.state
    if (this.watched) evaluateReadOnly(property, schema, states, step)
    try {
      return evaluate(property, states[0], states[1], step)
    } catch (error) {
      evaluateReadOnly(property, schema, states, step)
      throw error
    }
  }

  private report(property: Property, step: Step | null): void {
    const reached = this.pathTo(this.current)
    const path = step === null ? reached : [...reached, step]
    this.violations.set(property.name, { property, path, depth: path.length - 1 })
  }

  private pathTo(row: number): readonly Step[] {
    const { machine, visited } = this
    const path: Step[] = []
    for (let at = row; at >= 0; at = visited.parentOf(at)) {
      const steps = visited.parentOf(at) < 0 ? machine.initials : machine.steps
      path.unshift(steps[visited.stepTo(at)])
    }
    return path
  }

  /** Steps that no state can enable need not be asked again. The first state has asked all of them. */
  private dropRuledOut(): void {
    this.candidates = this.candidates.filter(({ index }) => !this.guards.neverEnabled(index))
    const open = new Set(this.candidates.map(({ count }) => count))
    for (const count of this.actions.values()) count.ruledOut = !open.has(count)
  }

  private unexpectedGuard(step: Step): StepFault {
    this.machine.load(this.from)
    this.machine.watch(step, this.from) // names a guard after a write, the likely cause
    return undetermined(step)
  }
}

/** Runs an exploration to its end. */
export function exploreAll(
  machine: Machine,
  properties: readonly Property[],
  limits: Limits = { states: Infinity, bytes: Infinity },
  stopAtFirst = false,
  onState: StateListener | null = null,
  watched = false,
): Exploration {
  return finish(explore(machine, properties, limits, stopAtFirst, onState, watched))
}
