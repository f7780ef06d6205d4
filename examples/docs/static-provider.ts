// examples/docs/static-provider.ts
import { ItemEncryptor, LocalKey, StaticMaterialsProvider } from 'dynamodb-encryption-client'

const encryptor = new ItemEncryptor({
  // The same two keys for every item. From bytes: LocalKey.aes(bytes) and LocalKey.hmac(bytes).
  materialsProvider: new StaticMaterialsProvider({
    encryptionKey: LocalKey.generate('AES/256'),
    signingKey: LocalKey.generate('HmacSHA256/256'),
  }),
  actions: { attributes: { order: 'SIGN_ONLY' } },
  context: { tableName: 'Orders', partitionKeyName: 'order' },
})

const stored = await encryptor.encryptDocument({ order: 7, address: '1 Sea Road' })
console.log(Object.keys(stored).join(', '))
console.log(await encryptor.decryptDocument(stored))
