// Files, read and written whole: a file that is there is complete.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from './usage.ts'

/** The package's own folder. */
export const packageRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)))

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder))
}

/** Reads a text file the user named. */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT')
      throw new UsageError(
        `There is no ${what} at ${shown(file)}.`,
        'Check the path; it is taken relative to the current folder.',
      )
    if (code === 'EISDIR') throw new UsageError(`${shown(file)} is a folder, not a ${what}.`)
    throw new UsageError(`The ${what} at ${shown(file)} cannot be read: ${code ?? String(error)}.`)
  }
}

/** Writes a file through a temporary one beside it, so that no reader and no interruption leaves half of it. */
export function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, text)
    renameSync(temporary, file)
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary)
    throw new UsageError(
      `${shown(file)} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`,
      'Choose another place with --out DIR or --output FILE.',
    )
  }
}

/** A path as reports show it: relative to the current folder when it is below, with forward slashes. */
export function shown(file: string): string {
  const below = relative(process.cwd(), file)
  return (below === '' || below.startsWith('..') ? file : below).split(sep).join('/')
}
