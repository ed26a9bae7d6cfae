// What `check --print` shows instead of exploring: the program as lowered, the packed form of a state, the module.
import { namedCells } from '../compile/ir/cells.ts'
import { footprintOf, union } from '../compile/ir/footprint.ts'
import { layOut } from '../compile/ir/layout.ts'
import { tableMap } from '../compile/engine/memories.ts'
import { layoutRows, printProgram } from '../compile/ir/print.ts'
import { assemble } from '../explore/assembly.ts'
import { capacityOf } from '../explore/capacity.ts'
import type { Compiled } from '../explore/coverage.ts'
import { shardsFor } from '../explore/frontier.ts'
import { Machine } from '../lang/machine.ts'
import { propertiesOf } from '../lang/properties.ts'
import { type Config, instantiate } from '../lang/spec.ts'
import { byteSize, columns, counted, grouped, settings } from '../report/words.ts'
import { stepLabel } from '../trace/record.ts'
import { compileLoaded, type EngineChoice } from './engines.ts'
import { defaultMemory, overridden, select } from './examine.ts'
import { shown } from './files.ts'
import { sourceLines } from './frame.ts'
import type { Loaded } from './load.ts'
import { UsageError } from './usage.ts'

export type Printable = 'ir' | 'layout' | 'wat'

interface PrintOptions {
  readonly properties: readonly string[]
  readonly maxBytes: number | null
  readonly engine: EngineChoice
}

/** The text of a part, ending in a newline. */
export async function printed(
  loaded: Loaded,
  overrides: Config,
  part: Printable,
  { properties, maxBytes, engine }: PrintOptions,
): Promise<string> {
  const machine = new Machine(instantiate(loaded.spec, overrides))
  const compiled = { machine, program: compileLoaded(loaded, machine) }
  const bytes = maxBytes ?? defaultMemory()
  const changed = settings(overridden(loaded, machine.instance.config)) || 'default configuration'
  const head = `${loaded.spec.name}  ${changed}`
  switch (part) {
    case 'ir':
      return text([head, '', ...programLines(loaded, compiled)])
    case 'layout':
      return text([head, ...layoutLines(machine, bytes)])
    case 'wat': {
      const checked = select(propertiesOf(machine.instance), properties)
      return moduleText(assemble(compiled, checked, shardsFor(bytes, engine.workers)).engine.bytes)
    }
  }
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}

function programLines(loaded: Loaded, { machine, program }: Compiled): readonly string[] {
  const actions = Object.keys(machine.instance.actions).map(name => {
    const steps = machine.steps.flatMap((step, index) =>
      step.action === name ? [{ label: stepLabel(step), index }] : [],
    )
    return { name, steps, footprint: union(steps.map(({ index }) => footprintOf(program.steps[index].body))) }
  })
  return printProgram({
    program,
    actions,
    cells: namedCells(machine.instance.state),
    lineAt: sourceLines(shown(loaded.file), loaded.text),
  })
}

function layoutLines(machine: Machine, bytes: number): readonly string[] {
  const layout = layOut(machine.radices)
  const table = tableMap(layout.wordCount)
  const { least, most } = capacityOf(table, bytes)
  return [
    `${counted(layout.bits, 'bit')} a state, in ${counted(layout.wordCount, 'word')} of 32 bits: ${counted(table.slotBytes, 'byte')} a slot, ${counted(table.slotsPerBucket, 'slot')} a bucket.`,
    `Within ${byteSize(bytes)} of memory: ${rounded(least)} to ${rounded(most)} states.`,
    `Bit 0 of word 0 is set in every state.`,
    '',
    ...columns(layoutRows(layout, namedCells(machine.instance.state), machine.radices)),
  ]
}

/** Two digits of a prediction are as many as it is worth. */
function rounded(count: number): string {
  return grouped(Number(count.toPrecision(2)))
}

/** The module's text, by a package that only this needs. */
async function moduleText(bytes: Uint8Array): Promise<string> {
  const { default: load } = await import('wabt').catch(() => {
    throw new UsageError(
      '--print wat needs the package wabt, which is not installed.',
      'Install it beside primacy:  npm install --save-dev wabt@1.0.39',
    )
  })
  // The types of the package do not know every feature that it does.
  const features = { readDebugNames: true, threads: true, multi_memory: true }
  const module = (await load()).readWasm(bytes, features)
  try {
    return module.toText({ foldExprs: false, inlineExport: false })
  } finally {
    module.destroy()
  }
}
