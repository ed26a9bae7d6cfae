// One seed a run for every property-based test, printed so that a failure can be repeated.
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    seed: number
  }
}

export default function setup(project: TestProject): void {
  const given = Number(process.env['PRIMACY_SEED'])
  const seed = Number.isInteger(given) && given !== 0 ? given : Math.floor(Math.random() * 2 ** 31)
  process.stdout.write(`fast-check seed ${seed} (PRIMACY_SEED=${seed} npm test repeats it)\n`)
  project.provide('seed', seed)
}
