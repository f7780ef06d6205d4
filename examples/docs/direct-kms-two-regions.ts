// examples/docs/direct-kms-two-regions.ts
import { KMSClient } from '@aws-sdk/client-kms'
import { ItemEncryptor } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalKms } from 'dynamodb-encryption-client/testing'

const kms = await startLocalKms({ regions: ['us-east-1', 'eu-west-1'] })
const primary = kms.createKey({ multiRegion: true })
const replica = kms.replicateKey(primary.keyId, 'eu-west-1')

// Each Region names the key there. With the real KMS leave clientFor out: a client is made for the ARN's Region.
const encryptorFor = (keyId: string): ItemEncryptor =>
  new ItemEncryptor({
    materialsProvider: new DirectKmsMaterialsProvider({ keyId, clientFor: (region) => new KMSClient(kms.clientConfig(region)) }),
    actions: { attributes: { order: 'SIGN_ONLY' } },
    context: { tableName: 'Orders', partitionKeyName: 'order' },
  })

const stored = await encryptorFor(primary.arn).encryptDocument({ order: 7, address: '1 Sea Road' })
console.log(await encryptorFor(replica.arn).decryptDocument(stored))
for (const { operation, region } of kms.calls) console.log(operation, region)
await kms.close()
