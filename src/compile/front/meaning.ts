// What an expression of a specification means while it is compiled: a number that is computed in every state, or
// something only the compiler knows (a domain, a function, a part of the state, a constant).
import type { FunctionSyntax, Node } from './parse.ts'
import type { Container } from '../../lang/container.ts'
import type { Value } from '../../lang/value.ts'
import type { Expr } from '../ir/ir.ts'
import type { Scope } from './scope.ts'

/** What a number stands for: itself, a truth value, or a place in a domain. */
export type Type = 'int' | 'bool' | Value<any>

/** Where a container's cells are: from `at`, moved by `index` cells when that is computed. */
export interface Place {
  readonly frame: 0 | 1
  readonly at: number
  /** In cells; null when the place is fixed. */
  readonly index: Expr | null
  /** How many cells `index` may reach, the container's own included. */
  readonly reach: number
  readonly writable: boolean
}

export type Meaning =
  | { readonly kind: 'number'; readonly expr: Expr; readonly type: Type }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'list'; readonly items: readonly number[] }
  | { readonly kind: 'domain'; readonly domain: Value<any> | Container<any> }
  | { readonly kind: 'function'; readonly node: FunctionSyntax; readonly scope: Scope }
  | { readonly kind: 'word'; readonly name: string }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Meaning> }
  /** One of two that no common domain is known for: what asks for a member of a domain decides. */
  | { readonly kind: 'decision'; readonly condition: Expr; readonly then: Meaning; readonly otherwise: Meaning }
  | { readonly kind: 'container'; readonly domain: Container<any>; readonly place: Place }
  /** A local that may be assigned again. */
  | { readonly kind: 'variable'; readonly local: number; readonly type: Type }
  /** A name whose declaration is still to come; it hides what the name means further out, if it means anything there. */
  | { readonly kind: 'pending'; readonly declaration: Node; readonly hides: boolean }
  | { readonly kind: 'action'; readonly parameters: { readonly [name: string]: Value<any> }; readonly body: Meaning }
  | { readonly kind: 'property'; readonly word: string; readonly holds: Meaning }

export type NumberMeaning = Extract<Meaning, { kind: 'number' }>

export function number(expr: Expr, type: Type = 'int'): NumberMeaning {
  return { kind: 'number', expr, type }
}
