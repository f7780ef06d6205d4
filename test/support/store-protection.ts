// A row for each way in which a MetaStore's rows can be protected, and what its versions are tested with.
import { KMSClient } from '@aws-sdk/client-kms'
import {
  ItemEncryptor,
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type CryptographicMaterialsProvider,
  type Item,
} from 'dynamodb-encryption-client'
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'
import type { LocalKms } from 'dynamodb-encryption-client/testing'
import { CONTENT_KEY, MAC_KEY, rsaPair } from './test-keys.js'

/** Keys that are given to it, for tests in which it does not matter which. */
export function wrappedAes(): WrappedMaterialsProvider {
  return new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.hmac(MAC_KEY) })
}

export interface Protection {
  readonly name: string
  make(kms: LocalKms): CryptographicMaterialsProvider
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

const ITEM: Item = { id: { S: 'p-1' }, name: { S: 'Ada Nowak' }, year: { N: '1815' } }

/** An item that was written under a provider of the store: what reads it has the same keys. */
export function writtenBy(provider: CryptographicMaterialsProvider): Promise<Item> {
  return new ItemEncryptor({ materialsProvider: provider }).encryptItem(ITEM)
}

/** Whether a provider can read an item of `writtenBy`. */
export async function canRead(provider: CryptographicMaterialsProvider, stored: Item): Promise<boolean> {
  try {
    const item = await new ItemEncryptor({ materialsProvider: provider }).decryptItem(stored)
    return item['name']?.S === ITEM['name']?.S
  } catch {
    return false
  }
}

export async function haveSameKeys(one: CryptographicMaterialsProvider, other: CryptographicMaterialsProvider): Promise<boolean> {
  return (await canRead(other, await writtenBy(one))) && (await canRead(one, await writtenBy(other)))
}
