// One mistake in a recording is told as one problem: what only follows from it is not told.
import { describe, expect, it } from 'vitest'
import { codesOf, HEADER, stream } from './traces.ts'

type Fields = { readonly [field: string]: unknown }

/** A recording of two nodes that is well: four entries, written and received, with everything that can be counted. */
function sound(): Fields[] {
  return [1, 2, 3, 4].flatMap(at => [
    { type: 'append', node: 'n1', seq: at, index: at, id: `a${at}`, vc: { n1: at } },
    {
      type: 'receive',
      node: 'n2',
      seq: at,
      from: 'n1',
      index: at,
      id: `b${at}`,
      causes: [`a${at}`],
      vc: { n1: at, n2: at },
    },
  ])
}

/** What is wrong, the lines after the header, and what is said of them. */
type Case = readonly [what: string, lines: readonly (Fields | string)[], codes: readonly string[]]

function lines(...all: readonly (Fields | string)[]): readonly (Fields | string)[] {
  return all
}

const END: Fields = { type: 'end', count: 8 }

describe('one mistake is one problem', () => {
  const first = JSON.stringify(sound()[0])
  const third = JSON.stringify(sound()[2])

  it.each([
    ['nothing', [...sound(), END], []],
    ['a line that is garbage', lines(...sound().toSpliced(2, 1), END).toSpliced(2, 0, 'oops'), ['4 E-JSON']],
    ['a line that is cut off', lines(...sound(), END).toSpliced(2, 1, third.slice(0, 30)), ['4 E-JSON']],
    ['two lines in one', lines(...sound().slice(1), END).toSpliced(1, 1, first + third), ['3 E-JSON']],
    ['a line that is none of the recorder', lines(...sound(), END).toSpliced(3, 0, '-- rotated'), ['5 E-JSON']],
    ['a line that is lost', [...sound().toSpliced(2, 1), END], ['9 E-COUNT']],
    ['a line that stands there twice', [...sound().toSpliced(2, 0, sound()[2]), END], ['5 E-SEQ']],
    ['two lines exchanged', [...sound().with(2, sound()[4]).with(4, sound()[2]), END], ['6 E-SEQ']],
    ['a number too high', [...sound().with(2, { ...sound()[2], seq: 90, vc: { n1: 90 } }), END], ['6 E-SEQ']],
    ['a clock too high', [...sound().with(2, { ...sound()[2], vc: { n1: 90 } }), END], ['6 E-VC']],
    [
      'a node that counts down',
      [...sound().map((event, at) => (at % 2 ? event : { ...event, seq: 9 - at, vc: undefined })), END],
      ['4 E-SEQ'],
    ],
    ['a value of the wrong kind', [...sound().with(2, { ...sound()[2], index: 'x' }), END], ['4 E-KIND']],
    ['an event that is misspelt', [...sound().with(2, { ...sound()[2], type: 'apend' }), END], ['4 E-TYPE']],
    ['two recordings in one file', [...sound(), END, HEADER, ...sound(), END], ['11 E-AFTER-END']],
    ['two recordings, the first without an end', [...sound(), HEADER, ...sound(), END], ['10 E-HEADER']],
    ['something after the end', [...sound(), END, 'oops', 'oops'], ['11 E-AFTER-END']],
  ] satisfies readonly Case[])('%s', (_, recorded, codes) => {
    expect(codesOf(stream({}, ...recorded))).toEqual(codes)
    // Where the lines are in the order of events, causes tell the same mistake again.
    expect(codesOf(stream({ clock: { order: 'total' } }, ...recorded))).toEqual(codes)
  })

  it('is not told of what is assumed, which an event that cannot be read may decide', () => {
    expect(codesOf(stream({}, ...sound().with(2, { ...sound()[2], index: 'x' }), END), { strict: true })).toEqual([
      '4 E-KIND',
    ])
  })

  it('counts on in the next recording of a node that begins again', () => {
    const restarted = [...sound(), ...sound().map(({ id: _id, causes: _causes, vc: _vc, ...event }) => event)]
    expect(codesOf(stream({}, ...restarted, { type: 'end', count: 16 }))).toEqual(['10 E-SEQ', '11 E-SEQ'])
  })
})
