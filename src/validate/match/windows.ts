// How large the model is that a trace is held against. Logs of real systems are long and differ at their ends only, so a
// position forgets what is settled, and moves to a larger model when what is not settled outgrows its own.
import type { Step } from '../../lang/machine.ts'
import { lastOf } from '../format/bounds.ts'
import type { Position } from './conformance.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { Labels, Shift } from './labels.ts'
import { Interference } from './hidden.ts'
import { Model, type Subject } from './model.ts'
import type { Event } from '../format/repltrace.ts'
import type { Progress, Schedule } from '../order/schedule.ts'

const FIRST_ENTRIES = 8
const FIRST_EPOCHS = 4

export class Windows {
  private readonly subject: Subject
  private readonly labels: Labels
  private readonly models = new Map<string, Model>()
  private readonly hiddenOf = new Map<Model, readonly Step[]>()
  /** For each position of the log the last event that acknowledges it. */
  private readonly lastUse = new Map<number, number>()

  constructor(trace: ForeignTrace, subject: Subject, labels: Labels) {
    this.subject = subject
    this.labels = labels
    for (const [number, { event }] of trace.events.entries()) {
      for (const position of acknowledgedBy(event, labels)) this.lastUse.set(position, number)
    }
  }

  begin(at: Progress): Position {
    const model = this.model(FIRST_ENTRIES, FIRST_EPOCHS)
    return {
      at,
      takenCount: 0,
      model,
      row: model.initial(),
      shift: this.labels.start,
      parent: null,
      event: -1,
      steps: [],
      hiddenCount: 0,
      lapsed: [],
    }
  }

  /** The position in a model that has room for the event. */
  fit(position: Position, event: Event, schedule: Schedule): Position {
    const { binding } = this.subject
    const needs = (of: Position): { readonly entries: number; readonly epochs: number } =>
      binding.needs(event, of.model.stateOf(of.row), this.labels, of.shift)
    const { entries, epochs } = needs(position)
    if (entries <= position.model.entries && epochs <= position.model.epochs) return position
    const compacted = this.compact(position, schedule)
    const needed = needs(compacted)
    // Half of it free, or the next event asks again.
    if (needed.entries * 2 <= compacted.model.entries && needed.epochs <= compacted.model.epochs) return compacted
    const larger = this.model(
      Math.max(compacted.model.entries, powerOfTwo(needed.entries * 2)),
      Math.max(compacted.model.epochs, powerOfTwo(needed.epochs)),
    )
    return { ...compacted, model: larger, row: larger.widen(compacted.model, compacted.row) }
  }

  /** The steps of a model that may happen in hiding. */
  hiddenSteps(model: Model, actions: ReadonlySet<string>): readonly Step[] {
    let steps = this.hiddenOf.get(model)
    if (steps === undefined) {
      // What the configuration rules out in the smallest window it does in all: those with many steps are not asked one by one.
      const { smallest } = model
      const possible = new Set(
        smallest.machine.steps.flatMap(step =>
          actions.has(step.action) && smallest.mayHappen(step) ? [step.action] : [],
        ),
      )
      steps = model.machine.steps.filter(step => possible.has(step.action) && model.mayHappen(step))
      this.hiddenOf.set(model, steps)
    }
    return steps
  }

  private compact(position: Position, schedule: Schedule): Position {
    const { model, row, shift, at } = position
    const { binding, config } = this.subject
    const mayForget = (entry: number): boolean => {
      const last = this.lastUse.get(entry + shift.entries)
      return last === undefined || schedule.taken(at, last)
    }
    const moved = binding.compact(model.stateOf(row), config, mayForget)
    if (moved === null) return position
    const sum: Shift = {
      ...shift,
      entries: shift.entries + moved.entries,
      epochs: shift.epochs + moved.epochs,
    }
    return { ...position, row: model.pack(), shift: sum }
  }

  private model(entries: number, epochs: number): Model {
    const key = `${entries} ${epochs}`
    let model = this.models.get(key)
    if (model === undefined) {
      model = new Model(this.subject, this.labels.nodes.length, entries, epochs)
      this.models.set(key, model)
    }
    return model
  }
}

const interferences = new WeakMap<Subject, Map<number, Interference>>()

/** Which steps of a specification interfere, by footprints taken of a small model; they stand for those of all sizes. */
export function interferenceOf(subject: Subject, nodes: number): Interference {
  const known = interferences.get(subject) ?? new Map<number, Interference>()
  interferences.set(subject, known)
  let interference = known.get(nodes)
  if (interference === undefined) {
    interference = new Interference(Model.least(subject, nodes), subject.binding)
    known.set(nodes, interference)
  }
  return interference
}

function acknowledgedBy(event: Event, labels: Labels): readonly number[] {
  if (event.type === 'commit') return [labels.positionOf(event.commit)]
  if (event.type !== 'reply' && event.type !== 'ok') return []
  if (event.index !== undefined) return [labels.positionOf(lastOf(event.index))]
  return labels.placesOf(event.op).map(({ position }) => position)
}

function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, least)))
}
