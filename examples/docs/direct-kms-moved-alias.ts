// examples/docs/direct-kms-moved-alias.ts
import { KMSClient } from '@aws-sdk/client-kms'
import { ItemEncryptor } from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import { startLocalKms } from 'dynamodb-encryption-client/testing'

const kms = await startLocalKms()
const oldKey = kms.createKey({ alias: 'alias/orders' })
const newKey = kms.createKey()

const encryptor = new ItemEncryptor({
  materialsProvider: new DirectKmsMaterialsProvider({
    keyId: 'alias/orders',
    // Left out, an alias reads what any key wrote that you may use.
    decryptKeyIds: [oldKey.arn, newKey.arn],
    client: new KMSClient(kms.clientConfig()),
  }),
  actions: { attributes: { order: 'SIGN_ONLY' } },
  context: { tableName: 'Orders', partitionKeyName: 'order' },
})

const before = await encryptor.encryptDocument({ order: 7, address: '1 Sea Road' })
kms.setAlias('alias/orders', newKey.keyId)
const after = await encryptor.encryptDocument({ order: 8, address: '2 Sea Road' })

const keyNames = new Map([
  [oldKey.arn, 'the old key'],
  [newKey.arn, 'the new key'],
])
await encryptor.decryptItems([before, after], { concurrency: 1 })
for (const { operation, keyArn = '' } of kms.calls) console.log(operation, 'with', keyNames.get(keyArn))
await kms.close()
