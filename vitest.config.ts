// On an older Node the runner is green until its first failing test crashes the reporter; better to say so first.
const [major, minor] = process.versions.node.split('.').map(Number) as [number, number]
if (major < 22 || (major === 22 && minor < 18)) {
  throw new Error(`Tests need Node.js >= 22.18 (this is ${process.version}). npm ci installs one; npm test uses it.`)
}
const { fileURLToPath } = await import('node:url')
const { defineConfig } = await import('vitest/config')

export default defineConfig({
  resolve: { alias: { primacy: fileURLToPath(new URL('src/index.ts', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/seed.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 120_000,
    reporters: ['default', './test/closing-reporter.ts'],
    maxWorkers: 2,
  },
})
