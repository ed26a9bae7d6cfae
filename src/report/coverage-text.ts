// What traces met of a specification, in words: per action how often it was matched and which of its guards were seen
// from one side only, since a guard that was never false may as well be missing.
import type { Coverage } from '../validate/companions/coverage-types.ts'
import { missingCoverage } from '../validate/companions/coverage.ts'
import { columns, counted, grouped } from './words.ts'

/** The sum of `fileCount` files, ending in a newline. */
export function coverageText(coverage: Coverage, fileCount: number): string {
  const { spec, actions, guards, events, traces } = coverage
  const { actions: idle, guards: missing } = missingCoverage(coverage)
  const names = Object.keys(actions)
  const guardCount = Object.values(guards).reduce((sum, row) => sum + Object.keys(row).length, 0)
  const eventCount = Object.values(events).reduce((sum, count) => sum + count, 0)
  const rows = names.map(name => ['', name, taken(actions[name]), guardsOf(name, coverage, missing)])
  const lines = [
    `Coverage of ${spec} by ${counted(traces, 'trace')} of ${counted(fileCount, 'file')}, ${counted(eventCount, 'event')}: ${grouped(names.length - idle.length)} of ${counted(names.length, 'action')} matched, ${grouped(guardCount - missing.length)} of ${counted(guardCount, 'guard')} both true and false.`,
    '',
    ...columns(rows),
  ]
  return `${lines.join('\n')}\n`
}

function taken(count: number): string {
  return count === 0 ? 'never' : counted(count, 'time')
}

/** Guards count from 0, as a rejection lists them and a waiver names them. */
function guardsOf(action: string, { guards }: Coverage, missing: ReturnType<typeof missingCoverage>['guards']): string {
  const count = Object.keys(guards[action] ?? {}).length
  const of = missing.filter(guard => guard.action === action)
  if (count === 0) return ''
  if (of.length === 0) return `${counted(count, 'guard')}, each true and false`
  const parts = (['evaluated', 'true', 'false'] as const).flatMap(never => {
    const indexes = of.flatMap(guard => (guard.never === never ? [guard.index] : []))
    if (indexes.length === 0) return []
    return [`${indexes.length === count ? 'all' : indexes.join(', ')} never ${never}`]
  })
  return `${counted(count, 'guard')}: ${parts.join('; ')}`
}
