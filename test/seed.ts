// One seed a run for every property-based test, printed so that a failure can be repeated.
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    seed: number
  }
}

export default function setup(project: TestProject): void {
  const given = process.env['PRIMACY_SEED']
  if (given !== undefined && !/^-?\d{1,10}$/.test(given))
    throw new Error(`PRIMACY_SEED=${given}: a seed is an integer.`)
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given)
  process.stdout.write(`fast-check seed ${seed} (PRIMACY_SEED=${seed} npm test repeats it)\n`)
  project.provide('seed', seed)
}
