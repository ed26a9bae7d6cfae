// JSON pointers (RFC 6901), read once and followed often.

/** Follows a pointer; undefined where there is nothing. Lists are walked by position. */
export type Follow = (value: unknown) => unknown

export function isPointer(text: string): boolean {
  return /^(?:\/(?:[^~/]|~[01])*)*$/.test(text)
}

export function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

export function follow(pointer: string): Follow {
  const steps = stepsOf(pointer)
  return value => {
    let at = value
    for (const step of steps) {
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
      at = (at as Readonly<Record<string, unknown>>)[step]
    }
    return at
  }
}
