// What the language does not have, by the kind of node: what it is called, and what to write instead. Rules as data.
import type { Node } from './parse.ts'

interface Refusal {
  readonly what: string
  readonly instead: string
}

const LOOP = 'Loop over a domain or a container:  for (const n of Node) …'
const GUARD = 'What must hold for a step is a guard; what goes wrong is found by the checker.'
const FUNCTION = 'Write an arrow function:  const leads = (s: State, n: Node) => …'
const NUMBERS = 'Numbers have + - * %, Math.floor(a / b) and Math.min, max, abs.'

const REFUSALS: { readonly [type: string]: Refusal } = {
  WhileStatement: { what: 'while', instead: LOOP },
  DoWhileStatement: { what: 'do … while', instead: LOOP },
  ForStatement: { what: 'for (…; …; …)', instead: LOOP },
  ForInStatement: { what: 'for … in', instead: LOOP },
  BreakStatement: { what: 'break', instead: 'Put what follows into an if.' },
  ContinueStatement: { what: 'continue', instead: 'Put what follows into an if.' },
  LabeledStatement: { what: 'A label', instead: LOOP },
  SwitchStatement: { what: 'switch', instead: 'Write  if … else if …  or  a ? b : c.' },
  TryStatement: { what: 'try', instead: GUARD },
  ThrowStatement: { what: 'throw', instead: GUARD },
  UpdateExpression: { what: '++ or --', instead: 'Write  x += 1  or  x -= 1.' },
  TemplateLiteral: { what: 'A template string', instead: "Write a name in quotes: 'leader'." },
  TaggedTemplateExpression: { what: 'A template string', instead: "Write a name in quotes: 'leader'." },
  ChainExpression: { what: 'Optional chaining, ?.,', instead: 'Write  x === null ? … : x.field.' },
  NewExpression: { what: 'new', instead: 'What a state holds is declared:  table, seq, set, record.' },
  AwaitExpression: { what: 'await', instead: 'A step happens at once; what takes time is several actions.' },
  YieldExpression: { what: 'yield', instead: 'A step happens at once; what takes time is several actions.' },
  ThisExpression: { what: 'this', instead: 'The state is the first parameter:  (s, { n }) => …' },
  SequenceExpression: { what: 'A comma expression', instead: 'Write one statement after the other.' },
  AssignmentExpression: {
    what: 'An assignment inside an expression',
    instead: 'Make it a statement of the action; a property may only read.',
  },
  FunctionExpression: { what: 'A function expression', instead: FUNCTION },
  FunctionDeclaration: { what: 'A function inside an action, or a generator,', instead: FUNCTION },
  ClassDeclaration: { what: 'A class', instead: 'Values with fields are declared:  record({ … }).' },
  ClassExpression: { what: 'A class', instead: 'Values with fields are declared:  record({ … }).' },
  TSEnumDeclaration: { what: 'An enum', instead: "Write  oneOf('red', 'green')." },
  ImportExpression: { what: 'import(…)', instead: "Import by name:  import { guard, model } from 'primacy'" },
}

const OPERATORS: { readonly [operator: string]: string } = {
  '/': 'Write Math.floor(a / b).',
  '==': 'Write ===.',
  '!=': 'Write !==.',
  '**': 'Write a * a.',
  in: 'Ask a set:  s.members.has(x).',
  instanceof: 'Compare with null, or with a name.',
  typeof: 'Compare with null, or with a name.',
  void: 'Leave it out.',
  delete: 'A table always has every key: assign a value that stands for nothing, such as null of an optional.',
  '+': 'Leave it out: numbers are numbers.',
}

/** What a node outside the language is called, and what to write instead. */
export function refusalOf(node: Node): Refusal {
  return (
    REFUSALS[node.type] ?? {
      what: node.type,
      instead:
        'Specifications use constants, arithmetic, comparisons, ? :, calls of local functions, and the words of primacy.',
    }
  )
}

/** What to write instead of an operator. */
export function insteadOf(operator: string): string {
  return OPERATORS[operator] ?? NUMBERS
}

/** True for kinds of nodes that have a refusal of their own. */
export function isRefused(node: Node): boolean {
  return node.type in REFUSALS
}
