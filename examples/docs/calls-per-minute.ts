// examples/docs/calls-per-minute.ts
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore, type Item } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms } from 'dynamodb-encryption-client/testing'

const [kms, db] = await Promise.all([startLocalKms(), startLocalDynamoDb()])
const client = new DynamoDBClient(db.clientConfig)
const materialsProvider = new DirectKmsMaterialsProvider({ keyId: kms.createKey().arn, client: new KMSClient(kms.clientConfig()) })
await MetaStore.createTable(client, 'OrderKeys')
const store = new MetaStore({ client, tableName: 'OrderKeys', materialsProvider })

// Items of three versions.
const context = { tableName: 'Orders' }
const stored: Item[] = []
for (let version = 0; version < 3; version += 1) {
  await store.newProvider('orders')
  const caching = new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000 })
  stored.push(await new ItemEncryptor({ materialsProvider: caching, context }).encryptDocument({ version }))
}

// Ten minutes on a clock of our own: every second an item is written, and one of each version is read.
for (const ttl of [10_000, 60_000, 300_000]) {
  let now = 0
  const caching = new CachingMostRecentProvider({ store, materialName: 'orders', ttl, clock: () => now })
  const encryptor = new ItemEncryptor({ materialsProvider: caching, context })
  kms.clearCalls()
  for (; now < 10 * 60_000; now += 1000) {
    await encryptor.encryptDocument({ second: now / 1000 })
    await encryptor.decryptItems(stored)
  }
  console.log(`time to live ${ttl / 1000} s: ${kms.calls.length / 10} calls to KMS a minute`)
}
await Promise.all([kms.close(), db.close()])
