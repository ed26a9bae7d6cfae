// The native explorer: breadth first over the specification's own code, every distinct state once, in order of
// discovery. It is the oracle the compiled engine is held against, so its loop is the textbook's; what makes it quick
// enough is in the leaves (`visited.ts`, `guards.ts`).
//
// What the numbers mean: depth counts steps; a transition is an enabled action instance, counted once, also when it
// leads to a known state; invariants are checked on every distinct state, transition properties on every transition.
import type { Cells } from '../lang/container.ts'
import { GuardTree } from './guards.ts'
import type { Machine } from '../lang/machine.ts'
import { type Step, StepFault } from '../lang/machine.ts'
import { evaluate, evaluateReadOnly, type Property } from '../lang/properties.ts'
import { Visited } from './visited.ts'

/** A specification that went wrong in a reachable state, with the steps that lead there. */
export class ExplorationFault extends Error {
  readonly machine: Machine
  readonly path: readonly Step[]
  readonly fault: StepFault

  constructor(machine: Machine, path: readonly Step[], fault: StepFault) {
    super(fault.message)
    this.name = 'ExplorationFault'
    this.machine = machine
    this.path = path
    this.fault = fault
  }
}

export interface Limits {
  /** Distinct states to stop at. */
  readonly states: number
  /** Bytes of the visited set to stop at. */
  readonly bytes: number
}

/** Why an exploration ended: `complete` is all there is; `violation` is the first one found, when asked to stop there. */
type Ending = 'complete' | 'violation' | 'states' | 'memory' | 'time' | 'interrupted'

export interface Violation {
  readonly property: Property
  /** The state in which it is false, or from which the offending transition starts. */
  readonly row: number
  /** The offending transition of a transition property. */
  readonly step: Step | null
  /** Steps of the counterexample. */
  readonly depth: number
}

/** How often an action was enabled (states), taken (transitions), and led somewhere new (states). */
interface ActionCount {
  enabled: number
  taken: number
  new: number
  /** True when the configuration alone rules the action out, whatever the state. */
  ruledOut: boolean
}

export interface Progress {
  readonly depth: number
  readonly distinctCount: number
  readonly transitionCount: number
  /** States known and not expanded yet. */
  readonly frontierCount: number
  readonly bytes: number
}

export interface Exploration {
  readonly machine: Machine
  readonly visited: Visited
  readonly ending: Ending
  readonly distinctCount: number
  readonly transitionCount: number
  /** The longest shortest path, in steps, among the states found. */
  readonly depth: number
  /** Every behaviour of at most this many steps was examined. */
  readonly completeDepth: number
  /** By property name: the shortest violation. */
  readonly violations: ReadonlyMap<string, Violation>
  readonly actions: ReadonlyMap<string, ActionCount>
}

/** Rows expanded between two chances to stop. */
const SLICE_ROWS = 512

/** A reason to stop, sent into the generator by whoever holds the clock. */
export type StopSignal = 'time' | 'interrupted'

/**
 * Explores every reachable state. A generator, so that its caller can show progress and stop it: after each slice it
 * yields, and ends early when resumed with a reason.
 *
 * @throws ExplorationFault when the specification itself goes wrong.
 */
export function* explore(
  machine: Machine,
  properties: readonly Property[],
  limits: Limits,
  stopAtFirst: boolean,
): Generator<Progress, Exploration, StopSignal | undefined> {
  const search = new Search(machine, properties)
  let levelEnd = 0
  let depth = 0
  let row = 0
  let ending: Ending = 'complete'
  try {
    search.start()
    levelEnd = search.visited.size
    for (; row < search.visited.size; row++) {
      if (row === levelEnd) {
        depth++
        levelEnd = search.visited.size
      }
      if (search.decided(stopAtFirst)) {
        ending = 'violation'
        break
      }
      if (search.visited.size >= limits.states) {
        ending = 'states'
        break
      }
      if (row % SLICE_ROWS === 0) {
        const signal = yield search.progress(depth, row)
        ending = signal ?? (search.visited.bytes >= limits.bytes ? 'memory' : 'complete')
        if (ending !== 'complete') break
      }
      search.expand(row, depth)
    }
  } catch (error) {
    if (error instanceof StepFault) throw new ExplorationFault(machine, search.pathOf(error), error)
    // An allocation the machine refused is a limit like any other.
    if (!(error instanceof RangeError)) throw error
    ending = 'memory'
  }
  return search.result(ending, depth, row)
}

/** The steps of a violation's counterexample, the initial one first. */
export function pathTo({ machine, visited }: Exploration, { row, step }: Violation): readonly Step[] {
  const path = stepsTo(machine, visited, row)
  return step === null ? path : [...path, step]
}

function stepsTo(machine: Machine, visited: Visited, row: number): readonly Step[] {
  const path: Step[] = []
  for (let at = row; at >= 0; at = visited.parentOf(at)) {
    const steps = visited.parentOf(at) < 0 ? machine.initials : machine.steps
    path.unshift(steps[visited.stepTo(at)])
  }
  return path
}

class Search {
  readonly visited: Visited
  readonly violations = new Map<string, Violation>()
  private readonly machine: Machine
  private readonly propertyCount: number
  private readonly invariants: readonly Property[]
  private readonly transitions: readonly Property[]
  private readonly deadlock: Property | undefined
  private readonly actions: ReadonlyMap<string, ActionCount>
  private trees: readonly { readonly tree: GuardTree; readonly index: number; readonly count: ActionCount }[]
  private readonly from: Cells
  private readonly to: Cells
  private readonly before: unknown
  private transitionCount = 0
  /** The row being expanded; -1 while the initial states are found. */
  private current = -1
  private deepest = 0

