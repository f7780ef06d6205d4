// Builds the package from nothing: tsc twice (dist/esm, dist/cjs) at the same time, then a package.json in each that tells Node which it is.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

/** `sideEffects` is said again, since a bundler reads it from the nearest package.json. */
const FORMATS = {
  esm: { type: 'module', sideEffects: false },
  cjs: { type: 'commonjs', sideEffects: false },
}

/** @param {string} format */
async function compile(format) {
  const child = spawn(process.execPath, [tsc, '-p', `tsconfig.${format}.json`], { cwd: root, stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  return code === 0
}

rmSync(`${root}dist`, { recursive: true, force: true })
const built = await Promise.all(Object.keys(FORMATS).map(compile))
if (built.includes(false)) process.exit(1)
for (const [format, manifest] of Object.entries(FORMATS)) {
  writeFileSync(`${root}dist/${format}/package.json`, `${JSON.stringify(manifest)}\n`)
}
