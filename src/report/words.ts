// How numbers, settings and lists are written in every report.
import type { Config, ConfigValue } from '../lang/spec.ts'

/** 1234567 as 1,234,567. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}

/** "1 step", "4 steps". */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** The verb of so many. */
export function are(count: number): string {
  return count === 1 ? 'is' : 'are'
}

/** "a, b and c". */
export function listing(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`
}

/** 1234567 as 1.2 M: two digits, for what changes every second. */
export function compact(count: number): string {
  if (count < 1000) return String(Math.round(count))
  const [size, unit] =
    count < 999_500 ? [count / 1e3, 'k'] : count < 999_500_000 ? [count / 1e6, 'M'] : [count / 1e9, 'G']
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${unit}`
}

/** Bytes in the largest unit that keeps three digits: 512 MB, 1.5 GB. */
export function byteSize(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let size = bytes
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  return `${size >= 100 || unit === 0 ? Math.round(size) : Number(size.toFixed(1))} ${units[unit]}`
}

function settingText(value: ConfigValue): string {
  return typeof value === 'object' ? value.join(',') : String(value)
}

/** `ack=any elect=best`. */
export function settings(config: Config): string {
  return Object.entries(config)
    .map(([knob, value]) => `${knob}=${settingText(value)}`)
    .join(' ')
}

/** The bound of a verdict: every numeric knob that is not zero. */
export function bounds(config: Config): string {
  return Object.entries(config)
    .filter(([, value]) => typeof value === 'number' && value > 0)
    .map(([knob, value]) => `${knob}=${settingText(value)}`)
    .join(' ')
}

/** Breaks `parts` into lines of at most `width` columns. */
export function wrapped(parts: readonly string[], separator: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + separator.length + part.length <= width)
      lines[lines.length - 1] = last + separator + part
    else {
      if (last !== undefined) lines[lines.length - 1] = last + separator.trimEnd()
      lines.push(part)
    }
  }
  return lines
}

/** Columns padded to their widest cell, two blanks apart; trailing blanks removed. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)))
  return rows.map(row =>
    row
      .map((cell, index) => cell.padEnd(widths[index]))
      .join('  ')
      .trimEnd(),
  )
}
