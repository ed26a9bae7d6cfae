// What people give instead of a stream is told as what it is, with what to do.
import { describe, expect, it } from 'vitest'
import { TraceReader } from '../../src/validate/format/stream.ts'
import { document, HEADER, problemsOf, stream } from './traces.ts'

/** What a reader of lines, as the monitor is one, says first. */
function followed(text: string): string {
  const reader = new TraceReader('t')
  for (const line of text.split('\n')) reader.take(line)
  reader.finish()
  return reader.problems.map(({ line, code, message, hint }) => `${line} ${code} ${message} ${hint}`).join('\n')
}

const append = { type: 'append', node: 'n1', index: 1 }
const events = [HEADER, append]

describe('an input that is no stream', () => {
  it.each([
    [
      'a document of many lines',
      document({}, append),
      /^1 E-JSON The input is a JSON document.* primacy validate reads/,
    ],
    ['a document of one line', JSON.stringify({ header: HEADER, events: [append] }), /^1 E-NO-HEADER .* document/],
    ['an array', JSON.stringify(events), /^1 E-NO-HEADER The input is a JSON array.*jq -c '\.\[\]' FILE/],
    ['an array of many lines', JSON.stringify(events, null, 1), /^1 E-JSON The input is a JSON array/],
    [
      'CSV',
      'time,node,what\n1,n1,append\n',
      /^1 E-JSON The input seems to be CSV, with the columns time, node, what\..*--map/,
    ],
    ['CSV with tabs and quotes', '"time"\t"node"\n1\tn1\n', /seems to be CSV, with the columns "time", "node"\./],
    ['UTF-16', stream({}, append).replaceAll(/./g, '$&\0'), /^1 E-JSON The input is no text in UTF-8/],
    ['a log', '10:00 started, waiting', /^1 E-JSON The line is not JSON.*A mapping file/],
    ['an event first', JSON.stringify(append), /^1 E-NO-HEADER The first line is not a header\./],
  ])('%s', (_, text, says) => {
    expect(followed(text)).toMatch(says)
    expect(followed(text).split('\n')).toHaveLength(1)
  })

  it('is judged as a document, or a stream, where it is read whole', () => {
    expect(problemsOf(document({}, append))).toEqual([])
    expect(problemsOf(JSON.stringify(events, null, 1))).toMatchObject([
      { message: 'The input is a JSON array, not a stream of lines.' },
    ])
  })

  it('is a stream all the same when only a later line is CSV', () => {
    expect(followed(stream({}, 'time,node,what', append))).toMatch(/^2 E-JSON The line is not JSON/)
  })
})
