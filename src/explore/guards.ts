// What guards are known to depend on. A false guard natively throws, which costs more than everything else about a
// disabled step, and most steps are disabled in most states. But whether a step is enabled depends only on the cells
// its guards read; so each step keeps a decision tree over those cells, grown from watched runs, and asks it first.
// Sound because a body is a function of state and arguments: the same values read must lead to the same next read.
// A body for which that fails is reported, never trusted.
import type { Cells } from '../lang/container.ts'
import { SpecFault } from '../lang/fault.ts'
import { type Machine, type Step, StepFault, type Watched } from '../lang/machine.ts'

/** Which guard was false (from 0), or `ENABLED`. */
type Verdict = number
const ENABLED = -1

interface Branch {
  readonly cell: number
  /** By the cell's value. */
  readonly next: (Branch | Verdict | undefined)[]
}

export class GuardTree {
  readonly step: Step
  private root: Branch | Verdict | undefined

  constructor(step: Step) {
    this.step = step
  }

  /** The index of the false guard, or -1 when the step is enabled in `row`, which `machine` has loaded. */
  verdict(machine: Machine, row: Cells): Verdict {
    let node = this.root
    while (typeof node === 'object') node = node.next[row[node.cell]]
    return node ?? this.learn(machine, row)
  }

  /** True when no state can change the verdict: the configuration and the arguments alone decide against the step. */
  get neverEnabled(): boolean {
    return typeof this.root === 'number' && this.root !== ENABLED
  }

  private learn(machine: Machine, row: Cells): Verdict {
    const watched = machine.watch(this.step, row)
    this.root = this.grown(this.root, watched, row, 0)
    return watched.failed
  }

  private grown(node: Branch | Verdict | undefined, watched: Watched, row: Cells, depth: number): Branch | Verdict {
    const cell = watched.reads[depth]
    if (cell === undefined) {
      if (node !== undefined) throw this.undetermined()
      return watched.failed
    }
    if (node !== undefined && (typeof node === 'number' || node.cell !== cell)) throw this.undetermined()
    const branch = node ?? { cell, next: [] }
    branch.next[row[cell]] = this.grown(branch.next[row[cell]], watched, row, depth + 1)
    return branch
  }

  undetermined(): StepFault {
    const fault = new SpecFault(
      'undetermined',
      'It behaved differently for the same state and arguments.',
      'A step must follow from them alone: no Math.random, no Date, no variable that survives a step, no guard that only some states reach after a write.',
    )
    return new StepFault(fault, this.step)
  }
}
