// The lowered program in words, for people who want to know what the engine was given. A printer: no analysis, no
// decisions. Cells have the names of the specification; a constant that a cell is compared with or set to is shown as
// the value it stands for, every other number is a place: how many members of the domain come before the value.
import type { NamedCell } from './cells.ts'
import type { Footprint } from './footprint.ts'
import { type Binary, type Cell, constantOf, type Expr, type Program, type Statement } from './ir.ts'
import type { Layout } from './layout.ts'

/** An action of the program: its instances are consecutive steps. */
interface PrintedAction {
  readonly name: string
  readonly footprint: Footprint
  /** The step, as reports write it, and where it is in the program. */
  readonly steps: readonly { readonly label: string; readonly index: number }[]
}

export interface PrintInput {
  readonly program: Program
  readonly actions: readonly PrintedAction[]
  readonly cells: readonly NamedCell[]
  /** The place of an offset into the specification, and its line. */
  readonly lineAt: (offset: number) => { readonly place: string; readonly line: string }
}

const SIGNS: { readonly [kind in Binary]: string } = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  rem: '%',
  eq: '===',
  ne: '!==',
  lt: '<',
  le: '<=',
  below: '<<<',
  gt: '>',
  ge: '>=',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  shr: '>>>',
}

const LEGEND = [
  'Numbers are places: how many members of a domain come before a value. log[#i] is the entry whose key has place i;',
  'a <<< b means 0 <= a < b; require is a fault of the specification unless it holds; vN is a value with a name.',
]

const COMPARES: ReadonlySet<Binary> = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge'])

/** The program, a block for each action instance, then one for each property. */
export function printProgram({ program, actions, cells, lineAt }: PrintInput): readonly string[] {
  const lines: string[] = [...LEGEND, '']
  for (const { name, footprint, steps } of actions) {
    lines.push(
      `action ${name}`,
      `  reads   ${fields(footprint.reads, cells)}`,
      `  writes  ${fields(footprint.writes, cells)}`,
    )
    for (const { label, index } of steps) {
      const { body } = program.steps[index]
      lines.push('', `  ${label}`, ...printBody(body, cells, lineAt, '    '))
    }
    lines.push('')
  }
  for (const [kind, properties] of [
    ['invariant', program.invariants],
    ['transition', program.transitions],
    ['final', program.final === null ? [] : [program.final]],
  ] as const) {
    for (const { name, holds } of properties) lines.push(`${kind} ${name}`, `  ${printExpr(holds, cells)}`, '')
  }
  return lines.slice(0, -1)
}

/** Where each cell lies in the packed form: its name, values, bits, word and lowest bit. */
export function layoutRows(
  layout: Layout,
  cells: readonly NamedCell[],
  radices: readonly number[],
): readonly (readonly string[])[] {
  return [
    ['cell', 'values', 'bits', 'word', 'from bit'],
    ...layout.fields.map(({ word, shift, bits }, cell) => [
      cells[cell].name,
      String(radices[cell]),
      String(bits),
      ...(bits === 0 ? ['-', '-'] : [String(word), String(shift)]),
    ]),
  ]
}

/** The fields that cells are part of, each once. */
function fields(places: readonly number[], cells: readonly NamedCell[]): string {
  return [...new Set(places.map(place => cells[place].field))].join(' ') || 'nothing'
}

function printBody(
  body: readonly Statement[],
  cells: readonly NamedCell[],
  lineAt: PrintInput['lineAt'],
  indent: string,
): readonly string[] {
  return body.flatMap((statement): readonly string[] => {
    switch (statement.op) {
      case 'guard': {
        const { place, line } = lineAt(statement.offset)
        const ruledOut = constantOf(statement.condition) === 0
        const condition = ruledOut ? 'false, whatever the state' : printExpr(statement.condition, cells)
        return [`${indent}guard ${condition}`, `${indent}      ${place}  ${line}`]
      }
      case 'store': {
        const bound = statement.size === null ? '' : `   below ${statement.size}`
        return [
          `${indent}${nameOf(statement.cell, cells)} = ${valueIn(statement.cell, statement.value, cells)}${bound}`,
        ]
      }
      case 'let':
        return [`${indent}let v${statement.local} = ${printExpr(statement.value, cells)}`]
      case 'require':
        return [`${indent}require ${printExpr(statement.condition, cells)}`]
      case 'if':
        return [
          `${indent}if ${printExpr(statement.condition, cells)}`,
          ...printBody(statement.then, cells, lineAt, `${indent}  `),
          ...(statement.else.length === 0 ? [] : [`${indent}else`]),
          ...printBody(statement.else, cells, lineAt, `${indent}  `),
        ]
    }
  })
}

function printExpr(expr: Expr, cells: readonly NamedCell[]): string {
  const inner = (part: Expr): string => {
    const text = printExpr(part, cells)
    return part.op === 'const' || part.op === 'local' || part.op === 'load' || part.op === 'bits' ? text : `(${text})`
  }
  switch (expr.op) {
    case 'const':
      return String(expr.value)
    case 'local':
      return `v${expr.local}`
    case 'load':
      return nameOf(expr.cell, cells)
    case 'binary': {
      const compared = COMPARES.has(expr.kind) && expr.a.op === 'load' && constantOf(expr.b) !== null
      const right = compared && expr.a.op === 'load' ? valueIn(expr.a.cell, expr.b, cells) : inner(expr.b)
      return `${inner(expr.a)} ${SIGNS[expr.kind]} ${right}`
    }
    case 'bits':
      return `bits(${printExpr(expr.a, cells)})`
    case 'let':
      return `let v${expr.local} = ${printExpr(expr.value, cells)} in ${printExpr(expr.body, cells)}`
    case 'require':
      return `require ${inner(expr.condition)} then ${inner(expr.body)}`
    case 'choose':
      if (constantOf(expr.else) === 0) return `${inner(expr.condition)} && ${inner(expr.then)}`
      if (constantOf(expr.then) === 1) return `${inner(expr.condition)} || ${inner(expr.else)}`
      return `${inner(expr.condition)} ? ${inner(expr.then)} : ${inner(expr.else)}`
  }
}

/** A value that is compared with a cell or stored into it. */
function valueIn(cell: Cell, value: Expr, cells: readonly NamedCell[]): string {
  const known = constantOf(value)
  return known === null ? printExpr(value, cells) : cells[cell.at].label(known)
}

/** A cell's name; of one that an index chooses, with the index, a place counted from 0, where the names differ. */
function nameOf({ frame, at, index, stride, count }: Cell, cells: readonly NamedCell[]): string {
  const before = frame === 1 ? 'before.' : ''
  const { name } = cells[at]
  if (index === null) return before + name
  const last = cells[at + stride * (count - 1)].name
  let differs = 0
  while (differs < name.length && name[differs] === last[differs]) differs++
  const open = Math.max(name.lastIndexOf('[', differs), name.lastIndexOf('{', differs))
  const end = name.indexOf(name[open] === '[' ? ']' : '}', open)
  return `${before}${name.slice(0, open + 1)}#${printExpr(index, cells)}${name.slice(end)}`
}
