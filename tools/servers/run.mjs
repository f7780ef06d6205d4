// Starts servers that are not ours, runs a command beside them, and stops them:
//   node tools/servers/run.mjs moto -- vitest run test/kms
//   node tools/servers/run.mjs moto dynamodb-local -- npm run something
// The command finds each server by a variable (KMS_ENDPOINT, DYNAMODB_ENDPOINT), and credentials that mean nothing. Its exit code is ours.
import { dynamodbLocal } from './dynamodb-local.mjs'
import { moto } from './moto.mjs'
import { runBeside } from './run-beside.mjs'

const SERVERS = [moto, dynamodbLocal]

const args = process.argv.slice(2)
const divider = args.indexOf('--')
const names = args.slice(0, Math.max(divider, 0))
const servers = SERVERS.filter(({ name }) => names.includes(name))
const [command, ...commandArgs] = args.slice(divider + 1)
if (command === undefined || names.length === 0 || servers.length !== names.length) {
  console.error(`usage: node tools/servers/run.mjs <${SERVERS.map(({ name }) => name).join(' | ')}>... -- <command> [argument]...`)
  process.exitCode = 2
} else {
  try {
    process.exitCode = await runBeside(servers, command, commandArgs)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
