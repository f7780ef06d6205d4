// examples/docs/rotate-by-count.ts
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore, type Document, type Item } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms } from 'dynamodb-encryption-client/testing'

const [kms, db] = await Promise.all([startLocalKms(), startLocalDynamoDb()])
const client = new DynamoDBClient(db.clientConfig)
const materialsProvider = new DirectKmsMaterialsProvider({ keyId: kms.createKey().arn, client: new KMSClient(kms.clientConfig()) })
await MetaStore.createTable(client, 'OrderKeys')
const store = new MetaStore({ client, tableName: 'OrderKeys', materialsProvider })
await store.newProvider('orders')
const caching = new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000 })
const encryptor = new ItemEncryptor({ materialsProvider: caching, context: { tableName: 'Orders' } })

const ITEMS_A_VERSION = 1000
let written = 0

async function encryptOrder(order: Document): Promise<Item> {
  written += 1
  if (written > ITEMS_A_VERSION) {
    written = 1
    await store.newProvider('orders')
    caching.refresh()
  }
  return encryptor.encryptDocument(order)
}

for (let at = 0; at < 2500; at += 1) await encryptOrder({ address: `${at} Sea Road` })
console.log(await store.versions('orders'))
await Promise.all([kms.close(), db.close()])
