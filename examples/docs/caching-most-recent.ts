// examples/docs/caching-most-recent.ts
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms } from 'dynamodb-encryption-client/testing'

// Servers in this process. With the real ones: new DynamoDBClient(), and your key's ARN without a KMS client.
const [kms, db] = await Promise.all([startLocalKms(), startLocalDynamoDb()])
const client = new DynamoDBClient(db.clientConfig)
const { arn } = kms.createKey()

// Once, in your deployment: the table that holds the keys, and their first version.
await MetaStore.createTable(client, 'OrderKeys')
const store = new MetaStore({
  client,
  tableName: 'OrderKeys',
  materialsProvider: new DirectKmsMaterialsProvider({ keyId: arn, client: new KMSClient(kms.clientConfig()) }),
})
await store.newProvider('orders')

// In each process, once: keep the encryptor, since it keeps the cache.
const encryptor = new ItemEncryptor({
  materialsProvider: new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000 }),
  actions: { attributes: { order: 'SIGN_ONLY' } },
  context: { tableName: 'Orders', partitionKeyName: 'order' },
})

const stored = await encryptor.encryptDocument({ order: 7, address: '1 Sea Road' })
console.log(await encryptor.decryptDocument(stored))
console.log(kms.calls.map((call) => call.operation).join(', '))
await Promise.all([kms.close(), db.close()])
