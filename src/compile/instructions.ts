// From the intermediate representation to WebAssembly instructions. The cells of the two frames are bytes (or wider,
// when a domain is) in memory 0.
import type { Binary, Cell, Expr, Statement } from './ir.ts'
import { constantOf, isSimple } from './ir.ts'
import { MEMORY_OPCODES, type MemoryOpcode, type Opcode, OPCODES } from './opcodes.ts'
import { Bytes, I32, type ValueType } from './wasm.ts'

const BLOCK_EMPTY = 0x40

const BINARY: { readonly [kind in Exclude<Binary, 'div'>]: Opcode } = {
  add: 'i32.add',
  sub: 'i32.sub',
  mul: 'i32.mul',
  rem: 'i32.rem_s',
  eq: 'i32.eq',
  ne: 'i32.ne',
  lt: 'i32.lt_s',
  below: 'i32.lt_u',
  gt: 'i32.gt_s',
  le: 'i32.le_s',
  ge: 'i32.ge_s',
  and: 'i32.and',
  or: 'i32.or',
  xor: 'i32.xor',
  shl: 'i32.shl',
  shr: 'i32.shr_u',
}

const CELL_LOAD = { 1: 'i32.load8_u', 2: 'i32.load16_u', 4: 'i32.load' } as const
const CELL_STORE = { 1: 'i32.store8', 2: 'i32.store16', 4: 'i32.store' } as const

/** How cells lie in memory 0. */
export interface CellMemory {
  /** Bytes of one cell. */
  readonly cellBytes: 1 | 2 | 4
  /** Where each frame starts. */
  readonly frames: readonly [number, number]
}

/** Writes the code of one function. */
export class Code {
  readonly bytes = new Bytes()
  private readonly memory: CellMemory
  /** The first local that expressions may use. */
  private readonly firstLocal: number

  constructor(memory: CellMemory, firstLocal: number) {
    this.memory = memory
    this.firstLocal = firstLocal
  }

  /** The code of another, written for the same locals. */
  append(other: Code): this {
    this.bytes.append(other.bytes)
    return this
  }
  op(...opcodes: readonly Opcode[]): this {
    for (const opcode of opcodes) this.bytes.byte(...OPCODES[opcode])
    return this
  }
  i32(value: number): this {
    this.bytes.byte(0x41).signed(BigInt(value | 0))
    return this
  }
  i64(value: bigint): this {
    this.bytes.byte(0x42).signed(BigInt.asIntN(64, value))
    return this
  }
  getLocal(local: number): this {
    this.bytes.byte(0x20).unsigned(local)
    return this
  }
  setLocal(local: number): this {
    this.bytes.byte(0x21).unsigned(local)
    return this
  }
  teeLocal(local: number): this {
    this.bytes.byte(0x22).unsigned(local)
    return this
  }
  /** Adds to a local in place. */
  advance(local: number, by: number): this {
    return this.getLocal(local).i32(by).op('i32.add').setLocal(local)
  }
  getGlobal(global: number): this {
    this.bytes.byte(0x23).unsigned(global)
    return this
  }
  setGlobal(global: number): this {
    this.bytes.byte(0x24).unsigned(global)
    return this
  }
  call(index: number): this {
    this.bytes.byte(0x10).unsigned(index)
    return this
  }
  /** A load or store; alignment is only a hint, and none is given. */
  access(opcode: MemoryOpcode, offset: number, memory: number): this {
    this.bytes.byte(MEMORY_OPCODES[opcode])
    if (memory === 0) this.bytes.byte(0x00)
    else this.bytes.byte(0x40).unsigned(memory)
    this.bytes.unsigned(offset)
    return this
  }
  /** `memory.copy`; destination, source and length are on the stack. */
  copyMemory(memory: number): this {
    this.bytes.byte(0xfc, 0x0a).unsigned(memory).unsigned(memory)
    return this
  }
  /** `memory.fill`; address, byte and length are on the stack. */
  fillMemory(memory: number): this {
    this.bytes.byte(0xfc, 0x0b).unsigned(memory)
    return this
  }
  block(body: () => void): this {
    this.bytes.byte(0x02, BLOCK_EMPTY)
    body()
    this.bytes.byte(0x0b)
    return this
  }
  loop(body: () => void): this {
    this.bytes.byte(0x03, BLOCK_EMPTY)
    body()
    this.bytes.byte(0x0b)
    return this
  }
  /** The condition is on the stack. */
  when(then: () => void, otherwise: (() => void) | null = null, type: ValueType | null = null): this {
    this.bytes.byte(0x04, type ?? BLOCK_EMPTY)
    then()
    if (otherwise !== null) {
      this.bytes.byte(0x05)
      otherwise()
    }
    this.bytes.byte(0x0b)
    return this
  }
  branch(depth: number): this {
    this.bytes.byte(0x0c).unsigned(depth)
    return this
  }
  branchIf(depth: number): this {
    this.bytes.byte(0x0d).unsigned(depth)
    return this
  }
  /** Repeats `body` while `condition`, which it leaves on the stack, holds. */
  whileTrue(condition: () => void, body: () => void): this {
    return this.block(() => {
      this.loop(() => {
        condition()
        this.op('i32.eqz').branchIf(1)
        body()
        this.branch(0)
      })
    })
  }

