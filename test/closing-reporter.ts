// Prints the run's counts as the last line, in a form that other programs read.
import type { SerializedError } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 }
    for (const module of modules) {
      const failedBefore = counts.failed
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state !== 'pending') counts[state]++
      }
      // A file that could not be loaded, or whose hook threw, fails without a failed test.
      if (module.state() === 'failed' && counts.failed === failedBefore) counts.failed++
    }
    // They fail the run although every test passed.
    counts.failed += unhandledErrors.length
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
    // After the default reporter's summary, which is written in the same turn.
    process.once('exit', code => {
      // A run that fails for another reason, such as its setup, must not close with "0 failed".
      const failed = counts.failed === 0 && code !== 0 ? 1 : counts.failed
      process.stdout.write(`${counts.passed} passed, ${failed} failed${skipped}\n`)
    })
  }
}
