// examples/docs/direct-kms-several-keys.ts
import { KMSClient } from '@aws-sdk/client-kms'
import { ItemEncryptor } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalKms } from 'dynamodb-encryption-client/testing'

const kms = await startLocalKms()
const shared = kms.createKey()
const acme = kms.createKey()

const encryptor = new ItemEncryptor({
  materialsProvider: new DirectKmsMaterialsProvider({
    keyId: shared.arn,
    // Asked for each item that is written. It sees what is stored in plaintext.
    selectKeyId: ({ attributes }) => (attributes?.['tenant']?.S === 'acme' ? acme.arn : shared.arn),
    // Reading follows the item, so say which keys you accept.
    decryptKeyIds: [shared.arn, acme.arn],
    client: new KMSClient(kms.clientConfig()),
  }),
  actions: { attributes: { tenant: 'SIGN_ONLY' } },
  context: { tableName: 'Invoices', partitionKeyName: 'tenant' },
})

const keyNames = new Map([
  [shared.arn, 'shared'],
  [acme.arn, 'acme'],
])
for (const tenant of ['acme', 'globex']) await encryptor.decryptDocument(await encryptor.encryptDocument({ tenant, total: 99.5 }))
for (const { operation, keyArn = '' } of kms.calls) console.log(operation, keyNames.get(keyArn))
await kms.close()
