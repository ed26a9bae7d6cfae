// The section of README that goes from a log to a verdict: its files are those that are shipped, and each of its
// commands prints what is shown.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const readme = readFileSync('README.md', 'utf8')
const section = /^## Validate a trace of your own system[^]*?(?=^## )/m.exec(readme)?.[0] ?? ''
const blocks = Array.from(section.matchAll(/```\w*\n([^]*?)```/g), ([, text]) => text)
const commands = blocks.filter(text => text.startsWith('$ npx primacy '))

function example(name: string): readonly string[] {
  return readFileSync(`traces/examples/${name}`, 'utf8').split('\n')
}

describe('the five minutes of README', () => {
  it.each(['harbor.log', 'harbor.map.json'])('show %s as it is shipped', name => {
    expect(blocks).toContain(readFileSync(`traces/examples/${name}`, 'utf8'))
  })

  it('change one line for each rejection', () => {
    const log = example('harbor.log')
    expect(example('harbor-early.log')).toEqual(log.filter((_, index) => index !== 6))
    const lost = example('harbor-lost.log')
    expect(lost.filter((line, index) => line !== log[index])).toHaveLength(1)
    expect(lost).toHaveLength(log.length)
  })

  it('validate twice, mutate and monitor', () => {
    expect(commands.map(text => text.split(' ')[3])).toEqual(['validate', 'validate', 'trace', 'monitor'])
  })

  it.each(commands)('show what a command prints: %s', { timeout: 120_000 }, text => {
    const [command, ...shown] = text.split('\n')
    const { stdout } = spawnSync(process.execPath, ['bin/primacy.js', ...command.split(' ').slice(3)], {
      encoding: 'utf8',
    })
    expect(stdout).toBe(shown.join('\n'))
  })
})
