// Which event sent the message that another received: by message id, or by content. The network is a bag, so messages
// of equal content are interchangeable, and the k-th receipt of a content comes after at least k sends of it. Linking
// the k-th receipt to the k-th send is therefore sound whichever message it really was, if every send was recorded and
// the network makes no copies; and it is the most that can be said.
import type { Chains } from './chains.ts'
import { completeness } from '../format/completeness.ts'
import type { ForeignTrace } from '../format/foreign-trace.ts'
import type { AckReceived, AckSent, Receive, Ship } from '../format/repltrace.ts'
import type { EventType } from '../format/vocabulary.ts'

export interface Links {
  /** For each event the event that sent the message it received, or -1. */
  readonly sender: Int32Array
  /** Receipts that are linked to an event. */
  readonly linkedCount: number
  /** Of these, the ones whose content was sent more than once. */
  readonly ambiguousCount: number
  /** Receipts without a send though all sends were recorded; a hidden send, or a contradiction. */
  readonly unsentCount: number
  /** Receipts that were left alone because their send may be one that was not recorded. */
  readonly undeterminedCount: number
}

type Message = Ship | Receive | AckSent | AckReceived

/** The messages of one kind from one node to another, each list in the order of its node's chain. */
interface Channel {
  readonly from: string
  readonly sendType: 'ship' | 'ack-sent'
  readonly sends: number[]
  readonly receipts: number[]
}

/** Messages of a channel that are the same as far as was recorded. */
interface Group {
  /** Told by message id: then every receipt is of this one message, and of no other. */
  readonly named: boolean
  readonly sends: number[]
  readonly receipts: number[]
}

/** Links receipts to sends. With `copies` the network may deliver a message more than once. */
export function linkMessages(trace: ForeignTrace, chains: Chains, copies: boolean): Links {
  const sender = new Int32Array(trace.events.length).fill(-1)
  const counts = { linkedCount: 0, ambiguousCount: 0, unsentCount: 0, undeterminedCount: 0 }
  const isTotal = trace.header.clock?.order === 'total'
  const silences = new Silences(trace, chains)
  for (const channel of channelsOf(trace, chains)) {
    const silence = silences.of(channel)
    for (const { named, sends, receipts } of groupsOf(trace, channel)) {
      const usable = named || isTotal ? sends : sends.filter(send => chains.placeOf[send] < silence)
      let next = 0
      for (const receipt of receipts) {
        const send = usable[next]
        // In a totally ordered file a message is sent before it is received; a later send is of another message.
        if (send === undefined || (isTotal && send > receipt)) {
          counts[silence === Infinity ? 'unsentCount' : 'undeterminedCount']++
          continue
        }
        sender[receipt] = send
        counts.linkedCount++
        if (named) continue
        if (sends.length > 1) counts.ambiguousCount++
        if (!copies) next++
      }
    }
  }
  return { sender, ...counts }
}

/** From which place in a node's chain on it may have sent messages that were not recorded; a link to a send from
 * there on may be to the wrong one, and too late. */
class Silences {
  readonly #trace: ForeignTrace
  readonly #types: ReadonlySet<EventType>
  readonly #places = new Map<string, number>()

  constructor(trace: ForeignTrace, chains: Chains) {
    this.#trace = trace
    this.#types = new Set(trace.events.map(({ event }) => event.type))
    for (const [chain, { kind, name }] of chains.actors.entries()) {
      if (kind !== 'node') continue
      const { start, items } = chains.members
      this.#places.set(name, firstLoss(trace, items.subarray(start[chain], start[chain + 1])))
    }
  }

  of({ from, sendType }: Channel): number {
    const { header } = this.#trace
    if (completeness(header, this.#types, sendType) !== 'all') return 0
    // A recording that begins in the middle may receive what was sent before.
    if (header.init !== undefined && Object.values(header.init).includes('unknown')) return 0
    return this.#places.get(from) ?? (this.#trace.ended ? Infinity : 0)
  }
}

/** The place of the first event after a loss; the end of the chain when the recording was cut off. */
function firstLoss(trace: ForeignTrace, chain: Int32Array): number {
  let last = 0
  for (const [place, number] of chain.entries()) {
    const { type, seq } = trace.events[number].event
    if (type === 'gap' || (seq !== undefined && seq > last + 1 && (last > 0 || place === 0))) return place
    last = seq ?? last
  }
  return trace.ended ? Infinity : chain.length
}

function channelsOf(trace: ForeignTrace, { members }: Chains): Iterable<Channel> {
  const found: Channel[] = []
  const known = { ship: new Map<string, Map<string, Channel>>(), 'ack-sent': new Map<string, Map<string, Channel>>() }
  const channel = (from: string, to: string, sendType: Channel['sendType']): Channel => {
    let row = known[sendType].get(from)
    if (row === undefined) known[sendType].set(from, (row = new Map()))
    let entry = row.get(to)
    if (entry === undefined) {
      row.set(to, (entry = { from, sendType, sends: [], receipts: [] }))
      found.push(entry)
    }
    return entry
  }
  for (const number of members.items) {
    const { event } = trace.events[number]
    if (event.type === 'ship') channel(event.node, event.to, 'ship').sends.push(number)
    else if (event.type === 'receive') channel(event.from, event.node, 'ship').receipts.push(number)
    else if (event.type === 'ack-sent') channel(event.node, event.to, 'ack-sent').sends.push(number)
    else if (event.type === 'ack-received') channel(event.from, event.node, 'ack-sent').receipts.push(number)
  }
  return found
}

/** Ids tell messages apart where both ends have them. A part of the content counts where both ends ever recorded it:
 * what one end never has is unknown there, while a message without positions among others with them is a heartbeat. */
function groupsOf(trace: ForeignTrace, { sends, receipts }: Channel): Iterable<Group> {
  const messageOf = (number: number): Message => trace.events[number].event as Message
  const isRecorded = (part: Part): boolean =>
    [sends, receipts].every(numbers => numbers.some(number => part(messageOf(number)) !== undefined))
  const isNamed = isRecorded(ID)
  const content = CONTENT.filter(isRecorded)
  const groups = new Map<string, Group>()
  const groupOf = (number: number): Group => {
    const message = messageOf(number)
    const named = isNamed && message.msg !== undefined
    let key = named ? `#${message.msg}` : ''
    if (!named) for (const part of content) key += `${part(message) ?? ''} `
    let group = groups.get(key)
    if (group === undefined) groups.set(key, (group = { named, sends: [], receipts: [] }))
    return group
  }
  for (const number of sends) groupOf(number).sends.push(number)
  for (const number of receipts) groupOf(number).receipts.push(number)
  return groups.values()
}

/** Something by which messages are told apart. */
type Part = (message: Message) => string | number | undefined

const ID: Part = ({ msg }) => msg
const CONTENT: readonly Part[] = [
  ({ epoch }) => epoch,
  ({ index }) => (index === undefined ? undefined : typeof index === 'number' ? `${index}-${index}` : index.join('-')),
  message => (isLog(message) ? message.commit : message.ok === undefined ? undefined : String(message.ok)),
  message => (isLog(message) && message.prev !== undefined ? `${message.prev.index}@${message.prev.epoch}` : undefined),
]

function isLog(message: Message): message is Ship | Receive {
  return message.type === 'ship' || message.type === 'receive'
}
