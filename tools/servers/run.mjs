// Starts servers that are not ours, runs a command beside them, and stops them:
//   node tools/servers/run.mjs moto -- vitest run test/kms
//   node tools/servers/run.mjs moto dynamodb-local -- npm run something
// The command finds each server by a variable (KMS_ENDPOINT, DYNAMODB_ENDPOINT), and credentials that mean nothing. Its exit code is ours.
import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as dynamodbLocal from './dynamodb-local.mjs'
import * as moto from './moto.mjs'

const SERVERS = new Map(Object.entries({ moto, 'dynamodb-local': dynamodbLocal }))
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

const args = process.argv.slice(2)
const divider = args.indexOf('--')
const names = args.slice(0, divider)
const [command, ...commandArgs] = args.slice(divider + 1)
if (divider < 1 || command === undefined || names.some((name) => !SERVERS.has(name))) {
  console.error(`usage: node tools/servers/run.mjs <${[...SERVERS.keys()].join(' | ')}>... -- <command> [argument]...`)
  process.exit(2)
}

/** @type {import('./server-process.mjs').RunningServer[]} */
const running = []

async function stopAll() {
  await Promise.all(running.splice(0).map((server) => server.stop()))
}

/** @type {import('node:child_process').ChildProcess | undefined} */
let child
for (const signal of SIGNALS) {
  process.once(signal, () => {
    // With a command the signal is its own business: it ends, and then so do the servers.
    if (child !== undefined) child.kill(signal)
    else void stopAll().finally(() => process.exit(1))
  })
}

// What would lead the command to a real account.
const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _token, AWS_ENDPOINT_URL: _endpoint, ...inherited } = process.env
/** @type {NodeJS.ProcessEnv} */
const env = {
  ...inherited,
  PATH: [fileURLToPath(new URL('../../node_modules/.bin', import.meta.url)), process.env['PATH'] ?? ''].join(delimiter),
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_EC2_METADATA_DISABLED: 'true',
}

try {
  for (const name of names) {
    const module = SERVERS.get(name)
    if (module === undefined) continue
    const server = await module.start()
    running.push(server)
    env[module.variable] = server.endpoint
    console.log(`${name} answers at ${server.endpoint}`)
  }
  process.exitCode = await new Promise((resolve, reject) => {
    child = spawn(command, commandArgs, { env, stdio: 'inherit' })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1)) // null: a signal ended it
  })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await stopAll()
}