  constructor(machine: Machine, properties: readonly Property[]) {
    this.machine = machine
    this.visited = new Visited(machine.width, machine.radix)
    this.propertyCount = properties.length
    this.invariants = properties.filter(property => property.kind === 'invariant')
    this.transitions = properties.filter(property => property.kind === 'transition')
    this.deadlock = properties.find(property => property.kind === 'deadlock')
    const names = Object.keys(machine.instance.actions)
    this.actions = new Map(names.map(name => [name, { enabled: 0, taken: 0, new: 0, ruledOut: false }]))
    this.trees = machine.steps.map((step, index) => ({
      tree: new GuardTree(step),
      index,
      count: this.actions.get(step.action)!,
    }))
    this.from = machine.row()
    this.to = machine.row()
    this.before = machine.instance.state.create()
  }

  /** Finds the initial states. */
  start(): void {
    const { machine } = this
    const empty = machine.empty()
    machine.initials.forEach((step, index) => {
      machine.load(empty)
      if (!machine.run(step, empty, this.to)) return
      const row = this.visited.add(this.to, -1, index)
      if (row >= 0) this.examine(row, step, 0)
    })
  }

  /** True when there is nothing left to find out: one violation when that is enough, else one of every property. */
  decided(stopAtFirst: boolean): boolean {
    return this.violations.size > 0 && (stopAtFirst || this.violations.size === this.propertyCount)
  }

  /** Takes every enabled step from a state. */
  expand(row: number, depth: number): void {
    const { machine, from, to } = this
    this.current = row
    this.visited.read(row, from)
    machine.load(from)
    if (this.transitions.length > 0) machine.instance.state.load(from, 0, this.before as never)
    let taken = 0
    let lastEnabled: ActionCount | null = null
    for (const { tree, index, count } of this.trees) {
      if (tree.verdict(machine, from) >= 0) continue
      if (!machine.run(tree.step, from, to)) throw this.unexpectedGuard(tree)
      taken++
      count.taken++
      if (count !== lastEnabled) count.enabled++
      lastEnabled = count
      this.examineTransition(row, tree.step, depth + 1)
      const found = this.visited.add(to, row, index)
      if (found >= 0) {
        count.new++
        this.deepest = depth + 1
        this.examine(found, tree.step, depth + 1)
      }
      machine.undo(from, to)
    }
    this.transitionCount += taken
    if (taken === 0) this.examineStop(row, depth)
    if (row === 0) this.dropRuledOut()
  }

  /** The steps to where a fault arose; a property's fault arises in the state that the step led to. */
  pathOf(fault: StepFault): readonly Step[] {
    const path = this.current < 0 ? [] : stepsTo(this.machine, this.visited, this.current)
    return fault.property === null || fault.step === null ? path : [...path, fault.step]
  }

  progress(depth: number, row: number): Progress {
    return {
      depth,
      distinctCount: this.visited.size,
      transitionCount: this.transitionCount,
      frontierCount: this.visited.size - row,
      bytes: this.visited.bytes,
    }
  }

  result(ending: Ending, depth: number, row: number): Exploration {
    return {
      machine: this.machine,
      visited: this.visited,
      ending,
      distinctCount: this.visited.size,
      transitionCount: this.transitionCount,
      depth: this.deepest,
      completeDepth: row === this.visited.size ? this.deepest : depth,
      violations: this.violations,
      actions: this.actions,
    }
  }

  /** Checks the invariants on a new state, which the machine has loaded. */
  private examine(row: number, step: Step, depth: number): void {
    const { state } = this.machine
    for (const property of this.invariants) {
      // In the first state behind proxies: there a property that writes is found out before it can do harm.
      if (row === 0) evaluateReadOnly(property, this.machine.instance.state, [state], step)
      if (this.violations.has(property.name)) continue
      if (!evaluate(property, state, undefined, step)) this.report({ property, row, step: null, depth })
    }
  }

  private examineTransition(row: number, step: Step, depth: number): void {
    for (const property of this.transitions) {
      if (this.violations.has(property.name)) continue
      if (!evaluate(property, this.before, this.machine.state, step)) this.report({ property, row, step, depth })
    }
  }

  private examineStop(row: number, depth: number): void {
    const property = this.deadlock
    if (property === undefined || this.violations.has(property.name)) return
    if (!evaluate(property, this.machine.state, undefined, null)) this.report({ property, row, step: null, depth })
  }

  private report(violation: Violation): void {
    this.violations.set(violation.property.name, violation)
  }

  /** Steps that no state can enable need not be asked again. The first state has asked all of them. */
  private dropRuledOut(): void {
    const open = new Set(this.trees.filter(({ tree }) => !tree.neverEnabled).map(({ count }) => count))
    for (const count of this.actions.values()) count.ruledOut = !open.has(count)
    this.trees = this.trees.filter(({ tree }) => !tree.neverEnabled)
  }

  private unexpectedGuard(tree: GuardTree): StepFault {
    this.machine.load(this.from)
    this.machine.watch(tree.step, this.from) // names a guard after a write, the likely cause
    return tree.undetermined()
  }
}

/** Runs an exploration to its end. */
export function exploreAll(
  machine: Machine,
  properties: readonly Property[],
  limits: Limits = { states: Infinity, bytes: Infinity },
  stopAtFirst = false,
): Exploration {
  const search = explore(machine, properties, limits, stopAtFirst)
  for (;;) {
    const next = search.next()
    if (next.done === true) return next.value
  }
}
