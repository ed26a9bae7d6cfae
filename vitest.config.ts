// On an older Node the runner is green until its first failing test crashes the reporter; better to say so first.
const [major, minor] = process.versions.node.split('.').map(Number) as [number, number]
if (major < 22 || (major === 22 && minor < 18)) {
  throw new Error(`Tests need Node.js >= 22.18 (this is ${process.version}). npm ci installs one; npm test uses it.`)
}
const { defineConfig } = await import('vitest/config')

export default defineConfig({
  resolve: { alias: { primacy: new URL('src/index.ts', import.meta.url).pathname } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/seed.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 120_000,
    reporters: ['default', './test/closing-reporter.ts'],
    maxWorkers: 2,
  },
})
