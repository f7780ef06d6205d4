// One server as a process of its own: a free port, started, waited for until it answers, ended.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const ANSWERS_WITHIN_MS = 60_000
const ENDS_WITHIN_MS = 3000
const POLL_MS = 50
const KEPT_OUTPUT = 4000 // characters, for the error

/**
 * @typedef {object} RunningServer
 * @property {string} endpoint `http://127.0.0.1:<port>`
 * @property {() => Promise<void>} stop ends the process and waits until it is gone
 */

/** @returns {Promise<number>} a port of 127.0.0.1 that nothing listens on */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port of 127.0.0.1 is free')
  return address.port
}

/**
 * @param {string} endpoint
 * @returns {Promise<boolean>} whether it answers at all: an unsigned request gets an error, but from a server that is up
 */
async function answers(endpoint) {
  try {
    const response = await fetch(endpoint, { signal: AbortSignal.timeout(1000), headers: { connection: 'close' } })
    await response.arrayBuffer()
    return true
  } catch {
    return false
  }
}

/**
 * @param {string} name for messages
 * @param {string} command
 * @param {(port: number) => string[]} argsFor
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<RunningServer>}
 */
export async function startServer(name, command, argsFor, env = process.env) {
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const child = spawn(command, argsFor(port), { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    // Read on to the end, or the process would block on a full pipe.
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output = (output + text).slice(-KEPT_OUTPUT)))
  }
  /** @type {string | undefined} */
  let end
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(void (end ??= error.message)))
    child.once('close', (code, signal) => resolve(void (end ??= `ended with ${signal ?? `status ${code ?? '?'}`}`)))
  })
  const stop = async () => {
    child.kill('SIGTERM')
    const kill = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS)
    await ended
    clearTimeout(kill)
  }
  for (const deadline = Date.now() + ANSWERS_WITHIN_MS; !(await answers(endpoint));) {
    if (end === undefined && Date.now() < deadline) {
      await sleep(POLL_MS)
      continue
    }
    const what = end ?? `did not answer within ${ANSWERS_WITHIN_MS / 1000} seconds`
    await stop()
    throw new Error(`${name} ${what}:\n${output.trim()}`)
  }
  return { endpoint, stop }
}
