// The sequential object that histories are judged against: registers by key, which hold a value or nothing, and lists,
// which are registers that are appended to. States and effects are numbers, so that a search compares and stores numbers.
import type { AnyValue } from '../format/repltrace.ts'
import { canonical } from '../format/values.ts'

/** What an operation does when it takes effect. A null value says that the key is absent. */
export type Effect =
  | { readonly kind: 'read'; readonly key: string | null; readonly value: AnyValue }
  | { readonly kind: 'write'; readonly key: string | null; readonly value: AnyValue }
  | { readonly kind: 'cas'; readonly key: string | null; readonly from: AnyValue; readonly to: AnyValue }
  /** A compare-and-set that found another value. */
  | { readonly kind: 'differs'; readonly key: string | null; readonly from: AnyValue }
  | { readonly kind: 'append'; readonly key: string | null; readonly value: AnyValue }

/** The value of a key before the first operation; undefined when nobody knows it. */
export type Initial = (key: string | null) => AnyValue | undefined

/** The state in which an effect cannot take place. */
export const IMPOSSIBLE = -1

/**
 * One register. Of an unknown value is kept what was appended to it, and which values it was not, each with how much had
 * been appended by then.
 */
type Cell =
  | { readonly known: true; readonly value: AnyValue }
  | { readonly known: false; readonly not: readonly Difference[]; readonly suffix: readonly AnyValue[] }

interface Difference {
  readonly value: string
  readonly appended: number
}

const UNKNOWN: Cell = { known: false, not: [], suffix: [] }

/**
 * Invariants: effects are all registered before the first step; cells with equal values are one cell, so that what is
 * known is compared by number; with one register, a state is its cell.
 */
export class Registers {
  /** The state before the first operation. */
  readonly start: number
  private readonly keys = new Map<string | null, number>()
  private readonly effects: Registered[] = []
  private readonly effectNumbers = new Map<string, number>()
  private readonly cells: Cell[] = []
  private readonly cellNumbers = new Map<string, number>()
  private readonly states: (readonly number[])[] = []
  private readonly stateNumbers = new Map<string, number>()
  /** Steps that took more than a comparison, by cell or state and effect. */
  private readonly computed = new Map<number, number>()
  private readonly isSingle: boolean

  constructor(effects: readonly Effect[], initial: Initial) {
    for (const effect of effects) this.register(effect)
    this.isSingle = this.keys.size === 1
    const cells = [...this.keys.keys()].map(key => {
      const value = initial(key)
      return this.cell(value === undefined ? UNKNOWN : { known: true, value })
    })
    this.start = this.isSingle ? cells[0] : this.state(cells)
  }

  /** The number of an effect that was given to the constructor; equal effects have one number. */
  numberOf(effect: Effect): number {
    return this.effectNumbers.get(nameOf(effect))!
  }

  /** The state after an effect, or `IMPOSSIBLE`. */
  step(state: number, effect: number): number {
    const { register } = this.effects[effect]
    if (this.isSingle) return this.stepCell(state, effect)
    const before = this.states[state][register]
    const after = this.stepCell(before, effect)
    if (after === IMPOSSIBLE || after === before) return after === before ? state : after
    const place = -1 - (state * this.effects.length + effect)
    return this.remember(place, () => this.state(this.states[state].with(register, after)))
  }

  /** Whether an effect never changes a state in which it is possible and everything is known. */
  observes(number: number): boolean {
    const { effect } = this.effects[number]
    return effect.kind === 'read' || effect.kind === 'differs' || isIdle(effect)
  }

  /** The value of each key in a state; undefined when nobody knows it. */
  valuesIn(state: number): ReadonlyMap<string | null, AnyValue | undefined> {
    const cells = this.isSingle ? [state] : this.states[state]
    return new Map(
      [...this.keys].map(([key, register]) => {
        const cell = this.cells[cells[register]]
        return [key, cell.known ? cell.value : undefined]
      }),
    )
  }

  private stepCell(cell: number, number: number): number {
    const { effect, from, to } = this.effects[number]
    if (this.cells[cell].known) {
      switch (effect.kind) {
        case 'read':
          return cell === from ? cell : IMPOSSIBLE
        case 'write':
          return to
        case 'cas':
          return cell === from ? to : IMPOSSIBLE
        case 'differs':
          return cell === from ? IMPOSSIBLE : cell
        case 'append':
      }
    }
    return this.remember(cell * this.effects.length + number, () => {
      const next = apply(this.cells[cell], effect)
      return next === null ? IMPOSSIBLE : this.cell(next)
    })
  }

