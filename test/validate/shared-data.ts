// Traces recorded by other projects lie beside the repository; tests of them are skipped where they are not.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env['PRIMACY_SHARED'] ?? '../shared'

export const hasSharedData = existsSync(folder)

if (!hasSharedData)
  process.stdout.write(
    `Tests of recorded traces are skipped: there is no ${folder} (PRIMACY_SHARED names another place).\n`,
  )

export function sharedText(...path: readonly string[]): string {
  return readFileSync(join(folder, ...path), 'utf8')
}
