// The entry of a helper thread: waits for phases, does its share, says so.
import { workerData } from 'node:worker_threads'
import { COMMANDS, CONTROL, type Setup, waitWhile } from './control.ts'
import { EngineThread } from './thread.ts'

const setup = workerData as Setup
const { control } = setup
const own = new EngineThread(setup)
let phase = Atomics.load(control, CONTROL.phase)
Atomics.add(control, CONTROL.ready, 1)
for (;;) {
  waitWhile(control, CONTROL.phase, phase)
  phase = Atomics.load(control, CONTROL.phase)
  if (control[CONTROL.command] === COMMANDS.stop) break
  try {
    own.run()
  } finally {
    Atomics.add(control, CONTROL.finished, 1)
    Atomics.notify(control, CONTROL.finished)
  }
}
