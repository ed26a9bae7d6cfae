// What guards are known to depend on. A false guard natively throws, which costs more than everything else about a
// disabled step, and most steps are disabled in most states. But whether a step is enabled depends only on the cells
// its guards read; so each step keeps a decision tree over those cells, grown from watched runs, and asks it first.
// Sound because a body is a function of state and arguments: the same values read must lead to the same next read.
// A body for which that fails is reported, never trusted.
//
// All trees lie in one array. A link is 0 where nothing is known yet, negative for a verdict, and otherwise the offset
// of a node: the cell it asks, which byte of the cell (as a shift), and one link for every value of that byte.
import type { Cells } from '../lang/container.ts'
import { SpecFault } from '../lang/fault.ts'
import { type Machine, type Step, StepFault, type Watched } from '../lang/machine.ts'

/** Which guard was false (from 0), or `ENABLED`. */
type Verdict = number
const ENABLED = -1

/** Trees that would outgrow this many numbers are grown anew: what they knew can be learnt again. */
const MAX_LENGTH = 1 << 26

const UNKNOWN = 0
const LINKS = 2
const BYTE = 8

export class Guards {
  private readonly machine: Machine
  /** Starts with the roots: one link a step. */
  private nodes: Int32Array
  private used: number

  constructor(machine: Machine) {
    this.machine = machine
    this.used = machine.steps.length
    this.nodes = new Int32Array(Math.max(1 << 10, 2 * this.used))
  }

  /** The index of the guard of `machine.steps[step]` that is false in `row`, which the machine has loaded; -1: enabled. */
  verdict(step: number, row: Cells): Verdict {
    const link = this.follow(step, row)
    return link === UNKNOWN ? this.learn(step, row) : verdictOf(link)
  }

  /** The verdict if it is known already; the machine need not have loaded the row. */
  known(step: number, row: Cells): Verdict | null {
    const link = this.follow(step, row)
    return link === UNKNOWN ? null : verdictOf(link)
  }

  private follow(step: number, row: Cells): number {
    const { nodes } = this
    let link = nodes[step]
    while (link > 0) link = nodes[link + LINKS + ((row[nodes[link]] >>> nodes[link + 1]) & 0xff)]
    return link
  }

  /** The cells that decided a verdict that is known already, in the order in which they were read. */
  asked(step: number, row: Cells): readonly number[] {
    const { nodes } = this
    const cells = new Set<number>()
    for (let link = nodes[step]; link > 0; link = nodes[link + LINKS + ((row[nodes[link]] >>> nodes[link + 1]) & 0xff)])
      cells.add(nodes[link])
    return [...cells]
  }

  /** True when no state can change the verdict: the configuration and the arguments alone decide against the step. */
  neverEnabled(step: number): boolean {
    const link = this.nodes[step]
    return link < 0 && verdictOf(link) !== ENABLED
  }

  private learn(index: number, row: Cells): Verdict {
    const { machine } = this
    const step = machine.steps[index]
    const watched = machine.watch(step, row)
    if (this.used > MAX_LENGTH) this.forget()
    let at = index
    for (const question of this.questions(watched)) {
      const node = this.nodes[at] === UNKNOWN ? this.append(question) : this.nodes[at]
      this.nodes[at] = node
      if (node < 0 || this.nodes[node] !== question.cell) throw undetermined(step)
      at = node + LINKS + ((row[question.cell] >>> question.shift) & 0xff)
    }
    if (this.nodes[at] !== UNKNOWN) throw undetermined(step)
    this.nodes[at] = linkTo(watched.failed)
    return watched.failed
  }

  /** The bytes that decided, in order of first reading. */
  private questions(watched: Watched): readonly Question[] {
    return watched.reads.flatMap(cell => {
      const questions: Question[] = []
      for (let rest = this.machine.radices[cell], shift = 0; rest > 1; rest = Math.ceil(rest / 256), shift += BYTE)
        questions.push({ cell, shift, values: Math.min(rest, 256) })
      return questions
    })
  }

  private forget(): void {
    this.used = this.machine.steps.length
    this.nodes = new Int32Array(Math.max(1 << 10, 2 * this.used))
  }

  private append({ cell, shift, values }: Question): number {
    const node = this.used
    this.used += LINKS + values
    if (this.used > this.nodes.length) {
      const grown = new Int32Array(2 * this.used)
      grown.set(this.nodes)
      this.nodes = grown
    }
    this.nodes[node] = cell
    this.nodes[node + 1] = shift
    return node
  }
}

interface Question {
  readonly cell: number
  readonly shift: number
  readonly values: number
}

function linkTo(verdict: Verdict): number {
  return -2 - verdict
}

function verdictOf(link: number): Verdict {
  return -2 - link
}

/** A body that does not follow from state and arguments. */
export function undetermined(step: Step): StepFault {
  const fault = new SpecFault(
    'undetermined',
    'It behaved differently for the same state and arguments.',
    'A step must follow from them alone: no Math.random, no Date, no variable that survives a step, no guard that only some states reach after a write.',
  )
  return new StepFault(fault, step)
}
