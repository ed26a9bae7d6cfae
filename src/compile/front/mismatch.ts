// Values that do not go where they stand: how messages call them, and what was meant, perhaps.
import { Optional, RecordDomain } from '../../lang/record.ts'
import { OneOf } from '../../lang/scalars.ts'
import { suggestion } from '../../lang/spec.ts'
import type { Value } from '../../lang/value.ts'
import { constantOf } from '../ir/ir.ts'
import type { Meaning } from './meaning.ts'

/** What a value is, for the middle of a sentence. */
export function nameOf(meaning: Meaning): string {
  switch (meaning.kind) {
    case 'number': {
      if (typeof meaning.type === 'object') return `a value of ${meaning.type.describe()}`
      if (meaning.type === 'bool') return 'a truth value'
      const known = constantOf(meaning.expr)
      return known === null ? 'a number' : `the number ${known}`
    }
    case 'text':
      return `'${meaning.text}'`
    case 'null':
      return 'null'
    case 'list':
      return 'a list'
    case 'object':
      return `a record with ${listed([...meaning.fields.keys()])}`
    case 'container':
      return `a container, ${meaning.domain.describe()},`
    case 'domain':
      return `the domain ${meaning.domain.describe()}`
    case 'function':
    case 'word':
      return 'a function'
    case 'decision':
      return `${nameOf(meaning.then)} or ${nameOf(meaning.otherwise)}`
    case 'variable':
    case 'pending':
    case 'action':
    case 'property':
      return 'this'
  }
}

/** As `nameOf`, at the beginning of a sentence. */
export function startOf(meaning: Meaning): string {
  const name = nameOf(meaning)
  return `${name[0].toUpperCase()}${name.slice(1)}`
}

/** What was meant by a value that is in no case a member of a domain; empty when there is no telling. */
export function meantIn(domain: Value<any>, meaning: Meaning): string {
  if (domain instanceof Optional) return meantIn(domain.item, meaning)
  if (domain instanceof OneOf && meaning.kind === 'text') return suggestion(meaning.text, domain.names, true)
  if (domain instanceof RecordDomain && meaning.kind === 'object')
    return `Its fields are ${listed(domain.names)}: ${domain.describe()}.`
  return ''
}

/** What was meant by two values that are never equal. */
export function meantBy(a: Meaning, b: Meaning): string {
  const [known, other] = a.kind === 'number' ? [a, b] : [b, a]
  const meant = known.kind === 'number' && typeof known.type === 'object' ? meantIn(known.type, other) : ''
  return meant || 'Compare values of one domain.'
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'no fields' : names.join(', ')
}
