// `npm run interop` on a machine without the other languages: it says what is missing, all of it, and fails.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

test('every toolchain that is missing is named', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'interop/run.mjs')], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: '/nowhere' },
  })
  expect(stderr).toMatch(/java is missing: the Java peer takes a JDK 17 or newer and Maven/)
  expect(stderr).toMatch(/python3? is missing: the Python peer takes Python 3\.10 or newer/)
  expect(status).toBe(1)
})
