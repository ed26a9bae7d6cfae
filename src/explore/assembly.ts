// What the engine of a check is built from: the program, the properties that are asked for, the layout of states.
import { buildEngine, type Engine } from '../compile/engine/engine.ts'
import { type Layout, layOut } from '../compile/ir/layout.ts'
import { bytesPerCell } from '../lang/container.ts'
import type { Property } from '../lang/properties.ts'
import type { Compiled } from './coverage.ts'

export interface Assembly {
  readonly layout: Layout
  readonly engine: Engine
  /** In the order in which the engine notes them; null for what is not checked. */
  readonly noted: readonly (Property | null)[]
}

/** Builds the engine that judges `properties`, its visited set in a number of shards. */
export function assemble(
  { machine, program }: Compiled,
  properties: readonly Property[],
  shardCount: number,
): Assembly {
  const named = (name: string): boolean => properties.some(property => property.name === name)
  const invariants = program.invariants.filter(({ name }) => named(name))
  const transitions = program.transitions.filter(({ name }) => named(name))
  const deadlock = properties.find(({ kind }) => kind === 'deadlock') ?? null
  const noted = [
    ...[...invariants, ...transitions].map(({ name }) => properties.find(property => property.name === name)!),
    deadlock,
  ]
  const layout = layOut(machine.radices)
  const actionNames = Object.keys(machine.instance.actions)
  const engine = buildEngine({
    program,
    layout,
    cellBytes: bytesPerCell(machine.radix),
    actionOf: machine.steps.map(({ action }) => actionNames.indexOf(action)),
    actionNames,
    initialCount: machine.initials.length,
    invariants,
    transitions,
    final: program.final,
    deadlock: deadlock !== null,
    shardCount,
  })
  return { layout, engine, noted }
}
