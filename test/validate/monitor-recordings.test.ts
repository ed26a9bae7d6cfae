// However a behaviour of the specification is recorded, with logs listed instead of entries, with hidden and lost events,
// without an order of nodes, or through a small window: the monitor says what is true, or that it does not know.
import { assert, constantFrom, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordSteps } from '../../src/trace/record.ts'
import type { TraceStep } from '../../src/trace/trace.ts'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'
import { completeness } from '../../src/validate/format/completeness.ts'
import { EVENT_TYPES } from '../../src/validate/format/vocabulary.ts'
import { type Choose, chooser } from './behaviours.ts'
import { behaviour, falseIn, machines } from './machines.ts'
import { projected, projectedHeader } from './projected.ts'
import type { ALL } from './watched.ts'
import { gap, RULES, watch } from './watched.ts'

type Type = keyof typeof ALL

interface Recording {
  readonly name: string
  /** Types of which the recorder leaves out some events, or all. */
  readonly hides?: { readonly types: readonly Type[]; readonly as: 'some' | 'none' }
  /** One in so many events is lost in a gap. */
  readonly loses?: number
  readonly order?: 'total' | 'node'
  /** Whether the file has the events of the nodes in some order. */
  readonly shuffles?: boolean
  readonly window?: number
  /** Whether the header says nothing of completeness, and what is assumed of a whole trace holds. */
  readonly silent?: boolean
}

const CHANGES = ['append', 'receive', 'truncate', 'restart', 'crash'] as const

const RECORDINGS: readonly Recording[] = [
  { name: 'with logs listed and no entry recorded', hides: { types: ['append', 'receive'], as: 'none' } },
  { name: 'with some of what changes logs', hides: { types: CHANGES, as: 'some' } },
  { name: 'with losses', loses: 8 },
  { name: 'with the order of nodes only', order: 'node' },
  {
    name: 'with the order of nodes and some of what changes logs',
    order: 'node',
    hides: { types: CHANGES, as: 'some' },
  },
  { name: 'node by node in any order', order: 'node', shuffles: true },
  { name: 'watched through a small window', window: 2 },
  { name: 'by a header that says nothing of it', silent: true },
  { name: 'by a header that says nothing of it, and the order of nodes only', order: 'node', silent: true },
]

const COMPARED: ReadonlySet<string> = new Set(RULES)

interface Seen {
  readonly up: { readonly [node: string]: boolean }
  readonly role: { readonly [node: string]: 'leader' | 'follower' }
  readonly log: { readonly [node: string]: readonly { readonly id: number }[] }
}

/** The events of a behaviour; faults and promotions often list the log, and now and then a node is observed. */
function observed(steps: readonly TraceStep[], choose: Choose): readonly Event[] {
  return steps.slice(1).flatMap((step, at) => {
    const { up, role, log } = step.state as unknown as Seen
    const listOf = (node: string): string[] => log[node].map(({ id }) => `w${id}`)
    const events = projected([steps[at], step], true).map((event): Event => {
      const lists = (event.type === 'crash' || event.type === 'restart' || event.type === 'promote') && choose(2) === 0
      return lists ? { ...event, obs: { ...event.obs, log: listOf(event.node) } } : event
    })
    if (choose(3) > 0) return events
    const node = `n${choose(3) + 1}`
    return [...events, { type: 'state', node, obs: { role: up[node] ? role[node] : 'down', log: listOf(node) } }]
  })
}

function kept(events: readonly Event[], { hides, loses, shuffles }: Recording, choose: Choose): readonly Event[] {
  const left = events
    .filter(({ type }) => !hides?.types.some(hidden => hidden === type) || (hides.as === 'some' && choose(2) === 0))
    .map(event => (loses !== undefined && choose(loses) === 0 ? gap(event.node!) : event))
  if (shuffles !== true) return left
  const queues = ['n1', 'n2', 'n3'].map(name => left.filter(({ node }) => node === name))
  return left.map(() => {
    const open = queues.filter(queue => queue.length > 0)
    return open[choose(open.length)].shift()!
  })
}

/** What a whole trace is taken to have recorded when its header does not say it. */
function assumed(header: Header, events: readonly Event[]): Header {
  const { complete: _, ...silent } = header
  const occurring = new Set(events.map(({ type }) => type))
  return {
    ...silent,
    complete: Object.fromEntries(EVENT_TYPES.map(type => [type, completeness(silent, occurring, type)])),
  }
}

function headerOf(header: Header, { hides, order = 'total' }: Recording): Header {
  const hidden = Object.fromEntries((hides?.types ?? []).map(type => [type, hides!.as]))
  return { ...header, clock: { order }, complete: { ...header.complete, follow: 'all', demote: 'all', ...hidden } }
}

describe('a behaviour', () => {
  it.each(RECORDINGS)('recorded $name is judged truly', recording => {
    assert(
      property(constantFrom(...machines), integer(), (machine, seed) => {
        const choose = chooser(seed)
        const path = behaviour(
          machine,
          Array.from({ length: 40 }, () => choose(1_000_000)),
        )
        const events = kept(observed(recordSteps(machine, path), choose), recording, choose)
        const { window, silent = false } = recording
        const declared = headerOf(projectedHeader(machine.instance.config), recording)
        const header = silent ? assumed(declared, events) : declared
        const findings = [...watch(events, header, window === undefined ? {} : { window }).values()]
        const broken = falseIn(machine, path)
        const wrong = findings.filter(({ rule, verdict }) => verdict === (broken.has(rule) ? 'holds' : 'violated'))
        expect(wrong.filter(({ rule }) => COMPARED.has(rule))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})
