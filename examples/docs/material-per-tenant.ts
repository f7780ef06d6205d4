// examples/docs/material-per-tenant.ts
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CachingMostRecentProvider, ItemEncryptor, MetaStore, type EncryptionContext } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalDynamoDb, startLocalKms } from 'dynamodb-encryption-client/testing'

const [kms, db] = await Promise.all([startLocalKms(), startLocalDynamoDb()])
const client = new DynamoDBClient(db.clientConfig)
const materialsProvider = new DirectKmsMaterialsProvider({ keyId: kms.createKey().arn, client: new KMSClient(kms.clientConfig()) })
await MetaStore.createTable(client, 'TenantKeys')
const store = new MetaStore({ client, tableName: 'TenantKeys', materialsProvider })

const TENANTS = ['acme', 'globex', 'initech']
for (const tenant of TENANTS) await store.newProvider(`tenant-${tenant}`)

/** The tenant stands in the item, where whoever can write to the table can change it: only names that we know. */
function materialName({ attributes }: EncryptionContext): string {
  const tenant = attributes?.['tenant']?.S
  if (tenant === undefined || !TENANTS.includes(tenant)) throw new Error('the item names no tenant of ours')
  return `tenant-${tenant}`
}

for (const cacheSize of [1000, 2]) {
  const encryptor = new ItemEncryptor({
    materialsProvider: new CachingMostRecentProvider({ store, materialName, ttl: 60_000, cacheSize }),
    actions: { attributes: { tenant: 'SIGN_ONLY' } },
    context: { tableName: 'Invoices', partitionKeyName: 'tenant' },
  })
  kms.clearCalls()
  for (let at = 0; at < 30; at += 1) await encryptor.encryptDocument({ tenant: TENANTS[at % 3], total: 99.5 })
  console.log(`cacheSize ${cacheSize}: ${kms.calls.length} calls to KMS for 30 items of 3 tenants`)
}
await Promise.all([kms.close(), db.close()])
