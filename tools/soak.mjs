// Runs the property suites (test files with `property` in their path) at their full figures: minutes to hours, not part of CI.
// FC_RUNS is the number of runs for each property, read by the tests; more arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const env = { ...process.env, SOAK: '1', FC_RUNS: process.env['FC_RUNS'] ?? '100000' }
const args = [vitest, 'run', 'property', '--testTimeout=0', ...process.argv.slice(2)]
const { status } = spawnSync(process.execPath, args, { cwd: fileURLToPath(new URL('..', import.meta.url)), env, stdio: 'inherit' })
process.exit(status ?? 1)
