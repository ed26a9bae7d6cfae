// `primacy validate` as a process: exit codes, the forms of input and output, and what is said when input is none.
import { spawnSync } from 'node:child_process'
import { existsSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'primacy-validate-'))
cpSync('traces/examples', folder, { recursive: true })
afterAll(() => rmSync(folder, { recursive: true }))

const HEADER = {
  type: 'header',
  format: 'repltrace',
  version: '1.0',
  nodes: ['a', 'b'],
  init: { leader: 'a', epoch: 1, last: 0 },
  clock: { order: 'total' },
  complete: { receive: 'all' },
}
const APPEND = { type: 'append', node: 'a', index: 1, epoch: 1, op: 'w1' }
const REPLY = { type: 'reply', node: 'a', op: 'w1', ok: true }

const POINTED = {
  code: 'E-KIND',
  file: 'pointed.ndjson',
  line: 2,
  pointer: '/obs/last',
  hint: "The position of the log's last entry.",
}

function run(...args: readonly string[]): {
  readonly status: number | null
  readonly out: string
  readonly error: string
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('bin/primacy.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, out: stdout, error: stderr }
}

function trace(name: string, ...events: readonly object[]): string {
  const lines = [HEADER, ...events, { type: 'end', count: events.length }]
  writeFileSync(join(folder, name), lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  return name
}

function waiver(until: string, more: object = {}): void {
  const waivers = [{ when: { type: 'reply', node: 'a', ...more }, reason: 'answers early', until }]
  writeFileSync(join(folder, 'waivers.json'), JSON.stringify({ format: 'primacy-waivers', version: 1, waivers }))
}

const HARBOR = ['--map', 'harbor.map.json', '--set', 'ack=any', '--set', 'elect=best', '--set', 'poll=2']

const history = (complete: object, read: string): string => {
  const header = { ...HEADER, nodes: [], clock: { order: 'client' }, complete }
  const { init: _, ...rest } = header
  const lines = [
    { type: 'invoke', client: 'c', op: 'r', f: 'read', key: 'x' },
    { type: 'ok', client: 'c', op: 'r', value: read },
  ]
  writeFileSync(join(folder, 'history.ndjson'), text(rest, ...lines, { type: 'end', count: 2 }))
  return run('validate', 'history.ndjson').out.split('\n')[0]
}

describe('primacy validate', () => {
  it('ends with 0 for a behaviour, in a stream or compressed', () => {
    expect(run('validate', trace('good.ndjson', APPEND, REPLY), '--set', 'ack=async').status).toBe(0)
    writeFileSync(join(folder, 'good.ndjson.gz'), gzipSync(readFileSync(join(folder, 'good.ndjson'))))
    expect(run('validate', 'good.ndjson.gz', '--preset', 'async').status).toBe(0)
  })

  it('reads stdin, also compressed', () => {
    const good = readFileSync(join(folder, trace('good.ndjson', APPEND, REPLY)))
    for (const input of [good, gzipSync(good)]) {
      const options = { cwd: folder, encoding: 'utf8', input } as const
      const args = [resolve('bin/primacy.js'), 'validate', '-', '--preset', 'async']
      const { status, stdout } = spawnSync(process.execPath, args, options)
      expect([status, stdout.split(':')[0]]).toEqual([0, 'stdin is accepted'])
    }
  })

  it('ends with 1 when one of several traces is rejected, and names the line and the guard', () => {
    trace('good.ndjson', APPEND, REPLY)
    const { status, out } = run('validate', 'good.ndjson', trace('early.ndjson', APPEND, REPLY), '--set', 'ack=any')
    expect(status).toBe(1)
    expect(out).toContain('Line 3 is no step of replication here.')
    expect(out).toMatch(/FALSE {2}spec\/single-leader\.ts:\d+ {2}guard\(enough\(s, leader, position\)\)/)
    expect(out).toContain('ack=async: the rest of the trace matches')
  })

  it('says what it needs to hold a recording of steps against the model', () => {
    const { out } = run('validate', trace('good.ndjson', APPEND))
    expect(out).toContain('Say how the system is set up: model in the header, --preset NAME or --set KNOB=VALUE.')
    const { status, out: empty } = run('validate', trace('note.ndjson', { type: 'note' }), '--preset', 'async')
    expect([status, empty.split('\n')[0]]).toEqual([
      3,
      'note.ndjson is not judged: nothing in it is a step of replication or says anything that a rule could be held against.',
    ])
  })

  it('counts the crash that only a restart tells of, and does not call it recorded', () => {
    const { out } = run('validate', trace('back.ndjson', APPEND, { type: 'restart', node: 'b' }), '--preset', 'async')
    expect(out).toContain('Steps that no event recorded: 1 crash.')
    expect(out).toContain('crash (or the restart after it)')
  })

  it('ends with 2 for what is no trace, no map, no preset or no knob, and suggests', () => {
    writeFileSync(join(folder, 'bad.ndjson'), `${JSON.stringify(HEADER)}\n{"type":"apend","node":"a","index":1}\n`)
    const broken = run('validate', 'bad.ndjson', '--set', 'ack=any')
    expect([broken.status, broken.out]).toEqual([2, ''])
    expect(broken.error).toMatch(/bad\.ndjson:2:\d+ {2}E-TYPE/)
    expect(broken.error).toContain('append')
    expect(run('validate', 'harbor.log', '--map', 'etcd-raf').error).toContain('Did you mean etcd-raft?')
    expect(run('validate', trace('good.ndjson', APPEND), '--preset', 'asinc').error).toContain('Did you mean async?')
    expect(run('validate', 'good.ndjson', '--set', 'writes=3').error).toContain('writes bounds a search')
    expect(run('validate', 'nowhere.ndjson').error).toContain('There is no trace at nowhere.ndjson.')
  })

  it('shows the JSON pointer of a value that is wrong', () => {
    const { error } = run('validate', trace('pointed.ndjson', { ...APPEND, obs: { last: 'x' } }), '--set', 'ack=any')
    expect(error).toContain('E-KIND  /obs/last  obs.last of an append must be')
  })

  it('judges the other files where one is no trace or is not there, and ends with 2', () => {
    trace('good.ndjson', APPEND, REPLY)
    trace('early.ndjson', { ...APPEND, index: 0.5 })
    const files = ['early.ndjson', 'good.ndjson', 'nowhere.ndjson']
    const { status, out, error } = run('validate', ...files, '--preset', 'async')
    expect([status, out.includes('good.ndjson is accepted')]).toEqual([2, true])
    expect(out).toContain('1 of 3 files judged. No trace, hence exit code 2: early.ndjson, nowhere.ndjson.')
    expect(error).toContain('early.ndjson:2')
    expect(error).toContain('nowhere.ndjson  E-FILE')
  })

  it('says in JSON what is wrong with an input, beside the verdicts of the others', () => {
    trace('good.ndjson', APPEND, REPLY)
    trace('pointed.ndjson', { ...APPEND, obs: { last: 'x' } })
    const { status, out } = run('validate', 'pointed.ndjson', 'good.ndjson', '--preset', 'async', '--format', 'json')
    const document = JSON.parse(out) as { readonly traces: object; readonly refused: object }
    expect(status).toBe(2)
    expect(document.traces).toMatchObject([{ file: 'good.ndjson', verdict: 'accepted' }])
    expect(document.refused).toMatchObject([{ file: 'pointed.ndjson', problemCount: 1, problems: [POINTED] }])
  })

  it('points at a configuration in the header that there is not, unless the command line names one', () => {
    writeFileSync(join(folder, 'model.ndjson'), `${JSON.stringify({ ...HEADER, model: { preset: 'asinc' } })}\n`)
    const { status, error } = run('validate', 'model.ndjson')
    expect([status, error]).toEqual([2, expect.stringMatching(/model\.ndjson:1:\d+ {2}E-PRESET {2}\/model\/preset/)])
    expect(error).toContain('Did you mean async?')
    expect(run('validate', 'model.ndjson', '--preset', 'async').status).toBe(3)
  })

  it('finds a knob that there is not also where a map names it', () => {
    const map = readFileSync(join(folder, 'harbor.map.json'), 'utf8')
    writeFileSync(join(folder, 'knob.map.json'), map.replace('"header": {', '"header": {"model": {"acck": "any"},'))
    const { status, error } = run('validate', 'harbor.log', '--map', 'knob.map.json')
    expect([status, error]).toEqual([2, expect.stringContaining('E-MAP-HEADER')])
    expect(error).toContain('Did you mean ack?')
  })

  it('says in JSON what is wrong with a map, on which every trace depends', () => {
    writeFileSync(join(folder, 'broken.map.json'), '{"map": }')
    const { status, out } = run('validate', 'harbor.log', '--map', 'broken.map.json', '--format', 'json')
    expect(status).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ traces: [], refused: [{ problems: [{ code: 'E-MAP-JSON', line: 1 }] }] })
  })

  it('has a code for a .gz that is cut off, damaged or none', () => {
    const packed = gzipSync(readFileSync(join(folder, trace('good.ndjson', APPEND, REPLY))))
    writeFileSync(join(folder, 'cut.gz'), packed.subarray(0, packed.length - 20))
    writeFileSync(join(folder, 'damaged.gz'), packed.with(packed.length - 5, 1 + packed[packed.length - 5]))
    writeFileSync(join(folder, 'plain.gz'), 'plain')
    for (const [file, says] of [
      ['cut.gz', 'it ends too early.\nUnpack what there is of it:  gzip -dc cut.gz'],
      ['damaged.gz', 'it is damaged'],
      ['plain.gz', 'rename it without .gz'],
    ])
      for (const command of ['validate', 'monitor']) {
        const { status, error } = run(command, file)
        expect([status, error]).toEqual([2, expect.stringContaining(`${file}  E-GZIP  `)])
        expect(error).toContain(says)
      }
  })

  it('ends with 3 when nothing in the trace can be judged', () => {
    expect(run('validate', trace('empty.ndjson', { type: 'note' }), '--set', 'ack=any').status).toBe(3)
  })

  it('ends with 4 when the search meets its limit', () => {
    const hidden = trace('hidden.ndjson', APPEND, { ...REPLY, op: 'w1' }, { type: 'crash', node: 'a' })
    expect(run('validate', hidden, '--set', 'ack=any', '--budget', '1').status).toBe(4)
  })

  it('ends with 4 soon after its time, though the search is amid steps that nobody recorded', () => {
    const nodes = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const types = ['append', 'receive', 'flush', 'apply', 'reply', 'crash', 'restart', 'promote', 'follow']
    const complete = Object.fromEntries(types.map(type => [type, 'some']))
    const appends = Array.from({ length: 20 }, (_, place) => ({ ...APPEND, index: place + 1, op: `w${place + 1}` }))
    const lines = [{ ...HEADER, nodes, complete }, ...appends, { type: 'apply', node: 'c', index: 20 }]
    writeFileSync(join(folder, 'guesses.ndjson'), lines.map(line => `${JSON.stringify(line)}\n`).join(''))
    const settings = ['followerFlush=lazy', 'followerApply=lazy', 'ack=any'].flatMap(knob => ['--set', knob])
    const { status, out } = run('validate', 'guesses.ndjson', ...settings, '--timeout', '100ms')
    expect([status, out.includes('Raise --budget or --timeout.')]).toEqual([4, true])
  })

  it('says the same in JSON', () => {
    const { status, out } = run('validate', 'harbor-lost.log', ...HARBOR, '--format', 'json')
    const document = JSON.parse(out) as { readonly traces: readonly { readonly match: { readonly failure: object } }[] }
    expect(status).toBe(1)
    expect(Object.keys(document.traces[0].match.failure)).toEqual([
      'line',
      'src',
      'contradiction',
      'prefixes',
      'settled',
      'guards',
      'states',
      'expected',
      'core',
      'repairs',
      'knobs',
      'losses',
    ])
  })

  it('lets a known deviation pass until its day, and counts it', () => {
    const early = trace('early.ndjson', APPEND, REPLY)
    waiver('2999-01-01')
    const passed = run('validate', early, '--set', 'ack=any', '--waivers', 'waivers.json')
    expect([passed.status, passed.out.includes('answers early (1 time)')]).toEqual([0, true])
    waiver('2020-01-01')
    expect(run('validate', early, '--set', 'ack=any', '--waivers', 'waivers.json').error).toContain('E-EXPIRED')
    waiver('2999-01-01', { rule: 'NoLateAcks' })
    const misspelt = run('validate', early, '--set', 'ack=any', '--waivers', 'waivers.json')
    expect([misspelt.status, misspelt.error.includes('Did you mean NoLateAck?')]).toEqual([2, true])
  })

  it('lets a known deviation from one guard pass, and no other', () => {
    const early = trace('early.ndjson', APPEND, REPLY)
    const judged = (action: string, index: number) => {
      waiver('2999-01-01', { guard: { action, index } })
      return run('validate', early, '--set', 'ack=any', '--waivers', 'waivers.json')
    }
    const guards = run('validate', early, '--set', 'ack=any')
      .out.split('\n')
      .filter(line => /^ *(?:true|FALSE) .* guard\(/.test(line))
    const alone = guards.findIndex(line => line.includes('FALSE'))
    expect(alone).toBeGreaterThan(0)
    expect(guards.filter(line => line.includes('FALSE'))).toHaveLength(1)
    expect(judged('acknowledge', alone)).toMatchObject({ status: 0 })
    expect(judged('acknowledge', alone - 1)).toMatchObject({ status: 1 })
    expect(judged('acknowlege', alone).error).toContain('Did you mean acknowledge?')
    expect(judged('acknowledge', guards.length).error).toContain('E-GUARD')
  })

  it('says of a history that is undecided whether a longer search may decide it', () => {
    expect(history({ invoke: 'some' }, 'a')).toBe(
      'history.ndjson is undecided: whether its operations are linearizable cannot be told. Not every operation was recorded; another may explain what these saw.',
    )
    expect(history({ invoke: 'all' }, 'a')).toContain('is rejected: its operations are not linearizable')
  })

  it('adds up what several runs met', () => {
    trace('good.ndjson', APPEND, REPLY)
    for (let time = 0; time < 2; time++) run('validate', 'good.ndjson', '--set', 'ack=async', '--coverage', 'met.json')
    const met = JSON.parse(readFileSync(join(folder, 'met.json'), 'utf8')) as {
      readonly traces: number
      readonly actions: { readonly [action: string]: number }
    }
    expect([met.traces, met.actions['write'], met.actions['acknowledge'], met.actions['crash']]).toEqual([2, 2, 2, 0])
  })
})

const cover = (name: string, ...events: readonly object[]): string => {
  trace(`${name}.ndjson`, ...events)
  run('validate', `${name}.ndjson`, '--set', 'ack=async', '--coverage', `${name}.json`)
  return `${name}.json`
}

describe('primacy trace coverage', () => {
  it('adds up files, tells the sum and writes it as one of them', () => {
    const files = [cover('one', APPEND, REPLY), cover('two', APPEND)]
    const { status, out } = run('trace', 'coverage', ...files, '--output', 'sum.json')
    expect([status, out.split('\n')[0]]).toEqual([
      0,
      'Coverage of single-leader by 2 traces of 2 files, 3 events: 2 of 17 actions matched, 0 of 38 guards both true and false.',
    ])
    expect(out).toMatch(/ {2}write +2 times +2 guards: all never false\n/)
    expect(out).toMatch(/ {2}crash +never +2 guards: all never evaluated\n/)
    const sum = readFileSync(join(folder, 'sum.json'), 'utf8')
    expect(JSON.parse(sum)).toMatchObject({
      format: 'primacy-coverage',
      traces: 2,
      actions: { write: 2, acknowledge: 1 },
    })
    expect(run('trace', 'coverage', ...files, '--output', '-').out).toBe(sum)
  })

  it('refuses what is of another specification, or no coverage', () => {
    const own = cover('one', APPEND)
    const other = readFileSync(join(folder, own), 'utf8').replace('"single-leader"', '"another"')
    writeFileSync(join(folder, 'other.json'), other)
    const { status, error, out } = run('trace', 'coverage', own, 'other.json', 'one.ndjson', '--output', 'none.json')
    expect([status, out, existsSync(join(folder, 'none.json'))]).toEqual([2, '', false])
    expect(error).toContain('This is the coverage of another, not of single-leader.')
    expect(error).toContain('one.ndjson')
  })
})

describe('primacy trace mutate', () => {
  it('refuses a recording that is not accepted', () => {
    const { status, error } = run('trace', 'mutate', 'harbor-lost.log', ...HARBOR)
    expect([status, error.includes('only into a recording that is accepted')]).toEqual([2, true])
  })
})

const text = (...lines: readonly object[]): string => lines.map(line => `${JSON.stringify(line)}\n`).join('')

/** One node's own recording; that of a says how it all began. */
const file = (name: string, nodes: readonly string[], ...events: readonly object[]): string => {
  const { init, ...header } = HEADER
  const own = name === 'a.ndjson' ? { ...header, init, nodes } : { ...header, nodes }
  writeFileSync(join(folder, name), text(own, ...events, { type: 'end', count: events.length }))
  return name
}

const receive = (seq: number): object => ({ type: 'receive', node: 'b', seq, from: 'a', index: 1 })

describe('primacy trace merge', () => {
  it('makes one recording of several, which is judged with the places in their files', () => {
    const files = [file('a.ndjson', ['a'], APPEND, REPLY), file('b.ndjson', ['b'], receive(1))]
    const { status, error, out } = run('trace', 'merge', ...files)
    expect([status, error.split('\n')[0]]).toEqual([0, 'Merged 2 recordings: 3 events of a, b.'])
    writeFileSync(join(folder, 'all.ndjson'), out)
    expect(run('validate', 'all.ndjson', '--set', 'ack=any')).toMatchObject({ status: 0 })
    const early = [file('a.ndjson', ['a'], APPEND, REPLY), file('b.ndjson', ['b'])]
    run('trace', 'merge', ...early, '--output', 'all.ndjson')
    expect(run('validate', 'all.ndjson', '--set', 'ack=any').out).toContain('Line 3 (a.ndjson, line 3) is no step')
  })

  it('maps the logs of nodes first', () => {
    const log = readFileSync(join(folder, 'harbor.log'), 'utf8').split('\n')
    for (const node of ['east', 'west', 'north'])
      writeFileSync(join(folder, `${node}.log`), log.filter(line => line.includes(` ${node} `)).join('\n'))
    const map = JSON.parse(readFileSync(join(folder, 'harbor.map.json'), 'utf8')) as { readonly header: object }
    const header = { ...map.header, init: { leader: 'east', epoch: 1, last: 0 } }
    writeFileSync(join(folder, 'nodes.map.json'), JSON.stringify({ ...map, header }))
    const logs = ['east.log', 'west.log', 'north.log']
    const merged = run('trace', 'merge', '--map', 'nodes.map.json', ...logs, '--output', 'all.ndjson')
    expect(merged.error).toContain('9 events of east, west, north')
    expect(run('validate', 'all.ndjson', '--set', 'ack=any')).toMatchObject({ status: 0 })
    const disagreeing = run('trace', 'merge', '--map', 'harbor.map.json', ...logs)
    expect([disagreeing.status, disagreeing.error.split('\n')[0]]).toEqual([
      2,
      'The headers disagree: init.leader is "east" in east.log and "west" in west.log.',
    ])
  })

  it('shows what only all files together can', () => {
    const files = [
      file('a.ndjson', ['a'], APPEND),
      file('b.ndjson', ['b'], receive(2)),
      file('c.ndjson', ['b'], receive(1)),
    ]
    const { status, error, out } = run('trace', 'merge', ...files)
    expect([status, out, error.includes('E-SEQ') && error.includes('c.ndjson')]).toEqual([2, '', true])
  })
})
