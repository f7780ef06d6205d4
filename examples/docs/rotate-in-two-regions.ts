// examples/docs/rotate-in-two-regions.ts
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms } from 'dynamodb-encryption-client/testing'

const regions = ['us-east-1', 'eu-west-1'] as const
const kms = await startLocalKms({ regions })
const databases = await Promise.all(regions.map((region) => startLocalDynamoDb({ region })))

/** A store in a Region, protected by a key of that Region. */
async function openStore(region: string, tableName: string): Promise<MetaStore> {
  const db = databases.find(({ clientConfig }) => clientConfig.region === region)
  const client = new DynamoDBClient(db?.clientConfig ?? {})
  await MetaStore.createTable(client, tableName)
  const keyId = kms.createKey({ region }).arn
  const materialsProvider = new DirectKmsMaterialsProvider({ keyId, clientFor: (name) => new KMSClient(kms.clientConfig(name)) })
  return new MetaStore({ client, tableName, materialsProvider })
}

const [staging, east, west] = await Promise.all([
  openStore('us-east-1', 'OrderKeysStaging'),
  openStore('us-east-1', 'OrderKeys'),
  openStore('eu-west-1', 'OrderKeys'),
])

/** Nobody writes under a version before every Region can read it: it is made where nobody looks, then copied. */
async function rotate(): Promise<void> {
  await staging.newProvider('orders')
  const version = (await staging.maxVersion('orders')) ?? 0
  await staging.replicate('orders', version, west)
  await staging.replicate('orders', version, east)
}

const encryptorOver = (store: MetaStore): ItemEncryptor =>
  new ItemEncryptor({
    materialsProvider: new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000 }),
    actions: { attributes: { order: 'SIGN_ONLY' } },
    context: { tableName: 'Orders', partitionKeyName: 'order' },
  })

await rotate()
await rotate()
const stored = await encryptorOver(east).encryptDocument({ order: 7, address: '1 Sea Road' })
console.log('in eu-west-1:', await encryptorOver(west).decryptDocument(stored))
console.log('versions there:', await west.versions('orders'))
await Promise.all([kms.close(), ...databases.map((db) => db.close())])
