// What the user of the command line did wrong, and the values they write: sizes, durations, settings.
import { SpecFault } from '../lang/fault.ts'
import { type Config, type ConfigValue, parseSetting, type Spec } from '../lang/spec.ts'

/** A place in a text file; lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** An error of usage or input: a message for people, exit code 2. */
export class UsageError extends Error {
  readonly hint: string
  readonly place: Place | null

  constructor(message: string, hint = '', place: Place | null = null) {
    super(message)
    this.name = 'UsageError'
    this.hint = hint
    this.place = place
  }
}

/** `--set` options against a specification's knobs. */
export function parseSettings(spec: Spec, settings: readonly string[]): Config {
  const config: { [knob: string]: ConfigValue } = {}
  for (const setting of settings) {
    const [, knob, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? []
    if (knob === undefined || value === undefined) {
      throw new SpecFault(
        'configuration',
        `--set ${setting} is not of the form knob=value.`,
        `For example:  --set ${setting.replace(/=.*/s, '') || 'nodes'}=3`,
      )
    }
    config[knob] = parseSetting(spec, knob, value)
  }
  return config
}

const SIZE_UNITS: { readonly [unit: string]: number } = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
}
const TIME_UNITS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Bytes of `512MB`, `4GB`, `1.5GiB`. */
export function parseSize(text: string): number {
  return parseQuantity('--max-memory', text, SIZE_UNITS, '512MB or 4GB')
}

/** Milliseconds of `500ms`, `30s`, `5m`, `1h`. */
export function parseDuration(text: string): number {
  return parseQuantity('--timeout', text, TIME_UNITS, '30s or 5m')
}

/** Reads a whole number from 1, of what an option counts; thousands may be grouped. */
export function countOf(option: string, what: string, example: string): (text: string) => number {
  return text => {
    const count = Number(text.replaceAll(/[_,]/g, ''))
    if (Number.isSafeInteger(count) && count > 0) return count
    throw new UsageError(`${option} ${text}: not a number of ${what}.`, `For example:  ${option} ${example}`)
  }
}

function parseQuantity(
  option: string,
  text: string,
  units: { readonly [unit: string]: number },
  example: string,
): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text) ?? []
  const factor = unit === undefined ? undefined : units[unit.toLowerCase()]
  if (amount === undefined || factor === undefined || Number(amount) === 0) {
    throw new UsageError(
      `${option} ${text}: not understood.`,
      `Write a number and a unit (${Object.keys(units).join(', ')}), such as ${example}.`,
    )
  }
  return Math.round(Number(amount) * factor)
}
