// Records what a Node.js process does as a repltrace, one file a process. The system that is observed never waits and
// never meets an exception: what cannot be kept is counted, and a gap tells of it.
import { closeSync, openSync, write, writeSync } from 'node:fs'
import type { Event, Header } from './validate/format/repltrace.ts'

/** The fields that a type declares, and the recorder's own, which begin with x-. */
type Declared<T, Without extends string> = {
  [K in keyof T as string extends K ? never : K extends Without ? never : K]: T[K]
} & { readonly [own: `x-${string}`]: unknown }

export type EventType = Event['type']
export type EventFields<T extends EventType> = Declared<Extract<Event, { type: T }>, 'type' | 'seq'>
export type HeaderFields = Declared<Header, 'type' | 'format' | 'version'>

export interface RecorderOptions {
  /** How many characters may wait for the disk before events are lost; 8 Mi when left out. */
  readonly bufferSize?: number
  /** The last number of each node in an earlier recording, from which this one goes on. */
  readonly seqs?: { readonly [node: string]: number }
}

export interface Recorder {
  /** Records an event, numbered at its node. Returns at once. */
  emit<T extends EventType>(type: T, fields: EventFields<T>): void
  /** Says that events were lost before they came here; `node` may be left out when the header lists one node. */
  drop(count: number, node?: string): void
  /** Writes what is left, and the end. Resolves to how many events were lost in all; never rejects. */
  close(): Promise<number>
}

/**
 * Begins a recording at a path at which there is no file yet: it throws if there is, for a trace from before a crash is
 * worth the most.
 * When the process exits by itself or by an exception, what is left is written; after a signal it is not.
 */
export function openTrace(path: string, header: HeaderFields, options: RecorderOptions = {}): Recorder {
  return new FileRecorder(new Sink(openSync(path, 'wx')), header, options)
}

class FileRecorder implements Recorder {
  readonly #sink: Sink
  readonly #bufferSize: number
  readonly #onlyNode: string | undefined
  /** The highest seq of each node or client, lost events included. */
  readonly #seqs: Map<string, number>
  /** Events lost of which no gap tells yet; without a name those of no node. */
  readonly #untold = new Map<string | undefined, number>()
  #lostCount = 0
  #eventCount = 0
  #closed: Promise<number> | null = null
  readonly #atExit = (): void => {
    if (this.#closed === null) this.#end()
    this.#closed ??= Promise.resolve(this.#lostCount)
    this.#sink.finishNow()
  }

  constructor(sink: Sink, header: HeaderFields, { bufferSize = 2 ** 23, seqs = {} }: RecorderOptions) {
    this.#sink = sink
    this.#seqs = new Map(Object.entries(seqs))
    this.#bufferSize = bufferSize
    this.#onlyNode = header.nodes.length === 1 ? header.nodes[0] : undefined
    sink.put(JSON.stringify({ type: 'header', format: 'repltrace', version: '1.0', ...header }))
    process.once('exit', this.#atExit)
  }

  emit<T extends EventType>(type: T, fields: EventFields<T>): void {
    if (this.#closed !== null) return
    const { node, client } = fields as { readonly node?: string; readonly client?: string }
    const seq = this.#advance(node ?? client, 1)
    if (this.#sink.waitingSize >= this.#bufferSize) return this.#lose(node, 1)
    try {
      this.#put({ type, ...fields, seq })
    } catch {
      // It is no JSON: a cycle, or a bigint.
      this.#lose(node, 1)
    }
  }

  drop(count: number, node: string | undefined = this.#onlyNode): void {
    if (this.#closed !== null) return
    this.#advance(node, count)
    this.#lose(node, count)
  }

  close(): Promise<number> {
    this.#closed ??= this.#finish()
    return this.#closed
  }

  async #finish(): Promise<number> {
    this.#end()
    const unwritten = await this.#sink.finish()
    process.off('exit', this.#atExit)
    return this.#lostCount + unwritten
  }

  /** The next number of a node, after `count` events. */
  #advance(node: string | undefined, count: number): number | undefined {
    if (node === undefined) return undefined
    const seq = (this.#seqs.get(node) ?? 0) + count
    this.#seqs.set(node, seq)
    return seq
  }

  #lose(node: string | undefined, count: number): void {
    this.#lostCount += count
    this.#untold.set(node, (this.#untold.get(node) ?? 0) + count)
  }

  #put(event: object): void {
    const line = JSON.stringify(event)
    this.#tell()
    this.#sink.put(line)
    this.#eventCount++
  }

  /** A gap has no seq of its own: the numbers that are missing are those of the lost events. */
  #tell(): void {
    for (const [node, lost] of this.#untold) {
      if (node === undefined) continue
      this.#untold.delete(node)
      this.#sink.put(JSON.stringify({ type: 'gap', node, lost }))
      this.#eventCount++
    }
  }

  /** No gap can tell of a lost event of no node; then the recording has no end, and counts as cut off. */
  #end(): void {
    this.#tell()
    if (this.#untold.size === 0) this.#sink.put(JSON.stringify({ type: 'end', count: this.#eventCount }))
  }
}

/** Lines on their way to a file. While some are being written, others wait, and then go together. */
class Sink {
  /** Characters that wait. */
  waitingSize = 0
  readonly #file: number
  #waiting: string[] = []
  /** What is being written and has not been yet, how many lines it holds, and where in the file it goes. */
  #writing: Buffer | null = null
  #writingCount = 0
  #position = 0
  /** Lines that could not be written; after a failure, none can. */
  #lostCount = 0
  #failed = false
  #whenIdle = (): void => {}

  constructor(file: number) {
    this.#file = file
  }

  put(line: string): void {
    if (this.#failed) {
      this.#lostCount++
      return
    }
    this.#waiting.push(`${line}\n`)
    this.waitingSize += line.length + 1
    if (this.#writing === null) this.#next()
  }

  /** Resolves to how many lines were lost. */
  async finish(): Promise<number> {
    if (this.#writing !== null) await new Promise<void>(resolve => (this.#whenIdle = resolve))
    closeSync(this.#file)
    return this.#lostCount
  }

  /** Nothing asynchronous ends any more. What is being written is written again, to the same place. */
  finishNow(): void {
    const rest = Buffer.concat([this.#writing ?? Buffer.alloc(0), this.#taken()])
    try {
      for (let done = 0; done < rest.length;)
        done += writeSync(this.#file, rest, done, rest.length - done, this.#position + done)
    } catch {
      // The disk is full or gone: the recording has no end, and counts as cut off.
    }
  }

  #taken(): Buffer {
    const bytes = Buffer.from(this.#waiting.join(''))
    this.#writingCount = this.#waiting.length
    this.#waiting = []
    this.waitingSize = 0
    return bytes
  }

  #next(): void {
    this.#writing = this.#taken()
    this.#write(this.#writing)
  }

  #write(bytes: Buffer): void {
    write(this.#file, bytes, 0, bytes.length, this.#position, (error, written) => {
      if (error !== null) this.#fail()
      else {
        this.#position += written
        this.#writing = written < bytes.length ? bytes.subarray(written) : null
        if (this.#writing !== null) this.#write(this.#writing)
        else if (this.#waiting.length > 0) this.#next()
        else this.#whenIdle()
      }
    })
  }

  #fail(): void {
    this.#failed = true
    this.#lostCount += this.#writingCount + this.#waiting.length
    this.#writing = null
    this.#taken()
    this.#whenIdle()
  }
}
