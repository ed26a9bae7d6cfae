// Files, read and written whole: a file that is there is complete.
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
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

/** What stands in the way of writing, by the code of the error. */
const OBSTACLES: { readonly [code: string]: string } = {
  EACCES: 'you have no permission',
  EPERM: 'you have no permission',
  EROFS: 'the file system is read-only',
  EEXIST: 'a part of the path is a file, not a folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ENOENT: 'its folder cannot be made',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'the disk is full',
}

/**
 * Writes a file through a temporary one beside it, so that no reader and no interruption leaves half of it. `option` is
 * how the user says where it goes.
 */
export function writeWhole(file: string, text: string, option: string): void {
  writing(file, option, () => {
    refuseFolder(file)
    // A device or a pipe takes what comes; to rename a file over it would remove it.
    if (isSpecial(file)) return writeFileSync(file, text)
    mkdirSync(dirname(file), { recursive: true })
    // A link stays one.
    const target = existsSync(file) ? realpathSync(file) : file
    const temporary = temporaryOf(target)
    try {
      writeFileSync(temporary, text)
      renameSync(temporary, target)
    } catch (error) {
      if (existsSync(temporary)) rmSync(temporary)
      throw error
    }
  })
}

/** Fails where `writeWhole` would, and leaves nothing behind: asked before the work whose result goes there. */
export function assertWritable(file: string, option: string): void {
  writing(file, option, () => {
    refuseFolder(file)
    if (isSpecial(file)) accessSync(file, constants.W_OK)
    else probe(dirname(existsSync(file) ? realpathSync(file) : file))
  })
}

/** Fails where no file could be written into a folder, which need not be there; leaves nothing behind. */
export function assertFolder(folder: string, option: string): void {
  writing(folder, option, () => probe(folder))
}

/** Writes where a folder is, or where it would be made. */
function probe(folder: string): void {
  if (!existsSync(folder)) return probe(dirname(folder))
  const file = temporaryOf(join(folder, 'primacy'))
  writeFileSync(file, '')
  rmSync(file)
}

function temporaryOf(file: string): string {
  return `${file}.${process.pid}.tmp`
}

/** True of what is there and is neither a file nor a folder. */
function isSpecial(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats !== undefined && !stats.isFile() && !stats.isDirectory()
}

function refuseFolder(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
}

function writing(path: string, option: string, act: () => void): void {
  if (path === '') throw new UsageError(`${option.split(' ')[0]} is given an empty name.`, `Write  ${option}.`)
  try {
    act()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new UsageError(
      `${shown(path)} cannot be written: ${OBSTACLES[code] ?? code}.`,
      `Choose another place:  ${option}`,
    )
  }
}

/** A path as reports show it: relative to the current folder when it is below, with forward slashes. */
export function shown(file: string): string {
  const below = relative(process.cwd(), file)
  return (below === '' || below.startsWith('..') ? file : below).split(sep).join('/')
}
