// `npm run interop`: prepares the peers, starts moto and DynamoDB Local, runs the suites of interop/suites beside them, stops everything.
// What follows goes to vitest: `npm run interop -- directions -t RSA`. The variables that it reads are in interop/README.md.
import { dynamodbLocal } from '../tools/servers/dynamodb-local.mjs'
import { moto } from '../tools/servers/moto.mjs'
import { runBeside } from '../tools/servers/run-beside.mjs'
import { preparePeers } from './peers.mjs'

try {
  process.env['INTEROP_PEERS'] = JSON.stringify(await preparePeers())
  const args = ['run', '--config', 'interop/vitest.config.ts', ...process.argv.slice(2)]
  process.exitCode = await runBeside([moto, dynamodbLocal], 'vitest', args)
} catch (error) {
  console.error(`interop: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
