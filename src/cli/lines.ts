// The lines of a file or of stdin as they arrive, many at a time: to wait for each alone would cost as much as to read it.
import { createReadStream } from 'node:fs'
import { addAbortSignal, pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { InputError } from './problems.ts'
import { notRead, notUnpacked } from './recordings.ts'

const CHUNK_BYTES = 1 << 18

/**
 * Lines without their breaks; `-` is stdin, and what ends in .gz is unpacked. When `signal` aborts they end with the last
 * whole one.
 */
export function linesOf(file: string, signal: AbortSignal): AsyncIterable<readonly string[]> {
  if (file === '-') return batches(file, process.stdin, signal)
  const input = createReadStream(file, { highWaterMark: CHUNK_BYTES })
  if (!file.endsWith('.gz')) return batches(file, input, signal)
  // What goes wrong in the file goes wrong in what is read from it.
  return batches(
    file,
    pipeline(input, createGunzip({ chunkSize: CHUNK_BYTES }), () => {}),
    signal,
  )
}

/** A file that cannot be read is told as everywhere. */
async function* batches(file: string, input: Readable, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  addAbortSignal(signal, input)
  try {
    let rest = ''
    for await (const chunk of input.setEncoding('utf8')) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop()!
      if (lines.length > 0) yield withoutReturns(lines)
    }
    if (rest !== '') yield withoutReturns([rest])
  } catch (error) {
    if (signal.aborted) return
    if (isOfFiles(error)) throw new InputError([notRead(file)])
    if (isOfUnpacking(error)) throw new InputError([notUnpacked(file, error)])
    throw error
  }
}

function isOfFiles(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException).syscall === 'string'
}

function isOfUnpacking(error: unknown): boolean {
  return String((error as NodeJS.ErrnoException).code).startsWith('Z_')
}

function withoutReturns(lines: readonly string[]): readonly string[] {
  return lines.some(line => line.endsWith('\r'))
    ? lines.map(line => (line.endsWith('\r') ? line.slice(0, -1) : line))
    : lines
}
