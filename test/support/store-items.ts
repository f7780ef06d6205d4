// The plainest protection of a MetaStore's rows, and items by which versions are told apart.
import {
  ItemEncryptor,
  LocalKey,
  WrappedMaterialsProvider,
  type CryptographicMaterialsProvider,
  type Item,
} from 'dynamodb-encryption-client'
import { CONTENT_KEY, MAC_KEY } from './test-keys.js'

/** For tests in which it does not matter how rows are protected. */
export function wrappedAes(): WrappedMaterialsProvider {
  return new WrappedMaterialsProvider({ wrappingKey: LocalKey.aes(CONTENT_KEY), signingKey: LocalKey.hmac(MAC_KEY) })
}

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
