// examples/docs/direct-kms.ts
import { KMSClient } from '@aws-sdk/client-kms'
import { ItemEncryptor } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalKms } from 'dynamodb-encryption-client/testing'

// A KMS in this process. With the real one: your key's ARN as keyId, and no client, since the ARN has the Region.
const kms = await startLocalKms()
const { arn } = kms.createKey()

const encryptor = new ItemEncryptor({
  materialsProvider: new DirectKmsMaterialsProvider({ keyId: arn, client: new KMSClient(kms.clientConfig()) }),
  actions: { attributes: { customer: 'SIGN_ONLY', order: 'SIGN_ONLY' } },
  context: { tableName: 'Orders', partitionKeyName: 'customer', sortKeyName: 'order' },
})

const stored = await encryptor.encryptDocument({ customer: 'c-1', order: 7, address: '1 Sea Road' })
console.log(await encryptor.decryptDocument(stored))
console.log(kms.calls.map((call) => call.operation).join(', '))
await kms.close()
