// The progress of an exploration, on one line.
import { projection } from './projection.ts'
import { compact } from './words.ts'

/** An exploration at one moment. */
export interface Moment {
  readonly label: string
  readonly depth: number
  readonly distinctCount: number
  readonly frontierCount: number
  readonly levelCounts: readonly number[]
  readonly bytes: number
  readonly limitBytes: number
  /** States found in a second, lately. */
  readonly rate: number
}

/** What is known, how fast it grows, what is expected; `known of expected` when that can be said. */
export function progressText(moment: Moment): string {
  const { label, depth, distinctCount, frontierCount, rate, bytes } = moment
  const expected = projection(moment.levelCounts)
  const total = expected === null ? '' : ` of ${rangeText(expected.least, expected.most)}`
  const parts = [
    `${label}  depth ${depth}`,
    `${compact(distinctCount)}${total} states`,
    `frontier ${compact(frontierCount)}`,
    `${compact(rate)}/s`,
    `${(bytes / Math.max(1, distinctCount)).toFixed(0)} bytes/state`,
  ]
  const seconds = secondsToLimit(moment)
  if (seconds !== null) parts.push(`memory for ${duration(seconds)}`)
  return parts.join('  ')
}

/** 7–11 M; the two ends of a range that come out equal are one number. */
function rangeText(least: number, most: number): string {
  const [low, high] = [compact(least), compact(most)]
  if (low === high) return `about ${low}`
  const unit = / \w$/.exec(high)?.[0] ?? ''
  return `${unit !== '' && low.endsWith(unit) ? low.slice(0, -unit.length) : low}–${high}`
}

/** How long memory lasts when everything goes on as it does; null when nothing grows. */
function secondsToLimit({ bytes, limitBytes, distinctCount, rate }: Moment): number | null {
  const bytesPerSecond = (bytes / Math.max(1, distinctCount)) * rate
  return bytesPerSecond > 0 && Number.isFinite(limitBytes) ? Math.max(0, limitBytes - bytes) / bytesPerSecond : null
}

function duration(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}
