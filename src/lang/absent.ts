// Parts of the state that are not there. JavaScript gives `undefined` for them, which every comparison takes for false;
// here the prototypes of containers end in a proxy that refuses. What is there is found before, so it costs nothing.
import type { SpecFault } from './fault.ts'

type Fault = (name: string, self: object) => SpecFault

/** What languages and tools ask of any object. */
const ASKED: ReadonlySet<PropertyKey> = new Set(['toJSON', 'then'])

/**
 * A prototype that has what `base` has, and answers to every other name with a fault. One for all objects of a kind, not
 * one for each domain: the code that reads them would meet too many kinds to be fast.
 */
export function refusing(base: object, faultOf: Fault): object {
  return new Proxy(base, {
    get: (_, key, self: object): unknown => {
      if (typeof key === 'symbol' || key in base || ASKED.has(key)) return Reflect.get(base, key, self)
      throw faultOf(key, self)
    },
  })
}
