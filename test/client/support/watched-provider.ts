// A materials provider of which every call is seen, and which fails where a test says so.
import type { CryptographicMaterialsProvider, EncryptionContext, MaybePromise } from 'dynamodb-encryption-client'
import { staticProvider } from '../../support/table-provider.js'

export interface WatchedProvider {
  readonly provider: CryptographicMaterialsProvider
  /** Contexts of the calls so far, oldest first. */
  readonly encryptions: EncryptionContext[]
  readonly decryptions: EncryptionContext[]
  /** Called before each answer: may wait, or throw what the provider is to fail with. */
  before: (context: EncryptionContext) => MaybePromise<void>
}

export function watchedProvider(inner: CryptographicMaterialsProvider = staticProvider()): WatchedProvider {
  const watched: WatchedProvider = {
    encryptions: [],
    decryptions: [],
    before: () => undefined,
    provider: {
      async encryptionMaterials(context) {
        watched.encryptions.push(context)
        await watched.before(context)
        return inner.encryptionMaterials(context)
      },
      async decryptionMaterials(context) {
        watched.decryptions.push(context)
        await watched.before(context)
        return inner.decryptionMaterials(context)
      },
    },
  }
  return watched
}
