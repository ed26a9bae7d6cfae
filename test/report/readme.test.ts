// What README shows must be what the commands print; the goldens hold what they print.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const readme = readFileSync('README.md', 'utf8')
const blocks = Array.from(readme.matchAll(/```(\w*)\n([^]*?)```/g), ([, language, text]) => ({ language, text }))
const folder = mkdtempSync(join(tmpdir(), 'primacy-readme-'))
afterAll(() => rmSync(folder, { recursive: true }))

function printed(...args: readonly string[]): string {
  return spawnSync(process.execPath, [resolve('bin/primacy.js'), ...args], { cwd: folder, encoding: 'utf8' }).stdout
}

describe('README', () => {
  it('shows the overview as printed', () => {
    expect(blocks.map(({ text }) => text)).toContain(printed('check'))
  })

  const commands = blocks.filter(({ text }) => text.startsWith('$ npx primacy check'))

  it('shows more commands', () => {
    expect(commands.length).toBeGreaterThanOrEqual(2)
  })

  it.each(commands)('shows what a command prints: $text', ({ text }) => {
    const specification = blocks.find(({ language }) => language === 'ts')
    writeFileSync(join(folder, 'lease.ts'), specification?.text ?? '')
    const [first, ...rest] = text.split('\n')
    expect(rest.join('\n')).toBe(printed(...first.split(' ').slice(3)))
  })
})
