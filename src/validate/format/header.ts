// The header, before anything else is judged by it: that it is one, of a version that is read, and well-formed.
import type { Fault } from './problems.ts'
import { headerShapeFaults, shown } from './schema-problems.ts'

const FORMAT = 'repltrace'
const MAJOR = '1'

/** What is wrong with a header. When `readable` is false, what follows it is in another language and cannot be judged. */
export function headerFaults(header: { readonly [field: string]: unknown }): {
  readonly readable: boolean
  readonly faults: readonly Fault[]
} {
  const { format, version } = header
  if (format !== undefined && format !== FORMAT) return { readable: false, faults: [otherFormat(format)] }
  if (typeof version === 'string' && /^\d+(\.\d+)*$/.test(version) && version.split('.')[0] !== MAJOR)
    return { readable: false, faults: [otherVersion(version)] }
  return { readable: true, faults: headerShapeFaults(header) }
}

/** What to do where a header is missing. */
export const HEADER_HINT = 'It begins with {"type":"header","format":"repltrace","version":"1.0","nodes":["n1","n2"]}.'

/** What to do about lines that are those of another program. */
export const FOREIGN_HINT = `${HEADER_HINT} A mapping file turns the log of another program into such a trace.`

const OTHER_HINT = `Say "format":"${FORMAT}" if it is one; a mapping file turns the log of another program into one.`

function otherFormat(format: unknown): Fault {
  return {
    code: 'E-FORMAT',
    message: `The format is ${shown(format)}, not "${FORMAT}".`,
    hint: format === 'primacy-trace' ? 'A counterexample of primacy: primacy replay reads it.' : OTHER_HINT,
    pointer: '/format',
    on: 'value',
  }
}

function otherVersion(version: string): Fault {
  return {
    code: 'E-VERSION',
    message: `The version is ${version}; versions ${MAJOR}.x are read.`,
    hint: 'A newer primacy may read it.',
    pointer: '/version',
    on: 'value',
  }
}
