// Which elements decided a quantifier. When a property is false, its report names them: "false for l = n2". A probe
// listens only while one evaluation is explained; otherwise quantifiers take their plain path.

/** One quantifier's deciding element: `variable` is the callback's own parameter name. */
export interface Binding {
  readonly variable: string
  readonly value: string
}

export interface Probe {
  /** A quantifier begins. */
  open(): void
  /** It turns to its next element. */
  enter(): void
  /** The element just entered settled it. */
  decided(binding: Binding): void
  /** No element did: all of them together are the reason. */
  exhausted(): void
}

export const probes: { current: Probe | null } = { current: null }

type Test<T> = (item: T, index: number) => boolean

/**
 * Finds the first element on which `test` returns `wanted`, telling the probe. `every` and `some` are this search:
 * `every` wants a false, `some` a true.
 */
export function decide<T>(items: Iterable<T>, test: Test<T>, wanted: boolean, label: (item: T) => string): boolean {
  const probe = probes.current
  const listed = [...items] // read before the quantifier opens: that a collection was asked is a reason of its own
  let index = 0
  probe?.open()
  for (const item of listed) {
    probe?.enter()
    if (test(item, index++) !== wanted) continue
    probe?.decided({ variable: parameterName(test), value: label(item) })
    return true
  }
  probe?.exhausted()
  return false
}

/** The name of a callback's first parameter, as written: `n => …`, `(n, i) => …`. */
function parameterName(callback: (...parameters: never[]) => unknown): string {
  return /^\(?\s*([\w$]+)/.exec(Function.prototype.toString.call(callback))?.[1] ?? 'it'
}
