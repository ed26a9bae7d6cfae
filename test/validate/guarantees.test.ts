import { assert, property, subarray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../src/validate/clients/budget.ts'
import { type Guarantees, judgeGuarantees } from '../../src/validate/clients/guarantees.ts'
import { type Meaning, type Obligation, obligationsOf } from '../../src/validate/clients/obligations.ts'
import { operationsOf } from '../../src/validate/order/operations.ts'
import { SESSION_GUARANTEES, type SessionGuarantee, WriteOrder } from '../../src/validate/clients/write-order.ts'
import { historyOf, traceOf } from './client-history.ts'
import { anyHistories, isExplained } from './register-histories.ts'

const ABSENT: Meaning = { initial: () => null, nil: 'absent', failedCas: 'no-effect' }

function judge(text: string, budget = 1e6): Guarantees {
  const { operations } = operationsOf(historyOf(text))
  return judgeGuarantees(operations, ABSENT, new Budget({ budget, stop: () => false }))
}

function violatedIn(text: string): readonly string[] {
  return judge(text).findings.flatMap(({ rule, verdict }) => (verdict === 'violated' ? [rule] : []))
}

function writes(client: string, value: string | number): string {
  return `${client} invoke write ${value}\n${client} ok\n`
}

function reads(client: string, value: string | number): string {
  return `${client} invoke read ${String(value).replace(/=.*/, '=')}\n${client} ok ${value}\n`
}

describe('guarantees', () => {
  it('are sequential consistency where only real time is against it', () => {
    const stale = `${writes('a', 1)}${writes('a', 2)}${reads('b', 1)}`
    expect(judge(stale).strongest).toEqual(['SequentiallyConsistent'])
    expect(violatedIn(stale)).toEqual([])
  })

  it('are not sequential consistency where two keys are seen in opposite orders', () => {
    const text = `${writes('a', 'x=1')}${writes('b', 'y=1')}
      c invoke read x
      c ok x=1
      c invoke read y
      c ok y=null
      d invoke read y
      d ok y=1
      d invoke read x
      d ok x=null`
    const { findings, strongest } = judge(text)
    expect(findings[0]).toMatchObject({ rule: 'SequentiallyConsistent', verdict: 'violated' })
    expect(strongest).toEqual([...SESSION_GUARANTEES])
  })

  it('do not include monotonic reads where a session reads on and back', () => {
    const text = `${writes('a', 1)}${writes('b', 2)}${reads('c', 1)}${reads('c', 2)}${reads('c', 1)}`
    expect(violatedIn(text)).toEqual(['SequentiallyConsistent', 'SessionGuarantees', 'MonotonicReads'])
    const { findings, strongest } = judge(text)
    expect(strongest).toEqual(['ReadYourWrites'])
    const names = findings.flatMap(({ rule, verdict }) => (verdict === 'unknown' ? [rule] : []))
    expect(names).toEqual(['MonotonicWrites', 'WritesFollowReads'])
  })

  it('do not include monotonic writes where a session is seen to write backwards', () => {
    const text = `${writes('a', 1)}${writes('a', 2)}${reads('c', 2)}${reads('c', 1)}`
    expect(violatedIn(text)).toEqual(['SequentiallyConsistent', 'SessionGuarantees', 'MonotonicWrites'])
    expect(judge(text).strongest).toEqual(['MonotonicReads', 'ReadYourWrites', 'WritesFollowReads'])
  })

  it('do not include reading of own writes where a session misses them', () => {
    const text = `${writes('a', 1)}${reads('a', 'null')}`
    expect(violatedIn(text)).toEqual(['SequentiallyConsistent', 'SessionGuarantees', 'ReadYourWrites'])
  })

  it('do not include writes after reads where one is seen before what its session had read', () => {
    const text = `${writes('a', 1)}${reads('b', 1)}${writes('b', 2)}${reads('c', 2)}${reads('c', 1)}`
    expect(violatedIn(text)).toEqual(['SequentiallyConsistent', 'SessionGuarantees', 'WritesFollowReads'])
  })

  it('may each hold without holding together', () => {
    // In the order of the demands: 1 before 2, 3 before 1, 2 before 4, 4 before 3.
    const text = [
      `${writes('a', 1)}${writes('a', 2)}${writes('b', 3)}${reads('b', 1)}`,
      `${reads('c', 2)}${writes('c', 4)}${reads('d', 4)}${reads('d', 3)}`,
    ].join('')
    const { findings } = judge(text)
    const verdicts = new Map(findings.map(({ rule, verdict }) => [rule, verdict]))
    expect(SESSION_GUARANTEES.map(name => verdicts.get(name))).toEqual(Array(4).fill('holds'))
    expect(verdicts.get('SessionGuarantees')).toBe('violated')
  })

  it('are none where reads see what nobody wrote', () => {
    expect(judge(reads('a', 1)).strongest).toEqual([])
    expect(violatedIn(reads('a', 1))).toContain('ReadsWereWritten')
  })

  it('say why, whatever the verdict', () => {
    const text = `${writes('a', 1)}${writes('b', 2)}${reads('c', 1)}${reads('c', 2)}${reads('c', 1)}`
    const findings = [...judge(text).findings, ...judge(text, 0).findings]
    for (const { verdict, witnesses } of findings) expect(witnesses.length > 0).toBe(verdict !== 'holds')
  })

  it('name the lines that are against them', () => {
    const finding = judge(`${writes('a', 1)}${reads('a', 'null')}`).findings.find(
      ({ rule }) => rule === 'ReadYourWrites',
    )
    expect(finding!.witnesses).toMatchObject([{ lines: [1, 2, 3, 4] }])
  })

  it('choose among several writers of a value', () => {
    const text = `${writes('a', 1)}${writes('b', 2)}${writes('d', 1)}${reads('c', 1)}${reads('c', 2)}${reads('c', 1)}`
    expect(violatedIn(text)).toEqual([])
  })

  it('are unknown when their budget ends', () => {
    const text = `${writes('a', 1)}${writes('a', 2)}${reads('c', 2)}${reads('c', 1)}`
    expect(new Set(judge(text, 0).findings.map(({ verdict }) => verdict))).toEqual(new Set(['unknown', 'holds']))
    expect(judge(text, 0).strongest).toEqual(['ReadsWereWritten'])
  })

  it('all hold where sequential consistency does', () => {
    assert(
      property(anyHistories(7), events => {
        const { operations } = operationsOf(traceOf(events))
        const { obligations } = obligationsOf(operations, ABSENT)
        const order = new WriteOrder(obligations, ABSENT.initial)
        const rules = { realTime: false, compared: false, initial: [null] }
        const sessions = order.judge(SESSION_GUARANTEES, unlimited()).verdict
        // Who wrote what was read is told by real time too: what was not called cannot have been read.
        expect([isExplained(events, { ...rules, realTime: true }), sessions]).not.toEqual([true, 'violated'])
        expect(sessions).not.toBe('unknown')
      }),
      { numRuns: 1000 },
    )
  })

  it('agree with a judge that tries every order of the writes', () => {
    assert(
      property(anyHistories(6), subarray([...SESSION_GUARANTEES]), (events, guarantees) => {
        const { operations } = operationsOf(traceOf(events))
        const { obligations } = obligationsOf(operations, ABSENT)
        const { verdict } = new WriteOrder(obligations, ABSENT.initial).judge(guarantees, unlimited())
        expect(verdict).toBe(isOrdered(obligations, guarantees) ? 'holds' : 'violated')
      }),
      { numRuns: 1500 },
    )
  })
})

function unlimited(): Budget {
  return new Budget({ budget: 1e6, stop: () => false })
}

/** Whether some order of the writes, with some writer of each value read, meets the guarantees by their definitions. */
function isOrdered(obligations: readonly Obligation[], guarantees: readonly SessionGuarantee[]): boolean {
  const written = obligations.filter(({ effect }) => effect.kind !== 'read')
  const readers = obligations.filter(
    ({ effect, binding }) => effect.kind === 'read' || (effect.kind === 'cas' && binding),
  )
  const choices = readers.map(read => {
    const value = read.effect.kind === 'cas' ? read.effect.from : (read.effect as { value: unknown }).value
    const writers = written.filter(({ effect, call, operation }) => {
      const made = effect.kind === 'cas' ? effect.to : (effect as { value: unknown }).value
      return made === value && call <= read.return && operation !== read.operation
    })
    return value === null ? [...writers, null] : writers
  })
  return permutations(written).some(order => {
    const at = (write: Obligation | null | undefined): number => (write ? order.indexOf(write) : -1)
    return products(choices).some(chosen => {
      const seen = new Map(readers.map((read, number) => [read, at(chosen[number])]))
      const isAtomic = readers.every(read => read.effect.kind === 'read' || seen.get(read)! < at(read))
      return isAtomic && meets(obligations, guarantees, seen, at)
    })
  })
}

function meets(
  obligations: readonly Obligation[],
  guarantees: readonly SessionGuarantee[],
  seen: ReadonlyMap<Obligation, number>,
  at: (write: Obligation) => number,
): boolean {
  const wrote = (obligation: Obligation): boolean => obligation.binding && at(obligation) >= 0
  return obligations.every(later =>
    obligations.every(earlier => {
      const { session, ends } = earlier.operation
      if (session !== later.operation.session || ends >= later.operation.begins) return true
      const [saw, sees] = [seen.get(earlier), seen.get(later)]
      return guarantees.every(guarantee => {
        switch (guarantee) {
          case 'MonotonicReads':
            return saw === undefined || sees === undefined || saw <= sees
          case 'MonotonicWrites':
            return !wrote(earlier) || !wrote(later) || at(earlier) < at(later)
          case 'ReadYourWrites':
            return !wrote(earlier) || sees === undefined || at(earlier) <= sees
          case 'WritesFollowReads':
            return saw === undefined || !wrote(later) || saw < at(later)
        }
      })
    }),
  )
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map(rest => [item, ...rest]))
}

function products<T>(choices: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return choices.reduce<readonly (readonly T[])[]>(
    (all, choice) => all.flatMap(chosen => choice.map(item => [...chosen, item])),
    [[]],
  )
}
