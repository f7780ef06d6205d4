// examples/docs/what-cloudtrail-shows.ts
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore, type CryptographicMaterialsProvider } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms } from 'dynamodb-encryption-client/testing'

const [kms, db] = await Promise.all([startLocalKms(), startLocalDynamoDb()])
const { arn } = kms.createKey()
const direct = new DirectKmsMaterialsProvider({ keyId: arn, client: new KMSClient(kms.clientConfig()) })

const client = new DynamoDBClient(db.clientConfig)
await MetaStore.createTable(client, 'PatientKeys')
const store = new MetaStore({ client, tableName: 'PatientKeys', materialsProvider: direct })
await store.newProvider('patients')
const caching = new CachingMostRecentProvider({ store, materialName: 'patients', ttl: 60_000 })

async function showCalls(name: string, materialsProvider: CryptographicMaterialsProvider): Promise<void> {
  const encryptor = new ItemEncryptor({
    materialsProvider,
    actions: { attributes: { email: 'SIGN_ONLY', visit: 'SIGN_ONLY' } },
    context: { tableName: 'Patients', partitionKeyName: 'email', sortKeyName: 'visit' },
  })
  kms.clearCalls()
  await encryptor.encryptDocument({ email: 'ada@example.com', visit: 12, notes: 'allergic to latex' })
  console.log(name)
  for (const { operation, encryptionContext } of kms.calls) console.log(operation, JSON.stringify(encryptionContext, undefined, 2))
}

await showCalls('Direct KMS, one item written:', direct)
await showCalls('Caching Most Recent, one item written:', caching)
await Promise.all([kms.close(), db.close()])
