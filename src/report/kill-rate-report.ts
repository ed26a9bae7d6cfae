// How many seeded errors would be noticed, kind by kind, as text and as JSON.
import type { KillCount } from '../validate/mutate/kill-rate.ts'
import { columns, counted } from './words.ts'

const KINDS: { readonly [kind in KillCount['kind']]: string } = {
  drop: 'an event is missing',
  duplicate: 'an event stands twice',
  swap: 'two neighbours are swapped',
  index: 'a position is off by one',
  epoch: 'an epoch is off by one',
  ok: 'success and failure are exchanged',
  durable: 'an entry is called durable, or no longer',
  actor: 'another node did it',
  op: 'another operation is named',
}
/** Errors of one kind that passed and are told in full. */
const MAX_MISSED = 2

export function killRateText(file: string, seed: number, counts: readonly KillCount[]): string {
  const tried = counts.reduce((sum, { triedCount }) => sum + triedCount, 0)
  const caught = counts.reduce((sum, { caughtCount }) => sum + caughtCount, 0)
  const share = tried === 0 ? 0 : Math.round((caught / tried) * 100)
  const rows = counts.map(({ kind, triedCount, caughtCount, undecided }) => [
    '',
    triedCount === 0 ? '–' : `${caughtCount} of ${triedCount}`,
    KINDS[kind],
    undecided.length === 0 ? '' : `${undecided.length} undecided`,
  ])
  const missed = counts.flatMap(({ missed: passed }) => passed.slice(0, MAX_MISSED))
  const lines = [
    `${file}: ${caught} of ${counted(tried, 'seeded error')} would be noticed, ${share} % (seed ${seed}).`,
    '',
    ...columns(rows),
    ...(missed.length === 0 ? [] : ['', 'Not noticed, for instance:']),
    ...missed.map(({ description }) => `  ${description}`),
  ]
  return `${lines.join('\n')}\n`
}

export function killRateDocument(file: string, seed: number, counts: readonly KillCount[]): string {
  return `${JSON.stringify({ format: 'primacy-kill-rate', version: 1, file, seed, kinds: counts }, null, 2)}\n`
}
