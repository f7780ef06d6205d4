// examples/docs/rotate.ts
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
await store.newProvider('orders')

let now = 0 // A clock that this program sets, in milliseconds. Leave clock out in yours.
const caching = new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000, clock: () => now })
const encryptor = new ItemEncryptor({
  materialsProvider: caching,
  actions: { attributes: { order: 'SIGN_ONLY' } },
  context: { tableName: 'Orders', partitionKeyName: 'order' },
})
const versionOf = (stored: Item): unknown => /orders#\d+/.exec(Buffer.from(stored['*amzn-ddb-map-desc*']?.B ?? []).toString())?.[0]

const old = await encryptor.encryptDocument({ order: 7, address: '1 Sea Road' })
console.log('before:', versionOf(old))

await store.newProvider('orders') // The rotation. It can run in another process.
console.log('at once:', versionOf(await encryptor.encryptDocument({ order: 8 })))
now = 60_000
console.log('a time to live later:', versionOf(await encryptor.encryptDocument({ order: 9 })))
console.log('the old item:', await encryptor.decryptDocument(old))

await store.newProvider('orders')
caching.refresh() // This process looks at once.
console.log('after refresh():', versionOf(await encryptor.encryptDocument({ order: 10 })))
await Promise.all([kms.close(), db.close()])
