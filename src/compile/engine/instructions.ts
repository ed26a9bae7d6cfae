// From the intermediate representation to WebAssembly instructions, for one state at a time. The cells of the two frames
// are bytes (or wider, when a domain is) in columns of memory 0; a local says which state of the columns it is. Cells may
// also be in locals, while a step changes them.
import type { Binary, Cell, Expr, Statement } from '../ir/ir.ts'
import { cellsOf, constantOf, isSimple } from '../ir/ir.ts'
import type { OwnMap } from './memories.ts'
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

/** Where the code of a function has what. */
export interface CodeMap {
  /** How cells lie in memory 0: bytes of one, states of a column, where the columns of each frame start. */
  readonly memory: Pick<OwnMap, 'cellBytes' | 'lanes' | 'frames'>
  /** The local that holds the state's offset in a column of cells. */
  readonly base: number
  /** Two locals that assignments use. */
  readonly scratch: readonly [number, number]
  /** The first local that expressions may use. */
  readonly firstLocal: number
}

/** Writes the code of one function. */
export class Code {
  readonly bytes: Bytes
  /** Cells of frame 0 that are in locals. */
  readonly registers = new Map<number, number>()
  private readonly map: CodeMap

  /** `bytes` is what the code is appended to. */
  constructor(map: CodeMap, bytes = new Bytes()) {
    this.map = map
    this.bytes = bytes
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
  /** A vector that holds a number in every lane of some bytes. */
  vector(value: number, laneBytes: number): this {
    return this.vectorOf(Array.from({ length: 16 }, (_, byte) => (value >> ((byte % laneBytes) * 8)) & 0xff))
  }
  vectorOf(bytes: readonly number[]): this {
    this.bytes.byte(0xfd, 0x0c, ...bytes)
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
    this.bytes.byte(...MEMORY_OPCODES[opcode])
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
        return this.getLocal(this.map.firstLocal + expr.local)
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
          .setLocal(this.map.firstLocal + expr.local)
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
    const [first, ...others] = this.inLocals(cell)
    if (first === undefined) {
      return this.address(cell).access(CELL_LOAD[this.map.memory.cellBytes], this.offset(cell), 0)
    }
    this.loadOne(first)
    others.forEach((other, at) => {
      // select gives what came first while the condition holds.
      this.setLocal(this.map.scratch[0]).loadOne(other).getLocal(this.map.scratch[0])
      this.expr(cell.index!).i32(at + 1)
      this.op('i32.eq', 'select')
    })
    return this
  }
  /** The address and the value are on the stack. */
  storeTo(cell: Cell): this {
    return this.access(CELL_STORE[this.map.memory.cellBytes], this.offset(cell), 0)
  }
  /** The part of a cell's address that is computed. */
  address({ index, stride }: Cell): this {
    this.getLocal(this.map.base)
    if (index === null) return this
    const bytes = stride * this.map.memory.lanes * this.map.memory.cellBytes
    return this.expr(index).i32(bytes).op('i32.mul', 'i32.add')
  }
  /** Where the column of a cell starts. */
  offset({ frame, at }: Pick<Cell, 'frame' | 'at'>): number {
    const { frames, lanes, cellBytes } = this.map.memory
    return frames[frame] + at * lanes * cellBytes
  }

  /** The cells that an access may mean, when one of them is in a local. */
  private inLocals(cell: Cell): readonly number[] {
    if (cell.frame === 1 || this.registers.size === 0) return []
    const cells = cellsOf(cell)
    return cells.some(one => this.registers.has(one)) ? cells : []
  }
  private loadOne(at: number): this {
    const register = this.registers.get(at)
    if (register !== undefined) return this.getLocal(register)
    return this.loadCell({ frame: 0, at, index: null, stride: 0, count: 1 })
  }

  statements(statements: readonly Statement[]): this {
    for (const statement of statements) this.statement(statement)
    return this
  }

  private statement(statement: Statement): void {
    switch (statement.op) {
      case 'let':
        this.expr(statement.value).setLocal(this.map.firstLocal + statement.local)
        return
      case 'require':
        this.require(statement.condition)
        return
      case 'store':
        this.store(statement)
        return
      case 'if':
        this.expr(statement.condition).when(
          () => this.statements(statement.then),
          statement.else.length === 0 ? null : () => this.statements(statement.else),
        )
        return
      case 'guard':
        throw new Error('A guard is compiled by the step it belongs to.')
    }
  }

  private store({ cell, value, size }: Extract<Statement, { op: 'store' }>): void {
    const [scratch, place] = this.map.scratch
    const cells = this.inLocals(cell)
    if (cells.length === 0) this.address(cell)
    else if (cell.index !== null) this.expr(cell.index).setLocal(place)
    this.expr(value)
    if (size !== null) {
      this.teeLocal(scratch).getLocal(scratch).i32(size).op('i32.ge_u')
      this.when(() => this.op('unreachable'))
    }
    if (cells.length === 0) {
      this.storeTo(cell)
    } else if (cell.index === null) {
      this.setLocal(this.registers.get(cell.at)!)
    } else {
      this.setLocal(scratch)
      cells.forEach((at, index) => {
        const register = this.registers.get(at)
        // A cell that takes one value only is in no local, and always has that value.
        if (register === undefined) return
        this.getLocal(scratch).getLocal(register).getLocal(place).i32(index).op('i32.eq', 'select').setLocal(register)
      })
    }
  }
}

/** A number that is read from a cell and so is not negative. */
function isPlace(expr: Expr): boolean {
  if (expr.op === 'load' || (expr.op === 'const' && expr.value >= 0)) return true
  return expr.op === 'binary' && (expr.kind === 'div' || expr.kind === 'rem') && isPlace(expr.a) && isPlace(expr.b)
}
