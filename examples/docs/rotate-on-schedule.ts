// examples/docs/rotate-on-schedule.ts
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { MetaStore } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms } from 'dynamodb-encryption-client/testing'

const [kms, db] = await Promise.all([startLocalKms(), startLocalDynamoDb()])
const client = new DynamoDBClient(db.clientConfig)
const materialsProvider = new DirectKmsMaterialsProvider({ keyId: kms.createKey().arn, client: new KMSClient(kms.clientConfig()) })
await MetaStore.createTable(client, 'OrderKeys')
const store = new MetaStore({ client, tableName: 'OrderKeys', materialsProvider })

/** What a scheduler calls once a month, in the form that EventBridge gives to a Lambda function. */
async function handler(event: { readonly time: string }): Promise<void> {
  const date = new Date(event.time)
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth()
  // One version a month, however often this month's event arrives. store.newProvider('orders') would make one each time.
  await store.getOrCreateProvider('orders', month)
}

for (const time of ['2025-01-01T02:00:00Z', '2025-01-01T02:00:00Z', '2025-02-01T02:00:00Z']) await handler({ time })
console.log(await store.versions('orders'))
await Promise.all([kms.close(), db.close()])
