// Runs a command while servers run, and stops them after it, however it ended.
import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
const BIN = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url))

/**
 * @typedef {object} OutsideServer
 * @property {string} name
 * @property {string} variable what the command finds the server's URL in
 * @property {() => Promise<import('./server-process.mjs').RunningServer>} start
 */

/** Credentials that mean nothing, and nothing that would lead the command to a real account. */
function environment() {
  const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _token, AWS_ENDPOINT_URL: _endpoint, ...inherited } = process.env
  return {
    ...inherited,
    PATH: [BIN, process.env['PATH'] ?? ''].join(delimiter),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

/**
 * @param {readonly OutsideServer[]} servers
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<number>} the command's exit code; 1 where a signal ended it
 */
export async function runBeside(servers, command, args) {
  /** @type {NodeJS.ProcessEnv} */
  const env = environment()
  /** @type {import('./server-process.mjs').RunningServer[]} */
  const running = []
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child
  const interrupted = new AbortController()
  const interrupt = (/** @type {NodeJS.Signals} */ signal) => {
    interrupted.abort()
    child?.kill(signal) // it ends as it likes, and then the servers are stopped
  }
  for (const signal of SIGNALS) process.on(signal, interrupt)
  try {
    for (const { name, variable, start } of servers) {
      const server = await start()
      running.push(server)
      if (interrupted.signal.aborted) return 1
      env[variable] = server.endpoint
      console.log(`${name} answers at ${server.endpoint}`)
    }
    return await new Promise((resolve, reject) => {
      child = spawn(command, args, { env, stdio: 'inherit' })
      child.once('error', reject)
      child.once('close', (code) => resolve(code ?? 1))
    })
  } finally {
    await Promise.all(running.map((server) => server.stop()))
    for (const signal of SIGNALS) process.off(signal, interrupt)
  }
}
