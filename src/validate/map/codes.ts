// What can be wrong with a map, and with a log that is read through one. Codes are stable; traces/MAPPING.md lists them.

export const MAP_CODES = {
  // Of a map itself; it is read whole before any record is.
  'E-MAP-JSON': 'it is not JSON',
  'E-MAP-SCHEMA': 'it does not fit its schema',
  'E-MAP-POINTER': 'what should be a JSON pointer is none, or leads to what no record has',
  'E-MAP-REGEX': 'what should be a regular expression is none',
  'E-MAP-MEMORY': 'nothing is remembered by this name',
  'E-MAP-TABLE': 'there is no table of this name',
  'E-MAP-EXPRESSION': 'an expression with a part that it cannot have, or without one that it needs',
  'E-MAP-TYPE': 'an unknown type of event',
  'E-MAP-FIELD': 'a field that the header, or an event of this type, does not have',
  'E-MAP-REQUIRED': 'a field that an event of this type needs is missing',
  'E-MAP-RULE': 'a rule that does nothing, or both emits and drops',
  'E-MAP-UNREACHABLE': 'a rule that an earlier one leaves nothing to',

  // Of a log under a map.
  'E-MAP-EMPTY': 'no record, or none that the map selects',
  'E-MAP-RECORD': 'a line or an element that cannot be read as a record',
  'E-MAP-VALUE': 'a value that an expression cannot be computed from',
  'E-MAP-EVENT': 'what a rule makes of a record is no event',
  'E-MAP-HEADER': 'what the map makes of the first record is no header',
  'E-MAP-NODE': 'an event speaks of a node that the header does not list',
  'E-MAP-UNMATCHED': 'records that no rule takes',
} as const

export type MapCode = keyof typeof MAP_CODES
