// A row for each way in which a MetaStore's rows can be protected.
import { KMSClient } from '@aws-sdk/client-kms'
import {
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type CryptographicMaterialsProvider,
} from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import type { LocalKms } from 'dynamodb-encryption-client/testing'
import { wrappedAes } from './store-items.js'
import { CONTENT_KEY, MAC_KEY, rsaPair } from './test-keys.js'

export interface Protection {
  readonly name: string
  readonly make: (kms: LocalKms) => CryptographicMaterialsProvider
}

export const PROTECTIONS: readonly Protection[] = [
  {
    name: 'Static',
    make: () => new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.hmac(MAC_KEY) }),
  },
  { name: 'Wrapped AES', make: wrappedAes },
  {
    name: 'Wrapped RSA, signed by RSA',
    make: () =>
      new WrappedMaterialsProvider({ wrappingKey: LocalKey.rsaWrapping(rsaPair()), signingKey: LocalKey.rsaSigning(rsaPair(2048, 1)) }),
  },
  {
    name: 'Direct KMS',
    make: (kms) => new DirectKmsMaterialsProvider({ keyId: kms.createKey().arn, client: new KMSClient(kms.clientConfig()) }),
  },
]
