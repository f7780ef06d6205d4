// examples/docs/wrapped-aes.ts
import { randomBytes } from 'node:crypto'
import { ItemEncryptor, LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'

// 32 random bytes each. In production they come from where you keep secrets, and stay the same.
const wrappingBytes = randomBytes(32)
const signingBytes = randomBytes(32)

const encryptor = new ItemEncryptor({
  materialsProvider: new WrappedMaterialsProvider({
    wrappingKey: LocalKey.aes(wrappingBytes),
    signingKey: LocalKey.hmac(signingBytes),
  }),
  actions: { attributes: { order: 'SIGN_ONLY' } },
  context: { tableName: 'Orders', partitionKeyName: 'order' },
})

const stored = await encryptor.encryptDocument({ order: 7, address: '1 Sea Road' })
console.log(await encryptor.decryptDocument(stored))
