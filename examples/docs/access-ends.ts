// examples/docs/access-ends.ts
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms } from 'dynamodb-encryption-client/testing'

const [kms, db] = await Promise.all([startLocalKms(), startLocalDynamoDb()])
const client = new DynamoDBClient(db.clientConfig)
const { arn } = kms.createKey()
const materialsProvider = new DirectKmsMaterialsProvider({ keyId: arn, client: new KMSClient(kms.clientConfig()) })
await MetaStore.createTable(client, 'OrderKeys')
const store = new MetaStore({ client, tableName: 'OrderKeys', materialsProvider })
await store.newProvider('orders')

let now = 0
const caching = new CachingMostRecentProvider({ store, materialName: 'orders', ttl: 60_000, clock: () => now })
const encryptor = new ItemEncryptor({ materialsProvider: caching, context: { tableName: 'Orders' } })

const tryToWrite = (): Promise<string> =>
  encryptor.encryptDocument({ address: '1 Sea Road' }).then(
    () => 'written',
    (error: unknown) => String(error),
  )

console.log('at 0 s:', await tryToWrite())
kms.disable(arn)
now = 59_999
console.log('at 59.999 s:', await tryToWrite())

now = 60_400 // Over the time to live: one caller asks, and whoever comes meanwhile goes on for at most 500 ms.
const [asking, meanwhile] = await Promise.all([tryToWrite(), tryToWrite()])
console.log('at 60.4 s:', asking)
console.log('meanwhile:', meanwhile)
console.log('after that:', await tryToWrite())
await Promise.all([kms.close(), db.close()])
