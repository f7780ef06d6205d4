// examples/docs/move-to-another-key.ts
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms } from 'dynamodb-encryption-client/testing'

const [kms, db] = await Promise.all([startLocalKms(), startLocalDynamoDb()])
const client = new DynamoDBClient(db.clientConfig)

/** A store in a table of its own, under a KMS key. */
async function openStore(tableName: string, keyId: string): Promise<MetaStore> {
  await MetaStore.createTable(client, tableName)
  const materialsProvider = new DirectKmsMaterialsProvider({ keyId, client: new KMSClient(kms.clientConfig()) })
  return new MetaStore({ client, tableName, materialsProvider })
}
const encryptorOver = (store: MetaStore): ItemEncryptor =>
  new ItemEncryptor({
    materialsProvider: new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000 }),
    actions: { attributes: { order: 'SIGN_ONLY' } },
    context: { tableName: 'Orders', partitionKeyName: 'order' },
  })

const [oldKey, newKey] = [kms.createKey(), kms.createKey()]
const oldStore = await openStore('OrderKeys', oldKey.arn)
await oldStore.newProvider('orders')
await oldStore.newProvider('orders')
const stored = await encryptorOver(oldStore).encryptDocument({ order: 7, address: '1 Sea Road' })

// Every version into the new table, under the new key. Then deploy with the new table's name.
const newStore = await openStore('OrderKeys2', newKey.arn)
for (const version of await oldStore.versions('orders')) await oldStore.replicate('orders', version, newStore)

kms.disable(oldKey.arn)
console.log(await encryptorOver(newStore).decryptDocument(stored))
await Promise.all([kms.close(), db.close()])
