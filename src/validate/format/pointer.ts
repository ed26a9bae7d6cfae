// JSON pointers (RFC 6901), made, read once and followed often. In them, ~ and / within a key are written ~0 and ~1.

/** Follows a pointer; undefined where there is nothing. Lists are walked by position. */
export type Follow = (value: unknown) => unknown

export function isPointer(text: string): boolean {
  return /^(?:\/(?:[^~/]|~[01])*)*$/.test(text)
}

/** The pointer to what a key names within what a pointer names. */
export function below(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** The keys that lead to what a pointer names. */
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