  private remember(place: number, compute: () => number): number {
    const known = this.computed.get(place)
    if (known !== undefined) return known
    const result = compute()
    this.computed.set(place, result)
    return result
  }

  private register(effect: Effect): void {
    const name = nameOf(effect)
    if (this.effectNumbers.has(name)) return
    if (!this.keys.has(effect.key)) this.keys.set(effect.key, this.keys.size)
    this.effectNumbers.set(name, this.effects.length)
    const cellOf = (value: AnyValue): number => this.cell({ known: true, value })
    const from = effect.kind === 'read' ? cellOf(effect.value) : 'from' in effect ? cellOf(effect.from) : IMPOSSIBLE
    const to = effect.kind === 'write' ? cellOf(effect.value) : effect.kind === 'cas' ? cellOf(effect.to) : IMPOSSIBLE
    this.effects.push({ effect, register: this.keys.get(effect.key)!, from, to })
  }

  private cell(cell: Cell): number {
    const name = cell.known ? canonical(cell.value) : `? ${JSON.stringify(cell.not)} ${canonical([...cell.suffix])}`
    const known = this.cellNumbers.get(name)
    if (known !== undefined) return known
    this.cellNumbers.set(name, this.cells.length)
    return this.cells.push(cell) - 1
  }

  private state(cells: readonly number[]): number {
    const name = cells.join(' ')
    const known = this.stateNumbers.get(name)
    if (known !== undefined) return known
    this.stateNumbers.set(name, this.states.length)
    return this.states.push(cells) - 1
  }
}

/** An effect with the cells that it needs and makes, where these are known values. */
interface Registered {
  readonly effect: Effect
  readonly register: number
  readonly from: number
  readonly to: number
}

/** A register after an effect; null when the effect is impossible there. */
function apply(cell: Cell, effect: Effect): Cell | null {
  switch (effect.kind) {
    case 'read':
      return meet(cell, effect.value)
    case 'write':
      return { known: true, value: effect.value }
    case 'cas':
      return meet(cell, effect.from) === null ? null : { known: true, value: effect.to }
    case 'differs': {
      const value = canonical(effect.from)
      if (cell.known) return canonical(cell.value) === value ? null : cell
      const appended = cell.suffix.length
      if (cell.not.some(other => other.value === value && other.appended === appended)) return cell
      const not = [...cell.not, { value, appended }]
      return {
        ...cell,
        not: not.toSorted((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : a.appended - b.appended)),
      }
    }
    case 'append': {
      if (!cell.known) return { ...cell, suffix: [...cell.suffix, effect.value] }
      if (cell.value === null) return { known: true, value: [effect.value] }
      return Array.isArray(cell.value) ? { known: true, value: [...cell.value, effect.value] } : null
    }
  }
}

/** The register if it holds the value, which is then known; null if it does not. */
function meet(cell: Cell, value: AnyValue): Cell | null {
  if (cell.known) return canonical(cell.value) === canonical(value) ? cell : null
  const { suffix, not } = cell
  if (suffix.length > 0) {
    if (!Array.isArray(value) || value.length < suffix.length) return null
    const end = value.slice(-suffix.length) as AnyValue[]
    if (canonical(end) !== canonical([...suffix])) return null
  }
  const excluded = not.some(other => canonical(beforeLast(value, suffix.length - other.appended)) === other.value)
  return excluded ? null : { known: true, value }
}

function beforeLast(value: AnyValue, count: number): AnyValue {
  return count === 0 ? value : (value as AnyValue[]).slice(0, -count)
}

export function isIdle(effect: Effect): boolean {
  return effect.kind === 'cas' && canonical(effect.from) === canonical(effect.to)
}

/** One text for equal effects. */
export function nameOf(effect: Effect): string {
  const values = effect.kind === 'cas' ? [effect.from, effect.to] : ['from' in effect ? effect.from : effect.value]
  return `${effect.kind} ${JSON.stringify(effect.key)} ${canonical(values)}`
}
