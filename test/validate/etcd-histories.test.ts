// Histories of a compare-and-set register that others recorded and judged; they lie beside the repository, if at all.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { judgeClients } from '../../src/validate/clients/clients.ts'
import type { Event } from '../../src/validate/format/repltrace.ts'
import { traceOf } from './client-history.ts'

const folder = `${process.env['PRIMACY_SHARED'] ?? '../shared'}/foreign-traces/etcd-histories`
const present = existsSync(folder)

const LINE = / - (?<process>\d+)\t:(?<type>invoke|ok|fail|info)\t:(?<f>\w+)\t(?<value>.*)$/

function eventsOf(text: string): readonly Event[] {
  const counts = new Map<string, number>()
  return text
    .trimEnd()
    .split('\n')
    .map(line => {
      const { process: client, type, f, value } = LINE.exec(line)!.groups as { [name: string]: string }
      if (type === 'invoke') counts.set(client, (counts.get(client) ?? 0) + 1)
      const told = type === 'invoke' ? f !== 'read' : type === 'ok'
      const parsed = value === 'nil' ? null : told ? (JSON.parse(value.replace(' ', ',')) as unknown) : null
      return { type, client, op: `${client}.${counts.get(client)}`, f, ...(told ? { value: parsed } : {}) } as Event
    })
}

describe.skipIf(!present)(`published histories (${present ? folder : `none at ${folder}: set PRIMACY_SHARED`})`, () => {
  const verdicts = present
    ? readFileSync(`${folder}/verdicts.tsv`, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map(line => line.split('\t') as [string, string])
    : []

  it('has a verdict for every history', () => {
    expect(verdicts.map(([file]) => file).toSorted()).toEqual(
      readdirSync(folder)
        .filter(file => file.endsWith('.log'))
        .toSorted(),
    )
  })

  // Whether a failed compare-and-set compared makes no difference to any of these verdicts.
  it.each(verdicts.flatMap(verdict => [[...verdict, 'no-effect'] as const, [...verdict, 'compared'] as const]))(
    '%s: linearizable is %s (a failed compare-and-set: %s)',
    (file, linearizable, failedCas) => {
      const trace = traceOf(eventsOf(readFileSync(`${folder}/${file}`, 'utf8')))
      const judgement = judgeClients(trace, { budget: 100_000, stop: () => false, failedCas })
      expect(judgement.verdict).toBe(linearizable === 'true' ? 'holds' : 'violated')
    },
  )
})
