// examples/docs/wrapped-rsa.ts
import { generateKeyPairSync } from 'node:crypto'
import { ItemEncryptor, LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'

const wrapping = generateKeyPairSync('rsa', { modulusLength: 3072 })
const signing = generateKeyPairSync('rsa', { modulusLength: 3072 })
const orders = {
  actions: { attributes: { order: 'SIGN_ONLY' } },
  context: { tableName: 'Orders', partitionKeyName: 'order' },
} as const

// The shop: encrypts and signs. It holds no key that decrypts.
const shop = new ItemEncryptor({
  ...orders,
  materialsProvider: new WrappedMaterialsProvider({
    wrappingKey: LocalKey.rsaWrapping({ publicKey: wrapping.publicKey }),
    signingKey: LocalKey.rsaSigning({ privateKey: signing.privateKey }),
  }),
})

// The warehouse: verifies and decrypts. It holds no key that signs.
const warehouse = new ItemEncryptor({
  ...orders,
  materialsProvider: new WrappedMaterialsProvider({
    unwrappingKey: LocalKey.rsaWrapping({ privateKey: wrapping.privateKey }),
    verificationKey: LocalKey.rsaSigning({ publicKey: signing.publicKey }),
  }),
})

const stored = await shop.encryptDocument({ order: 7, address: '1 Sea Road' })
console.log(await warehouse.decryptDocument(stored))
await shop.decryptDocument(stored).catch((error: unknown) => console.log('shop:', String(error)))
await warehouse.encryptDocument({ order: 8 }).catch((error: unknown) => console.log('warehouse:', String(error)))
