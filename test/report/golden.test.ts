// What the commands print, to the letter. `npx vitest run test/report -u` writes the files in test/golden anew; read
// the difference by eye before committing it. Runs the built command line, as a user does.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const bin = resolve('bin/primacy.js')
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'primacy-golden-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function run(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  const text = `$ primacy ${args.join(' ')}\n${stdout}${stderr === '' ? '' : `--- stderr\n${stderr}`}--- exit ${status}\n`
  return text.replaceAll(resolve('.'), '<package>')
}

const COMMANDS: { readonly [name: string]: readonly string[] } = {
  overview: ['check'],
  'check-violated': ['check', '--set', 'reads=1', '--property', 'NoLostAckedWrite'],
  'check-holds': [
    'check',
    '--set',
    'ack=any',
    '--set',
    'elect=best',
    '--set',
    'poll=2',
    '--property',
    'NoLostAckedWrite',
  ],
  'check-continue': ['check', '--set', 'reads=1', '--continue'],
  'check-transition': ['check', '--set', 'epochDurable=false', '--set', 'crashes=2', '--property', 'MonotonicEpoch'],
  'check-limit': [
    'check',
    '--set',
    'elect=best',
    '--property',
    'SingleLeaderPerEpoch',
    '--max-states',
    '500',
    '--max-memory',
    '1GB',
  ],
  'check-strict': ['check', '--property', 'MonotonicEpoch', '--strict'],
  'unknown-value': ['check', '--set', 'ack=sync'],
  'unknown-knob': ['check', '--set', 'node=3'],
  'unknown-property': ['check', '--property', 'NoLoss'],
  'print-ir': ['check', resolve('spec/examples/transaction-commit.ts'), '--set', 'managers=2', '--print', 'ir'],
  'print-layout': ['check', resolve('spec/examples/slr.ts'), '--max-memory', '4GB', '--print', 'layout'],
  'scenarios-rows': ['scenarios', '--row', 'sync-any1', '--row', 'async-loss', '--row', 'S', '--row', 'three'],
  'replay-steps': [
    'replay',
    'traces/out/NoLostAckedWrite.json',
    '--step',
    '--watch',
    's.acked.length',
    '--watch',
    's.log.n2',
  ],
}

describe('the commands', () => {
  it.each(Object.entries(COMMANDS))('%s', async (name, args) => {
    await expect(run(...args)).toMatchFileSnapshot(resolve('test/golden', `${name}.txt`))
  })
})

describe('a trace that is not a behaviour', () => {
  const source = resolve('traces/async-loss-NoLostAckedWrite.json')
  const lines = readFileSync(source, 'utf8').split('\n')
  const replace = (from: string, to: string): string => {
    const text = lines.join('\n')
    expect(text).toContain(from)
    return text.replace(from, () => to)
  }
  const EDITS: { readonly [name: string]: () => string } = {
    'state edited': () => replace('"nextId":2', '"nextId":3'),
    'step left out': () => lines.filter(line => !line.includes('"action":"write"')).join('\n'),
    'configuration changed': () => replace('"ack":"async"', '"ack":"any"'),
    'specification changed': () =>
      replace('"specDigest": "sha256:', '"specDigest": "sha256:0000000000000000').replace(/[0-9a-f]{16}",\n/, '",\n'),
    'action misspelt': () => replace('"action":"acknowledge"', '"action":"acknowlege"'),
    'ends too early': () =>
      lines
        .filter(line => !line.includes('"action":"promote"'))
        .join('\n')
        .replace(/,\n {2}\]/, '\n  ]'),
    'not JSON': () => replace('"steps"', 'steps'),
    'not a trace': () => replace('"loop": null', '"loop": -1'),
  }

  it.each(Object.entries(EDITS))('%s', async (name, edit) => {
    writeFileSync(join(folder, 'trace.json'), edit())
    await expect(run('replay', 'trace.json')).toMatchFileSnapshot(
      resolve('test/golden', `replay-${name.replaceAll(' ', '-')}.txt`),
    )
  })
})
