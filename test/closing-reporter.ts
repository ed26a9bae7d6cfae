// Prints the run's counts as the last line, in a form that other programs read.
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state !== 'pending') counts[state]++
      }
      if (module.state() === 'failed' && counts.failed === 0) counts.failed++ // a file that could not be loaded
    }
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
    // After the default reporter's summary, which is written in the same turn.
    process.once('exit', () => process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`))
  }
}
