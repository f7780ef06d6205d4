// examples/docs/calls-per-item.ts
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore, type CryptographicMaterialsProvider } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms } from 'dynamodb-encryption-client/testing'

const [kms, db] = await Promise.all([startLocalKms(), startLocalDynamoDb()])
const { arn } = kms.createKey()
const direct = new DirectKmsMaterialsProvider({ keyId: arn, client: new KMSClient(kms.clientConfig()) })

const client = new DynamoDBClient(db.clientConfig)
await MetaStore.createTable(client, 'OrderKeys')
const store = new MetaStore({ client, tableName: 'OrderKeys', materialsProvider: direct })
await store.newProvider('orders')
const caching = new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000 })

async function countCalls(name: string, materialsProvider: CryptographicMaterialsProvider): Promise<void> {
  const encryptor = new ItemEncryptor({
    materialsProvider,
    actions: { attributes: { order: 'SIGN_ONLY' } },
    context: { tableName: 'Orders', partitionKeyName: 'order' },
  })
  const orders = Array.from({ length: 200 }, (_, at) => ({ order: { N: String(at) }, total: { N: '99.5' } }))
  kms.clearCalls()
  await encryptor.decryptItems(await encryptor.encryptItems(orders))
  const count = (operation: string): number => kms.calls.filter((call) => call.operation === operation).length
  console.log(`${name}: ${count('GenerateDataKey')} GenerateDataKey, ${count('Decrypt')} Decrypt`)
}

await countCalls('Direct KMS', direct)
await countCalls('Caching Most Recent', caching)
await Promise.all([kms.close(), db.close()])
