// How `npm run interop` runs: interop/suites, one file after the other, so that each suite has the machine for its share of the time.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import rootConfig from '../vitest.config.js'

const { resolve = {} } = rootConfig

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  resolve,
  test: {
    include: ['interop/suites/**/*.test.ts'],
    watch: false,
    testTimeout: 0, // each random test gets its time from support/budget.ts; each answer of a peer has a limit of its own
    hookTimeout: 60_000,
    pool: 'forks',
    fileParallelism: false,
    reporters: ['default'],
  },
})
