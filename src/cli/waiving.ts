// The file of known deviations that a command was given.
import type { CoverableAction } from '../validate/companions/coverage.ts'
import { readWaivers, type Waivers } from '../validate/companions/waivers.ts'
import { rulesOf } from '../validate/monitor/monitor-rules.ts'
import { readText, shown } from './files.ts'
import { InputError } from './problems.ts'

/** Null without a file. `actions` are those whose guards a waiver may name, where a specification is known. */
export function loadWaivers(file: string | undefined, actions?: () => readonly CoverableAction[]): Waivers | null {
  if (file === undefined) return null
  const today = new Date().toISOString().slice(0, 10)
  const words = { rules: rulesOf(true), ...(actions === undefined ? {} : { actions }) }
  const read = readWaivers(shown(file), readText(file, 'waiver file'), today, words)
  if ('problems' in read) throw new InputError(read.problems)
  return read.waivers
}
