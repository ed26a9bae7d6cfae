// The entry of a helper thread: waits for phases, does its share, says so. It spins for a while before it sleeps, since
// phases of a busy exploration follow each other within microseconds.
import { workerData } from 'node:worker_threads'
import { COMMANDS, CONTROL, type Setup } from './control.ts'
import { EngineThread } from './thread.ts'

/** Looks at the control block before a thread goes to sleep. */
const SPINS = 20_000

const setup = workerData as Setup
const { control } = setup
const own = new EngineThread(setup)
let phase = Atomics.load(control, CONTROL.phase)
Atomics.add(control, CONTROL.ready, 1)
for (;;) {
  for (let spin = 0; spin < SPINS && Atomics.load(control, CONTROL.phase) === phase; spin++);
  while (Atomics.load(control, CONTROL.phase) === phase) Atomics.wait(control, CONTROL.phase, phase)
  phase = Atomics.load(control, CONTROL.phase)
  if (control[CONTROL.command] === COMMANDS.stop) break
  try {
    own.run()
  } finally {
    Atomics.add(control, CONTROL.finished, 1)
    Atomics.notify(control, CONTROL.finished)
  }
}
