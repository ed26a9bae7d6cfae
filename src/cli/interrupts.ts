// Ctrl-C: the first asks what runs to stop and to tell what it has found, the next ends the process.

/**
 * Signals within this time are one Ctrl-C: a terminal sends it to every process of the command, and a process in
 * between, such as the shim of an older Node, passes on what it gets.
 */
const ONE_MS = 100

let stop: (() => void) | null = null
let listening = false
let quiet = false

/** Has the next Ctrl-C call `ask`, once, instead of ending the process. Returns what ends that. */
export function onInterrupt(ask: () => void): () => void {
  // Stays: the second signal of a Ctrl-C may come when what it stopped has come to its end.
  if (!listening) process.on('SIGINT', interrupted)
  listening = true
  stop = ask
  return () => {
    stop = null
  }
}

function interrupted(): void {
  if (quiet) return
  quiet = true
  // In a process that was busy meanwhile, signals that have been waiting are heard after timers and before immediates.
  setTimeout(() => setImmediate(() => (quiet = false)), ONE_MS).unref()
  if (stop === null) process.exit(130)
  else stop()
  stop = null
}
