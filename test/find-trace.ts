// The shortest counterexample of a property, as check finds it.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { exploreAll } from '../src/explore/native.ts'
import { Machine } from '../src/lang/machine.ts'
import { propertiesOf } from '../src/lang/properties.ts'
import { type Config, instantiate, type Spec } from '../src/lang/spec.ts'
import { recordTrace } from '../src/trace/record.ts'
import type { Trace } from '../src/trace/trace.ts'

export function findTrace(spec: Spec, set: Config, name: string, specFile = 'spec/single-leader.ts'): Trace {
  const machine = new Machine(instantiate(spec, set))
  const checked = propertiesOf(machine.instance).filter(property => property.name === name)
  const found = exploreAll(machine, checked, undefined, true)
  const violation = found.violations.get(name)
  if (violation === undefined) throw new Error(`${name} is not violated`)
  const digest = createHash('sha256').update(readFileSync(specFile, 'utf8')).digest('hex')
  return recordTrace(machine, violation.path, violation.property, {
    specFile,
    specDigest: `sha256:${digest}`,
  })
}
