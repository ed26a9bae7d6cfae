// Small histories of clients as text, one event a line: `a invoke write x=1`, `a ok`, `b invoke read x`, `b ok 1 @2:7`, where
// `@2:7` is position 7 of epoch 2; and the same from lists of operations. Lines of events count from 1.
import type { ForeignTrace } from '../../src/validate/format/foreign-trace.ts'
import type { Event, Header } from '../../src/validate/format/repltrace.ts'

export type HeaderParts = Partial<Omit<Header, 'type' | 'format' | 'version'>>

export function traceOf(events: readonly Event[], header: HeaderParts = {}, ended = true): ForeignTrace {
  return {
    file: 'history.ndjson',
    header: {
      type: 'header',
      format: 'repltrace',
      version: '1.0',
      nodes: [],
      clock: { order: 'client' },
      ops: { nil: 'absent' },
      ...header,
    },
    events: events.map((event, place) => ({ event, line: place + 1 })),
    ended,
  }
}

export function historyOf(text: string, header: HeaderParts = {}, ended = true): ForeignTrace {
  const counts = new Map<string, number>()
  const lines = text.split('\n').filter(line => line.trim() !== '')
  return traceOf(
    lines.map(line => eventOf(line, counts)),
    header,
    ended,
  )
}

const LINE =
  /^\s*(?<client>\w+) (?<type>invoke|ok|fail|info)(?<words>(?: [^@ ]+)*)(?: @(?:(?<epoch>\d+):)?(?<index>\d+))?\s*$/

function eventOf(line: string, counts: Map<string, number>): Event {
  const { client, type, words, epoch, index } = LINE.exec(line)!.groups as { [name: string]: string }
  const rest = words.trim() === '' ? [] : words.trim().split(' ')
  const f = type === 'invoke' ? rest.shift()! : undefined
  if (type === 'invoke') counts.set(client, (counts.get(client) ?? 0) + 1)
  const [, key, value] = /^(?:([a-z]\w*)=?)?(.*)$/.exec(rest.join(' '))!
  const isNull = key === 'null'
  return {
    type,
    client,
    op: `${client}${counts.get(client) ?? 0}`,
    ...(f === undefined ? {} : { f }),
    ...(key === undefined || isNull ? {} : { key }),
    ...(isNull ? { value: null } : value === '' ? {} : { value: JSON.parse(value) as unknown }),
    ...(epoch === undefined ? {} : { epoch: Number(epoch) }),
    ...(index === undefined ? {} : { index: Number(index) }),
  } as Event
}
