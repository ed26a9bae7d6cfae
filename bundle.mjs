// The command line and the two libraries in few files: to load a hundred small ones took longer than to check a small
// model. Specifications stay as they are, one file each. Packages stay outside, and are dependencies.
import { readdirSync } from 'node:fs'
import { build } from 'rolldown'

/** @param {string} id */
const outside = id => !/^[./]/.test(id)
const specifications = readdirSync('spec', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))

await build([
  {
    input: {
      'cli/main': 'src/cli/main.ts',
      'explore/helper': 'src/explore/helper.ts',
      index: 'src/index.ts',
      recorder: 'src/recorder.ts',
    },
    external: outside,
    platform: 'node',
    // One folder below `src`, as the modules are that refer to others by a path (`import.meta.url`).
    output: { dir: 'dist/src', chunkFileNames: 'chunks/[name].js', sourcemap: true },
  },
  {
    input: Object.fromEntries(specifications.map(name => [name.replace(/\.ts$/, ''), `spec/${name}`])),
    external: outside,
    platform: 'node',
    output: { dir: 'dist/spec', sourcemap: true },
  },
])
