// Operations of clients that no register answers to. Judged all the same, the history would be undecided, and nothing
// would say which of its lines that comes from.
import { suggestion } from '../../lang/spec.ts'
import type { Fault } from './problems.ts'
import type { Event } from './repltrace.ts'
import { shown } from './schema-problems.ts'

const KINDS = ['read', 'write', 'append', 'cas']

/** What is wrong with an operation of a history of clients, where it is invoked; null for other events. */
export function operationFault(event: Event): Fault | null {
  if (event.type !== 'invoke') return null
  const { f, value } = event
  if (!KINDS.includes(f))
    return {
      code: 'E-OP-KIND',
      message: `No kind of operation is called ${shown(f)}.`,
      hint: `${suggestion(f, KINDS, true)} A history of clients is judged by ${KINDS.join(', ')}; anything else can be a note.`.trimStart(),
      pointer: '/f',
      on: 'value',
    }
  // An absent value is unknown, which is no mistake.
  if (f !== 'cas' || value === undefined || (Array.isArray(value) && value.length === 2)) return null
  return {
    code: 'E-OP-VALUE',
    message: `The value of a cas must be a list of two, but is ${shown(value)}.`,
    hint: 'A compare-and-set has what it expects, then what it writes: "value":[1,2].',
    pointer: '/value',
    on: 'value',
  }
}
