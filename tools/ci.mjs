// Runs the steps of CI one after the other, also after a failure, and adds up what they count. Uses nothing but Node: it starts before `npm ci`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { countsOf } from './ci-counts.mjs'

/** name | command, in a shell at the top of the repository. A suite that needs another language is a script of its own, and a line here. */
const STEPS = [
  'install and test | npm cit',
  'lint | npm run lint',
  'types | npm run typecheck',
  'imports | npm run check:imports',
  'package | npm run check:pack',
  'oldest and newest AWS SDK | npm run check:sdk',
  'demo | npm run demo',
  'KMS providers against moto | npm run suite:moto',
  'stores, clients and expressions against DynamoDB Local | npm run suite:dynamodb-local',
  'the Java and Python clients beside ours | npm run interop',
  'keys in a PKCS#11 token | npm run check:pkcs11',
  'benchmark, short | npm run bench -- --short',
]
const STEP_LIMIT_MINUTES = 20

const { FORCE_COLOR: _, ...inherited } = process.env
const env = { ...inherited, CI: 'true', NO_COLOR: '1' }
const cwd = fileURLToPath(new URL('..', import.meta.url))

/** @type {(() => void) | undefined} ends the step that runs now, whatever it has started */
let stop
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    stop?.()
    process.exit(1)
  })
}

/**
 * @param {string} command
 * @returns {Promise<{ output: string, code: number | null }>} code null: killed
 */
async function runStep(command) {
  // A process group of its own, so that servers and workers which a step leaves behind end with it.
  const child = spawn(command, { shell: true, detached: true, cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text
      process.stdout.write(text)
    })
  }
  stop = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // nothing of the group is left
    }
  }
  const limit = setTimeout(() => {
    console.log(`stopped: over ${STEP_LIMIT_MINUTES} minutes`)
    stop?.()
  }, STEP_LIMIT_MINUTES * 60_000)
  child.once('exit', stop)
  const [code] = await once(child, 'close')
  clearTimeout(limit)
  stop = undefined
  return { output, code }
}

const summary = []
const total = { passed: 0, failed: 0 }
for (const step of STEPS) {
  const [name = '', command = ''] = step.split(' | ')
  console.log(`\n=== ${name}: ${command}`)
  const started = performance.now()
  const { output, code } = await runStep(command)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const { passed, failed } = countsOf(output, code === 0)
  total.passed += passed
  total.failed += failed
  const line = `${failed === 0 ? 'ok    ' : 'FAILED'} ${seconds.padStart(6)} s  ${name}: ${passed} passed, ${failed} failed`
  summary.push(line)
  console.log(`--- ${line}`)
}

console.log(`\n${summary.join('\n')}`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
