// examples/docs/store-went-back.ts
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms } from 'dynamodb-encryption-client/testing'

const [kms, db] = await Promise.all([startLocalKms(), startLocalDynamoDb()])
const client = new DynamoDBClient(db.clientConfig)
const materialsProvider = new DirectKmsMaterialsProvider({ keyId: kms.createKey().arn, client: new KMSClient(kms.clientConfig()) })
await MetaStore.createTable(client, 'OrderKeys')
const store = new MetaStore({ client, tableName: 'OrderKeys', materialsProvider })
await store.newProvider('orders')
await store.newProvider('orders')

let now = 0
const caching = new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000, clock: () => now })
const encryptor = new ItemEncryptor({ materialsProvider: caching, context: { tableName: 'Orders' } })
const stored = await encryptor.encryptDocument({ address: '1 Sea Road' }) // with version 1

// Somebody deletes version 1. Its keys are gone with it.
await client.send(new DeleteItemCommand({ TableName: 'OrderKeys', Key: { N: { S: 'orders' }, V: { N: '1' } } }))
now = 60_000

await encryptor.encryptDocument({ address: '2 Sea Road' }).catch((error: unknown) => console.log('writing:', String(error)))
await encryptor.decryptDocument(stored).catch((error: unknown) => console.log('reading:', String(error)))

caching.refresh() // Somebody has looked, and decides to go on with version 0.
await encryptor.encryptDocument({ address: '2 Sea Road' })
console.log('after refresh(): written')
await Promise.all([kms.close(), db.close()])
