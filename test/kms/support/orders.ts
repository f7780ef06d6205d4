// The table, the item and the encryptor that this folder's tests share.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import {
  AttributeActions,
  ItemEncryptor,
  type CryptographicMaterialsProvider,
  type EncryptionContext,
  type Item,
} from 'dynamodb-encryption-client'
import { DESCRIPTION, describe, readDescription } from '../../support/reference-format.js'
import { MARKER } from '../../support/secrets.js'

export const ORDERS = { tableName: 'Orders', partitionKeyName: 'customer', sortKeyName: 'order' } as const satisfies EncryptionContext

export const ORDER: Item = {
  customer: { S: 'anna' },
  order: { N: '5' },
  card: { S: MARKER },
  lines: { L: [{ S: 'tea' }, { N: '2' }] },
}

/** What KMS binds the data key of ORDER to. */
export const ORDER_CONTEXT = {
  '*amzn-ddb-env-alg*': 'AES/256',
  '*amzn-ddb-sig-alg*': 'HmacSHA256/256',
  '*aws-kms-table*': 'Orders',
  customer: 'anna',
  order: '5',
}

/** Encrypts and signs all but the keys. */
export function keysSigned({ partitionKeyName, sortKeyName }: EncryptionContext): AttributeActions {
  return new AttributeActions().withIndexKeys(...[partitionKeyName, sortKeyName].filter((name) => name !== undefined))
}

export function encryptorWith(materialsProvider: CryptographicMaterialsProvider, context: EncryptionContext = ORDERS): ItemEncryptor {
  return new ItemEncryptor({ materialsProvider, context, actions: keysSigned(context) })
}

export function bytesOf(value: AttributeValue | undefined): Uint8Array {
  if (!(value?.B instanceof Uint8Array)) throw new Error('not of type B')
  return value.B
}

export function descriptionOf(stored: Item): Record<string, string> {
  return readDescription(bytesOf(stored[DESCRIPTION]))
}

/** The item with these entries in the place of its description's own; `undefined` takes one away. */
export function withDescription(stored: Item, entries: Readonly<Record<string, string | undefined>>): Item {
  const changed = Object.entries({ ...descriptionOf(stored), ...entries })
  const left = changed.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
  return { ...stored, [DESCRIPTION]: { B: describe(left) } }
}

/** The data key's blob, as the description holds it. */
export function blobOf(stored: Item): string {
  return descriptionOf(stored)['amzn-ddb-env-key'] ?? ''
}
