// Preloaded into a measured process: writes the most memory it ever had, in bytes, to the file that the environment
// names. Plain JavaScript, so that it does not bring the cost of loading TypeScript into a process that has none.
import { writeFileSync } from 'node:fs'

process.on('exit', () => {
  const file = process.env['PRIMACY_BENCH_PEAK']
  if (file !== undefined) writeFileSync(file, String(process.resourceUsage().maxRSS * 1024))
})
