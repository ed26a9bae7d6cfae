// The modules that specifications import, for the compiler.
import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { ReadModule } from '../compile/front/modules.ts'
import { readText } from './files.ts'

/** The module that another imports. */
export const readModule: ReadModule = (specifier, importer) => {
  const file = resolve(dirname(importer), specifier)
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? { file, text: readText(file, 'module') } : null
}