  /** Leaves the value of an expression on the stack. */
  expr(expr: Expr): this {
    switch (expr.op) {
      case 'const':
        return this.i32(expr.value)
      case 'local':
        return this.getLocal(this.firstLocal + expr.local)
      case 'load':
        return this.loadCell(expr.cell)
      case 'binary':
        return this.binary(expr.kind, expr.a, expr.b)
      case 'bits':
        return this.expr(expr.a).op('i32.popcnt')
      case 'choose': {
        if (isSimple(expr.then) && isSimple(expr.else))
          return this.expr(expr.then).expr(expr.else).expr(expr.condition).op('select')
        this.expr(expr.condition)
        return this.when(
          () => this.expr(expr.then),
          () => this.expr(expr.else),
          I32,
        )
      }
      case 'let':
        return this.expr(expr.value)
          .setLocal(this.firstLocal + expr.local)
          .expr(expr.body)
      case 'require':
        return this.require(expr.condition).expr(expr.body)
    }
  }

  /** Ends the run with a trap unless the condition holds. */
  private require(condition: Expr): this {
    return this.expr(condition)
      .op('i32.eqz')
      .when(() => this.op('unreachable'))
  }

  private binary(kind: Binary, a: Expr, b: Expr): this {
    if (kind === 'eq' && constantOf(b) === 0) return this.expr(a).op('i32.eqz')
    if (kind !== 'div') return this.expr(a).expr(b).op(BINARY[kind])
    // Towards minus infinity, as Math.floor: (a - ((a % b + b) % b)) / b. Places are never negative.
    if (isPlace(a) && isPlace(b)) return this.expr(a).expr(b).op('i32.div_u')
    this.expr(a).expr(a).expr(b).op('i32.rem_s')
    this.expr(b).op('i32.add').expr(b).op('i32.rem_s', 'i32.sub')
    return this.expr(b).op('i32.div_s')
  }

  loadCell(cell: Cell): this {
    return this.address(cell).access(CELL_LOAD[this.memory.cellBytes], this.offset(cell), 0)
  }
  /** The address and the value are on the stack. */
  storeTo(cell: Cell): this {
    return this.access(CELL_STORE[this.memory.cellBytes], this.offset(cell), 0)
  }
  /** The part of a cell's address that is computed. */
  address({ index, stride }: Cell): this {
    if (index === null) return this.i32(0)
    this.expr(index)
    const bytes = stride * this.memory.cellBytes
    return bytes === 1 ? this : this.i32(bytes).op('i32.mul')
  }

  private offset({ frame, at }: Cell): number {
    return this.memory.frames[frame] + at * this.memory.cellBytes
  }

  /** Statements after the guards. `scratch` is a local that they may use. */
  statements(statements: readonly Statement[], scratch: number): this {
    for (const statement of statements) this.statement(statement, scratch)
    return this
  }

  private statement(statement: Statement, scratch: number): void {
    switch (statement.op) {
      case 'let':
        this.expr(statement.value).setLocal(this.firstLocal + statement.local)
        return
      case 'require':
        this.require(statement.condition)
        return
      case 'store': {
        this.address(statement.cell).expr(statement.value)
        if (statement.size !== null) {
          this.teeLocal(scratch).getLocal(scratch).i32(statement.size).op('i32.ge_u')
          this.when(() => this.op('unreachable'))
        }
        this.storeTo(statement.cell)
        return
      }
      case 'if':
        this.expr(statement.condition).when(
          () => this.statements(statement.then, scratch),
          statement.else.length === 0 ? null : () => this.statements(statement.else, scratch),
        )
        return
      case 'guard':
        throw new Error('A guard is compiled by the step it belongs to.')
    }
  }
}

/** A number that is read from a cell and so is not negative. */
function isPlace(expr: Expr): boolean {
  if (expr.op === 'load' || (expr.op === 'const' && expr.value >= 0)) return true
  return expr.op === 'binary' && (expr.kind === 'div' || expr.kind === 'rem') && isPlace(expr.a) && isPlace(expr.b)
}
