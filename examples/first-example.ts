// examples/first-example.ts
import { ItemEncryptor, LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'

const encryptor = new ItemEncryptor({
  // Each item is encrypted under a fresh key, which is stored beside it, wrapped by yours.
  materialsProvider: new WrappedMaterialsProvider({
    // Keys that end with this process. Yours come from where you keep secrets: LocalKey.aes(bytes), LocalKey.hmac(bytes).
    wrappingKey: LocalKey.generate('AES/256'),
    signingKey: LocalKey.generate('HmacSHA256/256'),
  }),
  // Every other attribute is encrypted and signed. DynamoDB finds items by their key, so that one stays readable.
  actions: { attributes: { personId: 'SIGN_ONLY' } },
  context: { tableName: 'People', partitionKeyName: 'personId' },
})

// An ordinary DynamoDB item: put it with the PutItemCommand of @aws-sdk/client-dynamodb, or whatever you write with.
const stored = await encryptor.encryptDocument({ personId: 'p-1', name: 'Ada Nowak', allergies: new Set(['latex', 'nuts']) })
console.log(stored)

// What GetItem, Query or Scan returned: verified first, then decrypted.
console.log(await encryptor.decryptDocument(stored))
