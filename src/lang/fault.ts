// What a specification can do wrong while it runs. A fault is the user's to mend, so it carries the words of the
// domain, not of the implementation; the stack of the error leads to the line of the specification that caused it.

export type FaultKind =
  | 'configuration' // an unknown knob or a value outside its domain
  | 'declaration' // a domain that cannot exist: an empty range, a sequence without a maximum
  | 'bound' // a value left its declared domain
  | 'alias' // a container was assigned instead of changed
  | 'guard' // a guard after a write
  | 'condition' // a guard or a property was given something else than a truth value
  | 'write' // a property or an argument was written to
  | 'index' // an index outside a table or a sequence
  | 'undetermined' // the same state and arguments behaved differently

/** A mistake in a specification or its configuration; `hint` says what to do instead. */
export class SpecFault extends Error {
  readonly kind: FaultKind
  readonly hint: string

  constructor(kind: FaultKind, message: string, hint = '') {
    super(message)
    this.name = 'SpecFault'
    this.kind = kind
    this.hint = hint
  }
}
