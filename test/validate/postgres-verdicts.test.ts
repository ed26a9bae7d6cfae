// The recordings of PostgreSQL, judged as `primacy validate` judges them: every one is a behaviour of the specification as
// it was configured, and the rules say what was judged by hand.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Config } from '../../src/lang/spec.ts'
import { readForeignTrace } from '../../src/validate/format/read.ts'
import { singleLeader } from '../../src/validate/match/single-leader.ts'
import { validate } from '../../src/validate/validation.ts'
import verdicts from '../../traces/postgres/verdicts.json' with { type: 'json' }
import { subjectOf } from './judging.ts'

const JUDGED: { readonly [trace: string]: { readonly rules: { readonly [rule: string]: string } } } = verdicts
const NAMES: { readonly [rule: string]: string } = { Diverged: 'NoDivergedNode' }

const files = readdirSync('traces/postgres').filter(name => name.endsWith('.ndjson'))

describe.each(files.map(name => name.replace('.ndjson', '')))('%s', name => {
  const read = readForeignTrace(name, readFileSync(`traces/postgres/${name}.ndjson`, 'utf8'))
  if ('problems' in read) throw new Error(JSON.stringify(read.problems[0]))
  const { trace } = read
  const config: Config = Object.fromEntries(
    Object.entries(trace.header.model as Config).filter(([knob]) => !singleLeader.bounds.includes(knob)),
  )
  const judged = validate(trace, {
    subject: subjectOf(config),
    config,
    limits: { budget: 200_000, stop: () => false },
    waivers: null,
    mapping: null,
    diagnose: false,
    cover: false,
  })
  if ('problems' in judged) throw new Error(JSON.stringify(judged.problems[0]))
  const { match, rules } = judged.validation

  it('is a behaviour of the specification as configured', () => {
    expect(match?.verdict).toBe('accepted')
  })

  it('has the verdicts that were judged by hand', () => {
    const differing = Object.entries(JUDGED[name].rules).flatMap(([rule, verdict]) => {
      const found = rules.find(finding => finding.rule === (NAMES[rule] ?? rule))?.verdict
      return found === verdict ? [] : [{ rule, verdict, found }]
    })
    expect(differing).toEqual([])
  })
})
