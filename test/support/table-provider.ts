// The materials provider of tests that are about something else.
import { LocalKey, StaticMaterialsProvider } from 'dynamodb-encryption-client'

export function staticProvider(): StaticMaterialsProvider {
  return new StaticMaterialsProvider({ encryptionKey: LocalKey.generate('AES/256'), signingKey: LocalKey.generate('HmacSHA256/256') })
}
