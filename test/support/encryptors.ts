// The encryptor that most tests start from: fixed keys, a Static provider, a table with a primary key.
import {
  ItemEncryptor,
  LocalKey,
  StaticMaterialsProvider,
  type CryptographicMaterialsProvider,
  type ItemEncryptorOptions,
} from 'dynamodb-encryption-client'
import { CONTEXT, ENCRYPT_ALL } from './items.js'
import { CONTENT_KEY, MAC_KEY } from './test-keys.js'

export function staticProvider(): CryptographicMaterialsProvider {
  return new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.hmac(MAC_KEY) })
}

export function itemEncryptor(options: Partial<ItemEncryptorOptions> = {}): ItemEncryptor {
  return new ItemEncryptor({ materialsProvider: staticProvider(), actions: ENCRYPT_ALL, context: CONTEXT, ...options })
}
