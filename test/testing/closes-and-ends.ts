// Run by kms-protocol.test.ts: starts both servers, uses them, closes them, and leaves it to Node to end.
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms'
import { startLocalDynamoDb, startLocalKms } from '../../src/testing/index.js'

const kms = await startLocalKms()
const db = await startLocalDynamoDb()
await new KMSClient(kms.clientConfig()).send(new ListKeysCommand({}))
await new DynamoDBClient(db.clientConfig).send(new ListTablesCommand({}))
await Promise.all([kms.close(), db.close()]) // the clients stay open, and their connections were kept alive
console.log('closed')
