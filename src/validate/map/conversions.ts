// Readings of a recorded value: as a number, a text, a time, a log position, a digest. What cannot be read so is a
// fault of the record.
import { RecordFault } from './scope.ts'

export type As = 'integer' | 'number' | 'text' | 'boolean' | 'decimal' | 'seconds' | 'time' | 'json'

export const FORMS: readonly As[] = ['integer', 'number', 'text', 'boolean', 'decimal', 'seconds', 'time', 'json']

/** @throws RecordFault where the value has no such form. */
export function convert(value: unknown, form: As, place: string): unknown {
  const converted = read(value, form)
  if (converted !== undefined) return converted
  throw new RecordFault(`${place} is ${JSON.stringify(value)}, which cannot be read as ${form}.`, hintFor(value, form))
}

/** What to do in the map about a value that has no such form. */
function hintFor(value: unknown, form: As): string {
  if (typeof value === 'string' && value.trim() === '') return EMPTY_HINT
  const number = form === 'integer' ? asNumber(value) : NaN
  if (Number.isInteger(number) && !Number.isSafeInteger(number))
    return 'Beyond 9,007,199,254,740,991 (2^53 - 1) numbers are not exact. As text or decimal it can be a value or a time, but no position.'
  return 'To leave the field out for such values, add beside "get" a "match" of those that can be read.'
}

/** An empty cell is there, and is text; what a match does not find yields nothing. */
const EMPTY_HINT = 'An empty text is a value. To leave the field out then, add "match": ".+" beside "get".'

/** A value as text: texts as they are, everything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function read(value: unknown, form: As): unknown {
  switch (form) {
    case 'integer': {
      const number = asNumber(value)
      return Number.isSafeInteger(number) ? number : undefined
    }
    case 'number': {
      const number = asNumber(value)
      return Number.isFinite(number) ? number : undefined
    }
    case 'text':
      return textOf(value)
    case 'boolean':
      return ({ true: true, false: false } as Readonly<Record<string, boolean>>)[textOf(value)]
    case 'decimal':
      return /^-?\d+$/.test(textOf(value)) ? BigInt(textOf(value)).toString() : undefined
    case 'seconds':
      return nanoseconds(textOf(value))
    case 'time':
      return instant(textOf(value))
    case 'json':
      return parsed(value)
  }
}

/** The number that a value is or writes; not a number for everything else. */
export function asNumber(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN
}

/** Seconds with a fraction as whole nanoseconds, digit by digit: a floating-point product would not be exact. */
function nanoseconds(text: string): string | undefined {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  return whole === undefined ? undefined : BigInt(whole + fraction.slice(0, 9).padEnd(9, '0')).toString()
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * Nanoseconds since 1970 of 2031-02-03 04:05:06,789 or 03 Feb 2031 04:05:06.789, taken as UTC: logs seldom name a zone,
 * and the one of this machine has nothing to do with them.
 */
function instant(text: string): string | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)[ T]/.exec(text) ?? dayFirst(text)
  const [, hour, minute, second, fraction = ''] = /[ T](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?Z?$/.exec(text) ?? []
  if (year === undefined || hour === undefined) return undefined
  const seconds = Date.UTC(+year, Number(month) - 1, Number(day), +hour, Number(minute), Number(second)) / 1000
  return nanoseconds(`${seconds}.${fraction.padEnd(9, '0')}`)
}

function dayFirst(text: string): readonly string[] {
  const [all, day, name, year] = /^(\d\d) ([A-Z][a-z]{2}) (\d{4}) /.exec(text) ?? []
  const month = MONTHS.findIndex(short => short === name) + 1
  return all === undefined || month === 0 ? [] : [all, year, String(month), day]
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return undefined
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

/** The whole number that a value is or writes. */
export function numberFrom(value: unknown): number {
  const number = asNumber(value)
  if (Number.isSafeInteger(number)) return number
  throw new RecordFault(`${JSON.stringify(value)} is not a whole number.`, value === '' ? EMPTY_HINT : '')
}

/** PostgreSQL writes a position as its upper and lower 32 bits in hexadecimal: 0/4004708. */
export function logPosition(value: unknown): number {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(textOf(value)) ?? []
  const position = Number.parseInt(high ?? '', 16) * 2 ** 32 + Number.parseInt(low ?? '', 16)
  if (Number.isSafeInteger(position)) return position
  throw new RecordFault(`${JSON.stringify(value)} is not a log position such as 0/4004708 below 2^53.`)
}

const OFFSET_BASIS = 0xcbf29ce484222325n
const PRIME = 0x100000001b3n

/** FNV-1a over the UTF-16 code units of the value's JSON, 64 bits: for telling values apart, not for hiding them. */
export function digest(value: unknown): string {
  const text = JSON.stringify(value)
  let hash = OFFSET_BASIS
  for (let at = 0; at < text.length; at++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * PRIME)
  return hash.toString(16).padStart(16, '0')
}
