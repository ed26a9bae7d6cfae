// The lines of a file or of stdin as they arrive, many at a time: to wait for each alone would cost as much as to read it.
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { readText } from './files.ts'
import { notUnpacked } from './recordings.ts'

const CHUNK_BYTES = 1 << 18

/** Lines without their breaks; `-` is stdin, and what ends in .gz is unpacked. */
export function linesOf(file: string): AsyncIterable<readonly string[]> {
  if (file === '-') return batches(file, process.stdin)
  const input = createReadStream(file, { highWaterMark: CHUNK_BYTES })
  if (!file.endsWith('.gz')) return batches(file, input)
  // What goes wrong in the file goes wrong in what is read from it.
  return batches(
    file,
    pipeline(input, createGunzip({ chunkSize: CHUNK_BYTES }), () => {}),
  )
}

/** A file that cannot be read is told as everywhere. */
async function* batches(file: string, input: NodeJS.ReadableStream): AsyncGenerator<readonly string[]> {
  try {
    let rest = ''
    for await (const chunk of input.setEncoding('utf8')) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop()!
      if (lines.length > 0) yield withoutReturns(lines)
    }
    if (rest !== '') yield withoutReturns([rest])
  } catch (error) {
    readText(file, 'trace') // says why it cannot be read
    if (file.endsWith('.gz')) throw notUnpacked(file, error)
    throw error
  }
}

function withoutReturns(lines: readonly string[]): readonly string[] {
  return lines.some(line => line.endsWith('\r'))
    ? lines.map(line => (line.endsWith('\r') ? line.slice(0, -1) : line))
    : lines
}
