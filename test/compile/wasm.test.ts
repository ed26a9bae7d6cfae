// The encoder against its specification, and what it encodes against other readers of the format.
import { assert, bigInt, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import wabtModule from 'wabt'
import { buildEngine } from '../../src/compile/engine/engine.ts'
import { layOut } from '../../src/compile/ir/layout.ts'
import { Bytes } from '../../src/compile/engine/wasm.ts'
import { bytesPerCell } from '../../src/lang/container.ts'
import { Machine } from '../../src/lang/machine.ts'
import { instantiate } from '../../src/lang/spec.ts'
import { compiled, load } from './engines.ts'

/** The number that bytes stand for, by the definition: seven bits each, the lowest first. */
const decoded = (bytes: Uint8Array): bigint =>
  bytes.reduce((sum, byte, index) => sum | (BigInt(byte & 0x7f) << BigInt(index * 7)), 0n)

describe('LEB128', () => {
  it('writes unsigned numbers that read as themselves', () => {
    assert(
      property(nat({ max: 2 ** 31 - 1 }), nat({ max: 1 }), (half, low) => {
        const value = half * 2 + low // up to 32 bits
        expect(decoded(new Bytes().unsigned(value).result())).toBe(BigInt(value))
      }),
    )
  })

  it('writes signed numbers that read as themselves', () => {
    assert(
      property(bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), value => {
        const bytes = new Bytes().signed(value).result()
        expect(BigInt.asIntN(bytes.length * 7, decoded(bytes))).toBe(value)
      }),
    )
  })

  it('takes no byte more than it needs, and marks all but the last', () => {
    assert(
      property(bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), value => {
        const bytes = new Bytes().signed(value).result()
        expect(Array.from(bytes, byte => byte >> 7)).toEqual([...Array.from(bytes.slice(1), () => 1), 0])
        expect(bytes.length === 1 || BigInt.asIntN(bytes.length * 7 - 7, value) !== value).toBe(true)
      }),
    )
  })
})

const wabt = await wabtModule()
const FEATURES = { multi_memory: true, threads: true, bulk_memory: true }

const engines = [
  { file: 'spec/examples/slr.ts', set: {}, shardCount: 1 },
  { file: 'spec/examples/transaction-commit.ts', set: {}, shardCount: 4 },
  { file: 'spec/examples/two-phase-commit.ts', set: {}, shardCount: 16 },
  { file: 'spec/single-leader.ts', set: {}, shardCount: 1 },
  { file: 'spec/single-leader.ts', set: { nodes: 4, twoStep: true, fence: 'freeze', reads: 1 }, shardCount: 2 },
] as const

describe.each(engines)('the engine of $file $set', ({ file, set, shardCount }) => {
  const built = load(file).then(source => {
    const machine = new Machine(instantiate(source.spec, set))
    const program = compiled(source, machine.instance.config)
    const actionNames = Object.keys(machine.instance.actions)
    const { invariants, transitions, final } = program
    const actionOf = machine.steps.map(({ action }) => actionNames.indexOf(action))
    const input = {
      program,
      layout: layOut(machine.radices),
      cellBytes: bytesPerCell(machine.radix),
      actionOf,
      actionNames,
      initialCount: machine.initials.length,
    }
    const { bytes } = buildEngine({ ...input, invariants, transitions, final, deadlock: true, shardCount })
    return { bytes, actionNames }
  })

  it('is a valid module', async () => {
    const { bytes } = await built
    expect(WebAssembly.validate(bytes)).toBe(true)
  })

  it('reads as the same text after another encoder wrote it', async () => {
    const { bytes } = await built
    const text = textOf(bytes)
    const parsed = wabt.parseWat('engine.wat', text, FEATURES)
    const { buffer } = parsed.toBinary({ write_debug_names: true })
    parsed.destroy()
    expect(textOf(buffer)).toBe(text)
  })

  it('names its functions for the actions', async () => {
    const { bytes, actionNames } = await built
    const named = [...textOf(bytes).matchAll(/\(func \$([\w.]+)/g)].map(([, name]) => name)
    // An action that the configuration rules out has no function.
    const known = actionNames.filter(name => named.includes(name))
    expect(known.length).toBeGreaterThan(1)
    expect(named.filter(name => actionNames.includes(name))).toEqual(known)
  })
})

function textOf(bytes: Uint8Array): string {
  const module = wabt.readWasm(bytes, { readDebugNames: true, ...FEATURES })
  const text = module.toText({ foldExprs: false, inlineExport: false })
  module.destroy()
  return text
}
