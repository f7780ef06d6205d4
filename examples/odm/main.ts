// `npx tsx examples/odm/main.ts electrodb`: one of the examples of this folder, against the server that DYNAMODB_ENDPOINT names or a local one.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { randomUUID } from 'node:crypto'
import { LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import { startLocalDynamoDb } from 'dynamodb-encryption-client/testing'
import * as onetable from './dynamodb-onetable.js'
import * as toolbox from './dynamodb-toolbox.js'
import * as dynamoose from './dynamoose.js'
import * as electrodb from './electrodb.js'
import * as novaOdm from './nova-odm.js'

const EXAMPLES = new Map([
  ['nova-odm', novaOdm],
  ['electrodb', electrodb],
  ['dynamodb-toolbox', toolbox],
  ['dynamoose', dynamoose],
  ['dynamodb-onetable', onetable],
])

const example = EXAMPLES.get(process.argv[2] ?? '')
if (example === undefined) throw new Error(`name an example: ${[...EXAMPLES.keys()].join(', ')}`)
const endpoint = process.env['DYNAMODB_ENDPOINT']
const db = await startLocalDynamoDb(endpoint === undefined ? {} : { endpoint })
const plain = new DynamoDBClient(db.clientConfig)
const materialsProvider = new WrappedMaterialsProvider({
  wrappingKey: LocalKey.generate('AES/256'),
  signingKey: LocalKey.generate('HmacSHA256/256'),
})
const lines = await example.run({
  plain,
  clientConfig: db.clientConfig,
  materialsProvider,
  tableName: `People-${randomUUID()}`,
  hasTransactions: endpoint !== undefined,
})
for (const line of lines) console.log(line)
plain.destroy()
await db.close()
